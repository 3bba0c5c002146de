import JSONRPC
import Tabular

/// What came of an import: the figures, the rows that are bad, the rows the server refused.
struct ImportReport {
  /// A figure: its JSON name, its names for people, its value.
  typealias Figure = (name: StaticString, english: String, chinese: String, value: Int64)

  /// Rows answered, or in a dry run the good ones.
  let rows: Int
  /// Rows that could not be read.
  let bad: BadRows
  /// Whether nothing was sent.
  var isDryRun = false
  /// Rows the server refused.
  var refused = BadRows()
  /// Figures beside the rows.
  var figures: [Figure] = []

  /// Tells it, and asks for attention where a row did not go in.
  func tell(_ global: GlobalOptions) throws(CommandFailure) {
    Terminal.output.write(global.json ? json + "\n" : text(global.language))
    if bad.count + refused.count > 0 { throw .needsAttention() }
  }

  private var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member(isDryRun ? "good" : "imported", rows - refused.count)
      for figure in figures { writer.member(figure.name, figure.value) }
      writer.member("badCount", bad.count)
      writer.badRows(bad)
      writer.member("refusedCount", refused.count)
      writer.array("refused") { writer in
        for row in refused.kept {
          writer.object { writer in
            writer.member("line", row.line)
            writer.member("reason", row.text)
          }
        }
      }
    }
    return writer.string
  }

  private func text(_ language: Language) -> String {
    var text =
      isDryRun
      ? language("\(rows) good rows; nothing was sent.\n", "\(rows) 行可以导入；没有发送任何内容。\n")
      : language("\(rows) rows sent", "已发送 \(rows) 行")
    if !isDryRun {
      let parts = figures.map { language("\($0.value) \($0.english)", "\($0.chinese) \($0.value)") }
      text += ([""] + parts).joined(separator: language(", ", "，")) + "\n"
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
  /// Prints it on standard output.
  static func print(_ names: [String]) {
    var writer = CSVWriter()
    for name in names { writer.append(name) }
    writer.endRecord()
    Terminal.output.write(String(decoding: writer.takeBytes(), as: UTF8.self))
  }
}
