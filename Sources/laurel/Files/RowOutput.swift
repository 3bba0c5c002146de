import ArgumentParser
import JSONRPC
import Tabular

/// How tables are exported.
enum ExportFormat: String, EnumerableFlag {
  /// RFC 4180 with a header, UTF-8.
  case csv
  /// The same as Excel opens it in one piece: marked as UTF-8, CRLF, nothing computed, ids as text.
  case excel
  /// One JSON object a line.
  case ndjson
}

/// Rows on standard output, as CSV or as JSON lines, written in large pieces.
final class RowOutput {
  private let format: ExportFormat
  private let columns: [String]
  private var csv: CSVWriter
  private var lines = JSONWriter()

  /// The columns whose texts are written by people; every other text is an identifier.
  private static let prose: Set<String> = ["name", "title"]

  /// Opens an output; CSV begins with the header.
  init(_ format: ExportFormat, columns: [String]) {
    self.format = format
    self.columns = columns
    csv = format == .excel ? .forExcel() : CSVWriter()
    guard format != .ndjson else { return }
    for column in columns { csv.append(column) }
    csv.endRecord()
  }

  /// Writes a row: texts, then whole numbers, in the order of the columns.
  func write(_ texts: [String], _ numbers: [Int64]) throws(CommandFailure) {
    precondition(texts.count + numbers.count == columns.count, "a row has one value a column")
    switch format {
    case .csv, .excel:
      for (name, text) in zip(columns, texts) { csv.append(cell(text, name)) }
      for number in numbers { csv.append(number) }
      csv.endRecord()
    case .ndjson:
      lines.object { writer in
        for (name, text) in zip(columns, texts) {
          writer.key(name)
          writer.string(text)
        }
        for (name, number) in zip(columns[texts.count...], numbers) {
          writer.key(name)
          writer.int(number)
        }
      }
      lines.endLine()
    }
    if csv.bytes.count + lines.count > 64 << 10 { try flush() }
  }

  private func cell(_ text: String, _ column: String) -> String {
    guard format == .excel else { return text }
    return Self.prose.contains(column) ? SheetCell.prose(text) : SheetCell.identifier(text)
  }

  /// Writes what is held back.
  func flush() throws(CommandFailure) {
    try Output.write(String(decoding: csv.takeBytes(), as: UTF8.self))
    try Output.write(lines.string)
    lines.removeAll()
  }
}

extension CSVWriter {
  /// A writer of the form Excel opens without asking.
  static func forExcel() -> CSVWriter { CSVWriter(lineEnd: .crlf, byteOrderMark: true) }
}
