import API
import Client
import Incentives
import JSONRPC

/// Streams facts to a server: calls of 1,000, eight of them on their way at a time.
///
/// Facts carry their identities, so an upload that was cut off is simply repeated: what is there
/// already is answered as `replayed` and pays nothing. A server that is busy is asked again after
/// the time it names, and so are single facts for which it is busy. Facts that it refuses are listed
/// with the line they came from; the others of their call stand.
final class FactUpload: CSVUpload {
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
  /// How often a single fact is sent before its `busy` is listed as a refusal.
  static let triesMax = 10

  private(set) var tally = Tally()
  /// What the server refused.
  private(set) var refused = BadRows()

  /// Facts answered.
  var answered: Int { tally.answered }

  /// What came of the facts, for a report.
  var figures: [ImportReport.Figure] {
    [
      ("recorded", "new", "新记录", Int64(tally.recorded)),
      ("replayed", "known already", "早已记过", Int64(tally.replayed)),
      ("pending", "waiting for the roster", "等待名册", Int64(tally.pending)),
      ("points", "points paid", "给出积分", tally.points),
    ]
  }

  /// A call's facts: their JSON with commas between, where each ends, and the lines they came from.
  private struct Batch {
    private(set) var json: [UInt8] = []
    private var ends: [Int] = []
    private(set) var lines: [Int] = []
    /// How often its facts were sent before.
    var tries = 0

    mutating func append(_ fact: some Collection<UInt8>, line: Int) {
      if !json.isEmpty { json.append(UInt8(ascii: ",")) }
      json += fact
      ends.append(json.count)
      lines.append(line)
    }

    /// The JSON of one fact.
    subscript(place: Int) -> ArraySlice<UInt8> {
      json[(place == 0 ? 0 : ends[place - 1] + 1)..<ends[place]]
    }
  }

  private let session: Session
  private let program: String
  private let importBatch: ImportBatch?
  private var scratch = JSONWriter(capacity: 1_024)
  private var batch = Batch()
  private var underway: [Int64: Batch] = [:]

  /// An upload into a program, as part of a batch.
  init(_ session: Session, program: String, batch: ImportBatch? = nil) {
    self.session = session
    self.program = program
    self.importBatch = batch
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
    batch.append(scratch.bytes, line: line)
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
      if let importBatch { writer.member("batch", importBatch.id) }
      writer.array("facts") { writer in batch.json.withUnsafeBytes { writer.raw($0) } }
    }
    underway[id] = batch
    do throws(ClientError) { try session.client.flush() } catch { throw session.failure(error) }
  }

  private func receive() throws(CommandFailure) {
    var again = Batch()
    var wait = Duration.milliseconds(Refusal.retryAfterMilliseconds)
    do throws(ClientError) {
      try session.client.receive { (id, result) throws(ClientError) in
        guard let batch = underway.removeValue(forKey: id) else {
          throw .malformed("an answer to no call")
        }
        do throws(ClientError) {
          again = try note(try result.get(), of: batch)
        } catch .refused(let refusal) {
          guard let asked = refusal.retryAfter else { throw .refused(refusal) }
          (again, wait) = (batch, asked)
        }
      }
    } catch {
      throw session.failure(error)
    }
    guard !again.lines.isEmpty else { return }
    Session.pause(wait)
    try send(again)
  }

  /// Counts the outcomes of a call; gives the facts that are to be sent again.
  private func note(_ result: JSONValue, of batch: Batch) throws(ClientError) -> Batch {
    guard let outcomes = result.object?["outcomes"]?.array, outcomes.count == batch.lines.count
    else {
      throw .malformed("not as many outcomes as facts")
    }
    var again = Batch()
    again.tries = batch.tries + 1
    for (place, item) in outcomes.enumerated() {
      if let outcome = item.object?["outcome"]?.object {
        note(outcome, isReplayed: item.object?["replayed"]?.bool == true)
        continue
      }
      let refusal = item.object?["refused"]?.object
      if refusal?["reason"]?.text?.string == "busy", again.tries < Self.triesMax {
        again.append(batch[place], line: batch.lines[place])
      } else {
        tally.answered += 1
        refused.add(BadRow(line: batch.lines[place], text: Self.reason(item)))
      }
    }
    return again
  }

  private func note(_ outcome: JSONObject, isReplayed: Bool) {
    tally.answered += 1
    guard !isReplayed else { return tally.replayed += 1 }
    tally.recorded += 1
    tally.points += outcome["points"]?.int64 ?? 0
    if let status = outcome["status"]?.text, status == "pending" { tally.pending += 1 }
  }

  private static func reason(_ item: JSONValue) -> String {
    let refused = item.object?["refused"]?.object
    let parts = ["reason", "field", "advice"].map { (name: StaticString) in
      refused?[name]?.text?.string ?? ""
    }
    return CommandWords.of(parts.filter { !$0.isEmpty }.joined(separator: ": "))
  }
}
