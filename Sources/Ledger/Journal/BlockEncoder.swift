import Incentives

/// A block as it goes into the journal: its bytes, and what the next one needs to know of it.
public struct EncodedBlock: Sendable {
  /// What it says about itself.
  public let header: BlockHeader
  /// Its hash, which the next block of the program names.
  public let hash: BlockHash
  /// All its bytes.
  public let bytes: [UInt8]

  init(header: BlockHeader, hash: BlockHash, bytes: [UInt8]) {
    self.header = header
    self.hash = hash
    self.bytes = bytes
  }

  /// A block of another journal, to be appended to this one as it is.
  public init(copying block: borrowing BlockView) {
    self.init(header: block.header, hash: block.hash, bytes: Array(block.bytes))
  }

  /// The head of the program's log once this block is in the journal.
  public var head: Head { Head(position: header.last, hash: hash, time: header.time) }
}

/// The end of a program's log: its last position, and the hash that vouches for all of it.
@frozen public struct Head: Hashable, Sendable, BitwiseCopyable {
  /// The position of the last record; 0 where there is none.
  public var position: Position
  /// The hash of the last block.
  public var hash: BlockHash
  /// The time of the last block.
  public var time: Instant

  /// Joins the parts.
  public init(position: Position, hash: BlockHash, time: Instant) {
    self.position = position
    self.hash = hash
    self.time = time
  }

  /// The head of an empty log.
  public static let none = Head(position: .none, hash: .none, time: .distantPast)
}

/// Turns changes into blocks, in one buffer that is used again and again.
///
/// A block is one program's changes of one commit. The encoder writes records one behind the other,
/// keeps where every sixteenth begins, and hashes the whole; there is no allocation for a record.
/// Changes whose personal texts are to be sealed need their learners' keys, which `Vault.prepare`
/// has made durable before; others never touch a key.
///
/// Each encoder draws an epoch for its nonces. So what was encoded but never became durable (the
/// process died) and what takes its positions later never share a nonce.
public struct BlockEncoder: ~Copyable {
  private var writer = ByteWriter(capacity: 256 * 1024)
  private let epoch: UInt32

  /// Makes an encoder; the epoch is drawn at random unless a test gives one.
  public init(epoch: UInt32? = nil) {
    self.epoch = epoch ?? UInt32.random(in: .min ... .max)
  }

  /// Encodes a run of a buffer's changes as the block after a head; the run is not empty.
  ///
  /// The block's time is `time`, or the head's if that is later. Throws `.keyMissing` when a
  /// learner's key is needed and not given, and `.blockTooLarge` beyond 4 GiB.
  public mutating func encode(
    _ buffer: ChangeBuffer, _ range: Range<Int>, of program: ProgramNumber, after head: Head,
    time: Instant, keys: LearnerKeys = LearnerKeys()
  ) throws(LedgerError) -> EncodedBlock {
    precondition(!range.isEmpty && range.upperBound <= buffer.changes.count, "a block has records")
    let header = BlockHeader(
      program: program, epoch: epoch, first: head.position.next, count: UInt32(range.count),
      time: max(time, head.time), previous: head.hash)
    writer.truncate(to: 0)
    // The header is last known and first in place.
    writer.skip(BlockLayout.headerBytes + BlockLayout.tableBytes(of: range.count))
    let recordsStart = writer.count
    try encodeRecords(buffer, range, header, keys)
    guard let recordBytes = UInt32(exactly: writer.count - recordsStart) else {
      throw .blockTooLarge(program: program, position: header.first)
    }
    let end = writer.count
    writer.truncate(to: 0)
    header.write(recordBytes: recordBytes, into: &writer)
    writer.restore(to: end)
    let hash = BlockView.hash(of: writer.bytes, recordsStart: recordsStart)
    writer.reserve(BlockHash.byteCount)
    withUnsafeBytes(of: hash.words) { writer.write($0) }
    return EncodedBlock(header: header, hash: hash, bytes: Array(writer.bytes))
  }

  private mutating func encodeRecords(
    _ buffer: ChangeBuffer, _ range: Range<Int>, _ header: BlockHeader, _ keys: LearnerKeys
  ) throws(LedgerError) {
    let start = writer.count
    var place = header.place(of: 0)
    try RecordSource.with(buffer) { source throws(LedgerError) in
      for index in range {
        let ordinal = index - range.lowerBound
        if ordinal % BlockLayout.stride == 0 {
          let entry = BlockLayout.headerBytes + ordinal / BlockLayout.stride * 4
          writer.patch(UInt32(truncatingIfNeeded: writer.count - start), at: entry)
        }
        try RecordCodec.encode(
          buffer.changes[index], at: place, from: source, keys: keys, into: &writer)
        place.position = place.position.next
      }
    }
  }
}
