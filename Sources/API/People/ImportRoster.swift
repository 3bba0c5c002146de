import Incentives
import JSONRPC

/// `roster.import`: many learners in one call; each row stands for itself.
public struct ImportRoster: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "roster.import", "Puts many learners on the roster; rows that are refused are listed.",
    params: [
      .program, .idempotencyKey, .batch,
      .required(
        "learners", .list(.object(LearnerFields.properties), max: CallLimits.rowsMax),
        "Up to 1,000 learners."),
    ],
    result: [
      .required("rows", .count, "How many rows there were."),
      .required("changed", .count, "How many said something new."),
      .required(
        "refused",
        .list(
          .object([.required("index", .count, "The row, from 0.")] + RecordFacts.refusal),
          max: .max), "The rows that were refused."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let records: [LearnerRecord]

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    records = try fields.items("learners", max: CallLimits.rowsMax) {
      value throws(ParameterError) in try value.fields(LearnerFields.read)
    }
  }

  /// Decides the rows in order.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    try context.fetchLogs(for: records)
    var changed = 0
    var refused: [(index: Int, refusal: Refusal)] = []
    for (index, record) in records.enumerated() {
      do throws(Undecided) {
        if try context.put(record).changeCount > 0 { changed += 1 }
      } catch {
        guard case .refused(let refusal) = error else { throw error }
        // What refuses the program refuses the call.
        guard refusal.field != "program" else { throw error }
        refused.append((index, refusal))
      }
    }
    return jsonObject { writer in
      writer.member("rows", records.count)
      writer.member("changed", changed)
      writer.array("refused") { writer in
        for (index, refusal) in refused {
          writer.object { writer in
            writer.member("index", index)
            writer.members(of: refusal)
          }
        }
      }
    }
  }
}
