import Foundation
import Incentives
import LMDB
import Ledger
import Testing

@Suite("The head file")
struct JournalHeadFileTests {
  private let directory: TestDirectory
  private let one = ProgramNumber(rawValue: 1)

  init() throws { directory = try TestDirectory() }

  private var path: String { directory.file("heads") }

  private func head(_ position: UInt64) -> Head {
    Head(
      position: Position(rawValue: position), hash: .none, time: Instant(seconds: Int64(position)))
  }

  @Test("What was written last is read, write after write")
  func lastWriteCounts() throws {
    #expect(try HeadFile.open(at: path).heads.isEmpty)
    for position in 1...6 as ClosedRange<UInt64> {
      var file = try HeadFile.open(at: path)
      try file.write([one: head(position)])
      try file.write([one: head(position * 10), .server: head(1)])
      #expect(try HeadFile.open(at: path).heads == [one: head(position * 10), .server: head(1)])
    }
  }

  @Test("With the last slot torn the write before it counts; with both gone it is an error")
  func tornSlot() throws {
    var file = try HeadFile.open(at: path)
    try file.write([one: head(1)])
    let before = try directory.bytes("heads")
    try file.write([one: head(2)])
    let after = try directory.bytes("heads")
    let changed = before.indices.filter { before[$0] != after[$0] }
    try #require(!changed.isEmpty)
    for place in changed {
      var torn = after
      torn[place] ^= 0x10
      try directory.write(torn, to: "heads")
      #expect(try HeadFile.open(at: path).heads == [one: head(1)], "byte \(place)")
    }
    try directory.write([UInt8](repeating: 0, count: after.count), to: "heads")
    #expect(throws: LedgerError.damagedHeadFile(path: path, problem: "no slot is whole")) {
      _ = try HeadFile.open(at: self.path).heads
    }
  }

  @Test("It grows with the number of programs")
  func manyPrograms() throws {
    var file = try HeadFile.open(at: path)
    var heads: [ProgramNumber: Head] = [:]
    for count in [50, 500, 5_000] as [UInt32] {
      for number in 0..<count { heads[ProgramNumber(rawValue: number)] = head(UInt64(number) + 1) }
      try file.write(heads)
      #expect(try HeadFile.open(at: path).heads == heads)
      heads[one] = head(UInt64(count) * 7)
      try file.write(heads)
      #expect(try HeadFile.open(at: path).heads == heads)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["heads"])
  }

  @Test("A journal that goes on is fine; one rolled back or exchanged as a whole is refused")
  func exchangedJournal() throws {
    var script = JournalScript()
    let options = EnvironmentOptions(mapBytes: 64 << 20)
    let journal = try Journal.open(at: directory.file("journal"), options: options)
    try journal.append([script.block(of: 1, records: 3)])
    let early = journal.allHeads()
    try journal.append([script.block(of: 1, records: 3)])
    try journal.check(early)
    try journal.check(journal.allHeads())
    try journal.check([:])

    var other = JournalScript()
    let rolledBack = try Journal.open(at: directory.file("rolled-back"), options: options)
    try rolledBack.append([other.block(of: 1, records: 3)])
    #expect(
      throws: LedgerError.journalRolledBack(
        program: one, expected: Position(rawValue: 6), found: Position(rawValue: 3))
    ) { try rolledBack.check(journal.allHeads()) }
    let exchanged = try Journal.open(at: directory.file("exchanged"), options: options)
    _ = try other.block(of: 2, records: 1)
    var stranger = JournalScript()
    _ = try stranger.block(of: 2, records: 1)
    try exchanged.append([stranger.block(of: 1, records: 6)])
    #expect(throws: LedgerError.journalExchanged(program: one, position: Position(rawValue: 6))) {
      try exchanged.check(journal.allHeads())
    }
  }
}
