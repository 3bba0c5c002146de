import Incentives
import JSONRPC

/// `session.put`: what is true of a session.
public struct PutSession: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "session.put", "Declares or changes a session; what is left out stays as it was.",
    params: [
      .program, .idempotencyKey,
      .optional("session", .identifier, "Its id; absent draws the next, such as S-0004."),
      .optional("cohort", .identifier, "Whose session it is."),
      .optional(
        "lesson", .either([.identifier, .word([""])]),
        "The lesson it gives, by which another cohort's session makes it up; empty: none."),
      .optional("day", .day, "Its local day, where the time is not known."),
      .optional("startsAt", .instant, "When it begins; this or day for a new one."),
      .optional("endsAt", .instant, "When it ends."),
      .optional("minutes", .integer(0...1_440), "How many minutes it lasts; default by its times."),
      .optional(
        "state", .word(SessionState.allCases.map(\.word)), "Whether it takes place.",
        default: #""planned""#),
      .optional("required", .boolean, "Whether the cohort's learners owe it.", default: "true"),
    ],
    result: [.session], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private var record: SessionRecord
  private let startsAt: ParsedTime?
  private let endsAt: ParsedTime?

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    record = SessionRecord(
      id: try fields.optionalIdentifier("session"),
      cohort: try fields.optionalIdentifier("cohort"),
      lesson: try fields.optionalTextOrNone("lesson", max: CallLimits.identifierBytesMax),
      day: try fields.optionalDay("day"),
      minutes: try fields.optionalInt("minutes", in: 0...1_440).map { Int32($0) },
      state: try fields.optionalWord("state", of: SessionState.allCases, \.word),
      isRequired: try fields.optionalBool("required"))
    startsAt = try fields.optionalInstant("startsAt")
    endsAt = try fields.optionalInstant("endsAt")
  }

  /// Refuses a session that is not seen, and one for a cohort that is not.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    guard sight.isLimited else { return }
    if let id = record.id { try state.check(session: id, sight) }
    let isKnown = record.id.flatMap(state.session) != nil
    if !isKnown || record.cohort != nil { try state.check(cohort: record.cohort, sight) }
  }

  /// Decides the session.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, principal) = (context.state, context.principal)
    var record = record
    record.startsAt = startsAt.map(state.instant)
    record.endsAt = endsAt.map(state.instant)
    let now = state.now(context.wall)
    var logs: [LearnerNumber: LearnerLog] = [:]
    if let session = record.id.flatMap(state.session) {
      for learner in state.learners(recordedIn: session) {
        if let log = context.log(of: learner) { logs[learner] = log }
      }
    }
    let (said, known) = (record, logs)
    let id = try context.commit { buffer throws(Undecided) in
      try state.decide(said, now: now, by: principal, logs: { known[$0] }, into: &buffer)
    }
    return jsonObject { $0.member("session", id) }
  }
}
