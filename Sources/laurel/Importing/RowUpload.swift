import JSONRPC

/// Sends rows to a method that takes up to 1,000 a call and lists what it refuses.
final class RowUpload<Row>: CSVUpload {
  /// How rows of a kind are sent.
  struct Method {
    /// The method.
    let name: String
    /// The parameter that holds the rows.
    let rows: StaticString
    /// What the method answers of the rows that went in, and what people call it.
    let figure: (name: StaticString, english: String, chinese: String)
    /// Whether the method tells what moves of what was recorded before.
    var tellsEffects = false
    /// Writes the other parameters.
    var head: (inout JSONWriter) -> Void = { _ in }
    /// Writes a row.
    let write: (inout JSONWriter, Row) -> Void
  }

  /// Rows of a call, as the wire allows.
  static var callRowsMax: Int { 1_000 }

  /// Rows answered, those refused included.
  private(set) var answered = 0
  /// Rows that went in and said something new.
  private(set) var changed: Int64 = 0
  /// What the server refused.
  private(set) var refused = BadRows()

  /// What came of the rows, for a report.
  var figures: [ImportReport.Figure] {
    [(method.figure.name, method.figure.english, method.figure.chinese, changed)]
      + (method.tellsEffects ? effects.figures : [])
  }
  /// What moves in the groups, and which closed boards stand.
  var notes: String { effects.text(session.language) }

  private let session: Session
  private let program: String
  private let importBatch: ImportBatch?
  private let isDryRun: Bool
  private let method: Method
  private var effects = SummedEffects()
  private var batch: [(line: Int, row: Row)] = []

  /// An upload into a program, as part of a batch.
  init(
    _ session: Session, program: String, batch: ImportBatch? = nil, isDryRun: Bool = false,
    method: Method
  ) {
    self.session = session
    self.isDryRun = isDryRun
    self.program = program
    self.importBatch = batch
    self.method = method
  }

  /// Takes a row; sends a call when one is full.
  func add(_ row: Row, line: Int) throws(CommandFailure) {
    batch.append((line, row))
    if batch.count == Self.callRowsMax { try finish() }
  }

  /// Sends what is left.
  func finish() throws(CommandFailure) {
    guard !batch.isEmpty else { return }
    let answer =
      try isDryRun
      ? session.call(method.name, params) : session.change(method.name, params)
    effects.add(answer["outcome"]?["effects"])
    answered += batch.count
    changed += answer["outcome"]?.int(method.figure.name) ?? 0
    for refusal in answer["outcome"]?.items("refused") ?? [] {
      let index = Int(refusal.int("index"))
      guard batch.indices.contains(index) else { continue }
      let advice = CommandWords.of(refusal.text("advice"))
      let parts = [refusal.text("reason"), refusal.text("field"), advice]
      refused.add(
        BadRow(
          line: batch[index].line,
          text: parts.filter { !$0.isEmpty }.joined(separator: ": ")))
    }
    batch.removeAll(keepingCapacity: true)
  }

  private func params(_ writer: inout JSONWriter) {
    writer.member("program", program)
    if let importBatch { writer.member("batch", importBatch.id) }
    if isDryRun { writer.member("dryRun", true) }
    method.head(&writer)
    writer.array(method.rows) { writer in
      for (_, row) in batch { method.write(&writer, row) }
    }
  }
}
