import Incentives
import JSONRPC

/// `award.confirm`: staff choose who gets a star that waits for them.
public struct ConfirmStar: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.confirm",
    "Chooses who gets a star with `confirm: staff`, among the first three of its proof, before its "
      + "deadline.",
    params: [
      .program, .idempotencyKey,
      .required("decision", .decisionID, "The star, as award.list names it under `waiting`."),
      .required("learner", .identifier, "Who gets it."),
    ],
    result: [
      .required("id", .awardID, "The award that was given."),
      .required("learner", .identifier, "Who got it."),
    ], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let decision: DecisionNumber
  private let learner: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    decision = try fields.decisionID("decision")
    learner = try fields.identifier("learner")
  }

  /// A retry never turns a no into a yes.
  public static var remembersRefusal: Bool { true }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
  }

  /// Decides who gets it.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let given = try context.commit { buffer throws(Undecided) in
      try state.decideConfirmation(
        of: decision, for: learner, now: now, by: principal, into: &buffer)
    }
    context.answerNames(state.learnerNumber(learner) ?? .none)
    return jsonObject { writer in
      writer.member("id", given.description)
      writer.member("learner", learner)
    }
  }
}
