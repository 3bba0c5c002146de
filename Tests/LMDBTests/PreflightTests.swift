import Testing

@testable import LMDB

@Suite("A data file is examined before LMDB may touch it")
struct PreflightTests {
  @Test(
    "a long random history never looks damaged, not even for one commit",
    arguments: 0..<scale)
  func soundness(seed: UInt64) throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    var workload = Workload(seed: seed)
    for round in 0..<300 {
      let operations = [1, 7, 60, 400][round % 4]
      if round % 9 == 0 {
        try environment.read { _ throws in
          for _ in 0..<3 { try workload.commit(to: environment, operations: operations) }
        }
      } else {
        try workload.commit(to: environment, operations: operations)
      }
      let report = try Preflight.examine(directory.dataFile, mapBytes: 1 << 30, repairs: false)
      #expect(report.recovery == nil)
      #expect(report.commit == (try environment.usage().lastCommit))
      #expect(report.rows == UInt64(workload.model.rows))
    }
    #expect(try Model(reading: environment) == workload.model)
  }
}

extension Model {
  var rows: Int { notes.count + balances.count + blocks.count }
}

extension PreflightTests {
  @Test("an examination that may not repair leaves a torn file as it is")
  func readOnly() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    var workload = Workload(seed: 3)
    for _ in 0..<4 { try workload.commit(to: environment, operations: 20) }
    let commit = try environment.usage().lastCommit
    try environment.close()
    var torn = try readFile(directory.dataFile)
    torn[Int(commit % 2) * 4096 + 136] ^= 1
    try writeFile(directory.dataFile, torn)
    let report = try Preflight.examine(directory.dataFile, mapBytes: 1 << 30, repairs: false)
    guard case .restored(commit, let copy) = report.recovery else {
      Issue.record("\(String(describing: report.recovery))")
      return
    }
    #expect(try readFile(directory.dataFile) == torn)
    #expect(entries(directory.store) == ["data.mdb", "lock.mdb", "owner.lock"])

    let repaired = try openStore(directory.store)
    #expect(repaired.preflight?.recovery == report.recovery)
    #expect(try Model(reading: repaired) == workload.model)
    let page = Int(commit % 2) * 4096
    #expect(try readFile(copy) == Array(torn[page..<page + 4096]))
  }

  @Test("the error names the page, the file and what to do")
  func errorNamesPage() throws {
    let directory = try TestDirectory()
    let environment = try openStore(directory.store)
    try environment.write { transaction throws in
      for key in 0..<500 { try transaction.put(Tables.notes, UInt64(key), Note([1, 2, 3])) }
    }
    let page = Int(try environment.usage().lastPage)
    try environment.close()
    var bytes = try readFile(directory.dataFile)
    bytes[page * 4096 + 12] ^= 0x10
    try writeFile(directory.dataFile, bytes)
    let error = #expect(throws: LMDBError.self) { _ = try openStore(directory.store) }
    guard case .damagedFile(directory.dataFile, UInt64(page), _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
