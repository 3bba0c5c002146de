import ArgumentParser
import JSONRPC
import Tabular

/// `laurel fact`: the facts that were recorded.
struct FactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fact", abstract: "List recorded facts, or those that wait for the roster.",
    discussion: """
      A fact about somebody who is not on the roster of its day waits. It is decided as soon as the
      roster covers its day, and is listed here until then.

        laurel fact list --pending
        laurel fact list --learner 20250107 --limit 20
      """, subcommands: [ListFacts.self])
}

/// `laurel fact list`: facts in the order they were recorded.
struct ListFacts: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List facts in the order they were recorded.")

  @Flag(help: "Only facts that wait for the roster.")
  var pending = false
  @Option(help: "Only facts of this learner: id or name.")
  var learner: String?
  @Option(help: "Only facts of this source.")
  var source: String?
  @Option(help: "The position to begin at.")
  var from: Int64?
  @Option(help: "How many, at most 1000.")
  var limit = 100
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let learner = try learner.map { try session.learner($0) }
    let answer = try session.call("fact.list") { writer in
      writer.member("program", program)
      if let learner { writer.member("learner", learner) }
      if let source { writer.member("source", source) }
      if pending { writer.member("pending", true) }
      if let from { writer.member("from", from) }
      writer.member("limit", limit)
    }
    try session.tell(answer) { Self.text($0, isPending: pending, session.language) }
  }

  private static func text(_ page: Answer, isPending: Bool, _ language: Language) -> String {
    let facts = page.items("facts")
    guard !facts.isEmpty else {
      return isPending
        ? language("No fact waits for the roster.\n", "没有等待名册的事实。\n")
        : language("No facts.\n", "没有事实。\n")
    }
    var table = TextTable([
      .init(language("Position", "位置"), .right), .init(language("When", "时间")),
      .init(language("Learner", "学员")), .init(language("What", "事项")),
      .init(language("Source", "来源")), .init("ID"),
    ])
    for fact in facts {
      table.addRow([
        "\(fact.int("position"))", fact["occurredAt"]?.text ?? fact.text("occurredOn"),
        fact.text("learner"), Shown.deed(fact),
        fact.text("source"), fact.text("id"),
      ])
    }
    var text = table.shown
    if isPending {
      text += language(
        "Put them on the roster of these days: laurel import roster FILE\n",
        "请把这些学员补进当天的名册：laurel import roster 文件\n")
    }
    guard let next = page["next"]?.int else { return text }
    return text + language("More: --from \(next)\n", "更多：--from \(next)\n")
  }
}
