import Foundation
import Glibc
import LMDB

/// Rewrites the vault's file with nothing in it but live rows.
///
/// LMDB only marks the pages of deleted rows as free; their bytes stay in the file. So the live rows are
/// copied to a fresh file beside it, which takes the old one's name in one step. A crash leaves either
/// the old file or the new one in place; the draft is removed at the next opening. The old file's bytes
/// are overwritten before its blocks are given back (what a drive keeps for itself is beyond reach).
enum VaultCompaction {
  private static let batchRows = 20_000

  static func draft(of path: String) -> String { path + ".compact" }

  /// Removes what an interrupted compaction left behind.
  static func removeDraft(of path: String) throws {
    let draft = draft(of: path)
    guard FileManager.default.fileExists(atPath: draft) else { return }
    try FileManager.default.removeItem(atPath: draft)
  }

  /// Copies every row of a snapshot to a fresh environment in a directory.
  static func copy(
    _ source: borrowing ReadTransaction, into path: String, options: EnvironmentOptions
  ) throws {
    let target = try Environment.open(
      at: path, format: VaultSchema.format, tables: VaultSchema.tables, options: options)
    try copy(VaultSchema.learners, source, target)
    try copy(VaultSchema.names, source, target)
    try copy(VaultSchema.secrets, source, target)
    try copy(VaultSchema.apiKeys, source, target)
    try target.close()
  }

  private static func copy<Key: KeyCodec, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ source: borrowing ReadTransaction, _ target: Environment
  ) throws {
    var rows: [(Key, Value)] = []
    func flush() throws {
      try target.write { transaction in
        for (key, value) in rows { try transaction.append(table, key, value) }
      }
      rows.removeAll(keepingCapacity: true)
    }
    try source.scan(table) { key, value in
      rows.append((key, value))
      if rows.count == batchRows { try flush() }
      return .next
    }
    try flush()
  }

  /// Puts the copy in the place of the file; nobody may have either open.
  static func swap(_ path: String) throws {
    let current = path + "/data.mdb"
    let copy = draft(of: path) + "/data.mdb"
    let old = try FileDescriptor.open(current, O_RDWR, "opening", orNil: ENOENT)
    guard rename(copy, current) == 0 else {
      throw LedgerError.system(operation: "renaming", path: copy, errno: errno)
    }
    try FileDescriptor.syncDirectory(of: current)
    try old?.overwrite()
    try removeDraft(of: path)
  }
}

extension FileDescriptor {
  /// Writes zeros over the whole file and syncs.
  fileprivate borrowing func overwrite() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    let end = try byteCount
    for offset in stride(from: 0, to: end, by: zeros.count) {
      try zeros.withUnsafeBytes {
        let part = UnsafeRawBufferPointer(rebasing: $0[..<min($0.count, end - offset)])
        try write(part, at: offset)
      }
    }
    try sync()
  }
}
