import JSONRPC
import Tabular

/// What came of an import: the figures, the columns nobody read, the rows that are bad, the rows the
/// server refused.
struct ImportReport {
  /// A figure: its JSON name, its names for people, its value.
  typealias Figure = (name: StaticString, english: String, chinese: String, value: Int64)

  /// Rows that could be read.
  var good = 0
  /// Rows the server answered, those it refused included.
  private(set) var answered = 0
  /// The batch that the rows belong to; nil where nothing was sent.
  var batch: ImportBatch?
  /// Headers of the file that nothing was read from.
  var ignored: [String] = []
  /// How the file is encoded; nil before it was opened.
  var encoding: FoundEncoding?
  /// Rows that could not be read.
  var bad = BadRows()
  /// Whether nothing was to be sent.
  var isDryRun = false
  /// Rows the server refused.
  private(set) var refused = BadRows()
  private var figures: [Figure] = []
  private var notes = ""

  /// Takes over what an upload came to.
  mutating func take(_ upload: some CSVUpload) {
    answered = upload.answered
    refused = upload.refused
    figures = upload.figures
    notes = upload.notes
  }

  /// Tells it, and asks for attention where a row did not go in.
  func tell(_ global: GlobalOptions) throws(CommandFailure) {
    try Output.write(global.json ? json() + "\n" : text(global.language))
    if bad.count + refused.count > 0 { throw .needsAttention() }
  }

  /// The report as machines read it, the same shape however the import went.
  func json(cutOffBy message: String? = nil) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("batch")
      if let batch { writer.string(batch.id) } else { writer.null() }
      writer.member("encoding", encoding?.name ?? "")
      writer.member("good", good)
      writer.member("imported", isDryRun ? 0 : answered - refused.count)
      for figure in figures { writer.member(figure.name, figure.value) }
      writer.array("ignored") { writer in
        for name in ignored { writer.string(name) }
      }
      writer.member("badCount", bad.count)
      writer.badRows("bad", bad)
      writer.member("refusedCount", refused.count)
      writer.badRows("refused", refused)
      if let message { writer.object("error") { $0.member("message", message) } }
    }
    return writer.string
  }

  private func head(_ language: Language) -> String {
    guard isDryRun else { return language("\(answered) rows sent", "已发送 \(answered) 行") }
    guard answered > 0 else {
      return language(
        "\(good) good rows; nothing was sent.\n", "\(good) 行可以导入；没有发送任何内容。\n")
    }
    return language(
      "\(good) good rows; nothing was changed. It would mean", "\(good) 行可以导入；没有改动。将会")
  }

  /// The report as people read it.
  func text(_ language: Language) -> String {
    var text = head(language)
    if !isDryRun || answered > 0 {
      let parts = figures.map { language("\($0.value) \($0.english)", "\($0.chinese) \($0.value)") }
      text += isDryRun ? language(": ", "：") : language(", ", "，")
      text += parts.joined(separator: language(", ", "，")) + "\n"
    }
    text += notes
    if let batch, answered > 0 {
      text += language(
        "This is batch \(batch.id); to take it back: laurel import undo \(batch.id)\n",
        "批次 \(batch.id)；如需撤回：laurel import undo \(batch.id)\n")
    }
    if let encoding { text += encoding.text(language) + "\n" }
    if !ignored.isEmpty {
      let names = ignored.joined(separator: language(", ", "、"))
      text += language("Columns that were not read: \(names)\n", "没有用到的列：\(names)\n")
    }
    if bad.count > 0 {
      text += language("\(bad.count) bad rows:\n", "\(bad.count) 行有问题：\n") + bad.list(language)
    }
    if refused.count > 0 {
      text +=
        language("\(refused.count) refused:\n", "\(refused.count) 行被拒绝：\n")
        + refused.list(language)
    }
    return text
  }
}

/// A CSV header for people to fill in.
enum CSVHeader {
  /// Prints it on standard output, plain or as Excel opens it.
  static func print(_ names: [String], forExcel: Bool) throws(CommandFailure) {
    var writer = forExcel ? .forExcel() : CSVWriter()
    for name in names { writer.append(name) }
    writer.endRecord()
    try Output.write(String(decoding: writer.takeBytes(), as: UTF8.self))
  }
}
