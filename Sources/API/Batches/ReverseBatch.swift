import Incentives
import JSONRPC

/// `batch.reverse`: takes back everything a batch made.
///
/// The outcome says that it began; a job does it, learner by learner, while other calls are answered.
/// `batch.get` tells how far it is and what it came to.
public struct ReverseBatch: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "batch.reverse",
    "Takes back everything a batch made, in the background; `batch.get` tells what it comes to. What was "
      + "corrected since stays.",
    params: [
      .program, .idempotencyKey, .required("batch", .batch, "The batch."),
      .required("reason", .prose, "Why; kept with the batch."),
    ],
    result: [
      .required("batch", .batch, "The batch."),
      .required("facts", .count, "How many facts it recorded."),
      .required("job", .count, "The job that takes it back."),
    ], roles: [.admin], changes: true, needsPerson: true)

  /// The batch is what it is about, not what it belongs to.
  public static var takesBatch: Bool { false }

  /// The program's id.
  public let program: String
  private let batch: BatchNumber
  private let reason: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    batch = try fields.batch()
    reason = try fields.string("reason", max: CallLimits.textBytesMax)
  }

  /// Who sees some cohorts only takes back their own batches.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Decides that it begins.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (context.state, context.wall, context.principal)
    let seen = try state.known(
      batch, by: principal, context.sight, orElse: "batch.list shows those there are.")
    if context.sight.isLimited {
      guard case .learners(let learners) = try context.cold(.learnersTouched(seen.parts)) else {
        throw .refused(Refusal(.unavailable, "The batch can not be read now; try again."))
      }
      try state.check(
        learners, of: seen, context.sight, today: state.day(at: state.now(context.wall)))
    }
    let standing = try context.commit { buffer throws(Undecided) in
      try state.decideReversal(of: batch, reason: reason, now: now, by: principal, into: &buffer)
    }
    return jsonObject { writer in
      writer.member("batch", batch.description)
      writer.member("facts", standing.factCount)
      writer.member("job", state.lastJob)
    }
  }
}
