import Incentives
import LMDB

/// The structural records of a run of 1,024 positions.
///
/// They tell which names, contexts, groups, batches and definitions there are. Nothing in them names a person.
///
///     a record   position less the first of the run, 2 bytes little-endian; the record as the journal
///                would write it in a block of time 0
struct StructureBlock: ValueCodec, Hashable {
  static let typeID: UInt32 = 6
  static let formatVersion: UInt8 = 1

  private(set) var bytes: [UInt8] = []

  init() {}

  /// Whether changes of this kind belong here.
  static func holds(_ change: Change) -> Bool {
    switch change {
    case .named, .erased, .row, .rowWithdrawn, .group, .batch, .batchPart, .batchReversed,
      .batchTaken, .program, .staff, .staffCohort, .rehearsal, .recompute, .termKept,
      .recomputed, .proposed, .merged, .session, .attendance, .excused, .perfect,
      .attendanceJudged, .starDecided, .awardGiven, .awardRevoked, .workNominated, .workDecided:
      true
    default: false
    }
  }

  var byteCount: Int { bytes.count }

  func encode(into writer: inout ValueWriter) { writer.append(bytes) }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    bytes = Array(try reader.nextBytes(reader.remaining))
  }

  /// Adds records that were encoded behind those that are here.
  mutating func append(_ records: UnsafeRawBufferPointer) { bytes.append(contentsOf: records) }

  /// Writes a change as a record of a run.
  static func write(
    _ change: Change, at position: Position, of program: ProgramNumber, in buffer: ChangeBuffer,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    var change = change
    if case .merged(var merge) = change {
      // Why is in the journal, sealed.
      merge.reason = .empty
      change = .merged(merge)
    }
    writer.reserve(2)
    let offset = position.rawValue % StateSchema.structureSpan
    writer.write(fixed: UInt16(truncatingIfNeeded: offset))
    let place = place(of: position, in: program)
    try RecordSource.with(buffer) { source throws(LedgerError) in
      try RecordCodec.encode(
        change.withoutOwnWords, at: place, from: source, keys: LearnerKeys(), into: &writer)
    }
  }

  /// Visits the records in order; the buffer holds the last one only.
  func forEach(
    from first: Position, of program: ProgramNumber,
    _ body: (Change, Position, ChangeBuffer) throws -> Void
  ) throws {
    var buffer = ChangeBuffer()
    try bytes.withUnsafeBytes { bytes in
      var offset = 0
      while bytes.count - offset > 2 {
        let distance = UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        let position = first.advanced(by: Int(distance))
        offset += 2
        buffer.removeAll()
        offset += try RecordCodec.decode(
          UnsafeRawBufferPointer(rebasing: bytes[offset...]),
          at: Self.place(of: position, in: program), keys: NoKeys(), into: &buffer)
        try body(buffer.changes[0], position, buffer)
      }
    }
  }

  private static func place(of position: Position, in program: ProgramNumber) -> RecordPlace {
    RecordPlace(
      program: program, epoch: 0, time: Instant(microseconds: 0), position: position)
  }
}
