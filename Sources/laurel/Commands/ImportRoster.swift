import ArgumentParser
import JSONRPC
import Tabular

/// `laurel import roster`: brings learners and their groups in from a CSV file.
struct ImportRoster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roster", abstract: "Import learners and groups from a CSV file.",
    discussion: """
      An empty cell leaves what is known as it is. Without a start day a row holds since ever. A dry
      run of a good file asks the server which points would move, and changes nothing.

        laurel import roster --template --excel --lang zh > 名单.csv
        laurel import roster 名单.csv --dry-run
        laurel import roster learners.csv --map id=student_no,group=team
      """)

  @OptionGroup var csv: CSVOptions
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    if csv.template {
      return try CSVHeader.print(RosterColumns.template(global.language), forExcel: csv.excel)
    }
    let rows = CSVRows<LearnerRow>(
      path: csv.path, encoding: csv.encoding, language: global.language
    ) {
      header throws(ColumnMappingError) in
      try RosterColumns(header: header, map: csv.map).columns
    }
    try CSVImport(
      rows: rows, kind: "roster", unit: global.language("learners", "位学员"), options: csv,
      global: global
    ).run(
      program: program.wanted, rehearsing: { RosterUpload($0, program: $1, isDryRun: true) }
    ) { RosterUpload($0, program: $1, batch: $2) }
  }
}
