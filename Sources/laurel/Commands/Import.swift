import ArgumentParser
import Tabular

/// `laurel import`: brings files in.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import facts, a roster, opening balances, or a journal; list and undo imports.",
    discussion: """
        laurel import roster learners.csv
        laurel import facts events.csv.gz --map learner=userid,occurredAt=timecreated
        laurel import facts --template > empty.csv
        laurel import list
        laurel import undo B-0012
        laurel import journal class.ndjson --into /var/lib/laurel-copy
      """,
    subcommands: [
      ImportFacts.self, ImportRoster.self, ImportOpening.self, ImportJournal.self,
      ListImports.self, UndoImport.self,
    ])
}

/// What the imports of CSV files have in common.
struct CSVOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The CSV file, plain or gzip, UTF-8 or GB18030; or a pipe such as /dev/stdin, with "
        + "--skip-bad."),
    completion: .file(extensions: ["csv", "gz"]))
  var file: String?
  @Option(
    help: ArgumentHelp(
      "Which column holds which field, where the header does not say it.",
      valueName: "field=column,…"))
  var map: String?
  @Option(
    help: ArgumentHelp(
      "How the file is encoded, where what was detected is wrong.", valueName: "utf-8|gb18030"),
    transform: CSVOptions.encoding)
  var encoding: TextEncoding?
  @Flag(help: "Only check the file and say what would be imported.")
  var dryRun = false
  @Flag(help: "Import the good rows of a file that has bad ones.")
  var skipBad = false
  @Flag(help: "Print the header of a file to fill in.")
  var template = false
  @Flag(help: "Print that header for Excel: marked as UTF-8, with CRLF.")
  var excel = false

  func validate() throws {
    guard template || file != nil else {
      throw ValidationError("Name the CSV file, or ask for its header with --template.")
    }
    guard template || !excel else {
      throw ValidationError("--excel is for --template; a file is read as it is.")
    }
  }

  /// The file's path.
  var path: String { file ?? "" }

  private static func encoding(_ name: String) throws -> TextEncoding {
    guard let encoding = TextEncoding(name: name) else {
      throw ValidationError("“\(name)” is neither utf-8 nor gb18030.")
    }
    return encoding
  }
}
