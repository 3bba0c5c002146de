import Glibc
import Testing

@testable import LMDB

@Suite("An environment opens only where and as it may")
struct OpeningTests {
  private struct Other: ValueCodec {
    static var typeID: UInt32 { 99 }
    static var formatVersion: UInt8 { 1 }
    var byteCount: Int { 0 }
    func encode(into writer: inout ValueWriter) {}
    init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {}
  }

  @Test("a table declared with another key, value or kind is refused")
  func otherTables() throws {
    let directory = try TestDirectory()
    try openStore(directory.store).close()
    let declarations: [any TableDeclaration] = [
      Table<UInt32, Note>(0, "notes"),
      Table<Int64, Note>(0, "notes"),
      Table<UInt64, Other>(0, "notes"),
      BlockTable<UInt64>(0, "notes", typeID: 1, formatVersion: 1),
      BlockTable<Key2<UInt32, UInt64>>(0, "blocks", typeID: 3, formatVersion: 2),
    ]
    for declaration in declarations {
      let error = #expect(throws: LMDBError.self) {
        _ = try openStore(directory.store, tables: [declaration])
      }
      guard case .wrongTable(let table, let expected, let found) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(table == declaration.name.description)
      #expect(expected != found)
    }
    try openStore(directory.store).close()
  }

  @Test("another kind or version of environment is refused")
  func otherFormats() throws {
    let directory = try TestDirectory()
    try openStore(directory.store).close()
    for format in [
      EnvironmentFormat(kind: "test", version: 2), EnvironmentFormat(kind: "journal", version: 1),
    ] {
      #expect(
        throws: LMDBError.wrongFormat(
          expected: format.description, found: "test version 1")
      ) {
        _ = try openStore(directory.store, format: format)
      }
    }
  }

  @Test("a schema may grow, and what was there stays")
  func growingSchema() throws {
    let directory = try TestDirectory()
    let first = try openStore(directory.store, tables: [Tables.notes])
    try first.write { transaction throws in try transaction.put(Tables.notes, 1, Note([1])) }
    try first.close()
    let second = try openStore(directory.store)
    try second.read { transaction throws in
      #expect(try transaction.get(Tables.notes, 1) == Note([1]))
      #expect(try transaction.count(Tables.blocks) == 0)
    }
    let commit = try second.usage().lastCommit
    try second.close()
    let third = try openStore(directory.store)
    #expect(try third.usage().lastCommit == commit, "an unchanged schema writes nothing")
  }

  @Test("the same directory opens once in a process, and again after closing")
  func openTwice() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    #expect(throws: LMDBError.alreadyOpen(path: directory.store)) {
      _ = try openStore(directory.store)
    }
    try environment.close()
    try environment.close()
    #expect(throws: LMDBError.closed) { try environment.read { _ throws in } }
    try openStore(directory.store).close()
  }

  @Test("closing frees the directory even while a child process holds a copy of the descriptor")
  func inheritedDescriptor() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    let lock = directory.store + "/owner.lock"
    let copies = entries("/proc/self/fd").compactMap { Int32($0) }
      .filter { (try? linkTarget("/proc/self/fd/\($0)")) == lock }.map { dup($0) }
    defer { for copy in copies { close(copy) } }
    #expect(copies.count == 1)
    try environment.close()
    try openStore(directory.store).close()
  }

  @Test("a directory held by another process is refused, with its number")
  func heldElsewhere() throws {
    let directory = try TestDirectory()
    try openStore(directory.store).close()
    let file = open(directory.store + "/owner.lock", O_RDWR)
    defer { close(file) }
    #expect(flock(file, LOCK_EX) == 0)
    _ = ftruncate(file, 0)
    _ = pwrite(file, "4242\n", 5, 0)
    #expect(throws: LMDBError.lockedByProcess(path: directory.store, pid: 4242)) {
      _ = try openStore(directory.store)
    }
  }

  @Test("closing waits for nobody: it is refused while a transaction runs")
  func closingInUse() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.read { _ throws in
      #expect(throws: LMDBError.inUse(transactions: 1)) { try environment.close() }
    }
    try environment.close()
  }

  @Test("network file systems are known by their numbers")
  func networkFileSystems() {
    #expect(FileSystem.untrusted(0x6969, refusesFUSE: false) == "NFS")
    #expect(FileSystem.untrusted(0xFF53_4D42, refusesFUSE: false) == "CIFS")
    #expect(FileSystem.untrusted(0x517B, refusesFUSE: false) == "SMB")
    #expect(FileSystem.untrusted(0x6573_5546, refusesFUSE: true) == "FUSE")
    #expect(FileSystem.untrusted(0x6573_5546, refusesFUSE: false) == nil)
    #expect(FileSystem.untrusted(0xEF53, refusesFUSE: true) == nil)
    #expect(FileSystem.untrusted(0x0102_1994, refusesFUSE: true) == nil)
  }

  @Test("a crash during creation leaves nothing that a later opening stumbles over")
  func interruptedCreation() throws {
    let directory = try TestDirectory()
    try makeDirectory(directory.store)
    try makeDirectory(directory.store + "/creating")
    try writeFile(directory.store + "/creating/data.mdb", [1, 2, 3])
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in try transaction.put(Tables.notes, 1, Note([1])) }
    try environment.close()
    #expect(entries(directory.store) == ["data.mdb", "lock.mdb", "owner.lock"])
  }

  @Test("every error says what to do")
  func advice() {
    let errors: [LMDBError] = [
      .lockedByProcess(path: "/d", pid: 7), .alreadyOpen(path: "/d"),
      .networkFileSystem(path: "/d", kind: "NFS"), .closed, .inUse(transactions: 2),
      .failedCommit, .storageFull(operation: "commit"), .mapFull(mapBytes: 1),
      .transactionTooLarge, .readersFull, .io(operation: "commit"),
      .system(operation: "opening", errno: EACCES),
      .damagedFile(file: "/d/data.mdb", page: 9, problem: "keys out of order"),
      .corrupt(table: "notes", key: [0xAB, 1]), .wrongFormat(expected: "a", found: "b"),
      .wrongTable(table: "t", expected: "a", found: "b"), .keyExists(table: "t"),
      .library(operation: "get", code: -30_796),
    ]
    for error in errors { #expect(error.description.count > 25) }
    #expect(errors.contains { $0.description.contains("process 7") })
    #expect(errors.contains { $0.description.contains("Permission denied") })
    #expect(errors.contains { $0.description.contains("key ab01") })
    #expect(errors.contains { $0.description.contains("page 9: keys out of order") })
  }
}
