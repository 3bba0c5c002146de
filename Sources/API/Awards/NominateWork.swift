import Incentives
import JSONRPC

/// `award.nominate`: a work for an award won by excellent work 优秀作业.
public struct NominateWork: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.nominate",
    "Nominates a work 优秀作业: a recorded fact of the learner, or an object. A teacher does, or a "
      + "learner named as nominator: the leader of the group, or a peer where the program lets peers.",
    params: [
      .program, .idempotencyKey,
      .required("award", .identifier, "The award, won by excellent work."),
      .required("learner", .identifier, "Whose work it is."),
      .required(
        "work",
        .object([
          .optional("source", .identifier, "A fact: its source."),
          .optional("kind", .identifier, "An object: its kind."),
          .required("id", .identifier, "The source's id of the fact, or the object's id."),
        ]), "The work: a recorded fact of the learner where it has a source, else an object."),
      .optional("nominator", .identifier, "The learner who nominates it."),
    ],
    result: [.required("nomination", .nominationID, "The nomination.")],
    roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let award: String
  private let learner: String
  private let source: String?
  private let kind: String?
  private let id: String
  private let nominator: String?

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    award = try fields.identifier("award")
    learner = try fields.identifier("learner")
    nominator = try fields.optionalIdentifier("nominator")
    (source, kind, id) = try fields.object("work") {
      (fields: inout Fields) throws(ParameterError) in
      let source = try fields.optionalIdentifier("source")
      let kind = try fields.optionalIdentifier("kind")
      guard source == nil || kind == nil else {
        throw ParameterError(
          "kind", .invalidValue, "A work is a fact, with its source, or an object, with its kind.")
      }
      return (source, kind, try fields.identifier("id"))
    }
  }

  /// Refuses people who are not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
    if let nominator { try state.check(learner: nominator, field: "nominator", sight, wall: wall) }
  }

  /// Decides the nomination.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let request = WorkNomination(
      award: award, nominee: learner, work: try work(context), nominator: nominator)
    let number = try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, into: &buffer)
    }
    return jsonObject { $0.member("nomination", number.description) }
  }

  private func work(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> WorkNomination.Work {
    guard let source else { return .object("\(kind ?? "")\0\(id)") }
    if let known = try context.known(context.state.identity(source: source, id: id)),
      case .fact(let change) = known.change
    {
      return .fact(known.position, of: change.learner, about: change.object)
    }
    throw .refused(
      Refusal(
        .notFound, field: "work.id", "There is no such fact; `fact.list` shows those there are."))
  }
}
