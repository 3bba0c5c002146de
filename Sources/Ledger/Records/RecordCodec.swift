import Incentives
import LMDB

/// Turns changes into records of the journal and back.
///
///     length   kind   version   payload …             CRC-32
///     varint   1      1         length − 2 bytes      4 bytes over position, kind … payload
///
/// One record is one change and has one position. It can be read alone, given its block's header: a
/// flipped bit, and a record in another's place, are found by its own checksum; the block's hash
/// vouches for all of them together.
/// Each kind names its format version and keeps a decoder for every version there ever was; a kind or
/// version this build does not know is refused, never skipped.
///
/// Decoding is safe on any bytes: it answers a change or throws. After a throw the buffer may hold
/// texts and outcomes that no change names.
///
/// Identity hashes are not in a record, since they depend on the store's secret: they read as zero,
/// and `FactIdentity` and `KeyIdentity` compute them again.
enum RecordCodec {
  static let checksumBytes = 4
  /// Length, kind, version and checksum.
  static let recordBytesMin = 7
  /// What a record without texts and lists takes at most, with its frame.
  private static let recordBytesMax = 160
  /// Kind and version.
  private static let headBytes = 2

  /// Appends a change as one record.
  @inline(__always)
  static func encode(
    _ change: Change, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.reserve(recordBytesMax)
    let start = writer.count
    // The length is known last. One byte is left for it, and a longer one makes its own room.
    writer.write(0)
    let kind = change.kind
    writer.write(kind.rawValue)
    writer.write(kind.version)
    if case .fact(let fact) = change {
      try FactRecord.encode(fact, at: place, from: source, keys: keys, into: &writer)
    } else {
      try encodePayload(of: change, at: place, from: source, keys: keys, into: &writer)
    }
    let length = writer.count - start - 1
    writer.reserve(checksumBytes)
    writer.write(
      fixed: checksum(UnsafeRawBufferPointer(rebasing: writer.bytes[(start + 1)...]), at: place))
    let lengthBytes = ByteWriter.length(ofVarint: UInt64(length))
    if lengthBytes > 1 { writer.insertGap(lengthBytes - 1, at: start + 1) }
    writer.patch(varint: UInt64(length), at: start)
  }

