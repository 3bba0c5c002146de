import JSONRPC

/// Sends learners to a server, 1,000 a call, and collects what it refuses.
final class RosterUpload: CSVUpload {
  /// Rows of a call, as the wire allows.
  static let callRowsMax = 1_000

  /// Rows answered, those refused included.
  private(set) var answered = 0
  /// Rows that changed something.
  private(set) var changed: Int64 = 0
  /// What the server refused.
  private(set) var refused = BadRows()

  /// What came of the rows, for a report.
  var figures: [ImportReport.Figure] { [("changed", "changed", "有变动", changed)] }

  private let session: Session
  private let program: String
  private let importBatch: ImportBatch?
  private var batch: [(line: Int, row: LearnerRow)] = []

  /// An upload into a program, as part of a batch.
  init(_ session: Session, program: String, batch: ImportBatch? = nil) {
    self.session = session
    self.program = program
    self.importBatch = batch
  }

  /// Takes a learner; sends a call when one is full.
  func add(_ row: LearnerRow, line: Int) throws(CommandFailure) {
    batch.append((line, row))
    if batch.count == Self.callRowsMax { try finish() }
  }

  /// Sends what is left.
  func finish() throws(CommandFailure) {
    guard !batch.isEmpty else { return }
    let answer = try session.change("roster.import") { writer in
      writer.member("program", program)
      if let importBatch { writer.member("batch", importBatch.id) }
      writer.array("learners") { writer in
        for (_, row) in batch { writer.learner(row) }
      }
    }
    answered += batch.count
    changed += answer["outcome"]?.int("changed") ?? 0
    for refusal in answer["outcome"]?.items("refused") ?? [] {
      let index = Int(refusal.int("index"))
      guard batch.indices.contains(index) else { continue }
      let parts = [refusal.text("reason"), refusal.text("field"), refusal.text("advice")]
      refused.add(
        BadRow(
          line: batch[index].line,
          text: parts.filter { !$0.isEmpty }.joined(separator: ": ")))
    }
    batch.removeAll(keepingCapacity: true)
  }
}
