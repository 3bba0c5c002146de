import Glibc
import JSONRPC
import Tabular

/// Takes rows and sends them to a server, many to a call.
protocol CSVUpload<Row>: AnyObject {
  associatedtype Row
  /// Rows answered, those refused included.
  var answered: Int { get }
  /// What the server refused.
  var refused: BadRows { get }
  /// What else came of them.
  var figures: [ImportReport.Figure] { get }
  /// What else people are told of it, in whole lines.
  var notes: String { get }
  /// Takes a row; sends a call when one is full.
  func add(_ row: Row, line: Int) throws(CommandFailure)
  /// Sends what is left and waits for every answer.
  func finish() throws(CommandFailure)
}

extension CSVUpload {
  var notes: String { "" }
}

/// The order of every CSV import: check the whole file, then send it.
///
/// A file with a bad row is refused before its first row is sent, with every bad line listed, unless
/// the good rows are asked for with `--skip-bad`. So nothing is ever half imported silently. Where a
/// quote is missing, the rows behind it cannot be trusted: of a file nothing is sent in any case, and a
/// pipe, which can be read only once, is read no further. An import that is cut off says what is in.
struct CSVImport<Row> {
  /// The file.
  let rows: CSVRows<Row>
  /// What the batch is said to be made of.
  let kind: String
  /// What the rows are, for the progress bar.
  let unit: String
  /// How the command was called.
  let options: CSVOptions
  /// Where the server is, and how to answer.
  let global: GlobalOptions

  private var language: Language { global.language }

  /// Does what the command line asks for, through an upload into a program.
  ///
  /// A dry run of a good file goes through `rehearsing`, where there is one: it asks the server what
  /// would follow, and changes nothing.
  func run<Upload: CSVUpload<Row>>(
    program: String?, rehearsing rehearsal: ((Session, String) -> Upload)? = nil,
    _ upload: (Session, String, ImportBatch) -> Upload
  ) throws {
    var checked = ImportReport()
    let isFile = try isRegularFile()
    if isFile || options.dryRun { checked = try check() }
    if options.dryRun {
      guard isFile, checked.bad.count == 0, let rehearsal else { return try checked.tell(global) }
      return try Doorway.withSession(global, program: program) { session in
        let upload = rehearsal(session, try session.program())
        try send(checked.good, wasChecked: true, through: upload, isDryRun: true)
      }
    }
    guard isFile || options.skipBad else {
      throw CommandFailure.refused(
        language(
          "a pipe can be read only once, so it cannot be checked first; use a file, or --skip-bad",
          "管道只能读一次，无法先检查；请用文件，或加 --skip-bad"))
    }
    let mayBeSent = options.skipBad && !checked.bad.makeRestDoubtful
    guard checked.bad.count == 0 || mayBeSent else { throw refusal(checked) }
    try Doorway.withSession(global, program: program) { session in
      let program = try session.program()
      let batch = try ImportBatch.open(
        kind: kind, path: rows.path, isFile: isFile, in: program, session)
      try send(
        checked.good, wasChecked: isFile, in: batch, through: upload(session, program, batch))
    }
  }

  /// What it is decides, not what it is called: a pipe has many names.
  private func isRegularFile() throws(CommandFailure) -> Bool {
    var status = stat()
    guard stat(rows.path, &status) == 0 else { throw .system("reading \(rows.path)") }
    return status.st_mode & S_IFMT == S_IFREG
  }

  private func check() throws -> ImportReport {
    var bar = bar(language("Checking", "检查"))
    defer { bar.clear() }
    var report = ImportReport()
    report.isDryRun = options.dryRun
    try rows.read(
      ignored: { report.ignored = $0 }, encoding: { report.encoding = $0 },
      good: { _, _, progress in
        report.good += 1
        if report.good % 4_096 == 0 { bar.update(count: report.good, of: progress) }
      }, bad: { report.bad.add($0) })
    return report
  }

  /// Sends the good rows under a progress bar; bad ones are counted again.
  private func send(
    _ total: Int, wasChecked: Bool, in batch: ImportBatch? = nil,
    through upload: some CSVUpload<Row>, isDryRun: Bool = false
  ) throws {
    var bar = bar(
      isDryRun ? language("Rehearsing", "试算") : language("Importing", "导入"))
    defer { bar.clear() }
    var report = ImportReport()
    report.batch = batch
    report.isDryRun = isDryRun
    var failure: CommandFailure?
    var serverFailed = false
    do {
      try rows.read(
        ignored: { report.ignored = $0 }, encoding: { report.encoding = $0 },
        good: { line, row, progress in
          serverFailed = true
          try upload.add(row, line: line)
          serverFailed = false
          report.good += 1
          guard report.good % 256 == 0 else { return }
          let share = total > 0 ? Double(report.good) / Double(total) : progress.fraction
          bar.update(count: report.good, fraction: share)
        },
        bad: { row in
          report.bad.add(row)
          if row.makesRestDoubtful, !wasChecked { throw doubt(line: row.line) }
        })
    } catch let stop as CommandFailure { failure = stop }
    if !serverFailed {
      // The rows before a stop are good; they go in, so that the report is about whole rows.
      do throws(CommandFailure) { try upload.finish() } catch { failure = failure ?? error }
    }
    report.take(upload)
    if let failure { throw try cutOff(report, by: failure) }
    bar.finish(count: report.good)
    try report.tell(global)
  }

  private func bar(_ label: String) -> ProgressBar {
    ProgressBar(
      label, unit: unit,
      style: .forStandardError(isQuiet: global.json, term: environment("TERM")))
  }
}

/// How an import ends that does not run through.
extension CSVImport {
  private func refusal(_ report: ImportReport) -> CommandFailure {
    let advice =
      report.bad.makeRestDoubtful
      ? language(
        "A quote is missing or stray, so the rows behind it cannot be trusted. Mend the file.",
        "引号缺失或多余，其后的行不可信。请先修好文件。")
      : language(
        "Nothing was imported. Mend the file, or import the good rows with --skip-bad.",
        "没有导入任何行。请修好文件，或用 --skip-bad 只导入好的行。")
    let encoding = report.encoding?.text(language) ?? ""
    let head = language("\(report.bad.count) bad rows:", "\(report.bad.count) 行有问题：")
    var failure = CommandFailure.needsAttention(
      "\(rows.path): \(head)\n\(report.bad.list(language))\(encoding)\n\(advice)")
    failure.json = report.json()
    return failure
  }

  private func doubt(line: Int) -> CommandFailure {
    .failed(
      language(
        "\(rows.path): line \(line): a quote is missing or stray, so the rows behind it cannot be "
          + "trusted and were not read. Mend the file.",
        "\(rows.path)：第 \(line) 行：引号缺失或多余，其后的行不可信，没有读入。请先修好文件。"))
  }

  /// Tells what is in and gives the failure to end with: never a refusal, for something did change.
  private func cutOff(
    _ report: ImportReport, by failure: CommandFailure
  ) throws(CommandFailure) -> CommandFailure {
    guard report.answered > 0 || failure.status != .refused else { return failure }
    if !global.json { try Output.write(report.text(language)) }
    let advice = language(
      "What is in stays in. Then repeat the command: nothing is paid twice.",
      "已导入的保留。之后重复此命令即可，不会重复给分。")
    let message = "\(failure.message)\n\(advice)"
    let status = failure.status == .refused ? .failed : failure.status
    return CommandFailure(status: status, message: message, json: report.json(cutOffBy: message))
  }
}
