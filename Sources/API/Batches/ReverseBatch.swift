import Incentives
import JSONRPC

/// `batch.reverse`: takes back everything a batch made.
///
/// The outcome says that it began; a job does it, learner by learner, while other calls are answered.
/// `batch.get` tells how far it is and what it came to. A dry run tells before what it would come to, a page
/// of learners a call.
public struct ReverseBatch: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "batch.reverse",
    "Takes back everything a batch made, in the background; `batch.get` tells what it comes to. What was "
      + "corrected since stays.",
    params: [
      .program, .keyUnlessDryRun, .required("batch", .batch, "The batch."),
      .required("reason", .prose, "Why; kept with the batch."), .dryRun,
      .optional(
        "from", .integer(1...Int64(UInt32.max)),
        "Of a dry run, the learner to go on with, as `next` named it.", default: "1"),
      .optional(
        "limit", .integer(1...CallLimits.listedLearnersMax), "Of a dry run, how many learners.",
        default: "100"),
    ],
    result: [
      .required("batch", .batch, "The batch."),
      .required("facts", .count, "How many facts it recorded."),
      .optional("job", .count, "The job that takes it back; absent in a dry run."),
      .optional(
        "learners", .list(.object(GetBatch.taken), max: .max), "What a dry run would come to."),
      .optional("next", .count, "The learner a dry run goes on with; absent at the end."),
    ], roles: [.admin], changes: true, needsPerson: true)

  /// The batch is what it is about, not what it belongs to.
  public static var takesBatch: Bool { false }

  /// The program's id.
  public let program: String
  /// Whether to tell only what it would come to.
  public let isDryRun: Bool
  private let batch: BatchNumber
  private let reason: String
  private let from: LearnerNumber
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    batch = try fields.batch()
    reason = try fields.string("reason", max: CallLimits.textBytesMax)
    isDryRun = try fields.optionalBool("dryRun") ?? false
    from = LearnerNumber(
      rawValue: UInt32(try fields.optionalInt("from", in: 1...Int64(UInt32.max)) ?? 1))
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.listedLearnersMax) ?? 100)
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
    if context.sight.isLimited || isDryRun {
      guard case .learners(let learners) = try context.cold(.learnersTouched(seen.parts)) else {
        throw .refused(Refusal(.unavailable, "The batch can not be read now; try again."))
      }
      try state.check(
        learners, of: seen, context.sight, today: state.day(at: state.now(context.wall)))
      if isDryRun { return try rehearse(seen, learners, context) }
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

  /// Tells what it would come to for a page of learners.
  private func rehearse(
    _ batch: BatchRow, _ learners: [LearnerNumber],
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    var logs: [LearnerNumber: LearnerLog] = [:]
    for learner in learners { logs[learner] = context.log(of: learner) }
    let page = try state.rehearseReversal(
      of: batch, learners: learners, from: from, count: limit, now: context.wall,
      by: context.principal, log: { logs[$0] })
    return jsonObject { writer in
      writer.member("batch", batch.number.description)
      writer.member("facts", batch.factCount)
      writer.array("learners") { writer in
        for taken in page.taken { writer.object { $0.members(of: taken, in: state) } }
      }
      if let next = page.next { writer.member("next", next.rawValue) }
    }
  }
}
