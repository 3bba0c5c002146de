import Foundation
import Incentives
import LMDB
import Ledger
import Testing

@Suite("The vault")
struct VaultTests {
  private let directory: TestDirectory
  private let program = ProgramNumber(rawValue: 1)

  init() throws { directory = try TestDirectory() }

  private func open() throws -> Vault {
    try Vault.open(at: directory.file("vault"), options: EnvironmentOptions(mapBytes: 256 << 20))
  }

  private func number(_ value: UInt32) -> LearnerNumber { LearnerNumber(rawValue: value) }

  /// Changes that number a learner and, where given, name it.
  private func numbering(
    _ learner: UInt32, _ externalID: String, name: String? = nil, alias: String = ""
  ) -> ChangeBuffer {
    var buffer = ChangeBuffer()
    let text = buffer.text.append(externalID)
    buffer.changes.append(.learner(LearnerChange(learner: number(learner), externalID: text)))
    if let name {
      let name = buffer.text.append(name)
      let alias = buffer.text.append(alias)
      buffer.changes.append(
        .learnerNamed(LearnerNameChange(learner: number(learner), name: name, alias: alias)))
    }
    return buffer
  }

  private func factWithMetadata(of learner: UInt32, _ metadata: String) -> ChangeBuffer {
    var buffer = ChangeBuffer()
    let text = buffer.text.append(metadata)
    buffer.changes.append(
      .fact(
        FactChange(
          identity: IdentityHash(high: 0, low: 0), learner: number(learner), source: .none,
          id: .empty, verb: .none, object: .none, occurredAt: sampleTime,
          day: LocalDay(number: 20_694), isDateOnly: false, status: .counted, value: nil,
          metadata: text, group: .none, term: .endless, outcomes: .empty, debtPaid: 0)))
    return buffer
  }

  private func prepare(_ vault: Vault, _ buffer: ChangeBuffer) throws -> LearnerKeys {
    try vault.prepare(buffer, 0..<buffer.changes.count, of: program)
  }

  private func learners(_ vault: Vault, of program: ProgramNumber) throws -> [VaultLearner] {
    var learners: [VaultLearner] = []
    try vault.forEachLearner(of: program) { learners.append($0) }
    return learners
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("A learner's key, id and names are there before the block and after opening again")
  func prepareAndReopen() throws {
    let buffer = numbering(1, "A-1", name: "王小明", alias: "小虎")
    let key: LearnerKey?
    do {
      let vault = try open()
      key = try prepare(vault, buffer).key(of: number(1))
      try vault.close()
    }
    let vault = try open()
    #expect(key != nil)
    #expect(try vault.keyring(of: program).key(of: number(1)) == key)
    let learner = try #require(try vault.learner(number(1), of: program))
    #expect(text(learner.externalID) == "A-1")
    #expect(text(learner.name) == "王小明")
    #expect(text(learner.alias) == "小虎")
    #expect(try vault.learner(number(1), of: ProgramNumber(rawValue: 2)) == nil)
    try vault.close()
  }

  @Test("A block sealed with the vault's keys opens with the vault, and not once it is erased")
  func sealAndErase() throws {
    let vault = try open()
    let buffer = numbering(1, "A-1", name: "王小明")
    var encoder = BlockEncoder()
    let block = try encoder.encode(
      buffer, 0..<2, of: program, after: .none, time: sampleTime, keys: prepare(vault, buffer))
    expectEqual(try decoded(block, keys: vault.keyring(of: program)), buffer, "with the vault")
    try vault.erase([number(1)], of: program)
    let erased = try decoded(block, keys: vault.keyring(of: program))
    #expect(erased.text.bytes.isEmpty)
    #expect(erased.changes.count == 2)
    try vault.close()
  }

  @Test("Changes without personal texts leave the vault alone")
  func nothingNeeded() throws {
    let vault = try open()
    try vault.close()
    var buffer = ChangeBuffer()
    buffer.changes.append(.advanced(AdvanceChange(to: sampleTime)))
    // A closed vault would throw if it were asked anything.
    #expect(try prepare(vault, buffer).count == 0)
    #expect(throws: LedgerError.storage(.closed)) { try prepare(vault, numbering(1, "A-1")) }
  }

  @Test("Metadata of a known learner uses the learner's key; of an unknown one it is refused")
  func metadataKeys() throws {
    let vault = try open()
    let key = try prepare(vault, numbering(1, "A-1")).key(of: number(1))
    #expect(try prepare(vault, factWithMetadata(of: 1, "{}")).key(of: number(1)) == key)
    #expect(throws: LedgerError.keyMissing(program: program, learner: number(2))) {
      try prepare(vault, factWithMetadata(of: 2, "{}"))
    }
    try vault.close()
  }

