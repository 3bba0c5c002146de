import Foundation
import Incentives
import LMDB
import Testing

@testable import Ledger

@Suite("A store in its directory")
struct StoreTests {
  private let directory: TestDirectory

  init() throws { directory = try TestDirectory() }

  /// A store with a program of one learner.
  private func store(_ name: String = "store", program: UInt32 = 1, id: String = "class") throws
    -> Store
  {
    let store = try Store.open(at: directory.file(name))
    let number = ProgramNumber(rawValue: program)
    var buffer = ChangeBuffer()
    buffer.definitions.append(ProgramDefinition(id: id, name: id, zone: "UTC"))
    buffer.zones.append(.utc)
    buffer.changes.append(
      .program(ProgramChange(version: 1, effectiveFrom: .distantPast, definition: 0)))
    buffer.changes.append(
      .learner(
        LearnerChange(
          learner: LearnerNumber(rawValue: 1), externalID: buffer.text.append("zoe-4711"))))
    var encoder = BlockEncoder()
    let range = buffer.changes.indices
    let keys = try store.vault.prepare(buffer, range, of: number)
    let block = try encoder.encode(
      buffer, range, of: number, after: .none, time: sampleTime, keys: keys)
    try store.journal.append([block])
    return store
  }

  private func exported(_ store: Store, withNames: Bool = true) throws -> [String] {
    var lines: [String] = []
    _ = try store.exportJournal(
      of: ProgramNumber(rawValue: 1), id: "class", withNames: withNames
    ) { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
    return lines
  }

  @Test("A vault that was lost is never replaced by an empty one")
  func lostVault() throws {
    try store().close()
    let vault = directory.file("store/vault")
    try FileManager.default.removeItem(atPath: vault)
    #expect(throws: LedgerError.vaultMissing(path: vault)) {
      try Store.open(at: directory.file("store"))
    }
    // An empty vault in its place is refused as well.
    try Vault.open(at: directory.file("other")).close()
    let empty = try Environment.open(
      at: vault, format: VaultSchema.format, tables: VaultSchema.tables)
    try empty.close()
    #expect(throws: LedgerError.vaultIncomplete(path: vault)) {
      try Store.open(at: directory.file("store"))
    }
  }

  @Test("Paths may end with slashes; a copy stands beside, not inside")
  func trailingSlashes() throws {
    let store = try store()
    _ = try store.backUp(to: directory.file("copy") + "/")
    let copy = directory.file("copy") + "//"
    try Store.restore(from: copy, into: directory.file("new") + "/").close()
    #expect(FileManager.default.fileExists(atPath: directory.file("new/journal/data.mdb")))
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(Set(names) == ["store", "copy", "new"])
    try store.close()
  }

  @Test("A backup that would fill the disk stops and leaves nothing")
  func fullDisk() throws {
    let store = try store()
    #expect(throws: LedgerError.storage(.storageFull(operation: "copying the store"))) {
      try store.backUp(to: directory.file("copy"), freeBytesMin: .max / 2)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["store"])
    try store.close()
  }

  @Test("A backup is a store that opens, with the vault that opens its seals")
  func wholeBackup() throws {
    let store = try store()
    _ = try store.backUp(to: directory.file("copy"))
    let copy = try Store.open(at: directory.file("copy"))
    #expect(copy.verifyJournal(rules: true).isClean)
    #expect(copy.journal.allHeads() == store.journal.allHeads())
    #expect(try learners(copy) == ["zoe-4711"])
    try copy.close()
    try store.close()
  }

  @Test("A copy whose vault does not open its seals is not clean")
  func foreignVault() throws {
    let store = try store()
    let other = try self.store("other")
    _ = try store.backUp(to: directory.file("copy"))
    try store.close()
    try other.close()
    try directory.write(
      directory.bytes("other/vault/data.mdb"), to: "copy/vault/data.mdb")
    let copy = try Store.open(at: directory.file("copy"))
    #expect(copy.verifyCopy().exitCode == 3)
    try copy.close()
    #expect(throws: LedgerError.self) {
      try Store.restore(from: directory.file("copy"), into: directory.file("new"))
    }
    #expect(!FileManager.default.fileExists(atPath: directory.file("new")))
    #expect(!FileManager.default.fileExists(atPath: directory.file("new.partial")))
  }

  private func learners(_ store: Store) throws -> [String] {
    var ids: [String] = []
    try store.vault.forEachLearner(of: ProgramNumber(rawValue: 1)) {
      ids.append(String(decoding: $0.externalID, as: UTF8.self))
    }
    return ids
  }

  @Test("An import that breaks off anywhere leaves the store as it was")
  func brokenImport() throws {
    let store = try store()
    let lines = try exported(store)
    let header = try #require(lines.first)
    func edited(_ old: String, _ new: String) -> [String] {
      [header.replacingOccurrences(of: old, with: new)] + lines.dropFirst()
    }
    let other = try Store.open(at: directory.file("other"))
    for broken in [
      [], Array(lines.dropLast()), lines + ["{"], edited(#""program":1"#, #""program":-1"#),
      edited(#""program":1"#, #""program":4294967297"#), edited(#""program":1"#, #""program":0"#),
      edited(#""version":1"#, #""version":2"#), Array(lines.dropFirst()),
    ] {
      #expect(throws: LedgerError.self) { try other.importJournal(broken) }
    }
    // A key that opens nothing is found before anybody is taken in.
    let strangers = lines.map {
      $0.contains("\"person\"")
        ? #"{"person":1,"key":"00000000000000000000000000000001","externalID":"x"}"# : $0
    }
    #expect(throws: LedgerError.self) { try other.importJournal(strangers) }
    #expect(other.journal.allHeads().isEmpty)
    #expect(try learners(other).isEmpty)
    #expect(try other.importJournal(lines) == store.journal.head(of: ProgramNumber(rawValue: 1)))
    #expect(try learners(other) == ["zoe-4711"])
    try other.close()
    try store.close()
  }

  @Test("A program of the same id or number is not imported beside another")
  func programIsThere() throws {
    let store = try store()
    let lines = try exported(store)
    #expect(throws: LedgerError.programExists(id: "class")) { try store.importJournal(lines) }
    let sameID = try self.store("same-id", program: 2)
    #expect(throws: LedgerError.programExists(id: "class")) { try sameID.importJournal(lines) }
    let sameNumber = try self.store("same-number", program: 1, id: "other")
    #expect(throws: LedgerError.programExists(id: "other")) {
      try sameNumber.importJournal(lines)
    }
    for store in [store, sameID, sameNumber] { try store.close() }
  }

  @Test("An export shows definitions and texts; without names no text that was sealed")
  func readableExport() throws {
    let store = try store()
    let named = try exported(store).joined()
    #expect(named.contains(#""definition":{"calendar""#))
    #expect(named.contains(#""version":1"#))
    #expect(named.contains("zoe-4711"))
    let nameless = try exported(store, withNames: false).joined()
    #expect(!nameless.contains("zoe-4711"))
    #expect(!nameless.contains("commands"))
    try store.close()
  }

  @Test("What the tables lack or have too much is found while nobody has loaded them")
  func tables() throws {
    let store = try store()
    #expect(store.verifyTables().status == .ok)
    _ = try store.load()
    try store.startFollowing { _, _ in }
    let head = store.journal.head(of: ProgramNumber(rawValue: 1))
    _ = try store.reader(of: ProgramNumber(rawValue: 1), at: head.position)
    // While the follower runs, at the position where it stands.
    #expect(store.verifyTables() == .init("tables", .ok, "every row is what the journal makes it"))
    try store.close()
    let tables = try StateStore.open(at: directory.file("store/state"))
    try tables.environment.write { transaction in
      let key = ProgramKey(ProgramNumber(rawValue: 1))
      var row = try #require(try transaction.get(StateSchema.programs, key))
      row.knownCount += 1
      try transaction.put(StateSchema.programs, key, row)
    }
    try tables.close()
    let again = try Store.open(at: directory.file("store"))
    #expect(again.verifyTables().status == .difference)
    try again.close()
  }

  @Test("Only damage is a difference; a newer format and a disk that fails are not checked")
  func damage() {
    let program = ProgramNumber(rawValue: 1)
    let position = Position(rawValue: 1)
    let damage: [LedgerError] = [
      .corruptRecord(program: program, position: position, problem: "x"),
      .sealBroken(program: program, position: position), .vaultMissing(path: "v"),
      .storage(.damagedFile(file: "f", page: 1, problem: "x")),
    ]
    let others: [LedgerError] = [
      .unknownRecord(program: program, position: position, kind: 99, version: 1),
      .unknownBlockVersion(2), .system(operation: "x", path: "p", errno: 5),
      .storage(.io(operation: "x")), .storage(.wrongFormat(expected: "a", found: "b")),
    ]
    for error in damage { #expect(VerifyReport(notOpened: error).exitCode == 3) }
    for error in others { #expect(VerifyReport(notOpened: error).exitCode == 2) }
    for error in others { #expect(!VerifyReport(notOpened: error).isClean) }
  }

  @Test("A file larger than the map that was asked for opens, with room to go on")
  func smallMap() throws {
    try store().close()
    let small = try Store.open(
      at: directory.file("store"), options: StoreOptions(mapBytes: 4_096))
    let space = try small.journal.space()
    #expect(space.mapBytes == space.fileBytes + 1 << 30)
    try small.close()
  }
}
