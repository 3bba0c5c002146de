import ArgumentParser
import JSONRPC
import Tabular

/// `laurel import roster`: brings learners and their groups in from a CSV file.
struct ImportRoster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster", abstract: "Import learners and groups from a CSV file.",
    discussion: """
      An empty cell leaves what is known as it is. Without a start day a row holds since ever.

        laurel import roster --template --lang zh > 名单.csv
        laurel import roster 名单.csv --dry-run
        laurel import roster learners.csv --map id=student_no,group=team
      """)

  @OptionGroup var csv: CSVOptions
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    if csv.template { return CSVHeader.print(RosterColumns.template(global.language)) }
    let (good, bad) = try file.check()
    guard csv.dryRun else {
      return try Doorway.withSession(global, program: program.wanted) { session in
        try send(total: good, session)
      }
    }
    try ImportReport(rows: good, bad: bad, isDryRun: true).tell(global)
  }

  private var file: CSVImport<LearnerRow> {
    let rows = CSVRows<LearnerRow>(path: csv.path, language: global.language) {
      header throws(ColumnMappingError) in
      try RosterColumns(header: header, map: csv.map).row
    }
    return CSVImport(
      rows: rows, unit: global.language("learners", "位学员"), options: csv, isJSON: global.json)
  }

  private func send(total: Int, _ session: Session) throws {
    let upload = RosterUpload(session, program: try session.program())
    let bad = try file.send(
      total: total, add: { try upload.add($0, line: $1) }, finish: { try upload.finish() })
    var report = ImportReport(rows: upload.answered, bad: bad)
    report.refused = upload.refused
    report.figures = [("changed", "changed", "有变动", upload.changed)]
    try report.tell(global)
  }
}
