import ArgumentParser
import JSONRPC
import Tabular

/// `laurel board`: rankings of learners and groups.
struct BoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "Show rankings of learners or groups over a period.",
    discussion: """
      A period is `all`, a day 2026-09-01, a week 2026-W36, a month 2026-09, or term:ID.

        laurel board
        laurel board top --period 2026-W36 --groups
        laurel board around 20250107 --period term:autumn-2025
        laurel board list
      """,
    subcommands: [TopBoard.self, AroundBoard.self, ListBoards.self],
    defaultSubcommand: TopBoard.self)
}

/// Whom a board ranks.
struct SegmentOptions: ParsableArguments {
  @Option(help: "Only this cohort.")
  var cohort: String?
  @Option(help: "Only this tier.")
  var tier: String?
  @Option(help: "Only the members of this group.")
  var group: String?

  func validate() throws {
    guard [cohort, tier, group].compactMap(\.self).count <= 1 else {
      throw ValidationError("Choose one of --cohort, --tier and --group.")
    }
  }

  /// Writes the choice.
  func write(to writer: inout JSONWriter) {
    if let cohort { writer.member("cohort", cohort) }
    if let tier { writer.member("tier", tier) }
    if let group { writer.member("group", group) }
  }
}

/// `laurel board top`: the first places.
struct TopBoard: Question {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show the first places.")

  @Option(help: "The period.")
  var period = "all"
  @Flag(help: "Rank groups instead of learners.")
  var groups = false
  @Option(help: "How many places, at most 1,000.")
  var limit = 10
  @OptionGroup var segment: SegmentOptions
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let answer = try session.board(period, groups: groups, limit: limit) { segment.write(to: &$0) }
    try session.tell(answer) { BoardTable.text($0, session.language) }
  }
}

/// `laurel board around`: one place and its neighbours.
struct AroundBoard: Question {
  static let configuration = CommandConfiguration(
    commandName: "around", abstract: "Show a learner's or a group's place and its neighbours.")

  @Argument(help: "The learner (id or name), or with --groups the group.")
  var who: String
  @Option(help: "The period.")
  var period = "all"
  @Flag(help: "It is a group.")
  var groups = false
  @Option(help: "How many neighbours on each side, at most 100.")
  var neighbours = 2
  @OptionGroup var segment: SegmentOptions
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let who = groups ? who : try session.learner(who)
    let answer = try session.around(
      who, period, groups: groups, neighbours: neighbours
    ) { segment.write(to: &$0) }
    try session.tell(answer) { BoardTable.text($0, session.language) }
  }
}

/// `laurel board list`: which periods have a board.
struct ListBoards: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the periods that have a board.")

  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let answer = try session.call("board.list") { $0.member("program", program) }
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([.init(language("Period", "时段")), .init(language("State", "状态"))])
      for period in answer.items("open") {
        table.addRow([Shown.day(period.shown, language), language("open", "进行中")])
      }
      for period in answer.items("closed") {
        table.addRow([Shown.day(period.shown, language), language("closed", "已收榜")])
      }
      return table.shown
    }
  }
}

extension Session {
  /// The first places of a board.
  func board(
    _ period: String, groups: Bool = false, limit: Int,
    segment: (inout JSONWriter) -> Void = { _ in }
  ) throws(CommandFailure) -> Answer {
    let program = try program()
    return try call("board.top") { writer in
      writer.member("program", program)
      writer.member("period", period)
      if groups { writer.member("of", "groups") }
      writer.member("limit", limit)
      segment(&writer)
    }
  }
}

extension Session {
  /// A learner's or a group's place on a board, and its neighbours.
  func around(
    _ who: String, _ period: String, groups: Bool = false, neighbours: Int,
    segment: (inout JSONWriter) -> Void = { _ in }
  ) throws(CommandFailure) -> Answer {
    let program = try program()
    return try call("board.around") { writer in
      writer.member("program", program)
      writer.member(groups ? "group" : "learner", who)
      writer.member("period", period)
      writer.member("neighbours", neighbours)
      segment(&writer)
    }
  }
}

/// A board as people read it.
enum BoardTable {
  static func text(_ board: Answer, _ language: Language) -> String {
    let ranksGroups = board.text("of") == "groups"
    var table = TextTable([
      .init(language("Rank", "名次"), .right),
      .init(ranksGroups ? language("Group", "小组") : language("Learner", "学员")),
      .init(language("Name", "姓名")), .init(language("Points", "积分"), .right),
    ])
    let own = board["own"]
    for place in board.items("places") {
      let id = ranksGroups ? place.text("group") : place.text("learner")
      let given = place.text("name").isEmpty ? place.text("title") : place.text("name")
      let name = place["erased"] == nil ? given : language("erased learner", "已注销学员")
      table.addRow(["\(place.int("rank"))", id, name, "\(place.int("score"))"])
    }
    return table.shown + (own.map { ownLine($0, language) } ?? "") + stateLine(board, language)
  }

  private static func ownLine(_ own: Answer, _ language: Language) -> String {
    let rank = own.int("rank")
    let percentile = own.int("percentile")
    var line = language(
      "Place \(rank), ahead of \(percentile) %", "第 \(rank) 名，超过 \(percentile)% 的人")
    if let gap = own["toNext"]?.int {
      line += language("; \(gap) to the next place", "；距上一名 \(gap) 分")
    }
    return line + "\n"
  }

  private static func stateLine(_ board: Answer, _ language: Language) -> String {
    let count = board.int("count")
    let state =
      board.flag("final")
      ? language("closed", "已收榜") : language("still open", "进行中")
    return language(
      "\(board.text("period")): \(count) ranked, \(state), equal scores share a place\n",
      "\(board.text("period"))：共 \(count) 位，\(state)，同分同名次\n")
  }
}
