import Incentives
import JSONRPC

/// `award.decide`: accepts or refuses a nominated work.
public struct DecideWork: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.decide",
    "Accepts or refuses a nominated work. Staff decide, or a learner named as decider who is neither the "
      + "nominee nor the nominator.",
    params: [
      .program, .idempotencyKey,
      .required("nomination", .nominationID, "The nomination."),
      .required("accept", .boolean, "Whether the work is accepted."),
      .optional("reason", .prose, "Why; kept sealed for the learner."),
      .optional("citation", .prose, "The citation 事迹 of the award."),
      .optional("decider", .identifier, "The learner who decides it."),
    ],
    result: [
      .required("nomination", .nominationID, "The nomination."),
      .required("status", .word(["accepted", "refused"]), "What became of it."),
      .optional("id", .awardID, "The award that was given."),
      .optional("points", .number, "What it pays."),
    ], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let request: WorkDecision

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    request = WorkDecision(
      nomination: try fields.nominationID("nomination"), isAccepted: try fields.bool("accept"),
      reason: try fields.optionalProse("reason") ?? "",
      citation: try fields.optionalProse("citation") ?? "",
      decider: try fields.optionalIdentifier("decider"))
  }

  /// A retry never turns a no into a yes.
  public static var remembersRefusal: Bool { true }

  /// Whose work it is shows only when it is found.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    guard let row = state.awards[request.nomination],
      !state.sees(row.nominee, with: sight, on: state.day(at: state.now(wall)))
    else { return }
    throw .refused(
      Refusal(
        .notFound, field: "nomination", "There is no nomination \(request.nomination)."))
  }

  /// Decides the nomination.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let given = try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, into: &buffer)
    }
    return jsonObject { writer in
      writer.member("nomination", request.nomination.description)
      writer.member("status", request.isAccepted ? "accepted" : "refused")
      guard let given, let row = state.awards[given] else { return }
      writer.member("id", given.description)
      let points = row.payment.isNone ? 0 : state.award(row.award)?.points ?? 0
      writer.member("points", points)
    }
  }
}
