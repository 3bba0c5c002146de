import Incentives

/// The record of a fact: the one kind that there are hundreds of millions of, so it is tight.
///
/// A fact with an id of 20 bytes and three outcomes takes about 55 bytes with its frame. Layout of
/// version 1, everything a varint unless said otherwise, signed numbers zigzag:
///
///     flags byte   0–1 status · 2 date only · 3 value · 4 whole seconds · 5 metadata · 6 debt · 7 object
///     learner, source, verb [, object]
///     time         from the block's time: in seconds where flagged, else in microseconds; signed
///     day          from the fact's day of UTC, signed
///     [value, signed], group, term + 1
///     outcomes     their number, then each: reason and shape byte, rule, worth signed [, points signed]
///     [debt paid, signed], id as length and bytes [, sealed metadata as length and bytes]
///
/// An outcome's shape: bit 5 says that points equal worth, bit 6 that they are 0.
enum FactRecord {
  private static let dateOnly: UInt8 = 1 << 2
  private static let hasValue: UInt8 = 1 << 3
  private static let wholeSeconds: UInt8 = 1 << 4
  private static let hasMetadata: UInt8 = 1 << 5
  private static let hasDebt: UInt8 = 1 << 6
  private static let hasObject: UInt8 = 1 << 7

  private static let paidInFull: UInt8 = 1 << 5
  private static let paidNothing: UInt8 = 1 << 6
  private static let reasonMask: UInt8 = 0x1f

  /// What the fields of fixed number take at most; the reserve of a record before its lists.
  private static let fixedBytesMax = 96
  /// What an outcome takes at least.
  private static let outcomeBytesMin = 3
  /// What an outcome takes at most.
  private static let outcomeBytesMax = 24

  @inline(__always)
  static func encode(
    _ fact: FactChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    let id = source.text(fact.id)
    let outcomes = source.outcomes(fact.outcomes)
    writer.reserve(fixedBytesMax + outcomes.count * outcomeBytesMax + id.count)
    let second = fact.occurredAt.seconds
    let isWhole = second &* Instant.microsecondsPerSecond == fact.occurredAt.microseconds
    writer.write(flags(of: fact, isWhole: isWhole))
    writer.write(varint: fact.learner.rawValue)
    writer.write(varint: UInt64(fact.source.rawValue))
    writer.write(varint: fact.verb.rawValue)
    if !fact.object.isNone { writer.write(varint: fact.object.rawValue) }
    writer.write(zigzag: isWhole ? second - place.time.seconds : place.span(to: fact.occurredAt))
    writer.write(day: fact.day, near: fact.occurredAt.utcDay)
    if let value = fact.value { writer.write(zigzag: value) }
    writer.write(varint: fact.group.rawValue)
    writer.write(term: fact.term)
    writer.write(varint: UInt64(outcomes.count))
    for outcome in outcomes { write(outcome, into: &writer) }
    if fact.debtPaid != 0 { writer.write(zigzag: fact.debtPaid) }
    writer.write(varint: UInt64(id.count))
    writer.write(id)
    guard !fact.metadata.isEmpty else { return }
    try Seal.seal(
      source.text(fact.metadata), .metadata, of: fact.learner, at: place, keys: keys, into: &writer)
  }

  @inline(__always)
  private static func flags(of fact: FactChange, isWhole: Bool) -> UInt8 {
    var flags = fact.status.rawValue
    if fact.isDateOnly { flags |= dateOnly }
    if fact.value != nil { flags |= hasValue }
    if isWhole { flags |= wholeSeconds }
    if !fact.metadata.isEmpty { flags |= hasMetadata }
    if fact.debtPaid != 0 { flags |= hasDebt }
    if !fact.object.isNone { flags |= hasObject }
    return flags
  }

  @inline(__always)
  private static func write(_ outcome: Outcome, into writer: inout ByteWriter) {
    var shape = outcome.reason.rawValue
    if outcome.points == outcome.worth {
      shape |= paidInFull
    } else if outcome.points == 0 {
      shape |= paidNothing
    }
    writer.write(shape)
    writer.write(varint: UInt64(outcome.rule.rawValue))
    writer.write(zigzag: outcome.worth)
    if shape & (paidInFull | paidNothing) == 0 { writer.write(zigzag: outcome.points) }
  }

  /// Reads version 1.
  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let flags = reader.byte()
    let status = reader.choice(flags & 3, or: FactStatus.counted)
    let learner = reader.dense(LearnerNumber.self)
    let source = reader.dense(SourceNumber.self)
    let verb = reader.dense(VerbNumber.self)
    let object = flags & hasObject == 0 ? .none : reader.dense(ObjectNumber.self)
    let occurredAt = instant(&reader, isWhole: flags & wholeSeconds != 0, at: place)
    let day = reader.day(near: occurredAt.utcDay)
    let value = flags & hasValue == 0 ? nil : reader.zigzag()
    let group = reader.dense(GroupNumber.self)
    let term = reader.term()
    let outcomes = outcomes(&reader, into: &buffer)
    let debtPaid = flags & hasDebt == 0 ? 0 : reader.zigzag()
    let id = buffer.text.append(reader.text())
    var metadata = TextRef.empty
    if flags & hasMetadata != 0 {
      let sealed = reader.text()
      metadata = try Seal.open(
        sealed, .metadata, of: learner, at: place, keys: keys, into: &buffer.text)
      if metadata.isEmpty { buffer.sealedFacts.append(UInt32(buffer.changes.count)) }
    }
    return .fact(
      FactChange(
        identity: IdentityHash(high: 0, low: 0), learner: learner, source: source, id: id,
        verb: verb, object: object, occurredAt: occurredAt, day: day,
        isDateOnly: flags & dateOnly != 0, status: status, value: value, metadata: metadata,
        group: group, term: term, outcomes: outcomes, debtPaid: debtPaid))
  }

  @inline(__always)
  private static func instant(
    _ reader: inout ByteReader, isWhole: Bool, at place: RecordPlace
  ) -> Instant {
    let span = reader.zigzag()
    guard isWhole else { return place.instant(after: span) }
    let (second, overflow) = span.addingReportingOverflow(place.time.seconds)
    let (time, overrun) = second.multipliedReportingOverflow(by: Instant.microsecondsPerSecond)
    if overflow || overrun { reader.fail("an instant is out of range") }
    return Instant(microseconds: overflow || overrun ? 0 : time)
  }

  @inline(__always)
  private static func outcomes(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Run {
    let count = reader.count(of: outcomeBytesMin)
    guard count > 0 else { return .empty }
    let start = UInt32(buffer.outcomes.count)
    for _ in 0..<count {
      let shape = reader.byte()
      if shape & ~(reasonMask | paidInFull | paidNothing) != 0 { reader.fail("an unknown shape") }
      let reason = reader.choice(shape & reasonMask, or: Reason.paid)
      let rule = reader.dense(RuleNumber.self)
      let worth = reader.zigzag()
      let points =
        shape & paidInFull != 0 ? worth : shape & paidNothing != 0 ? 0 : reader.zigzag()
      buffer.outcomes.append(Outcome(rule: rule, reason: reason, worth: worth, points: points))
    }
    return Run(start: start, count: UInt32(count))
  }
}
