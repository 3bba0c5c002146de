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
      A learner is named by id or whole name, never by a part of one. Warns when one of them was
      granted the same less than a minute ago.

        laurel grant 发言 20250107 20250112
        laurel grant 展示 --group group-03 --on 2026-09-01
      """)

  @Argument(help: "The reason's code, as the program file declares it.")
  var reason: String
  @Argument(help: "Learners: ids or whole names.")
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
    let people = try learners.map { try session.recipient($0) }
    if !yes, keyed.idempotencyKey == nil { try warnOfRepetition(people, program, session) }
    let answer = try session.change("points.grant", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      if !people.isEmpty { writer.array("learners") { for one in people { $0.string(one.id) } } }
      if !group.isEmpty { writer.array("groups") { for name in group { $0.string(name) } } }
      writer.member("reason", reason)
      if let on { writer.member("occurredOn", on) }
      if !counts { writer.member("counts", false) }
    }
    try session.tell(answer) { answer in
      let count = answer["outcome"]?.int("learners") ?? 0
      let each = answer["outcome"]?.int("points") ?? 0
      let total = answer["outcome"]?.int("total") ?? 0
      let who = (people.map(\.shown) + group).joined(separator: session.language(", ", "、"))
      return session.language(
        "\(reason): \(who): \(count) learners, \(Shown.signed(each)) each, \(total) in all.\n",
        "\(reason)：\(who)：\(count) 位学员，每人 \(Shown.signed(each))，共 \(total) 分。\n")
    }
  }

  /// How many of a learner's newest entries are looked at.
  private static let entriesLookedAt = 20

  /// Looks at the newest entries of each learner: one such grant within a minute may be a slip.
  private func warnOfRepetition(
    _ people: [Person], _ program: String, _ session: Session
  ) throws {
    let again = try people.filter { try wasJustGranted($0, program, session) }
    guard !again.isEmpty else { return }
    let who = again.map(\.shown).joined(separator: session.language(", ", "、"))
    let question = session.language(
      "Granted \(reason) less than a minute ago: \(who). Once more?",
      "一分钟内刚得过“\(reason)”：\(who)。再给一次？")
    guard Terminal(descriptor: 0).isInteractive, !session.isJSON else {
      // Standard error is a person's also where a machine reads the answer.
      return Terminal.error.show(question + "\n")
    }
    try Confirmation.ask(question, word: "yes", language: session.language)
  }

  private func wasJustGranted(
    _ person: Person, _ program: String, _ session: Session
  ) throws -> Bool {
    let newest = try session.call("history.list") { writer in
      writer.member("program", program)
      writer.member("learner", person.id)
      writer.member("limit", Self.entriesLookedAt)
    }.items("entries")
    return newest.contains { entry in
      guard entry.text("kind") == "grant", entry.text("reason") == reason,
        let granted = Self.instant(entry.text("at"))
      else { return false }
      return WallClock.now() < granted.advanced(byMicroseconds: Instant.microsecondsPerMinute)
    }
  }

  private static func instant(_ text: String) -> Instant? {
    var text = text
    let parsed = text.withUTF8 { InstantText.parse(UnsafeRawBufferPointer($0)) }
    guard case .instant(let instant)? = parsed else { return nil }
    return instant
  }
}