  private static func encodePayload(
    of change: Change, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    switch change {
    case .fact(let fact):
      try FactRecord.encode(fact, at: place, from: source, keys: keys, into: &writer)
    case .moved(let move): MoveRecord.encode(move, at: place, into: &writer)
    case .window(let window): WindowRecord.encode(window, at: place, into: &writer)
    case .context(let context): FactContextRecord.encode(context, at: place, into: &writer)
    case .recognized(let change): RecognitionRecord.encode(change, at: place, into: &writer)
    case .badgeDecided(let decided):
      try BadgeDecisionRecord.encode(decided, at: place, from: source, keys: keys, into: &writer)
    case .reversed(let reversal): ReversalRecord.encode(reversal, at: place, into: &writer)
    case .reversalAwaited(let awaited):
      AwaitedReversalRecord.encode(awaited, from: source, into: &writer)
    case .granted(let grant) where grant.hasOwnWords:
      try AdjustmentRecord.encode(grant, at: place, from: source, keys: keys, into: &writer)
    case .granted(let grant):
      GrantRecord.encode(grant, at: place, from: source, into: &writer)
    case .lot(let lot): LotRecord.encode(lot, at: place, into: &writer)
    case .named(let name): NameRecord.encode(name, from: source, into: &writer)
    case .learner(let learner):
      try LearnerRecord.encode(learner, at: place, from: source, keys: keys, into: &writer)
    case .learnerNamed(let named):
      try LearnerNameRecord.encode(named, at: place, from: source, keys: keys, into: &writer)
    case .erased(let erasure): ErasureRecord.encode(erasure, into: &writer)
    case .merged(let merge):
      try MergeRecord.encode(merge, at: place, from: source, keys: keys, into: &writer)
    case .row(let row): ContextRowRecord.encode(row, at: place, into: &writer)
    case .rowWithdrawn(let withdrawal):
      RowWithdrawalRecord.encode(withdrawal, at: place, into: &writer)
    case .group(let group): GroupRecord.encode(group, from: source, into: &writer)
    case .batch(let batch):
      try BatchRecord.encode(batch, at: place, from: source, keys: keys, into: &writer)
    case .batchPart(let part): BatchPartRecord.encode(part, at: place, into: &writer)
    case .batchReversed(let reversal):
      BatchReversalRecord.encode(reversal, at: place, from: source, into: &writer)
    case .batchTaken(let taken): BatchTakenRecord.encode(taken, into: &writer)
    case .recompute(let recompute): RecomputeRecord.encode(recompute, at: place, into: &writer)
    case .termKept(let kept): TermKeptRecord.encode(kept, into: &writer)
    case .recomputed(let recomputed): RecomputedRecord.encode(recomputed, into: &writer)
    case .proposed(let proposal): ProposalRecord.encode(proposal, at: place, into: &writer)
    case .session(let session):
      SessionRecord.encode(session, at: place, from: source, into: &writer)
    case .attendance(let row):
      try AttendanceRecord.encode(row, at: place, from: source, keys: keys, into: &writer)
    case .excused(let leave):
      try ExcuseRecord.encode(leave, at: place, from: source, keys: keys, into: &writer)
    case .perfect(let perfect): PerfectRecord.encode(perfect, at: place, into: &writer)
    case .attendanceJudged(let judged):
      AttendanceJudgedRecord.encode(judged, at: place, into: &writer)
    case .staff(let staff): StaffRecord.encode(staff, at: place, into: &writer)
    case .staffCohort(let cohort): StaffCohortRecord.encode(cohort, into: &writer)
    case .staffNamed(let named):
      try StaffNameRecord.encode(named, at: place, from: source, keys: keys, into: &writer)
    case .program(let program):
      try ProgramRecord.encode(program, at: place, from: source, into: &writer)
    case .advanced(let advance): AdvanceRecord.encode(advance, at: place, into: &writer)
    case .job(let job): JobRecord.encode(job, into: &writer)
    case .standings(let standings):
      StandingsRecord.encode(standings, from: source, into: &writer)
    case .closed(let closed): ClosedRecord.encode(closed, from: source, into: &writer)
    case .keyUsed(let used):
      try KeyRecord.encode(used, at: place, from: source, keys: keys, into: &writer)
    case .epoch(let epoch): EpochRecord.encode(epoch, into: &writer)
    case .rehearsal(let rehearsal):
      RehearsalRecord.encode(rehearsal, at: place, from: source, into: &writer)
    case .vacancy(let vacancy): VacancyRecord.encode(vacancy, into: &writer)
    case .starDecided(let decision):
      StarDecisionRecord.encode(decision, at: place, from: source, into: &writer)
    case .awardGiven(let given):
      try AwardGivenRecord.encode(given, at: place, from: source, keys: keys, into: &writer)
    case .awardRevoked(let revocation):
      try AwardRevocationRecord.encode(
        revocation, at: place, from: source, keys: keys, into: &writer)
    case .workNominated(let nomination):
      NominationRecord.encode(nomination, at: place, into: &writer)
    case .workDecided(let decision):
      try WorkDecisionRecord.encode(decision, at: place, from: source, keys: keys, into: &writer)
    }
  }

