import Incentives
import JSONRPC

/// `learner.erase`: destroys what identifies a learner; history, totals and the head hash stay.
public struct EraseLearner: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "learner.erase",
    "Destroys what identifies a learner, for good: id, name, alias, details of facts. Points, history and "
      + "head stay. Writes wait meanwhile, about a second for a million learners. Refused while a rehearsal "
      + "of the program holds the learner too: drop it first.",
    params: [.program, .idempotencyKey, .required("learner", .identifier, "The learner.")],
    result: [
      .required("shownAs", .identifier, "What stands for the learner from now on."),
      .required("facts", .count, "How many facts stay, without whose they were."),
      .required(
        "factIds", .list(.identifier, max: ProgramState.erasedFactIDsMax),
        "Ids that sources gave to facts and that contain the learner's id: these stay."),
      .required("factIdCount", .count, "How many such ids there are in all."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let learner: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
  }

  /// Erasing is for good and for every cohort: nobody of some cohorts only may.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    guard sight.isLimited else { return }
    throw .refused(
      Refusal(
        .forbidden,
        "Erasing ends what a learner is in every cohort; only an admin of the whole program may."))
  }

  /// Decides the erasure.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, principal) = (context.state, context.principal)
    try Self.check(context.rehearsals)
    let log = context.log(of: state.learnerNumber(learner))
    let erased = try context.commit { buffer throws(Undecided) in
      try state.decideErasure(of: learner, by: principal, log: log, into: &buffer)
    }
    // What it tells is sealed under the key that is destroyed: a retry learns that it was done.
    context.answerNames(erased.learner)
    return jsonObject { writer in
      writer.member("shownAs", state.learners.shownID(erased.learner))
      writer.member("facts", erased.told.factCount)
      writer.member("factIds", erased.told.factIDs)
      writer.member("factIdCount", erased.told.factIDCount)
    }
  }

  /// Refuses while a copy may hold the learner: who is erased is to be gone everywhere.
  private static func check(_ rehearsals: [Rehearsal]) throws(Undecided) {
    guard !rehearsals.isEmpty else { return }
    let commands = rehearsals.map { "`laurel program drop \($0.id)`" }.joined(separator: ", ")
    throw .refused(
      Refusal(
        .hasRehearsal, field: "program",
        "A rehearsal of this program holds its people too; drop it first: \(commands)."))
  }
}
