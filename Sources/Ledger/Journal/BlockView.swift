import Incentives

/// A block as it lies in the journal, lent for the time of a closure.
///
/// Making a view checks that the parts fit; nothing else is trusted until `verify` has compared the
/// hash, or a record's own checksum was compared in decoding it. So a view is safe on any bytes.
public struct BlockView: ~Copyable {
  /// What the block says about itself.
  public let header: BlockHeader
  /// All its bytes, valid as long as the closure they were lent to.
  public let bytes: UnsafeRawBufferPointer
  private let recordsStart: Int

  /// Looks at bytes; throws when they can not be a block.
  public init(_ bytes: UnsafeRawBufferPointer) throws(LedgerError) {
    let (header, recordBytes) = try BlockHeader.read(bytes)
    let recordsStart =
      BlockLayout.headerBytes + BlockLayout.tableBytes(of: Int(header.count))
    guard recordsStart + recordBytes + BlockHash.byteCount == bytes.count,
      Int(header.count) <= recordBytes / RecordCodec.recordBytesMin
    else {
      throw .corruptBlock(
        program: header.program, position: header.first, problem: "its length is wrong")
    }
    self.header = header
    self.bytes = bytes
    self.recordsStart = recordsStart
  }

  /// The hash it carries; the next block names it.
  public var hash: BlockHash { BlockHash(reading: bytes, at: recordsEnd) }

  /// The head of the program's log after this block.
  public var head: Head { Head(position: header.last, hash: hash, time: header.time) }

  /// Whether the record with this position is in it.
  public func contains(_ position: Position) -> Bool {
    header.first <= position && position <= header.last
  }

  /// Compares the bytes with the hash; throws `.corruptBlock`.
  public func verify() throws(LedgerError) {
    let all = UnsafeRawBufferPointer(rebasing: bytes[..<recordsEnd])
    guard Self.hash(of: all, recordsStart: recordsStart) == hash else {
      throw .corruptBlock(
        program: header.program, position: header.first, problem: "its hash is wrong")
    }
  }

  /// Compares the bytes with the hash, and position, time and chain with the head before it.
  public func verify(after head: Head) throws(LedgerError) {
    guard header.first == head.position.next else {
      throw .wrongPosition(
        program: header.program, expected: head.position.next, found: header.first)
    }
    guard header.previous == head.hash, header.time >= head.time else {
      throw .brokenChain(program: header.program, position: header.first)
    }
    try verify()
  }

  /// Appends all its changes to a buffer, each with its record's checksum compared.
  ///
  /// Sealed texts are opened with the keyring; where the key is gone they are empty.
  public func decode(
    into buffer: inout ChangeBuffer, keys: some LearnerKeyring
  ) throws(LedgerError) {
    if buffer.changes.isEmpty { buffer.changes.reserveCapacity(Int(header.count)) }
    var offset = recordsStart
    var place = header.place(of: 0)
    for ordinal in 0..<Int(header.count) {
      if ordinal % BlockLayout.stride == 0 { try checkTable(ordinal, is: offset - recordsStart) }
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset..<recordsEnd])
      offset += try RecordCodec.decode(rest, at: place, keys: keys, into: &buffer)
      place.position = place.position.next
    }
    guard offset == recordsEnd else {
      throw .corruptBlock(
        program: header.program, position: header.first, problem: "bytes are left over")
    }
  }

  /// Appends the change at one position to a buffer.
  ///
  /// Throws `.noSuchRecord` when the position is in another block.
  public func decode(
    _ position: Position, into buffer: inout ChangeBuffer, keys: some LearnerKeyring
  ) throws(LedgerError) {
    guard contains(position) else {
      throw .noSuchRecord(program: header.program, position: position)
    }
    let ordinal = Int(position.rawValue - header.first.rawValue)
    let nearest = ordinal / BlockLayout.stride * BlockLayout.stride
    let start = tableEntry(nearest)
    guard start <= recordsEnd - recordsStart else {
      throw .corruptBlock(
        program: header.program, position: header.first, problem: "its table is wrong")
    }
    var offset = recordsStart + start
    for index in nearest..<ordinal {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset..<recordsEnd])
      offset += try RecordCodec.length(of: rest, at: header.place(of: index))
    }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset..<recordsEnd])
    _ = try RecordCodec.decode(rest, at: header.place(of: ordinal), keys: keys, into: &buffer)
  }
}

extension BlockView {
  private var recordsEnd: Int { bytes.count - BlockHash.byteCount }

  private func tableEntry(_ ordinal: Int) -> Int {
    let offset = BlockLayout.headerBytes + ordinal / BlockLayout.stride * 4
    return Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  private func checkTable(_ ordinal: Int, is offset: Int) throws(LedgerError) {
    guard tableEntry(ordinal) == offset else {
      throw .corruptBlock(
        program: header.program, position: header.first, problem: "its table is wrong")
    }
  }

  /// The hash of a block's header, table and records.
  static func hash(of bytes: UnsafeRawBufferPointer, recordsStart: Int) -> BlockHash {
    let table = BlockLayout.headerBytes..<recordsStart
    return BlockHash.over(
      UnsafeRawBufferPointer(rebasing: bytes[..<table.lowerBound]),
      UnsafeRawBufferPointer(rebasing: bytes[table]),
      UnsafeRawBufferPointer(rebasing: bytes[recordsStart...]))
  }
}
