import Incentives
import JSONRPC

/// `session.list`: the sessions of some days, in order of time.
public struct ListSessions: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "session.list", "Lists sessions in order of time.",
    params: [
      .program,
      .optional("cohort", .identifier, "Only sessions of this cohort."),
      .optional("lesson", .identifier, "Only sessions that give this lesson."),
      .optional("from", .day, "Only sessions from this day on."),
      .optional("to", .day, "Only sessions up to this day."),
      .optional(
        "notTaken", .boolean, "Only sessions that have begun and were not taken.",
        default: "false"),
      .optional("after", .identifier, "Only sessions after this one, as `next` named it."),
    ],
    result: [
      .required("sessions", .list(.object(Property.sessionMembers), max: pageMax), "The sessions."),
      .optional("next", .identifier, "What `after` is for the next page; absent: that was all."),
    ], roles: [.read, .award, .admin])

  /// Sessions of one page.
  static let pageMax = 1_000

  /// The program's id.
  public let program: String
  private let cohort: String?
  private let lesson: String?
  private let from: LocalDay?
  private let to: LocalDay?
  private let isNotTaken: Bool
  private let after: String?

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    cohort = try fields.optionalIdentifier("cohort")
    lesson = try fields.optionalIdentifier("lesson")
    from = try fields.optionalDay("from")
    to = try fields.optionalDay("to")
    isNotTaken = try fields.optionalBool("notTaken") ?? false
    after = try fields.optionalIdentifier("after")
  }

  /// A caller who is limited to cohorts sees their sessions.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Lists the sessions.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, sight) = (context.state, context.sight)
    let waiting =
      isNotTaken
      ? Set(state.sessionsNotTaken(at: state.now(context.wall)).map(\.object)) : []
    let start = try after.map { id throws(Undecided) in try state.knownSession(id) }
    let cohort = cohort.map { state.names.number(.cohort, $0) }
    let found = state.sessions.rows.filter { session in
      sight.sees(session.cohort) && (from ?? session.day) <= session.day
        && session.day <= (to ?? session.day) && (lesson ?? session.lesson) == session.lesson
        && (cohort.map { $0 == UInt32(session.cohort.rawValue) } ?? true)
        && (!isNotTaken || waiting.contains(session.object))
        && (start.map { $0.comesBefore(session) } ?? true)
    }.sorted { $0.comesBefore($1) }
    let page = found.prefix(Self.pageMax)
    return jsonObject { writer in
      writer.array("sessions") { writer in
        for session in page { writer.object { $0.members(of: session, in: state) } }
      }
      if found.count > page.count, let last = page.last {
        writer.member("next", state.sessionID(last.object))
      }
    }
  }
}
