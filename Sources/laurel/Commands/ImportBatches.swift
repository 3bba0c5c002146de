import ArgumentParser
import JSONRPC
import Tabular

/// `laurel import list`: what imports and other runs made, newest first.
struct ListImports: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List imports, newest first, and which were taken back.",
    discussion: """
        laurel import list
        laurel import list --limit 5 --json
      """)

  @Option(help: "How many.")
  var limit = 20
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let answer = try session.call("batch.list") { writer in
      writer.member("program", program)
      writer.member("limit", limit)
    }
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Batch", "批次")), .init(language("Kind", "种类")),
        .init(language("File", "文件")), .init(language("Facts", "事实"), .right),
        .init(language("By", "操作人")), .init(language("Opened", "时间")),
        .init(language("State", "状态")),
      ])
      for batch in answer.items("batches") {
        table.addRow([
          batch.text("batch"), batch.text("kind"), batch.text("file"),
          String(batch.int("facts")), batch.text("by"), batch.text("openedAt"),
          Shown.status(of: batch, language),
        ])
      }
      return table.shown
    }
  }
}

/// `laurel import undo`: takes back everything an import made.
struct UndoImport: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back everything an import made.",
    discussion: """
      Facts are reversed as mistakes: what they paid is taken back, and what was spent already is
      written off. Rows of a roster are withdrawn. What was corrected since the import stays as it is
      and is counted. Identities stay used: the same facts imported again pay nothing.

        laurel import undo B-0012 --dry-run
        laurel import undo B-0012 --reason "wrong file"
      """)

  @Argument(help: "The batch, as `laurel import list` shows it.")
  var batch: String
  @Option(help: "Why; kept with the batch.")
  var reason = "import undone"
  @Flag(help: "Show what it would come to, learner by learner; change nothing.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    if dryRun { return try rehearse(program, session) }
    let standing = try get(program, session)
    if !yes, standing.text("status") == "open" {
      let facts = standing.int("facts")
      let question = session.language(
        "This takes back \(batch): \(facts) facts of \(standing.text("file")).",
        "将撤回 \(batch)：\(standing.text("file")) 的 \(facts) 条事实。")
      try Confirmation.ask(question, word: batch, language: session.language)
    }
    _ = try session.change("batch.reverse", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("batch", batch)
      writer.member("reason", reason)
    }
    let done = try awaitEnd(program, of: standing.int("facts"), session)
    try session.tell(done) { Shown.reversal($0, session.language) }
  }

  /// Tells what it would come to: for all learners to machines, in all and for the first to people.
  private func rehearse(_ program: String, _ session: Session) throws {
    var learners: [Answer] = []
    var next: Int64?
    repeat {
      let page = try session.call("batch.reverse") { writer in
        writer.member("program", program)
        writer.member("batch", batch)
        writer.member("reason", reason)
        writer.member("dryRun", true)
        if let next { writer.member("from", next) }
        writer.member("limit", 1_000)
      }
      guard let outcome = page["outcome"] else { break }
      learners += outcome.items("learners")
      next = outcome["next"]?.int
    } while next != nil
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("batch", batch)
      writer.array("learners") { for learner in learners { $0.value(learner.value) } }
    }
    let whole = try Answer([UInt8](writer.bytes))
    try session.tell(whole) { Shown.rehearsal($0, session.language) }
  }

  private func get(_ program: String, _ session: Session) throws -> Answer {
    try session.call("batch.get") { writer in
      writer.member("program", program)
      writer.member("batch", batch)
      writer.member("limit", 20)
    }
  }

  /// Watches the job under a progress bar until it has ended.
  private func awaitEnd(
    _ program: String, of facts: Int64, _ session: Session
  ) throws -> Answer {
    var bar = ProgressBar(
      session.language("Taking back", "撤回"), unit: session.language("facts", "条事实"),
      style: .forStandardError(isQuiet: session.isJSON, term: environment("TERM")))
    defer { bar.clear() }
    while true {
      let answer = try get(program, session)
      let done = Int(answer.int("factsReversed") + answer.int("corrected"))
      guard answer.text("status") != "reversed" else {
        bar.finish(count: done)
        return answer
      }
      bar.update(count: done, fraction: Double(done) / Double(max(1, facts)))
      Session.pause(.milliseconds(50))
    }
  }
}

