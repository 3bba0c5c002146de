import Client
import Glibc
import Incentives
import JSONRPC
import Ledger

/// What the command line does on the files of a store itself, while no server has them open.
enum Offline {
  /// Verifies the store in a directory; damage found at the door is a difference like any other.
  static func verify(directory: String, rules: Bool, heads: [KnownHead]) throws -> VerifyReport {
    try checkStore(directory)
    let store: Store
    do {
      try Store.readThrough(directory)
      store = try Store.open(at: directory)
    } catch let error as LedgerError {
      return VerifyReport(notOpened: error)
    }
    var report = store.verifyJournal(rules: rules, known: heads)
    report.lines.append(store.verifyTables())
    try store.close()
    return report
  }

  /// Makes a store of a backup.
  static func restore(backup: String, into directory: String) throws {
    try checkStore(backup)
    try reporting { try Store.restore(from: backup, into: directory).close() }
  }

  /// Makes a store of a journal's export, or adds a program to one.
  ///
  /// The whole file is looked at before the store is touched, or made.
  static func importJournal(file: String, into directory: String) throws {
    let lines = try FileLines(path: file)
    do {
      let export = try reporting { try JournalImport(examining: lines) }
      try lending(directory) { _ = try export.run(into: $0) }
    } catch {
      // A file that could not be read to its end looks like one that breaks off.
      throw lines.failure ?? error
    }
  }

  /// Lends a store at rest: the data directory where no server runs, else a copy that the server makes
  /// at one position and that is removed again.
  static func reading<Result>(
    _ global: GlobalOptions, _ body: (Store) throws -> Result
  ) throws -> Result {
    guard let client = try Doorway.runningServer(global) else {
      try checkStore(global.dataDirectory)
      return try lending(global.dataDirectory, body)
    }
    guard global.connect == nil else {
      throw CommandFailure.refused(
        global.language("an export needs the server's own machine", "导出须在服务器本机进行"))
    }
    let draft = try FileText.temporaryDirectory("laurel-export")
    // The copy holds everybody's names and keys.
    return try Interrupt.clearing({ FileText.remove(draft) }) {
      let session = Session(client, language: global.language, isJSON: global.json)
      try session.backUp(to: "\(draft)/copy")
      return try lending("\(draft)/copy", body)
    }
  }

  private static func lending<Result>(
    _ directory: String, _ body: (Store) throws -> Result
  ) throws -> Result {
    try reporting {
      let store = try Store.open(at: directory)
      do {
        let result = try body(store)
        try store.close()
        return result
      } catch {
        try store.close()
        throw error
      }
    }
  }

  private static func checkStore(_ directory: String) throws(CommandFailure) {
    guard !FileText.exists("\(directory)/journal") else { return }
    throw .failed("there is no store in \(directory); name it with --data")
  }

  /// Turns the ledger's failures into the command's.
  private static func reporting<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as LedgerError {
      throw CommandFailure.failed("\(error)")
    }
  }
}
