import Client
import Glibc
import JSONRPC

/// Streams facts to a server: calls of 1,000, eight of them on their way at a time.
///
/// Facts carry their identities, so an upload that was cut off is simply repeated: what is there
/// already is answered as `replayed` and pays nothing. A server that is busy is asked again after
/// the time it names. Facts that it refuses are listed with the line they came from; the others of
/// their call stand.
final class FactUpload {
  /// What came of the facts so far.
  struct Tally: Sendable {
    /// Facts answered.
    var answered = 0
    /// Facts that are new.
    var recorded = 0
    /// Facts that were there already.
    var replayed = 0
    /// New facts that wait for the roster.
    var pending = 0
    /// Points that the new facts paid at once.
    var points: Int64 = 0
  }

  /// Facts of a call, as the wire allows.
  static let callFactsMax = 1_000
  /// Calls on their way at a time.
  static let windowCalls = 8
  /// Bytes of a call, with room for its frame.
  static let callBytesMax = Limits.frameByteCount - 4_096

  private(set) var tally = Tally()
  /// What the server refused.
  private(set) var refused = BadRows()

  /// A call's facts: their JSON with commas between, and the lines they came from.
  private struct Batch {
    var json: [UInt8] = []
    var lines: [Int] = []
  }

  private let session: Session
  private let program: String
  private var scratch = JSONWriter(capacity: 1_024)
  private var batch = Batch()
  private var underway: [Int64: Batch] = [:]

  /// An upload into a program.
  init(_ session: Session, program: String) {
    self.session = session
    self.program = program
  }

  /// Takes a fact; sends a call when one is full.
  func add(_ fact: FactRow, line: Int) throws(CommandFailure) {
    scratch.removeAll()
    scratch.fact(fact)
    if batch.lines.count == Self.callFactsMax
      || batch.json.count + scratch.count + 1 > Self.callBytesMax
    {
      try sendBatch()
    }
    if !batch.json.isEmpty { batch.json.append(UInt8(ascii: ",")) }
    batch.json += scratch.bytes
    batch.lines.append(line)
  }

  /// Sends what is left and waits for every answer.
  func finish() throws(CommandFailure) {
    if !batch.lines.isEmpty { try sendBatch() }
    while !underway.isEmpty { try receive() }
  }

  private func sendBatch() throws(CommandFailure) {
    while underway.count >= Self.windowCalls { try receive() }
    try send(batch)
    batch = Batch()
  }

  private func send(_ batch: Batch) throws(CommandFailure) {
    let id = session.client.send("facts.record") { writer in
      writer.member("program", program)
      writer.array("facts") { writer in batch.json.withUnsafeBytes { writer.raw($0) } }
    }
    underway[id] = batch
    do throws(ClientError) { try session.client.flush() } catch { throw session.failure(error) }
  }

  private func receive() throws(CommandFailure) {
    var again: (batch: Batch, after: Duration)?
    do throws(ClientError) {
      try session.client.receive { (id, result) throws(ClientError) in
        guard let batch = underway.removeValue(forKey: id) else {
          throw .malformed("an answer to no call")
        }
        do throws(ClientError) {
          try note(try result.get(), of: batch)
        } catch .refused(let refusal) {
          guard let wait = refusal.retryAfter else { throw .refused(refusal) }
          again = (batch, wait)
        }
      }
    } catch {
      throw session.failure(error)
    }
    guard let again else { return }
    usleep(UInt32(again.after / .microseconds(1)))
    try send(again.batch)
  }

  private func note(
    _ result: JSONValue, of batch: Batch
  ) throws(ClientError) {
    guard let outcomes = result.object?["outcomes"]?.array, outcomes.count == batch.lines.count
    else {
      throw .malformed("not as many outcomes as facts")
    }
    for (item, line) in zip(outcomes, batch.lines) {
      tally.answered += 1
      guard let outcome = item.object?["outcome"]?.object else {
        refused.add(BadRow(line: line, text: Self.reason(item)))
        continue
      }
      if item.object?["replayed"]?.bool == true {
        tally.replayed += 1
        continue
      }
      tally.recorded += 1
      tally.points += outcome["points"]?.int64 ?? 0
      if let status = outcome["status"]?.text, status == "pending" { tally.pending += 1 }
    }
  }

  private static func reason(_ item: JSONValue) -> String {
    let refused = item.object?["refused"]?.object
    let parts = ["reason", "field", "advice"].map { (name: StaticString) in
      refused?[name]?.text?.string ?? ""
    }
    return parts.filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
