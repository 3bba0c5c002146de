import Incentives
import JSONRPC

/// `award.revoke`: takes an award back, with what it paid; the runner-up of a star gets it.
public struct RevokeAward: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "award.revoke",
    "Takes an award back, with what it paid; what was spent already is written off. The runner-up of a "
      + "star gets it, dated to its period; no other star is decided again.",
    params: [
      .program, .idempotencyKey,
      .required("award", .awardID, "The award that was given, such as A-0012."),
      .required("reason", .prose, "Why; kept sealed for the learner."),
    ],
    result: [
      .required("id", .awardID, "The award."),
      .required("points", .number, "What moved for the learner."),
      .required("writtenOff", .number, "What was spent already and is forgiven."),
      .required(
        "runnersUp",
        .list(.object([.required("id", .awardID, "An award that was given instead.")]), max: .max),
        "Who got it instead; award.list names them."),
    ], roles: [.award, .admin], changes: true, needsPerson: true)

  /// The program's id.
  public let program: String
  private let award: GivenNumber
  private let reason: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    award = try fields.awardID("award")
    reason = try fields.string("reason", max: CallLimits.textBytesMax)
  }

  /// Whose award it is shows only when it is found.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    guard let row = state.awards[award],
      !state.sees(row.learner, with: sight, on: state.day(at: state.now(wall)))
    else { return }
    throw .refused(Refusal(.notFound, field: "award", "There is no award \(award)."))
  }

  /// Decides the revocation.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let row = state.awards[award]
    var proof: ProgramState.RevocationProof?
    if let decision = row.flatMap({ state.awards[$0.decision] }) {
      let record = try context.record(at: decision.position)
      if case .starDecided(let change) = record.change {
        proof = ProgramState.RevocationProof(change, in: record.buffer)
      }
    }
    let log = context.log(of: row?.learner)
    let (given, moves) = try context.commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      let given = try state.decideRevocation(
        of: award, reason: reason, now: now, by: principal, log: log, proof: proof,
        into: &buffer)
      let own = buffer.changes[start...].lazy.compactMap { change -> Posting? in
        if case .granted(let grant) = change, !grant.undoes.isNone { grant.posting } else { nil }
      }.first
      return (given, own ?? Posting(points: 0))
    }
    return jsonObject { writer in
      writer.member("id", award.description)
      writer.member("points", moves.points)
      writer.member("writtenOff", moves.writtenOff)
      writer.array("runnersUp") { writer in
        for one in given { writer.object { $0.member("id", one.description) } }
      }
    }
  }
}
