import Incentives

/// A run of one program's index entries as bytes: what the follower keeps of the fact index.
///
/// Entries stand in the order of their record numbers, so chunks are written at the end of a table
/// and never touched again, and a run of consecutive numbers costs 12 bytes a fact:
///
///     format    1 byte    1
///     program   4 bytes   little-endian, as all numbers here
///     first     8 bytes   number of the first record
///     count     4 bytes
///     entries   count ×   11 bytes of digest, then LEB128 of number − (previous number + 1)
///     seal      8 bytes   KeyedHash.hash64 of everything before
///
/// The seal is made with the secret that also made the digests. It finds flipped bits, which the
/// store below does not, and entries of another secret, which would silently match no fact at all.
/// A chunk that does not open is a reason to rebuild the state from the journal.
public struct FactIndexChunk: Sendable {
  /// Why bytes are not a chunk of this store.
  public enum Failure: Error, Hashable, Sendable {
    /// The bytes end too early.
    case truncated
    /// A format this version does not know.
    case unknownFormat(UInt8)
    /// The bytes were damaged or sealed with another secret.
    case sealBroken
    /// The seal holds but the entries do not follow the format.
    case malformed
  }

  static let format: UInt8 = 1
  static let headerSize = 17
  static let sealSize = 8
  static let digestSize = 11

  /// The program whose facts these are.
  public let program: UInt32
  /// The number of the first record, and the lowest that the first `append` may give.
  public let firstNumber: UInt64
  /// The lowest number that the next `append` may give.
  public private(set) var nextNumber: UInt64
  /// How many entries there are.
  public private(set) var count: UInt32 = 0
  private var entries: [UInt8] = []

  /// A chunk without entries; its first record shall be `firstNumber`.
  public init(program: UInt32, firstNumber: UInt64) {
    self.program = program
    self.firstNumber = firstNumber
    nextNumber = firstNumber
  }

  /// How many bytes `sealed(under:)` will return.
  public var byteCount: Int { Self.headerSize + entries.count + Self.sealSize }

  /// Adds a record; numbers must rise and not exceed `FactIndex.numberMax`.
  public mutating func append(_ digest: Digest128, number: UInt64) {
    precondition(number >= nextNumber, "record numbers must rise")
    precondition(number <= FactIndex.numberMax, "record number beyond 40 bits")
    Self.append(digest.low, bytes: 8, to: &entries)
    Self.append(digest.high, bytes: Self.digestSize - 8, to: &entries)
    var gap = number - nextNumber
    while gap >= 0x80 {
      entries.append(UInt8(truncatingIfNeeded: gap) | 0x80)
      gap >>= 7
    }
    entries.append(UInt8(truncatingIfNeeded: gap))
    nextNumber = number + 1
    count += 1
  }

  /// Calls `body` with every entry in order; of the digest only the lower 88 bits are left.
  public func forEach(_ body: (Digest128, _ number: UInt64) -> Void) {
    entries.withUnsafeBytes { bytes in
      var reader = EntryReader(bytes: bytes, expected: firstNumber)
      while let entry = reader.next() { body(entry.digest, entry.number) }
    }
  }

  /// The chunk as bytes, sealed with the store's secret.
  public func sealed(under hash: KeyedHash) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    bytes.append(Self.format)
    Self.append(UInt64(program), bytes: 4, to: &bytes)
    Self.append(firstNumber, bytes: 8, to: &bytes)
    Self.append(UInt64(count), bytes: 4, to: &bytes)
    bytes += entries
    let seal = bytes.withUnsafeBytes(hash.hash64)
    Self.append(seal, bytes: Self.sealSize, to: &bytes)
    return bytes
  }

  /// Opens bytes made by `sealed(under:)`; entries can be appended to the result.
  ///
  /// Throws when anything is wrong with them, and never returns some of the entries.
  public init(opening bytes: UnsafeRawBufferPointer, under hash: KeyedHash) throws(Failure) {
    guard let format = bytes.first else { throw .truncated }
    guard format == Self.format else { throw .unknownFormat(format) }
    let entriesEnd = bytes.count - Self.sealSize
    guard entriesEnd >= Self.headerSize else { throw .truncated }
    let sealedPart = UnsafeRawBufferPointer(rebasing: bytes[..<entriesEnd])
    let seal = bytes.loadUnaligned(fromByteOffset: entriesEnd, as: UInt64.self)
    guard hash.hash64(sealedPart) == UInt64(littleEndian: seal) else { throw .sealBroken }

    program = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
    firstNumber = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 5, as: UInt64.self))
    count = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 13, as: UInt32.self))
    let body = UnsafeRawBufferPointer(rebasing: sealedPart[Self.headerSize...])
    var reader = EntryReader(bytes: body, expected: firstNumber)
    var seen: UInt32 = 0
    while reader.next() != nil { seen += 1 }
    guard reader.isAtEnd, seen == count else { throw .malformed }
    nextNumber = reader.expected
    entries = [UInt8](body)
  }

  private static func append(_ value: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
    for index in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }
}

/// Reads entries one by one and stops at the first that is not well formed.
private struct EntryReader {
  let bytes: UnsafeRawBufferPointer
  var expected: UInt64
  private var offset = 0

  init(bytes: UnsafeRawBufferPointer, expected: UInt64) {
    self.bytes = bytes
    self.expected = expected
  }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func next() -> (digest: Digest128, number: UInt64)? {
    let gapStart = offset + FactIndexChunk.digestSize
    guard gapStart < bytes.count else { return nil }
    let low = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    // The three bytes left of the digest and the first of the gap make one word.
    let rest = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
    let high = UInt64(UInt32(littleEndian: rest) & 0xff_ffff)
    guard let (gap, end) = readGap(at: gapStart) else { return nil }
    guard expected <= FactIndex.numberMax, gap <= FactIndex.numberMax - expected else { return nil }
    let number = expected + gap
    offset = end
    expected = number + 1
    return (Digest128(high: high, low: UInt64(littleEndian: low)), number)
  }

  private func readGap(at start: Int) -> (gap: UInt64, end: Int)? {
    var gap: UInt64 = 0
    var position = start
    // Six bytes of seven bits hold every gap of 40 bits.
    while position < bytes.count, position < start + 6 {
      let byte = bytes[position]
      gap |= UInt64(byte & 0x7f) << UInt64(7 * (position - start))
      position += 1
      if byte < 0x80 {
        // A last byte of zero would be a second spelling of a shorter gap.
        return byte == 0 && position > start + 1 ? nil : (gap, position)
      }
    }
    return nil
  }
}
