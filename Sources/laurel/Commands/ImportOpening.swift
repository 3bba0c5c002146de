import ArgumentParser
import JSONRPC
import Tabular

/// `laurel import opening`: brings opening balances in from a CSV file.
struct ImportOpening: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "opening", abstract: "Import opening balances from a CSV file.",
    discussion: """
      For a program that starts in the middle of a term: what each learner has earned, and what is
      left of it to spend. Once per learner and term; a second row is refused and listed.

        laurel import opening --template --lang zh > 期初.csv
        laurel import opening 期初.csv --on 2026-11-02
      """)

  @OptionGroup var csv: CSVOptions
  @Option(help: "The local day they count for; default: today.")
  var on: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    if csv.template {
      return try CSVHeader.print(OpeningColumns.template(global.language), forExcel: csv.excel)
    }
    let rows = CSVRows<OpeningRow>(
      path: csv.path, encoding: csv.encoding, language: global.language
    ) {
      header throws(ColumnMappingError) in
      try OpeningColumns(header: header, map: csv.map).columns
    }
    try CSVImport(
      rows: rows, kind: "opening", unit: global.language("balances", "条期初"), options: csv,
      global: global
    ).run(program: program.wanted) {
      RowUpload<OpeningRow>($0, program: $1, batch: $2, day: on)
    }
  }
}
