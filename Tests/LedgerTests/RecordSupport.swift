import Incentives
import Testing

@testable import Ledger

/// Keys for all learners of the samples, the same in every run.
func sampleKeys() -> LearnerKeys {
  var keys = LearnerKeys()
  let others =
    RecordSamples.staff.map(\.person) + RecordSamples.batches.map(\.person)
    + [BatchNumber(rawValue: 12).person]
  for learner in RecordSamples.learners + others {
    keys.set(
      LearnerKey(low: UInt64(learner.rawValue) &* 0x0101_0101, high: 0x0f0e_0d0c_0b0a_0908),
      for: learner)
  }
  return keys
}

let sampleProgram = ProgramNumber(rawValue: 3)
let sampleTime = Instant(microseconds: 1_788_000_000_123_456)
let sampleHead = Head(position: Position(rawValue: 41), hash: .none, time: .distantPast)

/// A block of a buffer's changes, encoded as every test run encodes it.
func sampleBlock(
  _ buffer: ChangeBuffer, _ range: Range<Int>? = nil, after head: Head = sampleHead,
  of program: ProgramNumber = sampleProgram
) throws -> EncodedBlock {
  var encoder = BlockEncoder(epoch: 7)
  return try encoder.encode(
    buffer, range ?? 0..<buffer.changes.count, of: program, after: head, time: sampleTime,
    keys: sampleKeys())
}

func decoded(_ block: EncodedBlock, keys: some LearnerKeyring) throws -> ChangeBuffer {
  try decoded(block.bytes, keys: keys)
}

func decoded(_ bytes: [UInt8], keys: some LearnerKeyring) throws -> ChangeBuffer {
  var buffer = ChangeBuffer()
  try bytes.withUnsafeBytes { try BlockView($0).decode(into: &buffer, keys: keys) }
  return buffer
}

/// Whether two buffers are equal in every change and every byte.
func expectEqual(_ left: ChangeBuffer, _ right: ChangeBuffer, _ comment: Comment) {
  #expect(left.changes.count == right.changes.count, comment)
  for (one, other) in zip(left.changes, right.changes) {
    #expect(String(describing: one) == String(describing: other), comment)
  }
  #expect(left.outcomes == right.outcomes, comment)
  #expect(left.standings == right.standings, comment)
  #expect(left.populations == right.populations, comment)
  #expect(left.candidates == right.candidates, comment)
  #expect(left.definitions == right.definitions, comment)
  #expect(left.zones == right.zones, comment)
  #expect(left.text.bytes == right.text.bytes, comment)
}

/// The CRC-32 of zlib, bit by bit, going on from an earlier sum.
func referenceCRC(_ bytes: some Sequence<UInt8>, from seed: UInt32 = 0) -> UInt32 {
  var sum = ~seed
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
  }
  return ~sum
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Where the records of a sample block lie.
func recordBytes(of block: EncodedBlock) -> ArraySlice<UInt8> {
  block.bytes[(76 + (Int(block.header.count) + 15) / 16 * 4)..<(block.bytes.count - 32)]
}

/// A block of one record with a body of our choosing and every checksum right but the hash.
func forgedBlock(body: [UInt8]) throws -> [UInt8] {
  var buffer = ChangeBuffer()
  buffer.changes.append(.epoch(EpochChange(epoch: 1)))
  let block = try sampleBlock(buffer)
  var length: [UInt8] = []
  var rest = body.count
  while rest >= 0x80 {
    length.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  length.append(UInt8(rest))
  let position = UInt32(sampleHead.position.rawValue + 1)
  let record = length + body + littleEndian(referenceCRC(body, from: position))
  var header = Array(block.bytes[..<72])
  header.replaceSubrange(36..<40, with: littleEndian(UInt32(record.count)))
  return header + littleEndian(referenceCRC(header)) + [0, 0, 0, 0] + record
    + [UInt8](repeating: 0, count: 32)
}
