/// What can go wrong between a program and its LMDB environment, each case with advice.
///
/// These are failures, in the sense of a disk, a file or an operator; never refusals of the game.
/// A misuse of this module (a table that was not declared at opening, a write from a second
/// thread) is a bug and stops the process instead. `description` says what happened and what
/// to do next, in words an administrator can act upon.
public enum LMDBError: Error, Equatable, Sendable {
  /// Another process has the environment open; `pid` is 0 when it could not be read.
  case lockedByProcess(path: String, pid: Int32)
  /// This process has already opened the environment.
  case alreadyOpen(path: String)
  /// The directory lies on a file system on which locks and maps cannot be trusted.
  case networkFileSystem(path: String, kind: String)
  /// The environment was closed before the call.
  case closed
  /// The environment cannot close while transactions are still running.
  case inUse(transactions: Int)
  /// An earlier commit failed; what is in memory can no longer be trusted to be on disk.
  case failedCommit
  /// The disk, the quota or the file size limit is exhausted.
  case storageFull(operation: String)
  /// The map is too small for what was to be written; nothing of the transaction was.
  case mapFull(mapBytes: Int)
  /// The transaction touched more pages than LMDB can hold in one; nothing of it was written.
  case transactionTooLarge
  /// All reader slots are taken.
  case readersFull
  /// The device failed to read or write.
  case io(operation: String)
  /// The operating system refused, with its error number.
  case system(operation: String, errno: Int32)
  /// The data file is not sound; found before LMDB was allowed to touch it.
  case damagedFile(file: String, page: UInt64, problem: String)
  /// A row's bytes are not those that were written.
  case corrupt(table: String, key: [UInt8])
  /// The directory holds an environment of another kind or of another format version.
  case wrongFormat(expected: String, found: String)
  /// A table was written with another key layout, value type or format version.
  case wrongTable(table: String, expected: String, found: String)
  /// A row with this key exists already (`noOverwrite`), or lies behind the last key (`append`).
  case keyExists(table: String)
  /// Any other answer of LMDB, with its number.
  case library(operation: String, code: Int32)
}

extension LMDBError: CustomStringConvertible {
  /// What happened and what to do about it.
  public var description: String {
    switch self {
    case .lockedByProcess(let path, let pid):
      "\(path) is open in process \(pid == 0 ? "unknown" : String(pid)); "
        + "stop that process, or use its socket instead of opening the files twice"
    case .alreadyOpen(let path):
      "\(path) is already open in this process; share that Environment"
    case .networkFileSystem(let path, let kind):
      "\(path) lies on \(kind), where LMDB's locks and maps do not hold; "
        + "move the data directory to a local disk"
    case .closed:
      "the environment is closed; open it again"
    case .inUse(let transactions):
      "\(transactions) transactions are still running; end them before closing"
    case .failedCommit:
      "an earlier commit failed, so this process must not answer any more; "
        + "correct the cause (see the first error), then restart"
    case .storageFull(let operation):
      "no space left on the disk during \(operation) (or a quota or file size limit was reached); "
        + "nothing of the transaction counts; free space, then restart"
    case .mapFull(let mapBytes):
      "the map of \(mapBytes) bytes is full; nothing of the transaction was written; "
        + "restart with a larger mapBytes"
    case .transactionTooLarge:
      "the transaction touches too many pages; nothing of it was written; split it"
    case .readersFull:
      "all reader slots are taken; shorten read transactions or raise readersMax"
    case .io(let operation):
      "the device failed during \(operation); check the disk (dmesg, smartctl), then restart; "
        + "restore a backup if it fails again"
    case .system(let operation, let number):
      "\(operation) failed with errno \(number): \(message(number))"
    case .damagedFile(let file, let page, let problem):
      "\(file) is damaged at page \(page): \(problem); the file was not opened nor changed; "
        + "keep a copy of it and restore a backup"
    case .corrupt(let table, let key):
      "a row of table \(table) is damaged, key \(hexadecimal(key)); "
        + "run verify, then rebuild the state or restore a backup"
    case .wrongFormat(let expected, let found):
      "the directory holds \(found), but this program needs \(expected); "
        + "use the matching program version or another directory"
    case .wrongTable(let table, let expected, let found):
      "table \(table) was written as \(found), but this program declares \(expected); "
        + "use the matching program version"
    case .keyExists(let table):
      "table \(table) already holds this key, or a later one"
    case .library(let operation, let code):
      "LMDB failed during \(operation): \(message(code)) (\(code))"
    }
  }
}
