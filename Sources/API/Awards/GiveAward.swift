import Incentives
import JSONRPC

/// `award.grant`: a declared award for learners or groups.
public struct GiveAward: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.grant",
    "Gives learners a declared award; all of them or none. award.revoke takes it back.",
    params: [
      .program, .idempotencyKey,
      .required("award", .identifier, "The award, as the program declares it."),
      .optional(
        "learners", .list(.identifier, max: CallLimits.granteesMax), "Who gets it."),
      .optional(
        "groups", .list(.identifier, max: CallLimits.granteesMax),
        "Groups whose members of the day get it; who is on no board is left out."),
      .optional("occurredOn", .day, "The local day it is of; default today."),
      .optional("citation", .prose, "The citation 事迹, kept sealed for each learner."),
    ],
    result: [
      .required("awards", .list(.awardID, max: .max), "The awards that were given."),
      .required("points", .number, "What each pays."),
    ], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let request: AwardGrant

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    request = AwardGrant(
      award: try fields.identifier("award"),
      learners: try fields.identifiers("learners", max: CallLimits.granteesMax),
      groups: try fields.identifiers("groups", max: CallLimits.granteesMax),
      occurredOn: try fields.optionalDay("occurredOn"),
      citation: try fields.optionalProse("citation") ?? "")
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

  /// Decides the awards.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let given = try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, into: &buffer)
    }
    let award = state.definition.declaredAwards.first { $0.id == request.award }
    return jsonObject { writer in
      writer.member("awards", given.map(\.description))
      writer.member("points", award?.points ?? 0)
    }
  }
}