  /// Reads the record at the start of some bytes; answers how many it takes.
  @inline(__always)
  static func decode(
    _ bytes: UnsafeRawBufferPointer, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Int {
    let frame = try frame(of: bytes, at: place)
    let kind = frame.body[0]
    let version = frame.body[1]
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: frame.body[headBytes...]))
    let change = try payload(
      kind: kind, version: version, &reader, at: place, keys: keys, into: &buffer)
    if let problem = reader.end() {
      throw .corruptRecord(
        program: place.program, position: place.position, problem: problem.description)
    }
    buffer.changes.append(change)
    return frame.byteCount
  }

  /// How many bytes the record at the start of some bytes takes, its checksum verified.
  static func length(
    of bytes: UnsafeRawBufferPointer, at place: RecordPlace
  ) throws(LedgerError) -> Int {
    try frame(of: bytes, at: place).byteCount
  }

  private struct Frame {
    /// Kind, version and payload.
    let body: UnsafeRawBufferPointer
    /// What the whole record takes.
    let byteCount: Int
  }

  @inline(__always)
  private static func frame(
    of bytes: UnsafeRawBufferPointer, at place: RecordPlace
  ) throws(LedgerError) -> Frame {
    var reader = ByteReader(bytes)
    let length = reader.varint()
    guard reader.problem == nil, reader.remaining >= checksumBytes, length >= UInt64(headBytes),
      length <= UInt64(reader.remaining - checksumBytes)
    else {
      throw .corruptRecord(
        program: place.program, position: place.position, problem: "its length is wrong")
    }
    let end = reader.offset + Int(length)
    let body = UnsafeRawBufferPointer(rebasing: bytes[reader.offset..<end])
    let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self))
    guard checksum(body, at: place) == sum else {
      throw .corruptRecord(
        program: place.program, position: place.position, problem: "its checksum is wrong")
    }
    return Frame(body: body, byteCount: end + checksumBytes)
  }

  /// Every kind in every version there ever was.
  @inline(__always)
  private static func payload(
    kind: UInt8, version: UInt8, _ reader: inout ByteReader, at place: RecordPlace,
    keys: some LearnerKeyring, into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    switch (RecordKind(rawValue: kind), version) {
    case (.fact, 1): try FactRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.moved, 1): MoveRecord.decode1(&reader, at: place)
    case (.window, 1): WindowRecord.decode1(&reader, at: place)
    case (.context, 1): FactContextRecord.decode1(&reader, at: place)
    case (.recognized, 1): RecognitionRecord.decode1(&reader, at: place)
    case (.badgeDecided, 1):
      try BadgeDecisionRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.reversed, 1): ReversalRecord.decode1(&reader, at: place)
    case (.reversalAwaited, 1): AwaitedReversalRecord.decode1(&reader, into: &buffer)
    case (.granted, 1): GrantRecord.decode1(&reader, at: place, into: &buffer)
    case (.granted, 2): GrantRecord.decode2(&reader, at: place, into: &buffer)
    case (.adjusted, 1):
      try AdjustmentRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.lot, 1): LotRecord.decode1(&reader, at: place)
    case (.named, 1): NameRecord.decode1(&reader, into: &buffer)
    case (.learner, 1): try LearnerRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.learnerNamed, 1):
      try LearnerNameRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.learnerNamed, 2):
      try LearnerNameRecord.decode2(&reader, at: place, keys: keys, into: &buffer)
    case (.row, 1): ContextRowRecord.decode1(&reader, at: place)
    case (.group, 1): GroupRecord.decode1(&reader, into: &buffer)
    case (.batch, 1): BatchRecord.decode1(&reader, at: place, into: &buffer)
    case (.batch, 2): try BatchRecord.decode2(&reader, at: place, keys: keys, into: &buffer)
    case (.batchPart, 1): BatchPartRecord.decode1(&reader, at: place)
    case (.batchReversed, 1): BatchReversalRecord.decode1(&reader, at: place, into: &buffer)
    case (.batchTaken, 1): BatchTakenRecord.decode1(&reader)
    case (.recompute, 1): RecomputeRecord.decode1(&reader, at: place)
    case (.termKept, 1): TermKeptRecord.decode1(&reader)
    case (.recomputed, 1): RecomputedRecord.decode1(&reader)
    case (.proposed, 1): ProposalRecord.decode1(&reader, at: place)
    case (.erased, 1): ErasureRecord.decode1(&reader)
    case (.merged, 1): try MergeRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.rowWithdrawn, 1): RowWithdrawalRecord.decode1(&reader, at: place)
    case (.session, 1): SessionRecord.decode1(&reader, at: place, into: &buffer)
    case (.attendance, 1):
      try AttendanceRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.excused, 1): try ExcuseRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.perfect, 1): PerfectRecord.decode1(&reader, at: place)
    case (.attendanceJudged, 1): AttendanceJudgedRecord.decode1(&reader, at: place)
    case (.staff, 1): StaffRecord.decode1(&reader, at: place)
    case (.staffCohort, 1): StaffCohortRecord.decode1(&reader)
    case (.staffNamed, 1):
      try StaffNameRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.program, 1): ProgramRecord.decode1(&reader, at: place, into: &buffer)
    case (.advanced, 1): AdvanceRecord.decode1(&reader, at: place)
    case (.job, 1): JobRecord.decode1(&reader)
    case (.job, 2): JobRecord.decode2(&reader)
    case (.closed, 1): ClosedRecord.decode1(&reader, into: &buffer)
    case (.keyUsed, 1): try KeyRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.keyUsed, 2): try KeyRecord.decode2(&reader, at: place, keys: keys, into: &buffer)
    case (.epoch, 1): EpochRecord.decode1(&reader)
    case (.rehearsal, 1): RehearsalRecord.decode1(&reader, at: place, into: &buffer)
    case (.vacancy, 1): VacancyRecord.decode1(&reader)
    case (.starDecided, 1): StarDecisionRecord.decode1(&reader, at: place, into: &buffer)
    case (.awardGiven, 1):
      try AwardGivenRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.awardRevoked, 1):
      try AwardRevocationRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.workNominated, 1): NominationRecord.decode1(&reader, at: place)
    case (.workDecided, 1):
      try WorkDecisionRecord.decode1(&reader, at: place, keys: keys, into: &buffer)
    case (.standings, 1): StandingsRecord.decode1(&reader, into: &buffer)
    default:
      throw .unknownRecord(
        program: place.program, position: place.position, kind: kind, version: version)
    }
  }

  @inline(__always)
  private static func checksum(
    _ body: UnsafeRawBufferPointer, at place: RecordPlace
  ) -> UInt32 {
    // The position is where the sum starts from, which costs nothing.
    Checksum.extend(UInt32(truncatingIfNeeded: place.position.rawValue), over: body)
  }
}

