import Glibc
import Incentives
import LMDB

/// The last known head of every program, outside the journal: so that a journal that was exchanged or
/// rolled back as a whole is noticed at the next start.
///
/// Two slots, each half of the file, are written in turn and synced; the valid one with the greater
/// generation counts. So a crash while writing leaves the slot before, which is at most one write
/// older and still true. The owner writes at most every second and when it closes, never in the path of
/// a commit; and always after the journal, so that the file is never ahead of it.
///
///     0   4  magic: LRHD
///     4   4  format version: 1
///     8   8  generation
///    16   4  number of programs, n
///    20  52 × n   program (4), position (8), time (8), hash (32)
///     …  32  SHA-256 of the bytes so far
public struct HeadFile: ~Copyable {
  /// What was read or last written.
  public private(set) var heads: [ProgramNumber: Head]

  private let path: String
  private var file: FileDescriptor
  private var slotBytes: Int
  private var generation: UInt64
  private var writer = ByteWriter(capacity: 4096)

  /// Opens the head file, creating one without heads where there is none.
  ///
  /// Throws `.damagedHeadFile` when neither slot is valid.
  public static func open(at path: String) throws(LedgerError) -> HeadFile {
    guard let file = try FileDescriptor.open(path, O_RDWR, "opening", orNil: ENOENT) else {
      return try create(at: path, slotBytes: 4096, heads: [:], generation: 1)
    }
    let bytes = try file.readAll()
    let slotBytes = bytes.count / 2
    var best: (generation: UInt64, heads: [ProgramNumber: Head])?
    for start in [0, slotBytes] {
      let slot = bytes.withUnsafeBytes {
        parse(UnsafeRawBufferPointer(rebasing: $0[start..<start + slotBytes]))
      }
      if let slot, slot.generation > best?.generation ?? 0 { best = slot }
    }
    guard let best else { throw .damagedHeadFile(path: path, problem: "no slot is whole") }
    return HeadFile(
      heads: best.heads, path: path, file: file, slotBytes: slotBytes, generation: best.generation)
  }

  private init(
    heads: [ProgramNumber: Head], path: String, file: consuming FileDescriptor, slotBytes: Int,
    generation: UInt64
  ) {
    self.heads = heads
    self.path = path
    self.file = file
    self.slotBytes = slotBytes
    self.generation = generation
  }

  /// Writes heads into the older slot and syncs; does nothing when they are those written last.
  public mutating func write(_ heads: [ProgramNumber: Head]) throws(LedgerError) {
    guard heads != self.heads else { return }
    let next = generation + 1
    Self.encode(heads, generation: next, into: &writer)
    if writer.count > slotBytes {
      self = try Self.create(
        at: path, slotBytes: writer.count * 2, heads: heads, generation: next)
      return
    }
    try file.write(writer.bytes, at: next % 2 == 0 ? 0 : slotBytes)
    try file.sync()
    generation = next
    self.heads = heads
  }

  /// Builds a whole file beside its place and moves it there.
  private static func create(
    at path: String, slotBytes: Int, heads: [ProgramNumber: Head], generation: UInt64
  ) throws(LedgerError) -> HeadFile {
    let draft = path + ".new"
    guard
      let file = try FileDescriptor.open(
        draft, O_RDWR | O_CREAT | O_TRUNC, "creating", orNil: nil)
    else { throw .system(operation: "creating", path: draft, errno: ENOENT) }
    var writer = ByteWriter(capacity: slotBytes)
    encode(heads, generation: generation, into: &writer)
    try file.setByteCount(slotBytes * 2)
    try file.write(writer.bytes, at: generation % 2 == 0 ? 0 : slotBytes)
    try file.sync()
    guard rename(draft, path) == 0 else {
      throw .system(operation: "renaming", path: draft, errno: errno)
    }
    do throws(LMDBError) {
      try FileSystem.syncDirectory(FileSystem.parent(of: path))
    } catch {
      throw .storage(error)
    }
    return HeadFile(
      heads: heads, path: path, file: file, slotBytes: slotBytes, generation: generation)
  }
}

extension HeadFile {
  private static let magic: UInt32 = 0x4448_524c
  private static let version: UInt32 = 1
  private static let headerBytes = 20
  private static let entryBytes = 52

  private static func encode(
    _ heads: [ProgramNumber: Head], generation: UInt64, into writer: inout ByteWriter
  ) {
    writer.truncate(to: 0)
    writer.reserve(headerBytes + heads.count * entryBytes + BlockHash.byteCount)
    writer.write(fixed: magic)
    writer.write(fixed: version)
    writer.write(fixed: generation)
    writer.write(fixed: UInt32(heads.count))
    for (program, head) in heads.sorted(by: { $0.key < $1.key }) {
      writer.write(fixed: program.rawValue)
      writer.write(fixed: head.position.rawValue)
      writer.write(fixed: head.time.microseconds)
      withUnsafeBytes(of: head.hash.words) { writer.write($0) }
    }
    let hash = BlockHash.over(writer.bytes)
    withUnsafeBytes(of: hash.words) { writer.write($0) }
  }

  /// A slot's contents; nil unless it is whole.
  private static func parse(
    _ bytes: UnsafeRawBufferPointer
  ) -> (generation: UInt64, heads: [ProgramNumber: Head])? {
    var reader = ByteReader(bytes)
    guard reader.fixed(UInt32.self) == magic, reader.fixed(UInt32.self) == version else {
      return nil
    }
    let generation = reader.fixed(UInt64.self)
    let count = Int(reader.fixed(UInt32.self))
    guard reader.problem == nil, reader.remaining >= BlockHash.byteCount,
      count <= (reader.remaining - BlockHash.byteCount) / entryBytes
    else { return nil }
    let end = headerBytes + count * entryBytes
    let hash = BlockHash.over(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    guard hash == BlockHash(reading: bytes, at: end) else { return nil }
    var heads: [ProgramNumber: Head] = [:]
    for _ in 0..<count {
      let program = ProgramNumber(rawValue: reader.fixed(UInt32.self))
      let position = Position(rawValue: reader.fixed(UInt64.self))
      let time = Instant(microseconds: reader.fixed(Int64.self))
      let hash = reader.blockHash()
      heads[program] = Head(position: position, hash: hash, time: time)
    }
    return (generation, heads)
  }
}

extension ByteReader {
  fileprivate mutating func blockHash() -> BlockHash {
    let words = (0..<4).map { _ in fixed(UInt64.self).littleEndian }
    return words.withUnsafeBytes { BlockHash(reading: $0, at: 0) }
  }
}
