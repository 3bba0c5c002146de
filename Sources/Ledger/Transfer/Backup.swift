import Foundation
import Incentives
import LMDB

/// A copy of a store that runs, taken block by block.
///
/// The journal is streamed in slices into a fresh environment, so that no read transaction stays open
/// and nothing of the file's free pages goes along; the vault follows, slice by slice too, so that it
/// holds every key the blocks need. The copy is opened again, verified and synced, and only then gets
/// its name: a backup that exists is whole.
public struct Backup: Sendable {
  /// The heads the copy stands at.
  public var heads: [ProgramNumber: Head]
  /// Bytes of blocks copied.
  public var bytes: Int

  /// What a copy leaves free on its disk: twice what the journal keeps back for itself.
  public static let freeBytesMin = 512 << 20

  /// Bytes of blocks that are written at once.
  fileprivate static let commitBytes = 16 << 20
}

extension Store {
  /// Copies the store to a directory that does not exist yet.
  ///
  /// Throws `.exists`, `.notClean` where the copy does not verify, and `.storage(.storageFull)` where
  /// less than `freeBytesMin` would be left on the disk; nothing is left of a copy that failed.
  public func backUp(
    to directory: String, freeBytesMin: Int = Backup.freeBytesMin
  ) throws -> Backup {
    let directory = FileSystem.trimmed(directory)
    return try Self.drafting(directory) { draft in
      var backup = Backup(heads: journal.allHeads(), bytes: 0)
      let copy = try Journal.open(at: draft + "/journal", options: journal.environment.options)
      for (program, head) in backup.heads.sorted(by: { $0.key < $1.key }) {
        backup.bytes += try copyBlocks(
          of: program, through: head, to: copy, freeBytesMin: freeBytesMin)
      }
      for (program, head) in backup.heads where copy.head(of: program) != head {
        throw LedgerError.journalExchanged(program: program, position: head.position)
      }
      try copy.close()
      try vault.backUp(to: draft + "/vault")
      let draftStore = try Store.open(at: draft)
      let report = draftStore.verifyCopy()
      try draftStore.close()
      guard report.isClean else {
        throw LedgerError.notClean(path: directory, problem: report.firstProblem)
      }
      return backup
    }
  }

  private func copyBlocks(
    of program: ProgramNumber, through head: Head, to copy: Journal, freeBytesMin: Int
  ) throws -> Int {
    var pending: [EncodedBlock] = []
    var pendingBytes = 0
    var copied = 0
    func flush() throws {
      guard !pending.isEmpty else { return }
      let free = try storing { try FileSystem.freeBytes(at: copy.environment.path) }
      guard free - 2 * pendingBytes >= freeBytesMin else {
        throw LedgerError.storage(.storageFull(operation: "copying the store"))
      }
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
      if pendingBytes > Backup.commitBytes { try flush() }
      return true
    }
    try flush()
    return copied
  }

  /// Makes a store from a backup, in a directory that does not exist yet.
  ///
  /// The new store begins another epoch in the server's log, so that a client that holds a head of the
  /// lost future is told so. All of it is on the disk before it gets its name. Throws `.exists`, and
  /// `.notClean` when the backup does not verify; nothing is then left of it.
  public static func restore(from backup: String, into directory: String) throws -> Store {
    let (backup, directory) = (FileSystem.trimmed(backup), FileSystem.trimmed(directory))
    try drafting(directory) { draft in
      for part in ["journal", "vault"] {
        try storing { try FileSystem.createDirectory("\(draft)/\(part)") }
        let file = "\(draft)/\(part)/data.mdb"
        try FileManager.default.copyItem(atPath: "\(backup)/\(part)/data.mdb", toPath: file)
        try storing {
          try FileSystem.syncFile(file)
          try FileSystem.syncDirectory("\(draft)/\(part)")
        }
      }
      let store = try Store.open(at: draft)
      let report = store.verifyJournal(rules: false)
      guard report.isClean else {
        try store.close()
        throw LedgerError.notClean(path: backup, problem: report.firstProblem)
      }
      try store.beginEpoch()
      try store.close()
    }
    return try Store.open(at: directory)
  }

  /// Lends a directory beside one that does not exist, and gives it that name once all is done.
  private static func drafting<Result>(
    _ directory: String, _ work: (String) throws -> Result
  ) throws -> Result {
    guard !FileManager.default.fileExists(atPath: directory) else {
      throw LedgerError.exists(path: directory)
    }
    let draft = directory + ".partial"
    try? FileManager.default.removeItem(atPath: draft)
    do {
      try FileManager.default.createDirectory(
        atPath: draft, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let result = try work(draft)
      try storing { try FileSystem.syncDirectory(draft) }
      guard rename(draft, directory) == 0 else {
        throw LedgerError.system(operation: "renaming", path: draft, errno: errno)
      }
      try storing { try FileSystem.syncDirectory(FileSystem.parent(of: directory)) }
      return result
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
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
