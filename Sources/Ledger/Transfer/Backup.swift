import Foundation
import Incentives

/// A copy of a store that runs, taken block by block.
///
/// The journal is streamed in slices into a fresh environment, so that no read transaction stays open
/// and nothing of the file's free pages goes along; the vault follows, so that it holds every key the
/// blocks need. The copy is verified, synced and only then gets its name: a backup that exists is whole.
public struct Backup: Sendable {
  /// The heads the copy stands at.
  public var heads: [ProgramNumber: Head]
  /// Bytes of blocks copied.
  public var bytes: Int
}

extension Store {
  /// Copies the store to a directory that does not exist yet.
  ///
  /// Throws when the directory exists, and when the copy does not verify.
  public func backUp(to directory: String) throws -> Backup {
    let draft = directory + ".partial"
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw LedgerError.exists(path: directory)
    }
    try? FileManager.default.removeItem(atPath: draft)
    try FileManager.default.createDirectory(
      atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var backup = Backup(heads: journal.allHeads(), bytes: 0)
    let copy = try Journal.open(at: draft + "/journal")
    for (program, head) in backup.heads.sorted(by: { $0.key < $1.key }) {
      backup.bytes += try copyBlocks(of: program, through: head, to: copy)
    }
    for (program, head) in backup.heads where copy.head(of: program) != head {
      throw LedgerError.journalExchanged(program: program, position: head.position)
    }
    try copy.close()
    try vault.backUp(to: draft + "/vault")
    try FileDescriptor.syncDirectory(of: draft + "/journal")
    guard rename(draft, directory) == 0 else {
      throw LedgerError.system(operation: "renaming", path: draft, errno: errno)
    }
    try FileDescriptor.syncDirectory(of: directory)
    return backup
  }

  private func copyBlocks(of program: ProgramNumber, through head: Head, to copy: Journal) throws
    -> Int
  {
    var pending: [EncodedBlock] = []
    var pendingBytes = 0
    var copied = 0
    func flush() throws {
      guard !pending.isEmpty else { return }
      try copy.append(pending)
      copied += pendingBytes
      pending.removeAll()
      pendingBytes = 0
    }
    var previous = Head.none
    try journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= head.position else { return false }
      try block.verify(after: previous)
      previous = block.head
      pending.append(EncodedBlock(copying: block))
      pendingBytes += block.bytes.count
      if pendingBytes > 16 << 20 { try flush() }
      return true
    }
    try flush()
    return copied
  }

  /// Makes a store from a backup, in a directory that does not exist yet.
  ///
  /// The new store begins another epoch in the server's log, so that a client that holds a head of the
  /// lost future is told so. Throws when the backup does not verify.
  public static func restore(from backup: String, into directory: String) throws -> Store {
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw LedgerError.exists(path: directory)
    }
    let draft = directory + ".partial"
    try? FileManager.default.removeItem(atPath: draft)
    try FileManager.default.createDirectory(
      atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for part in ["journal", "vault"] {
      try FileManager.default.createDirectory(
        atPath: "\(draft)/\(part)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try FileManager.default.copyItem(
        atPath: "\(backup)/\(part)/data.mdb", toPath: "\(draft)/\(part)/data.mdb")
    }
    let store = try Store.open(at: draft)
    let report = store.verifyJournal(rules: false)
    guard report.isClean else {
      try store.close()
      throw LedgerError.notClean(path: backup, problem: report.firstProblem)
    }
    try store.beginEpoch()
    try store.close()
    guard rename(draft, directory) == 0 else {
      throw LedgerError.system(operation: "renaming", path: draft, errno: errno)
    }
    return try Store.open(at: directory)
  }

  /// Journals a new epoch in the server's log.
  public func beginEpoch() throws {
    var buffer = ChangeBuffer()
    buffer.changes.append(.epoch(EpochChange(epoch: .random(in: 1 ... .max))))
    var encoder = BlockEncoder()
    let seconds = Date().timeIntervalSince1970
    let block = try encoder.encode(
      buffer, 0..<1, of: .server, after: journal.head(of: .server),
      time: Instant(microseconds: Int64(seconds * 1_000_000)))
    try journal.append([block])
  }
}
