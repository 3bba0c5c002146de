import Client
import Glibc
import Incentives
import JSONRPC
import Ledger

/// What the command line does on the files of a store itself, while no server has them open.
enum Offline {
  /// Verifies the store in a directory; damage found at the door is a difference like any other.
  static func verify(directory: String, rules: Bool) throws -> VerifyReport {
    try checkStore(directory)
    let store: Store
    do {
      store = try Store.open(at: directory)
    } catch let error as LedgerError {
      return VerifyReport(
        lines: [.init("opening", error.isDamage ? .difference : .unchecked, "\(error)")])
    }
    var report = store.verifyJournal(rules: rules)
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
  static func importJournal(file: String, into directory: String) throws {
    let lines = try FileLines(path: file)
    try lending(directory) { _ = try $0.importJournal(lines) }
    if let failure = lines.failure { throw failure }
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
    defer { FileText.remove(draft) }
    let session = Session(client, language: global.language, isJSON: global.json)
    try session.backUp(to: "\(draft)/copy")
    return try lending("\(draft)/copy", body)
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

extension LedgerError {
  /// Whether the files are wrong, rather than the way to them.
  fileprivate var isDamage: Bool {
    switch self {
    case .system, .exists, .followerStopped, .apiKeyExists, .noSuchAPIKey, .unreadableExport: false
    case .storage(let error):
      switch error {
      case .damagedFile, .corrupt: true
      default: false
      }
    default: true
    }
  }
}