extension Shown {
  /// Whether a batch stands.
  static func status(of batch: Answer, _ language: Language) -> String {
    switch batch.text("status") {
    case "open": language("stands", "有效")
    case "reversing": language("being taken back", "撤回中")
    default:
      language(
        "taken back \(batch.text("reversedAt")) by \(batch.text("reversedBy"))",
        "\(batch.text("reversedAt")) 由 \(batch.text("reversedBy")) 撤回")
    }
  }

  /// What taking back a batch came to: in all, and for the first learners.
  static func reversal(_ batch: Answer, _ language: Language) -> String {
    let points = signed(batch.int("points"))
    let (facts, rows) = (batch.int("factsReversed"), batch.int("rowsWithdrawn"))
    let (learners, corrected) = (batch.int("learnersDone"), batch.int("corrected"))
    var text = language(
      "\(batch.text("batch")) is taken back: \(learners) learners, \(facts) facts reversed, \(rows) "
        + "roster rows withdrawn, \(points) points, \(batch.int("writtenOff")) written off; "
        + "\(corrected) corrected since, left as they are.\n",
      "\(batch.text("batch")) 已撤回：\(learners) 位学员，\(facts) 条事实，\(rows) 行名册，积分 \(points)，"
        + "核销 \(batch.int("writtenOff"))；此后改过的 \(corrected) 条保持不变。\n")
    text += taken(batch.items("learners"), language)
    if batch["next"] != nil {
      text += language(
        "The other learners: `batch.get`, or --json.\n", "其余学员见 `batch.get` 或 --json。\n")
    }
    return text
  }

  /// What taking back a batch would come to: in all, and for the first learners.
  static func rehearsal(_ batch: Answer, _ language: Language) -> String {
    let learners = batch.items("learners")
    func sum(_ name: StaticString) -> Int64 { learners.reduce(0) { $0 + $1.int(name) } }
    let (facts, points) = (sum("facts"), signed(sum("points")))
    let shownMax = 20
    let text = language(
      "Taking back \(batch.text("batch")) would concern \(learners.count) learners: \(facts) facts, "
        + "\(sum("rows")) roster rows, \(points) points, \(sum("writtenOff")) written off; "
        + "\(sum("corrected")) corrected since would stay. Nothing was changed.\n",
      "撤回 \(batch.text("batch")) 将涉及 \(learners.count) 位学员：\(facts) 条事实，\(sum("rows")) 行名册，"
        + "积分 \(points)，核销 \(sum("writtenOff"))；此后改过的 \(sum("corrected")) 条保持不变。未作任何改动。\n")
    let rest = learners.count - shownMax
    return text + taken(Array(learners.prefix(shownMax)), language)
      + (rest > 0
        ? language("… and \(rest) more: --json\n", "…… 另有 \(rest) 位：--json\n") : "")
  }

  private static func taken(_ learners: [Answer], _ language: Language) -> String {
    var table = TextTable([
      .init(language("Learner", "学员")), .init(language("Facts", "事实"), .right),
      .init(language("Rows", "名册行"), .right), .init(language("Points", "积分"), .right),
      .init(language("Written off", "核销"), .right), .init(language("Left", "未动"), .right),
    ])
    for learner in learners {
      table.addRow([
        learner.text("learner"), String(learner.int("facts")), String(learner.int("rows")),
        signed(learner.int("points")), String(learner.int("writtenOff")),
        String(learner.int("corrected")),
      ])
    }
    return table.shown
  }
}
