import Incentives
import Ledger
import Testing

@Suite("Blocks")
struct BlockTests {
  private func buffer(seed: UInt64, rounds: Int = 3) -> ChangeBuffer {
    var samples = RecordSamples(seed: seed)
    for _ in 0..<rounds { samples.appendEveryKind() }
    return samples.buffer
  }

  @Test("A block says whose it is, where it begins, when it was and what came before")
  func header() throws {
    let block = try sampleBlock(buffer(seed: 1))
    try block.bytes.withUnsafeBytes { bytes in
      let view = try BlockView(bytes)
      #expect(view.header == block.header)
      #expect(view.hash == block.hash)
      #expect(view.head == block.head)
      #expect(view.header.first == sampleHead.position.next)
      #expect(view.header.last == sampleHead.position.advanced(by: Int(view.header.count)))
      try view.verify(after: sampleHead)
    }
  }

  @Test("Any record can be read alone", arguments: [1, 2, 3])
  func randomAccess(seed: Int) throws {
    let block = try sampleBlock(buffer(seed: UInt64(seed)))
    let all = try decoded(block, keys: sampleKeys())
    try block.bytes.withUnsafeBytes { bytes in
      let view = try BlockView(bytes)
      for index in all.changes.indices {
        var one = ChangeBuffer()
        let position = view.header.first.advanced(by: index)
        try view.decode(position, into: &one, keys: sampleKeys())
        let alone = try sampleBlock(
          one,
          after: Head(
            position: Position(rawValue: position.rawValue - 1), hash: .none, time: .distantPast))
        var part = ChangeBuffer()
        try alone.bytes.withUnsafeBytes {
          try BlockView($0).decode(into: &part, keys: sampleKeys())
        }
        expectEqual(part, one, "record \(index)")
        #expect(one.changes.count == 1)
        #expect(Self.caseName(one.changes[0]) == Self.caseName(all.changes[index]))
      }
      var none = ChangeBuffer()
      let after = view.header.last.next
      #expect(throws: LedgerError.noSuchRecord(program: sampleProgram, position: after)) {
        try view.decode(after, into: &none, keys: NoKeys())
      }
    }
  }

  private static func caseName(_ change: Change) -> Substring {
    String(describing: change).prefix { $0 != "(" }
  }

  @Test("Every flipped bit is found by the hash, and by decoding or the header's checksum")
  func flippedBits() throws {
    var samples = RecordSamples(seed: 5)
    samples.appendFact()
    samples.appendFact()
    let block = try sampleBlock(samples.buffer)
    let recordsEnd = block.bytes.count - 32
    for bit in 0..<block.bytes.count * 8 {
      var bytes = block.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: LedgerError.self, "bit \(bit)") {
        try bytes.withUnsafeBytes { try BlockView($0).verify(after: sampleHead) }
      }
      guard bit / 8 < recordsEnd else { continue }
      #expect(throws: LedgerError.self, "bit \(bit)") { try decoded(bytes, keys: sampleKeys()) }
    }
  }

  @Test("Cut or lengthened bytes are no block")
  func wrongLength() throws {
    let block = try sampleBlock(buffer(seed: 6))
    for count in [0, 1, 75, 76, 107, block.bytes.count / 2, block.bytes.count - 1] {
      let cut = Array(block.bytes[..<count])
      #expect(throws: LedgerError.self) { try decoded(cut, keys: NoKeys()) }
    }
    #expect(throws: LedgerError.self) { try decoded(block.bytes + [0], keys: NoKeys()) }
  }

  @Test("Headers of any content with a right checksum never crash", arguments: 1...4)
  func fuzzHeader(seed: Int) throws {
    var samples = RecordSamples(seed: UInt64(seed) + 50)
    let block = try sampleBlock(buffer(seed: UInt64(seed)))
    for _ in 0..<500 {
      var bytes = block.bytes
      for _ in 0...samples.below(4) {
        let place = 8 + Int(samples.below(90))
        bytes[place] = UInt8(truncatingIfNeeded: samples.bits())
      }
      bytes.replaceSubrange(72..<76, with: littleEndian(referenceCRC(bytes[..<72])))
      var buffer = ChangeBuffer()
      do {
        try bytes.withUnsafeBytes { bytes in
          let view = try BlockView(bytes)
          let position = view.header.first.advanced(
            by: Int(samples.below(UInt64(view.header.count))))
          try view.decode(position, into: &buffer, keys: sampleKeys())
          try view.decode(into: &buffer, keys: sampleKeys())
        }
      } catch is LedgerError {}
    }
  }

  @Test("A block of the future is refused by its version")
  func newerVersion() throws {
    let block = try sampleBlock(buffer(seed: 7))
    var bytes = block.bytes
    bytes[4] = 2
    #expect(throws: LedgerError.unknownBlockVersion(2)) { try decoded(bytes, keys: NoKeys()) }
  }

  @Test("Time never goes back from block to block")
  func timeIsMonotone() throws {
    var encoder = BlockEncoder()
    var head = Head.none
    head.time = Instant(seconds: 100)
    let buffer = buffer(seed: 8)
    let block = try encoder.encode(
      buffer, 0..<1, of: sampleProgram, after: head, time: Instant(seconds: 50), keys: sampleKeys())
    #expect(block.header.time == Instant(seconds: 100))
  }

  @Test("A chain breaks where a block was exchanged, even by a sound one")
  func chain() throws {
    let buffer = buffer(seed: 9)
    let first = try sampleBlock(buffer, 0..<4)
    let other = try sampleBlock(buffer, 4..<8)
    let second = try sampleBlock(buffer, 8..<9, after: first.head)
    try second.bytes.withUnsafeBytes { bytes in
      let view = try BlockView(bytes)
      try view.verify(after: first.head)
      #expect(
        throws: LedgerError.brokenChain(program: sampleProgram, position: view.header.first)
      ) { try view.verify(after: other.head) }
      #expect(
        throws: LedgerError.wrongPosition(
          program: sampleProgram, expected: Position(rawValue: 42), found: view.header.first)
      ) { try view.verify(after: sampleHead) }
    }
  }

  @Test("A hash reads back from its digits, and only from 64 of them")
  func hashText() throws {
    let hash = try sampleBlock(buffer(seed: 10)).hash
    #expect(BlockHash(hexadecimal: hash.description) == hash)
    #expect(hash.description.utf8.count == 64)
    for text in ["", "00", String(repeating: "g", count: 64), hash.description + "0"] {
      #expect(BlockHash(hexadecimal: text) == nil)
    }
  }
}
