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
    if csv.template {
      return try CSVHeader.print(FactColumns.template(global.language), forExcel: csv.excel)
    }
    let rows = CSVRows<FactRow>(
      path: csv.path, encoding: csv.encoding, language: global.language
    ) {
      header throws(ColumnMappingError) in
      try FactColumns(
        header: header, map: csv.map, source: source, verb: verb,
        metadata: metadata?.split(separator: ",").map(String.init) ?? []
      ).columns
    }
    try CSVImport(
      rows: rows, kind: "facts", unit: global.language("facts", "条事实"), options: csv, global: global
    ).run(program: program.wanted) { FactUpload($0, program: $1, batch: $2) }
  }
}
