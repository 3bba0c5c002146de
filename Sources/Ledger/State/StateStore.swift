import Glibc
import Incentives
import LMDB

/// The open state environment `<store>/state`: every table that is computed from the journal.
///
/// It is expendable. Nothing in it is true because it is there: it says for each program which head of
/// the log it stands for, and whoever loads it compares that with the journal. One that does not match,
/// is damaged, or is of another format is thrown away (`discard`), and the follower fills a new one.
///
/// Threads: the follower's thread writes; reading is free to all. Reads are short and see one commit.
public final class StateStore: Sendable {
  let environment: Environment

  /// The limits that suit the state: rows are read here and there, so the kernel does not read ahead.
  public static let defaultOptions = EnvironmentOptions(mapBytes: 64 << 30, readsAhead: false)

  private init(environment: Environment) { self.environment = environment }

  /// Opens the environment in a directory, creating it when there is none.
  ///
  /// Throws `LedgerError.storage` when it is damaged, of another format, or open elsewhere.
  public static func open(
    at path: String, options: EnvironmentOptions = StateStore.defaultOptions
  ) throws -> StateStore {
    try storing {
      StateStore(
        environment: try Environment.open(
          at: path, format: StateSchema.format, tables: StateSchema.tables, options: options))
    }
  }

  /// Removes the files of an environment that nobody has open.
  public static func discard(at path: String) throws {
    for name in ["data.mdb", "lock.mdb"] {
      let file = path + "/" + name
      guard unlink(file) == 0 || errno == ENOENT else {
        throw LedgerError.system(operation: "unlink", path: file, errno: errno)
      }
    }
  }

  /// The directory.
  public var path: String { environment.path }

  /// Closes the environment; throws while somebody reads.
  public func close() throws { try storing { try environment.close() } }

  /// Which heads the tables stand for.
  public func heads() throws -> [ProgramNumber: Head] {
    try storing { try environment.read { try Self.heads(in: $0) } }
  }

  /// Which heads the tables stand for at the moment of a transaction.
  static func heads(
    in transaction: borrowing ReadTransaction
  ) throws -> [ProgramNumber: Head] {
    var heads: [ProgramNumber: Head] = [:]
    try transaction.scan(StateSchema.programs) { key, row in
      heads[key.program] = row.head
      return .next
    }
    return heads
  }

  /// How much room the state takes.
  public func usage() throws -> StateUsage {
    try storing {
      let usage = try environment.usage()
      let rows = try environment.read { transaction in
        try StateSchema.tables.map { table in
          StateUsage.Table(
            name: table.name.description, rows: try transaction.count(table),
            bytes: try transaction.pageCount(table) * usage.pageBytes)
        }
      }
      return StateUsage(
        usedBytes: usage.usedBytes, fileBytes: usage.fileBytes, mapBytes: usage.mapBytes,
        tables: rows)
    }
  }
}

/// How much room the state takes, in bytes, and how many rows its tables have.
public struct StateUsage: Hashable, Sendable {
  /// A table by name.
  public struct Table: Hashable, Sendable {
    /// The name.
    public let name: String
    /// How many rows it has.
    public let rows: Int
    /// What its pages take.
    public let bytes: Int
  }

  /// Up to the last page ever used.
  public let usedBytes: Int
  /// The length of the data file.
  public let fileBytes: Int
  /// The limit of the data file.
  public let mapBytes: Int
  /// The tables.
  public let tables: [Table]
}
