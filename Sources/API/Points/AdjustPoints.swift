import Incentives
import JSONRPC

/// `points.adjust`: points that an admin adds or takes with a reason in words.
public struct AdjustPoints: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "points.adjust", "Adds points to a learner, or takes some, with a reason in words.",
    params: [
      .program, .idempotencyKey,
      .required("learner", .identifier, "The learner."),
      .required(
        "points", .integer(-ProgramState.adjustmentMax...ProgramState.adjustmentMax),
        "More than 0 to add, less to take."),
      .required("reason", .prose, "Why, in words; sealed as the learner's name is."),
      .optional("occurredOn", .day, "The local day they are for; default today."),
      .optional(
        "earned", .boolean, "Whether they are earned, for ranks and levels, instead of adjusted.",
        default: "false"),
      .optional(
        "allowDebt", .boolean, "Whether what is not there may be taken: it becomes debt.",
        default: "false"),
    ],
    result: [
      .required("learner", .identifier, "The learner."),
      .required("points", .number, "What was added or taken."),
      .required("earned", .number, "The balance after it."),
      .required("spendable", .count, "The balance after it."),
      .required("debt", .count, "What is owed after it."),
    ], roles: [.admin], changes: true, needsPerson: true)

  /// The program's id.
  public let program: String
  private let request: AdjustRequest

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    request = AdjustRequest(
      learner: try fields.identifier("learner"),
      points: try fields.int(
        "points", in: -ProgramState.adjustmentMax...ProgramState.adjustmentMax),
      reason: try fields.string("reason", max: CallLimits.textBytesMax),
      occurredOn: try fields.optionalDay("occurredOn"),
      earned: try fields.optionalBool("earned") ?? false,
      allowDebt: try fields.optionalBool("allowDebt") ?? false)
  }

  /// Refuses who is not seen, and a day on which the learner was another cohort's.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: request.learner, sight, wall: wall)
    let day = request.occurredOn ?? state.day(at: state.now(wall))
    try state.check(
      request.learner, from: day, through: day, field: "occurredOn", sight)
  }

  /// Decides the adjustment.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let learner = try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, into: &buffer)
    }
    context.answerNames(learner)
    let accounts = state.accounts(of: learner)
    return jsonObject { writer in
      writer.member("learner", state.learners.shownID(learner))
      writer.member("points", request.points)
      writer.member("earned", accounts.earned)
      writer.member("spendable", accounts.spendable)
      writer.member("debt", accounts.debt)
    }
  }
}
