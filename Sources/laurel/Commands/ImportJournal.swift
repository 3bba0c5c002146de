import ArgumentParser

/// `laurel import journal`: makes a store of an exported journal.
struct ImportJournal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Make a new store of a journal that was exported.",
    discussion: """
      Every block's hash is checked, and the head is the exported one. The program keeps its number,
      so it goes into a new store. People are named in it where the export was made with
      --with-names, and else in a backup only.

        laurel import journal class.ndjson --into /var/lib/laurel-copy
      """)

  @Argument(help: "The NDJSON file.", completion: .file())
  var file: String
  @Option(help: "The directory of the new store; it must not exist yet.", completion: .directory)
  var into: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try NewStore.checkIsFree(into, global.language)
    try Offline.importJournal(file: file, into: into)
    try NewStore.tell(into, global)
  }
}
