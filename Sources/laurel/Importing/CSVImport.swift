import JSONRPC
import Tabular

/// The order of every CSV import: check the whole file, then send it.
///
/// A file with a bad row is refused before its first row is sent, with every bad line listed, unless
/// the good rows are asked for with `--skip-bad`. So nothing is ever half imported silently. Where a
/// quote is missing, the rows behind it cannot be trusted and nothing is sent in any case.
struct CSVImport<Row> {
  /// The file.
  let rows: CSVRows<Row>
  /// What the rows are, for the progress bar.
  let unit: String
  /// How the command was called.
  let options: CSVOptions
  /// Whether machines are answered.
  let isJSON: Bool

  private var language: Language { rows.language }

  /// Checks the file; returns its bad rows and the number of good ones, or refuses to go on.
  func check() throws -> (good: Int, bad: BadRows) {
    guard rows.path != "/dev/stdin" || options.skipBad else {
      throw CommandFailure.refused(
        language(
          "a pipe can be read only once, so it cannot be checked first; use a file, or --skip-bad",
          "管道只能读一次，无法先检查；请用文件，或加 --skip-bad"))
    }
    guard rows.path != "/dev/stdin" else { return (0, BadRows()) }
    var bar = bar(language("Checking", "检查"))
    var good = 0
    var bad = BadRows()
    defer { bar.clear() }
    try rows.read(
      good: { _, _, progress in
        good += 1
        if good % 4_096 == 0 { bar.update(count: good, of: progress) }
      }, bad: { bad.add($0) })
    guard bad.count > 0, !options.dryRun, !options.skipBad || bad.makeRestDoubtful else {
      return (good, bad)
    }
    bar.clear()
    throw refusal(bad)
  }

  /// Sends the good rows through `add`, under a progress bar; bad ones are counted again.
  func send(
    total: Int, add: (Row, Int) throws -> Void, finish: () throws -> Void
  ) throws -> BadRows {
    var bar = bar(language("Importing", "导入"))
    var count = 0
    var bad = BadRows()
    defer { bar.clear() }
    try rows.read(
      good: { line, row, progress in
        try add(row, line)
        count += 1
        guard count % 256 == 0 else { return }
        bar.update(
          count: count,
          fraction: total > 0 ? Double(count) / Double(total) : progress.fraction)
      }, bad: { bad.add($0) })
    try finish()
    bar.finish(count: count)
    return bad
  }

  private func bar(_ label: String) -> ProgressBar {
    ProgressBar(
      label, unit: unit,
      style: .forStandardError(isQuiet: isJSON, term: environment("TERM")))
  }

  private func refusal(_ bad: BadRows) -> CommandFailure {
    let doubtful = bad.makeRestDoubtful
    let advice =
      doubtful
      ? language(
        "A quote is missing or stray, so the rows behind it cannot be trusted. Mend the file.",
        "引号缺失或多余，其后的行不可信。请先修好文件。")
      : language(
        "Nothing was imported. Mend the file, or import the good rows with --skip-bad.",
        "没有导入任何行。请修好文件，或用 --skip-bad 只导入好的行。")
    let head = language("\(bad.count) bad rows:", "\(bad.count) 行有问题：")
    var failure = CommandFailure.needsAttention(
      "\(rows.path): \(head)\n\(bad.list(language))\(advice)")
    if isJSON {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("imported", 0)
        writer.member("badCount", bad.count)
        writer.badRows(bad)
      }
      failure.json = writer.string
    }
    return failure
  }
}