  @Test("A learner left by a block that was never durable is replaced by the next of that number")
  func orphan() throws {
    let vault = try open()
    _ = try prepare(vault, numbering(1, "lost", name: "lost"))
    _ = try prepare(vault, numbering(1, "A-1", name: "kept"))
    let learner = try #require(try vault.learner(number(1), of: program))
    #expect(text(learner.externalID) == "A-1")
    #expect(text(learner.name) == "kept")
    _ = try prepare(vault, numbering(1, "A-2"))
    #expect(try #require(try vault.learner(number(1), of: program)).name.isEmpty)
    try vault.close()
  }

  @Test("Erasing leaves no byte of the learner in the vault's file, and everything of the others")
  func eraseLeavesNothing() throws {
    let vault = try open()
    for learner in 1...300 as ClosedRange<UInt32> {
      _ = try prepare(
        vault, numbering(learner, "external-\(learner)-", name: "name-\(learner)-", alias: "x"))
    }
    let gone = try #require(try vault.keyring(of: program).key(of: number(150)))
    let goneBytes = littleEndian(gone.low) + littleEndian(gone.high)
    let secret = vault.identitySecret.hash64(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(try holds(goneBytes))
    #expect(try holds(Array("external-150-".utf8)))
    try vault.erase([number(150)], of: program)
    #expect(try !holds(goneBytes))
    #expect(try !holds(Array("external-150-".utf8)))
    #expect(try !holds(Array("name-150-".utf8)))
    let left = try learners(vault, of: program)
    #expect(left.count == 300)
    #expect(left.filter(\.isErased).map(\.learner) == [number(150)])
    #expect(text(left[150].name) == "name-151-")
    // Writing goes on, an erased learner's texts are sealed under a key that nobody keeps.
    let keys = try prepare(vault, factWithMetadata(of: 150, "{}"))
    #expect(keys.key(of: number(150)) != nil)
    #expect(try vault.keyring(of: program).key(of: number(150)) == nil)
    try vault.close()
    let again = try open()
    #expect(again.identitySecret.hash64(UnsafeRawBufferPointer(start: nil, count: 0)) == secret)
    #expect(try learners(again, of: program) == left)
    try again.close()
  }

  private func holds(_ needle: [UInt8]) throws -> Bool {
    let bytes = try directory.bytes("vault/data.mdb")
    return Data(bytes).range(of: Data(needle)) != nil
  }

  @Test("What an interrupted compaction left behind is removed at opening")
  func interruptedCompaction() throws {
    let vault = try open()
    _ = try prepare(vault, numbering(1, "A-1"))
    try vault.close()
    let draft = directory.file("vault.compact")
    try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
    try directory.write([1, 2, 3], to: "vault.compact/data.mdb")
    let again = try open()
    #expect(!FileManager.default.fileExists(atPath: draft))
    #expect(try learners(again, of: program).count == 1)
    try again.erase([number(1)], of: program)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["vault"])
    try again.close()
  }

  @Test("All learners of a program come in order, named or not, and nobody else's")
  func bulk() throws {
    let vault = try open()
    var buffer = ChangeBuffer()
    let count = 25_000 as UInt32
    for learner in 1...count {
      let externalID = buffer.text.append("e\(learner)")
      buffer.changes.append(
        .learner(LearnerChange(learner: number(learner), externalID: externalID)))
      guard learner % 3 == 0 else { continue }
      let name = buffer.text.append("n\(learner)")
      buffer.changes.append(
        .learnerNamed(LearnerNameChange(learner: number(learner), name: name, alias: .empty)))
    }
    _ = try prepare(vault, buffer)
    let stranger = numbering(1, "other")
    _ = try vault.prepare(stranger, 0..<1, of: ProgramNumber(rawValue: 2))
    _ = try vault.prepare(stranger, 0..<1, of: .server)
    let all = try learners(vault, of: program)
    #expect(all.map(\.learner.rawValue) == Array(1...count))
    #expect(all.allSatisfy { text($0.externalID) == "e\($0.learner.rawValue)" })
    #expect(
      all.allSatisfy {
        text($0.name) == ($0.learner.rawValue % 3 == 0 ? "n\($0.learner.rawValue)" : "")
      })
    #expect(try learners(vault, of: .server).count == 1)
    #expect(try learners(vault, of: ProgramNumber(rawValue: 7)).isEmpty)
    try vault.close()
  }

  @Test("Two stores never share a secret, one store always has the same")
  func secrets() throws {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    let first = try open()
    let secret = first.identitySecret.hash64(nothing)
    try first.close()
    let other = try Vault.open(at: directory.file("other"))
    #expect(other.identitySecret.hash64(nothing) != secret)
    try other.close()
  }
}
