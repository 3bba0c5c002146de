import Foundation
import Glibc
import LMDB

/// Puts a fresh copy of the vault, with nothing in it but live rows, in the place of its file.
///
///     <vault>/data.mdb            the file in use
///     <vault>/erased.mdb          a second name of the file that was in use, until it is overwritten
///     <vault>.compact/data.mdb    the copy, until it takes the file's name
///
/// LMDB only marks the pages of deleted rows as free; their bytes stay in the file. The copy takes its
/// name in one step, so a crash leaves either file in place, never none. The old file keeps a name of its
/// own until its bytes are overwritten: after a crash they are found and overwritten at the next opening
/// (what a drive keeps for itself is beyond reach).
enum VaultCompaction {
  static func draft(of path: String) -> String { path + ".compact" }

  /// Overwrites and removes what an interrupted compaction left behind.
  static func removeRemains(of path: String) throws {
    let erased = path + "/erased.mdb"
    if try isSameFile(erased, path + "/data.mdb") {
      // The copy had not taken its place yet: this is only another name of the file in use.
      try storing { try FileSystem.remove(erased) }
    } else {
      try destroy(erased)
    }
    try removeDraft(of: path)
  }

  /// Overwrites and removes the draft of a copy.
  static func removeDraft(of path: String) throws {
    let draft = draft(of: path)
    guard FileManager.default.fileExists(atPath: draft) else { return }
    try destroy(draft + "/data.mdb")
    try FileManager.default.removeItem(atPath: draft)
  }

  /// Puts the copy in the place of the file; nobody may have either open.
  static func swap(_ path: String) throws {
    let current = path + "/data.mdb"
    let erased = path + "/erased.mdb"
    let copy = draft(of: path) + "/data.mdb"
    guard link(current, erased) == 0 else {
      throw LedgerError.system(operation: "linking", path: erased, errno: errno)
    }
    guard rename(copy, current) == 0 else {
      throw LedgerError.system(operation: "renaming", path: copy, errno: errno)
    }
    try storing { try FileSystem.syncDirectory(path) }
    try destroy(erased)
    try removeDraft(of: path)
  }

  /// Overwrites a file, then removes it; a missing one is fine.
  private static func destroy(_ path: String) throws {
    guard let file = try FileDescriptor.open(path, O_RDWR, "opening", orNil: ENOENT) else { return }
    try file.overwrite()
    try storing {
      try FileSystem.remove(path)
      try FileSystem.syncDirectory(FileSystem.parent(of: path))
    }
  }

  /// Whether two paths are names of one file.
  private static func isSameFile(_ left: String, _ right: String) throws -> Bool {
    var (one, other) = (stat(), stat())
    guard stat(left, &one) == 0, stat(right, &other) == 0 else {
      if errno == ENOENT { return false }
      throw LedgerError.system(operation: "examining", path: left, errno: errno)
    }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
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
