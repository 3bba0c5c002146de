import Incentives
import LMDB
import Ledger
import Testing

@Suite("The journal")
struct JournalTests {
  private let directory: TestDirectory
  private let one = ProgramNumber(rawValue: 1)
  private let two = ProgramNumber(rawValue: 2)

  init() throws { directory = try TestDirectory() }

  private func open() throws -> Journal {
    try Journal.open(
      at: directory.file("journal"), options: EnvironmentOptions(mapBytes: 64 << 20))
  }

  /// The positions at which a program's blocks begin, as they are lent.
  private func firsts(
    _ journal: Journal, _ program: ProgramNumber, from position: UInt64,
    sliceBytesMax: Int = 1 << 20
  ) throws -> [UInt64] {
    var firsts: [UInt64] = []
    try journal.blocks(
      of: program, from: Position(rawValue: position), sliceBytesMax: sliceBytesMax
    ) {
      firsts.append($0.header.first.rawValue)
      return true
    }
    return firsts
  }

  @Test("A new journal has no programs and every program's head is none")
  func empty() throws {
    let journal = try open()
    #expect(journal.programs().isEmpty)
    #expect(journal.head(of: one) == .none)
    #expect(try firsts(journal, one, from: 1).isEmpty)
    #expect(throws: LedgerError.noSuchRecord(program: one, position: Position(rawValue: 1))) {
      try journal.block(of: one, containing: Position(rawValue: 1)) { _ in }
    }
  }

  @Test("Blocks of several programs go in together and every log reads back in order")
  func severalPrograms() throws {
    var script = JournalScript()
    let journal = try open()
    try journal.append([
      script.block(of: 1, records: 3), script.block(of: 2, records: 20),
      script.block(of: 1, records: 2),
    ])
    try journal.append([script.block(of: 1, records: 1), script.block(of: 0, records: 1)])
    #expect(journal.programs() == [.server, one, two])
    #expect(try firsts(journal, one, from: 1) == [1, 4, 6])
    #expect(try firsts(journal, two, from: 1) == [1])
    #expect(journal.allHeads() == script.heads)
  }

  @Test("Reading begins with the block that holds the position, whatever the slices")
  func slices() throws {
    var script = JournalScript()
    let journal = try open()
    for _ in 0..<10 { try journal.append([script.block(of: 1, records: 5)]) }
    for sliceBytesMax in [1, 300, 1 << 20] {
      let all = try firsts(journal, one, from: 1, sliceBytesMax: sliceBytesMax)
      #expect(all == Array(stride(from: 1, to: 51, by: 5)))
      #expect(try firsts(journal, one, from: 23, sliceBytesMax: sliceBytesMax).first == 21)
      #expect(try firsts(journal, one, from: 50, sliceBytesMax: sliceBytesMax) == [46])
      #expect(try firsts(journal, one, from: 51, sliceBytesMax: sliceBytesMax).isEmpty)
    }
    var count = 0
    try journal.blocks(of: one, from: Position(rawValue: 1)) { _ in
      count += 1
      return count < 3
    }
    #expect(count == 3)
  }

  @Test("A reader may append while it reads, and meets what it appended")
  func appendWhileReading() throws {
    var script = JournalScript()
    let journal = try open()
    try journal.append([script.block(of: 1, records: 2)])
    let later = try (0..<3).map { _ in try script.block(of: 1, records: 2) }
    var seen = 0
    try journal.blocks(of: one, from: Position(rawValue: 1)) { _ in
      if seen < later.count { try journal.append([later[seen]]) }
      seen += 1
      return true
    }
    #expect(seen == 4)
  }

  @Test("Any record is found by its position")
  func recordAt() throws {
    var script = JournalScript()
    let journal = try open()
    for records in [1, 40, 3] { try journal.append([script.block(of: 1, records: records)]) }
    for position in 1...44 {
      var buffer = ChangeBuffer()
      try journal.record(
        of: one, at: Position(rawValue: UInt64(position)), into: &buffer, keys: NoKeys())
      guard case .advanced(let advance) = try #require(buffer.changes.first) else {
        Issue.record("another change")
        return
      }
      #expect(advance.to == Instant(seconds: Int64(position)))
    }
    for position in [0, 45] as [UInt64] {
      var buffer = ChangeBuffer()
      let place = Position(rawValue: position)
      #expect(throws: LedgerError.noSuchRecord(program: one, position: place)) {
        try journal.record(of: one, at: place, into: &buffer, keys: NoKeys())
      }
    }
  }

  @Test("A block that does not follow its log is refused and nothing of its batch is written")
  func wrongPlace() throws {
    var script = JournalScript()
    let journal = try open()
    let first = try script.block(of: 1, records: 2)
    let second = try script.block(of: 1, records: 2)
    try journal.append([first])
    let gap = LedgerError.wrongPosition(
      program: one, expected: Position(rawValue: 3), found: Position(rawValue: 1))
    #expect(throws: gap) { try journal.append([first]) }
    var other = JournalScript()
    let stranger = try other.block(of: 2, records: 1)
    #expect(throws: gap) { try journal.append([stranger, first]) }
    #expect(journal.programs() == [one])
    // A sound block at the right position that names another history.
    _ = try other.block(of: 1, records: 2)
    let forged = try other.block(of: 1, records: 1)
    #expect(throws: LedgerError.brokenChain(program: one, position: Position(rawValue: 3))) {
      try journal.append([forged])
    }
    try journal.append([second])
    #expect(journal.head(of: one).position == Position(rawValue: 4))
  }

  @Test("After opening again every head is what it was, and logs go on")
  func reopen() throws {
    var script = JournalScript()
    do {
      let journal = try open()
      for _ in 0..<20 {
        try journal.append([script.block(of: 1, records: 7), script.block(of: 9, records: 1)])
      }
      try journal.close()
    }
    let journal = try open()
    #expect(journal.allHeads() == script.heads)
    try journal.append([script.block(of: 9, records: 1)])
    #expect(journal.head(of: ProgramNumber(rawValue: 9)).position == Position(rawValue: 21))
  }

  @Test("A flipped bit in the last block is found at opening, one before it in reading")
  func flippedBits() throws {
    var script = JournalScript()
    do {
      let journal = try open()
      for _ in 0..<3 { try journal.append([script.block(of: 1, records: 2_000)]) }
      try journal.close()
    }
    let sound = try directory.bytes("journal/data.mdb")
    var found = 0
    // The records of the last block: times only it holds, many pages of them.
    let head = try #require(script.heads[one])
    for place in places(of: head.hash.bytes, in: sound) {
      var damaged = sound
      damaged[place - 5_000] ^= 1
      try directory.write(damaged, to: "journal/data.mdb")
      #expect(throws: LedgerError.self) { try self.open() }
      found += 1
    }
    #expect(found == 1)
    try directory.write(sound, to: "journal/data.mdb")
    #expect(try open().head(of: one) == head)
  }

  private func places(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
    (0..<bytes.count - needle.count).filter { start in
      bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle)
    }
  }

  @Test("The journal says how much room there is")
  func space() throws {
    var script = JournalScript()
    let journal = try open()
    let before = try journal.space()
    for _ in 0..<50 { try journal.append([script.block(of: 1, records: 1_000)]) }
    let after = try journal.space()
    #expect(after.usedBytes > before.usedBytes + 50 * 1_000 * 8)
    #expect(after.mapBytes == 64 << 20)
    #expect(after.diskFreeBytes > 0)
  }
}
