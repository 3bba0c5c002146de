import JSONRPC
import Tabular

/// The bad rows of an import: all are counted, the first are kept to be shown.
struct BadRows {
  /// How many are kept; a file with more has one mistake in every row.
  static let keptMax = 1_000
  /// How many a person is shown.
  static let shownMax = 20

  /// How many there were.
  private(set) var count = 0
  /// The first of them, in the order they were met.
  private(set) var kept: [BadRow] = []
  /// Whether rows behind one of them may be read wrongly too.
  private(set) var makeRestDoubtful = false

  /// Notes one.
  mutating func add(_ row: BadRow) {
    count += 1
    makeRestDoubtful = makeRestDoubtful || row.makesRestDoubtful
    if kept.count < Self.keptMax { kept.append(row) }
  }

  /// The list for a person; empty where there is none.
  func list(_ language: Language) -> String {
    let ordered = kept.sorted { $0.line < $1.line }.prefix(Self.shownMax)
    var text = ordered.map { row in
      language("  line \(row.line): ", "  第 \(row.line) 行：") + row.text + "\n"
    }.joined()
    if count > ordered.count {
      let rest = count - ordered.count
      text += language("  … and \(rest) more\n", "  …… 另有 \(rest) 行\n")
    }
    return text
  }
}

extension JSONWriter {
  /// Writes rows as `--json` lists them.
  mutating func badRows(_ name: StaticString, _ rows: BadRows) {
    array(name) { writer in
      for row in rows.kept {
        writer.object { writer in
          writer.member("line", row.line)
          writer.member("reason", row.text)
        }
      }
    }
  }
}
