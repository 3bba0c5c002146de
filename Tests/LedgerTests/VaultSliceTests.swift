import Foundation
import Incentives
import LMDB
import Testing

@testable import Ledger

@Suite("The vault while others use it, and after a crash")
struct VaultSliceTests {
  private let directory: TestDirectory
  private let program = ProgramNumber(rawValue: 1)

  init() throws { directory = try TestDirectory() }

  private func open(_ name: String = "vault") throws -> Vault {
    try Vault.open(at: directory.file(name), options: EnvironmentOptions(mapBytes: 64 << 20))
  }

  private func add(_ learners: ClosedRange<UInt32>, to vault: Vault) throws {
    var buffer = ChangeBuffer()
    for number in learners {
      let learner = LearnerNumber(rawValue: number)
      let id = buffer.text.append("id-\(number)-")
      buffer.changes.append(.learner(LearnerChange(learner: learner, externalID: id)))
      let name = buffer.text.append("name-\(number)-")
      buffer.changes.append(
        .learnerNamed(LearnerNameChange(learner: learner, name: name, alias: .empty)))
    }
    _ = try vault.prepare(buffer, buffer.changes.indices, of: program)
  }

  private func ids(_ vault: Vault) throws -> [String] {
    var ids: [String] = []
    try vault.forEachLearner(of: program) {
      ids.append(String(decoding: $0.externalID + $0.name, as: UTF8.self))
    }
    return ids
  }

  @Test("A copy gives both locks back between slices, and keeps ids and names together")
  func copyInSlices() throws {
    let vault = try open()
    try add(1...25, to: vault)
    var next: UInt32 = 26
    try vault.copy(to: directory.file("copy"), sliceRows: 10) {
      // With a lock held, writing or reading here would wait for ever.
      try add(next...next, to: vault)
      if next == 26 { try vault.erase([LearnerNumber(rawValue: 2)], of: program) }
      next += 1
      #expect(try vault.apiKeys().isEmpty)
    }
    let copy = try open("copy")
    let found = try ids(copy)
    #expect(Array(found.prefix(25)) == (1...25).map { "id-\($0)-name-\($0)-" })
    // The secret goes along, so that identities are the same.
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(copy.identitySecret.hash64(nothing) == vault.identitySecret.hash64(nothing))
    try copy.close()
    try vault.close()
  }

  private func holds(_ needle: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: directory.file("vault")).contains {
      Data(try directory.bytes("vault/\($0)")).range(of: Data(needle.utf8)) != nil
    }
  }

  @Test("An erasure that was interrupted is ended by the next opening")
  func interruptedErasure() throws {
    let vault = try open()
    try add(1...300, to: vault)
    // The process ends between the transaction and the rewriting.
    try vault.exclusively { try vault.destroyRows([LearnerNumber(rawValue: 150)], of: program) }
    try vault.close()
    #expect(try holds("id-150-"))
    let again = try open()
    #expect(try !holds("id-150-"))
    #expect(try !holds("name-150-"))
    #expect(try ids(again).count == 300)
    let isDue = try again.read {
      try $0.contains(VaultSchema.duties, VaultDuty.rewriting)
    }
    #expect(!isDue)
    try again.close()
  }

  @Test("The old file is overwritten before it goes, also by the opening after a crash")
  func oldFileIsFound() throws {
    let vault = try open()
    try add(1...2, to: vault)
    try vault.close()
    // As a crash leaves it after the copy took the file's place.
    let old = directory.file("vault/erased.mdb")
    try directory.write(Array("id-of-somebody-erased".utf8), to: "vault/erased.mdb")
    let kept = directory.file("kept")
    try FileManager.default.linkItem(atPath: old, toPath: kept)
    try open().close()
    #expect(!FileManager.default.fileExists(atPath: old))
    #expect(try directory.bytes("kept").allSatisfy { $0 == 0 })
    // As a crash leaves it before: another name of the file in use, which must not be touched.
    try FileManager.default.linkItem(
      atPath: directory.file("vault/data.mdb"), toPath: old)
    let again = try open()
    #expect(try ids(again).count == 2)
    #expect(!FileManager.default.fileExists(atPath: old))
    try again.close()
  }
}
