import ArgumentParser
import JSONRPC
import Tabular

/// `laurel history`: a learner's entries with the reason of every point.
struct History: Question {
  static let configuration = CommandConfiguration(
    abstract: "Show a learner's entries, newest first, with the reason of every point.",
    discussion: """
        laurel history 20250107
        laurel history 20250107 --limit 100 --before 81234
      """)

  @Argument(help: "The learner: id or name.")
  var learner: String
  @Option(help: "How many entries, at most 200.")
  var limit = 20
  @Option(help: "Only entries before this position; the last line of a page names it.")
  var before: Int64?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let learner = try session.learner(learner)
    let answer = try session.history(of: learner, before: before, limit: limit)
    try session.tell(answer) { HistoryTable.text($0, session.language) }
  }
}

extension Session {
  /// A page of a learner's history.
  func history(
    of learner: String, before: Int64? = nil, limit: Int
  ) throws(CommandFailure) -> Answer {
    let program = try program()
    return try call("history.list") { writer in
      writer.member("program", program)
      writer.member("learner", learner)
      if let before { writer.member("before", before) }
      writer.member("limit", limit)
    }
  }
}

/// A page of history as people read it.
enum HistoryTable {
  static func text(_ page: Answer, _ language: Language) -> String {
    var table = TextTable([
      .init(language("Day", "日期")), .init(language("What", "事项")),
      .init(language("Points", "积分"), .right), .init(language("Why", "理由")),
      .init(language("Earned", "成长值"), .right),
    ])
    for entry in page.items("entries") {
      table.addRow([
        Shown.day(entry.text("day"), language), what(entry, language),
        Shown.signed(entry.int("points")), why(entry, language),
        "\(entry.int("earned"))",
      ])
    }
    guard let next = page["next"]?.int else { return table.shown }
    return table.shown + language("Older: --before \(next)\n", "更早的：--before \(next)\n")
  }

  private static func what(_ entry: Answer, _ language: Language) -> String {
    let earlier = language("fact \(entry.int("fact"))", "事实 \(entry.int("fact"))")
    switch entry.text("kind") {
    case "fact": return Shown.deed(entry)
    case "move": return language("moved: \(earlier)", "变动：\(earlier)")
    case "grant": return language("granted: ", "发放：") + entry.text("reason")
    case "adjustment": return language("adjusted: ", "调整：") + entry.text("reason")
    case "award": return language("award: ", "奖项：") + entry.text("reason")
    case "opening": return language("opening balance", "期初余额")
    case "expiry":
      let expired = entry.int("expired")
      return language(
        "\(expired) of term \(entry.text("term")) expired",
        "\(entry.text("term")) 学期的 \(expired) 分过期")
    case "recognition", "decision":
      let name = entry.text("recognition")
      let stage = entry.int("stage")
      let why = entry.text("reason").isEmpty ? "" : " (\(entry.text("reason")))"
      return stage == 0
        ? language("lost: \(name)\(why)", "失去：\(name)\(why)")
        : language("reached: \(name) \(stage)\(why)", "达成：\(name) \(stage)\(why)")
    case "floor": return language("kept by the floor", "保底补回")
    case "reversal": return language("reversed: \(earlier)", "撤销：\(earlier)")
    case "merge":
      return language("merged: ", "合并：") + "\(entry.text("from")), \(entry.text("reason"))"
    case "context": return language("roster changed: \(earlier)", "名册变动：\(earlier)")
    case "attendance":
      return "\(entry.text("session")): "
        + AttendanceWords.shown(entry.text("attendance"), language)
    case "leave":
      let kind = AttendanceWords.shown(entry.text("attendance"), language)
      return language("leave: \(kind)", "请假：\(kind)")
    case "perfectAttendance":
      let name = "\(entry.text("perfect")) \(entry.text("period"))"
      return entry.flag("granted")
        ? language("awarded: \(name)", "获得：\(name)")
        : language("revoked: \(name)", "收回：\(name)")
    case "perfect": return language("perfect attendance: ", "全勤：") + entry.text("reason")
    case let kind: return kind
    }
  }

  private static func why(_ entry: Answer, _ language: Language) -> String {
    if entry.text("status") == "pending" { return language("waits for the roster", "等待名册") }
    let rules = Shown.rules(entry.items("rules"), language)
    let cause = entry.text("cause")
    if cause.isEmpty { return rules }
    return rules.isEmpty ? cause : "\(rules) (\(cause))"
  }
}
