import ArgumentParser
import Engine
import Incentives
import JSONRPC
import Tabular

/// `laurel grant`: points for a declared reason.
struct Grant: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Grant points for a reason the program declares.",
    discussion: """
      Warns when the same learner was granted the same a minute ago.

        laurel grant 发言 20250107 20250112
        laurel grant 展示 --group group-03 --on 2026-09-01
      """)

  @Argument(help: "The reason's code, as the program file declares it.")
  var reason: String
  @Argument(help: "Learners: ids or names.")
  var learners: [String] = []
  @Option(help: "A group whose members get it; may be repeated.")
  var group: [String] = []
  @Option(help: "The local day it is for; default: today.")
  var on: String?
  @Flag(inversion: .prefixedNo, help: "Whether it counts for 成长值 and boards.")
  var counts = true
  @Flag(help: "Do not ask when it looks like a repetition.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard !learners.isEmpty || !group.isEmpty else {
      throw ValidationError("Name at least one learner, or a group with --group.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let ids = try learners.map { try session.learner($0) }
    if !yes, keyed.idempotencyKey == nil { try warnOfRepetition(ids, program, session) }
    let answer = try session.change("points.grant", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      if !ids.isEmpty { writer.array("learners") { for id in ids { $0.string(id) } } }
      if !group.isEmpty { writer.array("groups") { for name in group { $0.string(name) } } }
      writer.member("reason", reason)
      if let on { writer.member("occurredOn", on) }
      if !counts { writer.member("counts", false) }
    }
    session.tell(answer) { answer in
      let count = answer["outcome"]?.int("learners") ?? 0
      let each = answer["outcome"]?.int("points") ?? 0
      let total = answer["outcome"]?.int("total") ?? 0
      return session.language(
        "\(reason): \(count) learners, \(Shown.signed(each)) each, \(total) in all.\n",
        "\(reason)：\(count) 位学员，每人 \(Shown.signed(each))，共 \(total) 分。\n")
    }
  }

  /// Looks at the newest entry of the first learner: one such grant within a minute may be a slip.
  private func warnOfRepetition(_ ids: [String], _ program: String, _ session: Session) throws {
    guard let first = ids.first else { return }
    let newest = try session.call("history.list") { writer in
      writer.member("program", program)
      writer.member("learner", first)
      writer.member("limit", 1)
    }.items("entries").first
    guard let newest, newest.text("kind") == "grant", newest.text("reason") == reason,
      let granted = Self.instant(newest.text("at")),
      WallClock.now() < granted.advanced(byMicroseconds: Instant.microsecondsPerMinute)
    else { return }
    let question = session.language(
      "\(first) was granted \(reason) less than a minute ago. Once more?",
      "\(first) 一分钟内刚得过“\(reason)”。再给一次？")
    guard Terminal(descriptor: 0).isInteractive, !session.isJSON else {
      return session.remark(question, question)
    }
    try Confirmation.ask(question, word: "yes", language: session.language)
  }

  private static func instant(_ text: String) -> Instant? {
    var text = text
    let parsed = text.withUTF8 { InstantText.parse(UnsafeRawBufferPointer($0)) }
    guard case .instant(let instant)? = parsed else { return nil }
    return instant
  }
}
