import Incentives
import LMDB

/// What a block says about itself before its records.
@frozen public struct BlockHeader: Hashable, Sendable, BitwiseCopyable {
  /// Whose log it belongs to.
  public var program: ProgramNumber
  /// Part of the nonces of its sealed texts; drawn by the encoder.
  public var epoch: UInt32
  /// The position of its first record.
  public var first: Position
  /// How many records it has; at least one.
  public var count: UInt32
  /// The block's time; never before the block's before it.
  public var time: Instant
  /// The hash of the block before it; `none` for a program's first.
  public var previous: BlockHash

  /// Joins the parts.
  public init(
    program: ProgramNumber, epoch: UInt32, first: Position, count: UInt32, time: Instant,
    previous: BlockHash
  ) {
    self.program = program
    self.epoch = epoch
    self.first = first
    self.count = count
    self.time = time
    self.previous = previous
  }

  /// The position of its last record.
  public var last: Position { first.advanced(by: Int(count) - 1) }

  /// The place of its record with an index.
  func place(of index: Int) -> RecordPlace {
    RecordPlace(
      program: program, epoch: epoch, time: time, position: first.advanced(by: index))
  }
}

/// Where the parts of a block lie, all integers little-endian.
///
///      0   4  magic: LRLB
///      4   4  format version: 1
///      8   4  program
///     12   4  epoch
///     16   8  position of the first record
///     24   8  time, microseconds
///     32   4  number of records, n
///     36   4  bytes of all records, r
///     40  32  hash of the block before
///     72   4  CRC-32 of the bytes so far
///     76   4 × ⌈n ÷ 16⌉   the table: where records 0, 16, 32 … begin, from the first
///      …   r  the records
///      …  32  SHA-256 of "laurel block" and header, table, records, each after its length (8 bytes)
///
/// The header is hashed, so that program, position, time and the chain can not be altered. It also has
/// a checksum of its own, as has each record: so one record can be read safely without hashing the
/// block. The table lets it be found by skipping fifteen at most.
enum BlockLayout {
  static let magic: UInt32 = 0x424c_524c
  static let version: UInt32 = 1
  static let headerBytes = 76
  static let checksumOffset = 72
  static let stride = 16
  static let countOffset = 32
  static let recordBytesOffset = 36

  /// The bytes of the table of so many records.
  static func tableBytes(of count: Int) -> Int { (count + stride - 1) / stride * 4 }
}

extension BlockHeader {
  /// Writes the header into an empty writer.
  func write(recordBytes: UInt32, into writer: inout ByteWriter) {
    writer.reserve(BlockLayout.headerBytes)
    writer.write(fixed: BlockLayout.magic)
    writer.write(fixed: BlockLayout.version)
    writer.write(fixed: program.rawValue)
    writer.write(fixed: epoch)
    writer.write(fixed: first.rawValue)
    writer.write(fixed: time.microseconds)
    writer.write(fixed: count)
    writer.write(fixed: recordBytes)
    withUnsafeBytes(of: previous.words) { writer.write($0) }
    writer.write(fixed: Self.checksum(writer.bytes))
  }

  /// Reads a header and the length of the records after it.
  static func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LedgerError) -> (header: BlockHeader, recordBytes: Int) {
    var reader = ByteReader(bytes)
    let magic = reader.fixed(UInt32.self)
    let version = reader.fixed(UInt32.self)
    let program = ProgramNumber(rawValue: reader.fixed(UInt32.self))
    let epoch = reader.fixed(UInt32.self)
    let first = Position(rawValue: reader.fixed(UInt64.self))
    let time = Instant(microseconds: reader.fixed(Int64.self))
    let count = reader.fixed(UInt32.self)
    let recordBytes = reader.fixed(UInt32.self)
    guard reader.problem == nil, magic == BlockLayout.magic,
      bytes.count >= BlockLayout.headerBytes + BlockHash.byteCount
    else {
      throw .corruptBlock(program: program, position: first, problem: "this is no block")
    }
    guard version == BlockLayout.version else { throw .unknownBlockVersion(version) }
    let previous = BlockHash(reading: bytes, at: reader.offset)
    guard checksum(bytes) == loadChecksum(bytes) else {
      throw .corruptBlock(program: program, position: first, problem: "its header is damaged")
    }
    let (_, overflow) = first.rawValue.addingReportingOverflow(UInt64(count))
    guard count > 0, !first.isNone, !overflow else {
      throw .corruptBlock(program: program, position: first, problem: "it holds no records")
    }
    let header = BlockHeader(
      program: program, epoch: epoch, first: first, count: count, time: time,
      previous: previous)
    return (header, Int(recordBytes))
  }

  /// The checksum over the fields of a header.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    Checksum.extend(
      0, over: UnsafeRawBufferPointer(rebasing: bytes[..<BlockLayout.checksumOffset]))
  }

  private static func loadChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(
      littleEndian: bytes.loadUnaligned(
        fromByteOffset: BlockLayout.checksumOffset, as: UInt32.self))
  }
}
