import ArgumentParser
import Client
import JSONRPC
import Tabular

/// `laurel program apply`: makes a file the program's next version.
struct ApplyProgram: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Make a program file the program's next version.",
    discussion: """
      A file that says what is in force already changes nothing. Facts are judged by the version in
      force when they happened.

      Days that `laurel calendar import` brought stay, except where the file has an entry of its own for
      the same day and cohort: that one holds instead. Days that an earlier file declared and this one
      does not are removed, and listed; so is, with --dry-run, whatever would go.

        laurel program apply class.yaml --dry-run
        laurel program apply class.yaml --effective-from 2026-09-01T00:00:00+08:00

      What would judge recorded facts anew is refused, unless you ask for it: --recompute shows what
      moves, asks, and puts the past right. It raises and never lowers; with --floor none it lowers,
      too, and another person gives the same command within a day. Closed terms stay as they were.

        laurel program apply class.yaml --since 2026-09-01 --recompute
      """)

  @Argument(help: "The program file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var file: String
  @Option(
    name: [.long, .customLong("since")],
    help: ArgumentHelp(
      "From when it is in force: an instant or a day; default: now.", valueName: "instant"))
  var effectiveFrom: String?
  @Flag(help: "Judge the facts recorded since then anew.")
  var recompute = false
  @Option(help: "keep: nobody loses points by it. none: it lowers, too; needs two people.")
  var floor: FloorChoice?
  @Flag(help: "Only say what would change.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions

  /// What a recompute may do to somebody's points.
  enum FloorChoice: String, CaseIterable, ExpressibleByArgument {
    case keep, none
  }

  func validate() throws {
    guard floor == nil || recompute else { throw ValidationError("--floor goes with --recompute.") }
  }

  func run(with session: Session) throws {
    let file: ProgramFile
    do {
      file = try ProgramFile(path: self.file)
    } catch let error as ProgramFileError {
      throw CommandFailure.refused("\(self.file): \(error)")
    }
    var call = ProgramCall(file: file, name: self.file, effectiveFrom: effectiveFrom)
    if recompute { call.floor = floor?.rawValue ?? "keep" }
    if dryRun || recompute {
      let shown = try session.apply(call, isDryRun: true)
      guard !dryRun else { return try session.tell(shown) { told($0, session.language) } }
      if shown["outcome"]?["effects"] != nil, !yes { try confirm(shown, session) }
    }
    let answer = try session.apply(call, key: keyed.idempotencyKey)
    if let job = answer["outcome"]?["job"]?.int {
      try session.watchRecompute(job: job, of: answer["outcome"]?.text("program") ?? "")
    }
    try session.tell(answer) { told($0, session.language) }
  }

  /// Shows what moves and asks for the program's id.
  private func confirm(_ shown: Answer, _ session: Session) throws(CommandFailure) {
    let id = shown["outcome"]?.text("program") ?? ""
    if !session.isJSON { Terminal.error.show(told(shown, session.language)) }
    let question = session.language(
      "This judges the past of \(id) anew.", "将按新规则重新计算 \(id) 的过去。")
    try Confirmation.ask(question, word: id, language: session.language)
  }

  private func told(_ answer: Answer, _ language: Language) -> String {
    guard let outcome = answer["outcome"] else { return "" }
    let (id, version) = (outcome.text("program"), outcome.int("version"))
    guard !outcome.flag("awaitsSecondPerson") else {
      return language(
        "Proposed. It lowers points: another person gives the same command within 24 hours.\n",
        "已提议。此改动会减分：24 小时内须由另一人执行同一命令。\n")
    }
    let change = outcome.flag("changed")
    let isShown = dryRun || outcome["effects"] != nil
    var text =
      isShown
      ? language(
        change ? "\(id) would become version \(version).\n" : "\(id) would not change.\n",
        change ? "\(id) 将成为第 \(version) 版。\n" : "\(id) 不会改变。\n")
      : language(
        change ? "\(id) is now version \(version).\n" : "\(id) is unchanged, version \(version).\n",
        change ? "\(id) 现为第 \(version) 版。\n" : "\(id) 未变，第 \(version) 版。\n")
    text = Self.calendar(outcome, language) + text
    if let effects = outcome["effects"] { text += Shown.recompute(effects, language) }
    let closed = outcome.items("stopsAt").map(\.shown).joined(separator: language(", ", "、"))
    if !closed.isEmpty {
      text += language(
        "It stops at what is closed: points of term \(closed) stay as they were.\n",
        "到已收榜的学期为止：\(closed) 的积分保持不变。\n")
    }
    let notice = outcome.text("notice")
    if change, !notice.isEmpty {
      text += language("Portals say: \(notice)\n", "学员端公告：\(notice)\n")
    }
    return text
  }
}

extension ApplyProgram {
  /// The dated entries that go, or would; nothing where none does.
  fileprivate static func calendar(_ outcome: Answer, _ language: Language) -> String {
    let gone = outcome.int("calendarGone")
    guard gone > 0 else { return "" }
    var table = TextTable([
      .init(language("Day", "日期")), .init(language("Kind", "类型")),
      .init(language("Cohorts", "班级")),
    ])
    let listed = outcome.items("calendarRemoved")
    for entry in listed {
      table.addRow([
        Shown.day(entry.text("day"), language), Shown.kind(ofDay: entry.text("kind"), language),
        entry.items("cohorts").map(\.shown).joined(separator: language(", ", "、")),
      ])
    }
    let head = language(
      "\(gone) calendar entries are gone or other:\n", "\(gone) 条日历安排被取消或改变：\n")
    let rest = gone - Int64(listed.count)
    return head + table.shown
      + (rest > 0 ? language("… and \(rest) more.\n", "……另有 \(rest) 条。\n") : "")
  }
}

extension Shown {
  /// What a recompute would move: in all, and for the first learners.
  static func recompute(_ effects: Answer, _ language: Language) -> String {
    let (learners, net) = (effects.int("learners"), signed(effects.int("net")))
    let (up, down) = (signed(effects.int("up")), signed(-effects.int("down")))
    var text = language(
      "\(learners) learners, \(net) points: \(up), \(down), \(effects.int("kept")) given back by the "
        + "floor, \(effects.int("writtenOff")) written off.\n",
      "\(learners) 位学员，积分 \(net)：\(up)，\(down)，保底补回 \(effects.int("kept"))，"
        + "核销 \(effects.int("writtenOff"))。\n")
    let first = effects.items("first")
    guard !first.isEmpty else { return text }
    var table = TextTable([
      .init(language("Learner", "学员")), .init(language("Earned", "成长值"), .right),
      .init(language("then", "之后"), .right), .init(language("Spendable", "积分"), .right),
      .init(language("then", "之后"), .right),
    ])
    for learner in first.prefix(shownLearners) {
      table.addRow([
        learner.text("learner"), String(learner.int("earnedBefore")),
        String(learner.int("earnedAfter")), String(learner.int("spendableBefore")),
        String(learner.int("spendableAfter")),
      ])
    }
    text += table.shown
    if first.count > shownLearners {
      text += language("More learners: --json.\n", "更多学员见 --json。\n")
    }
    return text
  }

  private static let shownLearners = 20
}

/// What `program.apply` is asked.
struct ProgramCall {
  /// The definition, and the lines it stands on.
  var file: ProgramFile
  /// The file's name in messages.
  var name: String
  /// From when it is in force; nil: now.
  var effectiveFrom: String?
  /// What a recompute may do; nil where the past stays.
  var floor: String?
}

extension Session {
  /// Applies a program file; a refusal of one of its fields is told with the line it stands on.
  func apply(
    _ call: ProgramCall, isDryRun: Bool = false, key: String? = nil
  ) throws(CommandFailure) -> Answer {
    let key = key ?? IdempotencyKey.fresh()
    do throws(ClientError) {
      let bytes = try client.call("program.apply") { writer in
        if !isDryRun { writer.member("idempotencyKey", key) }
        writer.key("program")
        writer.definition(call.file.definition)
        if let effectiveFrom = call.effectiveFrom { writer.member("effectiveFrom", effectiveFrom) }
        if let floor = call.floor {
          writer.member("recompute", "since")
          writer.member("floor", floor)
        }
        if isDryRun { writer.member("dryRun", true) }
      }
      do throws(JSONError) { return try Answer(bytes) } catch { throw .malformed(error.rawValue) }
    } catch {
      if try presentKey(after: error) { return try apply(call, isDryRun: isDryRun, key: key) }
      var failure = failure(error)
      if case .refused(let refusal) = error, let line = call.file.line(of: refusal.field) {
        failure.message = "\(call.name): line \(line): \(failure.message)"
      }
      throw failure
    }
  }

  /// Watches the job that judges the past anew under a progress bar until it has ended.
  func watchRecompute(job: Int64, of program: String) throws(CommandFailure) {
    var bar = ProgressBar(
      language("Judging anew", "重新计算"), unit: language("learners", "位学员"),
      style: .forStandardError(isQuiet: isJSON, term: environment("TERM")))
    defer { bar.clear() }
    var end: Int64 = 0
    while true {
      let jobs = try call("job.list") { $0.member("program", program) }.items("jobs")
      guard let running = jobs.first(where: { $0.int("job") == job }) else { break }
      end = running.int("of")
      bar.update(
        count: Int(running.int("cursor")),
        fraction: Double(running.int("cursor")) / Double(max(1, end)))
      Self.pause(.milliseconds(50))
    }
    bar.finish(count: Int(end))
  }
}
