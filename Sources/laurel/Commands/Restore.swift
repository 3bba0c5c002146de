import ArgumentParser
import Tabular

/// `laurel restore`: makes a store of a backup.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Restore a backup into a new directory.",
    discussion: """
      The directory must not exist yet; nothing is ever overwritten. Verify it, then serve from it.

        laurel restore /backup/laurel-2026-09-01 --into /var/lib/laurel-restored
        laurel verify --data /var/lib/laurel-restored
      """)

  @Argument(help: "The backup's directory.", completion: .directory)
  var backup: String
  @Option(help: "The directory to make.", completion: .directory)
  var into: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    guard !FileText.exists(into) else {
      throw CommandFailure.refused(
        global.language("\(into) exists already; name a new directory", "\(into) 已存在；请换一个新目录"))
    }
    try Offline.restore(backup: backup, into: into)
    try NewStore.tell(into, global)
  }
}

/// `laurel import journal`: makes a store of an exported journal.
struct ImportJournal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Make a store of a journal that was exported.",
    discussion: """
      Every block's hash is checked, and the head is the exported one. Names are not part of a
      journal; they come with a backup.

        laurel import journal class.ndjson --into /var/lib/laurel-copy
      """)

  @Argument(help: "The NDJSON file.", completion: .file())
  var file: String
  @Option(help: "The directory of the store: a new one, or one without this program.")
  var into: String
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Offline.importJournal(file: file, into: into)
    try NewStore.tell(into, global)
  }
}

/// A store that was just made.
enum NewStore {
  /// Lists its programs and what to do next.
  static func tell(_ directory: String, _ global: GlobalOptions) throws {
    try EmbeddedServer.whileServing(directory) { socket in
      let client = try Doorway.connect(.unix(path: socket))
      let session = Session(client, language: global.language, isJSON: global.json)
      session.tell(try session.call("program.list")) { answer in
        let language = session.language
        var table = TextTable([
          .init(language("Program", "项目")), .init(language("Position", "位置"), .right),
          .init(language("Head", "头哈希")),
        ])
        for program in answer.items("programs") {
          table.addRow([
            program.text("program"), "\(program.int("position"))", program.text("head"),
          ])
        }
        return table.shown
          + language(
            "Next: laurel verify --data \(directory)\n",
            "下一步：laurel verify --data \(directory)\n")
      }
    }
  }
}