extension Change {
  /// The kind of record this change becomes.
  @inline(__always)
  var kind: RecordKind {
    switch self {
    case .fact: .fact
    case .moved: .moved
    case .window: .window
    case .context: .context
    case .recognized: .recognized
    case .badgeDecided: .badgeDecided
    case .reversed: .reversed
    case .reversalAwaited: .reversalAwaited
    case .granted(let grant): grant.hasOwnWords ? .adjusted : .granted
    case .lot: .lot
    case .named: .named
    case .learner: .learner
    case .learnerNamed: .learnerNamed
    case .row: .row
    case .group: .group
    case .batch: .batch
    case .batchPart: .batchPart
    case .batchReversed: .batchReversed
    case .batchTaken: .batchTaken
    case .rowWithdrawn: .rowWithdrawn
    case .erased: .erased
    case .recompute: .recompute
    case .termKept: .termKept
    case .recomputed: .recomputed
    case .proposed: .proposed
    case .merged: .merged
    case .session: .session
    case .attendance: .attendance
    case .excused: .excused
    case .perfect: .perfect
    case .attendanceJudged: .attendanceJudged
    case .staff: .staff
    case .staffCohort: .staffCohort
    case .staffNamed: .staffNamed
    case .program: .program
    case .advanced: .advanced
    case .job: .job
    case .standings: .standings
    case .closed: .closed
    case .keyUsed: .keyUsed
    case .epoch: .epoch
    case .rehearsal: .rehearsal
    case .vacancy: .vacancy
    case .starDecided: .starDecided
    case .awardGiven: .awardGiven
    case .awardRevoked: .awardRevoked
    case .workNominated: .workNominated
    case .workDecided: .workDecided
    }
  }
}
