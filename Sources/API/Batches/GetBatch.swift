import Incentives
import JSONRPC

/// `batch.get`: a batch, and what taking it back came to, learner by learner.
public struct GetBatch: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "batch.get",
    "Shows a batch and, where it was taken back, what that came to, learner by learner.",
    params: [
      .program, .required("batch", .batch, "The batch."),
      .optional(
        "from", .integer(1 ... .max), "The record to go on with; default: the first learner."),
      .optional(
        "limit", .integer(1...CallLimits.listedLearnersMax), "How many learners.", default: "100"),
    ],
    result: ListBatches.listed + [
      .optional("learners", .list(.object(taken), max: .max), "What it came to."),
      .optional("next", .count, "The record to go on with; absent at the end."),
    ], roles: [.read, .admin])

  /// What taking back a batch comes to for a learner.
  static let taken: [Property] = [
    .required("learner", .identifier, "Whose it was."), .erased,
    .required("facts", .count, "How many facts were reversed."),
    .required("grants", .count, "How many grants and adjustments were taken back."),
    .required("rows", .count, "How many rows of the roster were withdrawn."),
    .required(
      "corrected", .count, "How many records were corrected since, and stay as they are."),
    .required("points", .number, "The net change of points."),
    .required("writtenOff", .number, "What was spent already and is forgiven."),
  ]

  /// The program's id.
  public let program: String
  private let batch: BatchNumber
  private let from: Position?
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    batch = try fields.batch()
    from = try fields.optionalPosition("from")
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.listedLearnersMax) ?? 100)
  }

  /// Who sees some cohorts only is shown their own batches.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Shows the batch.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let batch = try state.known(
      batch, by: context.principal, context.sight, orElse: "batch.list shows those there are.")
    if context.sight.isLimited {
      guard case .learners(let learners) = try context.cold(.learnersTouched(batch.parts)) else {
        throw .refused(Refusal(.unavailable, "The batch can not be read now; try again."))
      }
      try state.check(
        learners, of: batch, context.sight, today: state.day(at: state.now(context.wall)))
    }
    guard let reversal = batch.reversal else {
      return jsonObject { $0.members(of: batch, in: state) }
    }
    // What was read while the job went on is asked for again.
    let question = ColdQuestion.batchTaken(
      batch.number, from: max(from ?? reversal.position, reversal.position), count: limit,
      of: reversal.learners)
    guard case .batchTaken(let learners, let next) = try context.cold(question) else {
      throw .refused(Refusal(.unavailable, "The batch can not be read now; try again."))
    }
    return jsonObject { writer in
      writer.members(of: batch, in: state)
      writer.array("learners") { writer in
        for taken in learners { writer.object { $0.members(of: taken, in: state) } }
      }
      if let next { writer.member("next", next) }
    }
  }
}

extension JSONWriter {
  /// Writes what taking back a batch comes to for a learner.
  mutating func members(of taken: BatchTakenChange, in state: ProgramState) {
    learner(taken.learner, of: state)
    member("facts", taken.facts)
    member("grants", taken.grants)
    member("rows", taken.rows)
    member("corrected", taken.corrected)
    member("points", taken.posting.points)
    member("writtenOff", taken.posting.writtenOff)
  }
}
