import Incentives
import JSONRPC

/// The rows of a call that were refused, each for itself: index and refusal.
struct RefusedRows {
  private var rows: [(index: Int, refusal: Refusal)] = []

  /// What an answer says of them.
  static let property = Property.required(
    "refused",
    .list(
      .object([.required("index", .count, "The row, from 0.")] + RecordFacts.refusal), max: .max),
    "The rows that were refused.")

  /// Notes why a row was refused; throws on what is no refusal.
  mutating func add(_ index: Int, _ error: Undecided) throws(Undecided) {
    guard case .refused(let refusal) = error else { throw error }
    rows.append((index, refusal))
  }

  /// Writes the member.
  func write(to writer: inout JSONWriter) {
    writer.array("refused") { writer in
      for (index, refusal) in rows {
        writer.object { writer in
          writer.member("index", index)
          writer.members(of: refusal)
        }
      }
    }
  }
}
