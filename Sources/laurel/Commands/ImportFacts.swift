import ArgumentParser
import JSONRPC
import Tabular

/// `laurel import facts`: streams a CSV file of facts into a program.
struct ImportFacts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facts", abstract: "Import facts from a CSV file.",
    discussion: """
      The header is recognised in English and Chinese; --map says what is not. Facts carry their
      ids: importing a file again, or the rest of one that was cut off, pays nothing twice. Every
      row is checked before anything is sent. Exit code 3: some rows are bad or were refused.

        laurel import facts events.csv.gz
        laurel import facts moodle.csv --source moodle --map learner=userid,id=logid
        laurel import facts events.csv --metadata late,attempt --dry-run
      """)

  @OptionGroup var csv: CSVOptions
  @Option(help: "The source of rows where the file has no such column.")
  var source: String?
  @Option(help: "The verb of rows where the file has no such column.")
  var verb: String?
  @Option(
    help: ArgumentHelp(
      "Columns sent along as details that rules may look at.", valueName: "column,…"))
  var metadata: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    if csv.template { return CSVHeader.print(FactColumns.template(global.language)) }
    let (good, bad) = try file.check()
    guard csv.dryRun else {
      return try Doorway.withSession(global, program: program.wanted) { session in
        try send(total: good, session)
      }
    }
    try ImportReport(rows: good, bad: bad, isDryRun: true).tell(global)
  }

  private var file: CSVImport<FactRow> {
    let rows = CSVRows<FactRow>(path: csv.path, language: global.language) {
      header throws(ColumnMappingError) in
      try FactColumns(
        header: header, map: csv.map, source: source, verb: verb,
        metadata: metadata?.split(separator: ",").map(String.init) ?? []
      ).row
    }
    return CSVImport(
      rows: rows, unit: global.language("facts", "条事实"), options: csv, isJSON: global.json)
  }

  private func send(total: Int, _ session: Session) throws {
    let upload = FactUpload(session, program: try session.program())
    let bad = try file.send(
      total: total, add: { try upload.add($0, line: $1) }, finish: { try upload.finish() })
    var report = ImportReport(rows: upload.tally.answered, bad: bad)
    report.refused = upload.refused
    report.figures = [
      ("recorded", "new", "新记录", Int64(upload.tally.recorded)),
      ("replayed", "known already", "早已记过", Int64(upload.tally.replayed)),
      ("pending", "waiting for the roster", "等待名册", Int64(upload.tally.pending)),
      ("points", "points paid", "给出积分", upload.tally.points),
    ]
    try report.tell(global)
  }
}
