import Incentives
import JSONRPC

/// `points.grant`: points that staff give for a declared reason.
public struct GrantPoints: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "points.grant", "Gives learners the points of a declared reason; all of them or none.",
    params: [
      .program, .idempotencyKey, .batch,
      .optional(
        "learners", .list(.identifier, max: CallLimits.granteesMax), "Who gets them."),
      .optional(
        "groups", .list(.identifier, max: CallLimits.granteesMax),
        "Groups whose members of the day get them."),
      .required("reason", .identifier, "A reason code of the program."),
      .optional("occurredOn", .day, "The local day they count for; default today."),
      .optional(
        "counts", .boolean, "Whether they count as earned, for ranks and levels.",
        default: "true"),
    ],
    result: [
      .required("learners", .count, "How many got points."),
      .required("points", .number, "How many points each got."),
      .required("total", .number, "How many points were given in all."),
    ], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let request: GrantRequest

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    request = GrantRequest(
      learners: try fields.identifiers("learners", max: CallLimits.granteesMax),
      groups: try fields.identifiers("groups", max: CallLimits.granteesMax),
      reason: try fields.identifier("reason"), occurredOn: try fields.optionalDay("occurredOn"),
      counts: try fields.optionalBool("counts") ?? true)
  }

  /// Refuses grantees who are not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    for (index, learner) in request.learners.enumerated() {
      try state.check(learner: learner, field: "learners[\(index)]", sight, wall: wall)
    }
    for (index, group) in request.groups.enumerated() {
      try state.check(group: group, field: "groups[\(index)]", sight)
    }
  }

  /// Decides the grant.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let learners = try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, into: &buffer)
    }
    let points = state.definition.reasons.first { $0.code == request.reason }?.points ?? 0
    return jsonObject { writer in
      writer.member("learners", learners.count)
      writer.member("points", points)
      writer.member("total", points * Int64(learners.count))
    }
  }
}
