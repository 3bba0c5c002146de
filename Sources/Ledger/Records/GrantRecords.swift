import Incentives

// The records of points that people move: a grant with a declared code, and all else with the reason in
// words, which may speak of the learner and is sealed.

/// The record of a grant.
///
/// Version 1 knew neither the day of the decision nor the cohort: it reads as decided on its own day, for
/// nobody's budget.
enum GrantRecord {
  static func encode(
    _ grant: GrantChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write(grant.counts ? 1 : 0)
    GrantBody.write(grant, at: place, into: &writer)
    writer.write(text: source.text(grant.reason))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let counts = reader.flag()
    let learner = reader.dense(LearnerNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let group = reader.dense(GroupNumber.self)
    let term = reader.term()
    let posting = reader.posting()
    let principal = reader.dense(PrincipalNumber.self)
    return .granted(
      GrantChange(
        learner: learner, day: day, group: group, term: term, counts: counts, posting: posting,
        reason: buffer.text.append(reader.text()), principal: principal))
  }

  static func decode2(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let counts = reader.flag()
    var grant = GrantBody.read(&reader, counts: counts, kind: .grant, at: place)
    grant.reason = buffer.text.append(reader.text())
    return .granted(grant)
  }
}

/// An adjustment or an opening balance, or anything of this kind taken back.
///
///     flags byte   0 counts · 1 takes back · 2 adjusts beside
///     kind, [distance back to what is taken back], [what it adjusts beside, signed], the body, sealed
///     reason as length and bytes
enum AdjustmentRecord {
  private static let counts: UInt8 = 1 << 0
  private static let takesBack: UInt8 = 1 << 1
  private static let adjusts: UInt8 = 1 << 2

  static func encode(
    _ grant: GrantChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(
      (grant.counts ? counts : 0) | (grant.undoes.isNone ? 0 : takesBack)
        | (grant.adjusted == 0 ? 0 : adjusts))
    writer.write(grant.kind.rawValue)
    if !grant.undoes.isNone { writer.write(zigzag: place.distance(to: grant.undoes)) }
    if grant.adjusted != 0 { writer.write(zigzag: grant.adjusted) }
    GrantBody.write(grant, at: place, into: &writer)
    try Seal.seal(
      source.text(grant.reason), .reason, of: grant.learner, at: place, keys: keys, into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let flags = reader.byte()
    if flags & ~(counts | takesBack | adjusts) != 0 { reader.fail("an unknown choice") }
    let kind = reader.choice(GrantKind.self, or: .adjustment)
    let undoes = flags & takesBack == 0 ? Position.none : place.record(at: reader.zigzag())
    let adjusted = flags & adjusts == 0 ? 0 : reader.zigzag()
    var grant = GrantBody.read(&reader, counts: flags & counts != 0, kind: kind, at: place)
    grant.undoes = undoes
    grant.adjusted = adjusted
    let sealed = reader.text()
    grant.reason = try Seal.open(
      sealed, .reason, of: grant.learner, at: place, keys: keys, into: &buffer.text)
    return .granted(grant)
  }
}

/// What both kinds of record hold in the same layout.
private enum GrantBody {
  static func write(_ grant: GrantChange, at place: RecordPlace, into writer: inout ByteWriter) {
    writer.write(varint: grant.learner.rawValue)
    writer.write(day: grant.day, near: place.time.utcDay)
    writer.write(day: grant.decidedOn, near: place.time.utcDay)
    writer.write(varint: UInt64(grant.cohort.rawValue))
    writer.write(varint: grant.group.rawValue)
    writer.write(term: grant.term)
    writer.write(posting: grant.posting)
    writer.write(varint: grant.principal.rawValue)
  }

  static func read(
    _ reader: inout ByteReader, counts: Bool, kind: GrantKind, at place: RecordPlace
  ) -> GrantChange {
    let learner = reader.dense(LearnerNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let decidedOn = reader.day(near: place.time.utcDay)
    let cohort = reader.dense(CohortNumber.self)
    let group = reader.dense(GroupNumber.self)
    let term = reader.term()
    let posting = reader.posting()
    return GrantChange(
      learner: learner, day: day, group: group, term: term, counts: counts, kind: kind,
      cohort: cohort, decidedOn: decidedOn, posting: posting, reason: .empty,
      principal: reader.dense(PrincipalNumber.self))
  }
}
