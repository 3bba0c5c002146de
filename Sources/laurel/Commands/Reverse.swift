import ArgumentParser
import JSONRPC
import Tabular

/// `laurel reverse`: takes a fact back, with everything it paid.
struct Reverse: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a fact back, with everything that follows from it.",
    discussion: """
      Shows what would fall and asks before it does it. Later facts of the same window may gain what
      the fact loses.

        laurel reverse lms quiz-88 --dry-run
        laurel reverse lms quiz-88 --cause mistake
      """)

  /// Why a fact is taken back; it decides what happens with points that were spent already.
  enum Cause: String, CaseIterable, ExpressibleByArgument {
    case mistake, source, misconduct
  }

  @Argument(help: "The fact's source.")
  var source: String
  @Argument(help: "The fact's id.")
  var id: String
  @Option(
    help: "mistake: what is spent is written off; source, misconduct: it becomes a debt.")
  var cause: Cause = .mistake
  @Flag(help: "Only show what would fall.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let preview = try call(session, isDryRun: true)
    if dryRun { return try session.tell(preview) { Self.text($0, session.language) } }
    if !yes {
      Terminal.error.show(Self.text(preview, session.language))
      try Confirmation.ask(
        session.language("Take it back?", "确认撤销？"), word: "yes", language: session.language)
    }
    let answer = try call(session, isDryRun: false)
    try session.tell(answer) { Self.text($0, session.language) }
  }

  private func call(_ session: Session, isDryRun: Bool) throws -> Answer {
    let program = try session.program()
    let write = { (writer: inout JSONWriter) in
      writer.member("program", program)
      writer.member("source", source)
      writer.member("id", id)
      writer.member("cause", cause.rawValue)
    }
    if isDryRun {
      return try session.call("fact.reverse") { writer in
        write(&writer)
        writer.member("dryRun", true)
      }
    }
    return try session.change("fact.reverse", key: keyed.idempotencyKey, write)
  }

  /// What a reversal moved, or would move.
  static func text(_ answer: Answer, _ language: Language) -> String {
    guard let outcome = answer["outcome"] else { return "" }
    if outcome.text("status") == "awaited" {
      return language(
        "The fact is not here yet; when it comes, it pays nothing.\n", "这条事实还没有到；到了也不给分。\n")
    }
    var table = TextTable([
      .init(language("Fact", "事实"), .right), .init(language("Rule", "规则")),
      .init(language("Points", "积分"), .right),
    ])
    for move in outcome.items("moves") {
      table.addRow([
        "\(move.int("fact"))", move.text("rule"), Shown.signed(move.int("points")),
      ])
    }
    let net = Shown.signed(outcome.int("points"))
    let head = language(
      "\(outcome.text("learner")): \(net)\n", "\(outcome.text("learner"))：\(net)\n")
    let rest =
      [
        ("writtenOff", language("written off", "核销")), ("debt", language("debt", "待抵扣")),
      ] as [(StaticString, String)]
    let notes = rest.filter { outcome.int($0.0) != 0 }.map { "\($0.1) \(outcome.int($0.0))\n" }
    return (table.rowCount > 0 ? table.shown : "") + head + notes.joined()
  }
}
