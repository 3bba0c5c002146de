import Incentives
import LMDB

/// Holds the tables against the journal: `verify` builds them again elsewhere and compares every row.
///
/// How tables are cut into rows depends on the journal alone, so two environments that stand for the
/// same heads must hold the same rows; the first that differs is named.
public enum StateVerification {
  /// Builds the tables of a journal in an empty directory.
  ///
  /// The calling thread becomes the one that writes the environment.
  public static func rebuild(
    from journal: Journal, at path: String, secret: KeyedHash,
    options: FollowerOptions = FollowerOptions()
  ) throws -> StateStore {
    let store = try StateStore.open(at: path)
    do {
      try Follower(store: store, journal: journal, secret: secret, options: options).run()
      return store
    } catch {
      try store.close()
      throw error
    }
  }

  /// The first row of some tables that is not what the journal makes it; nil where all are.
  ///
  /// The tables may be followed meanwhile: they are read at one moment. They are built again at `path`,
  /// most of them before that moment, so that its snapshot is not held for long.
  public static func firstDifference(
    _ store: StateStore, from journal: Journal, rebuiltAt path: String, secret: KeyedHash
  ) throws -> StateDifference? {
    let rebuilt = try StateStore.open(at: path, options: store.environment.options)
    let follower = try Follower(store: rebuilt, journal: journal, secret: secret)
    func run(to heads: [ProgramNumber: Head]) throws {
      for (program, head) in heads where head.position > journal.head(of: program).position {
        throw StateDefect.otherHistory(program, head.position)
      }
      try follower.run(to: heads)
    }
    do {
      try run(to: try store.heads())
      let found = try storing {
        try store.environment.read { snapshot in
          try run(to: try StateStore.heads(in: snapshot))
          return try rebuilt.environment.read { try firstDifference(snapshot, $0) }
        }
      }
      try rebuilt.close()
      return found
    } catch {
      try rebuilt.close()
      throw (error as? StateDefect).map { LedgerError.corruptState(problem: "\($0)") } ?? error
    }
  }

  /// The first row, in the order of tables and keys, that two environments do not share.
  ///
  /// Nil where they are the same. They should stand for the same heads.
  public static func firstDifference(
    _ left: StateStore, _ right: StateStore
  ) throws -> StateDifference? {
    try storing {
      try left.environment.read { left in
        try right.environment.read { right in try firstDifference(left, right) }
      }
    }
  }

  private static func firstDifference(
    _ left: borrowing ReadTransaction, _ right: borrowing ReadTransaction
  ) throws -> StateDifference? {
    if let found = try compare(StateSchema.programs.raw, left, right) { return found }
    if let found = try compare(StateSchema.structure.raw, left, right) { return found }
    if let found = try compare(StateSchema.learners.raw, left, right) { return found }
    if let found = try compare(StateSchema.scores.raw, left, right) { return found }
    if let found = try compare(StateSchema.windows.raw, left, right) { return found }
    if let found = try compare(StateSchema.log.raw, left, right) { return found }
    if let found = try compare(StateSchema.known, left, right) { return found }
    if let found = try compare(StateSchema.openPeriods.raw, left, right) { return found }
    if let found = try compare(StateSchema.pending.raw, left, right) { return found }
    if let found = try compare(StateSchema.closed.raw, left, right) { return found }
    if let found = try compare(StateSchema.standings.raw, left, right) { return found }
    if let found = try compare(StateSchema.places.raw, left, right) { return found }
    if let found = try compare(StateSchema.audit.raw, left, right) { return found }
    if let found = try compare(StateSchema.lots.raw, left, right) { return found }
    return try compare(StateSchema.starSums.raw, left, right)
  }

  /// Rows compared at once.
  private static let rowsMax = 4_096

  private static func compare<Key: KeyCodec & Hashable>(
    _ table: BlockTable<Key>, _ left: borrowing ReadTransaction, _ right: borrowing ReadTransaction
  ) throws -> StateDifference? {
    var after: Key?
    while true {
      let mine = try slice(table, left, after: after)
      let other = try slice(table, right, after: after)
      if let found = difference(table.name, mine, other) { return found }
      guard mine.count == rowsMax, let last = mine.last else { return nil }
      after = last.key
    }
  }

  private static func slice<Key: KeyCodec & Hashable>(
    _ table: BlockTable<Key>, _ transaction: borrowing ReadTransaction, after: Key?
  ) throws -> [(key: Key, bytes: [UInt8])] {
    var rows: [(key: Key, bytes: [UInt8])] = []
    try transaction.scanBlocks(table, from: after) { key, span in
      guard key != after else { return .next }
      rows.append((key, span.withUnsafeBytes { Array($0) }))
      return rows.count < rowsMax ? .next : .stop
    }
    return rows
  }

  private static func difference<Key: Hashable>(
    _ table: StaticString, _ left: [(key: Key, bytes: [UInt8])],
    _ right: [(key: Key, bytes: [UInt8])]
  ) -> StateDifference? {
    for index in 0..<max(left.count, right.count) {
      let mine = index < left.count ? left[index] : nil
      let other = index < right.count ? right[index] : nil
      if let mine, let other, mine.key == other.key, mine.bytes == other.bytes { continue }
      guard let key = mine?.key ?? other?.key else { continue }
      let isSameKey = mine?.key == other?.key
      return StateDifference(
        table: table.description, key: "\(key)", left: mine?.bytes,
        right: isSameKey ? other?.bytes : nil)
    }
    return nil
  }
}

/// A row that two environments do not share.
public struct StateDifference: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The row's key in words.
  public let key: String
  /// The bytes of the first environment's row; nil where it has none.
  public let left: [UInt8]?
  /// The bytes of the second environment's row; nil where it has none.
  public let right: [UInt8]?
}

extension Table {
  /// The same table seen as bytes, checksums and all.
  fileprivate var raw: BlockTable<Key> {
    BlockTable(slot, name, typeID: Value.typeID, formatVersion: Value.formatVersion)
  }
}
