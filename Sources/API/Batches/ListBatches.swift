import Incentives
import JSONRPC

/// `batch.list`: what imports, deliveries and runs made, newest first.
public struct ListBatches: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "batch.list", "Lists batches, newest first.",
    params: [
      .program,
      .optional("before", .batch, "The batch to go on before; default: the newest."),
      .optional("limit", .integer(1...CallLimits.listedBatchesMax), "How many.", default: "20"),
    ],
    result: [
      .required("batches", .list(.object(listed), max: .max), "The batches."),
      .optional("next", .batch, "Where to go on before; absent at the end."),
    ], roles: [.read, .admin])

  /// How many batches one call looks at.
  private static let lookedAtMax = 10_000

  static let listed: [Property] = [
    .required("batch", .batch, "Its id."),
    .required("kind", .word(BatchKind.allCases.map(\.word)), "What made it."),
    .required("by", .identifier, "Who opened it."),
    .required("openedAt", .instant, "When."),
    .optional("file", .prose, "The file's name."),
    .optional("sha256", .sha256, "The file's SHA-256."),
    .required("facts", .count, "How many facts it recorded."),
    .required("records", .count, "How many records of the log are its own."),
    .required("status", .word(["open", "reversing", "reversed"]), "Whether it stands."),
    .optional("reversedBy", .identifier, "Who took it back."),
    .optional("reversedAt", .instant, "When."),
    .optional("reason", .prose, "Why."),
    .optional("learnersDone", .count, "How many learners that came to so far."),
    .optional("factsReversed", .count, "How many facts were reversed."),
    .optional("grantsReversed", .count, "How many grants and adjustments were taken back."),
    .optional("rowsWithdrawn", .count, "How many rows of the roster were withdrawn."),
    .optional("corrected", .count, "How many records were corrected since, and stay."),
    .optional("points", .number, "The net change of points."),
    .optional("writtenOff", .number, "What was spent already and is forgiven."),
  ]

  /// The program's id.
  public let program: String
  private let before: BatchNumber?
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    before = try fields.optionalBatch("before")
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.listedBatchesMax) ?? 20)
  }

  /// Who sees some cohorts only is shown their own batches.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Lists the batches.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let end = min(state.batches.count, before.map { $0.index - 1 } ?? .max)
    var (start, shown) = (end, [Int]())
    // Most callers see all; whoever does not looks at some thousands a call.
    while start > 0, shown.count < limit, end - start < Self.lookedAtMax {
      start -= 1
      if state.batches[start].isSeen(by: context.principal, context.sight) { shown.append(start) }
    }
    return jsonObject { writer in
      writer.array("batches") { writer in
        for index in shown { writer.object { $0.members(of: state.batches[index], in: state) } }
      }
      if start > 0 { writer.member("next", BatchNumber(rawValue: UInt32(start + 1)).description) }
    }
  }
}

extension JSONWriter {
  /// Writes the members of a batch.
  mutating func members(of batch: BatchRow, in state: ProgramState) {
    member("batch", batch.number.description)
    member("kind", batch.kind.word)
    member("by", state.names.word(.principal, batch.principal.rawValue))
    member("openedAt", batch.openedAt)
    memberUnlessEmpty("file", batch.fileName)
    memberUnlessEmpty("sha256", batch.digest)
    member("facts", batch.factCount)
    member("records", batch.recordCount)
    member("status", batch.status)
    guard let reversal = batch.reversal else { return }
    member("reversedBy", state.names.word(.principal, reversal.principal.rawValue))
    member("reversedAt", reversal.at)
    memberUnlessEmpty("reason", reversal.reason)
    member("learnersDone", reversal.learners)
    member("factsReversed", reversal.facts)
    member("grantsReversed", reversal.grants)
    member("rowsWithdrawn", reversal.rows)
    member("corrected", reversal.corrected)
    member("points", reversal.posting.points)
    member("writtenOff", reversal.posting.writtenOff)
  }
}

extension BatchRow {
  fileprivate var status: String {
    switch reversal?.isDone {
    case nil: "open"
    case false?: "reversing"
    case true?: "reversed"
    }
  }
}
