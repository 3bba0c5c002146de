import Incentives

// The records of sessions and attendance. A note may speak of the learner and is sealed under their key.

enum SessionRecord {
  private static let dateOnly: UInt8 = 1 << 0
  private static let required: UInt8 = 1 << 1

  static func encode(
    _ session: SessionChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write((session.isDateOnly ? dateOnly : 0) | (session.isRequired ? required : 0))
    writer.write(session.state.rawValue)
    writer.write(varint: session.object.rawValue)
    writer.write(varint: UInt64(session.cohort.rawValue))
    writer.write(day: session.day, near: place.time.utcDay)
    writer.write(zigzag: place.span(to: session.startsAt))
    writer.write(zigzag: session.endsAt.microseconds &- session.startsAt.microseconds)
    writer.write(zigzag: Int64(session.minutes))
    writer.write(varint: session.principal.rawValue)
    writer.write(text: source.text(session.lesson))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let flags = reader.byte()
    if flags & ~(dateOnly | required) != 0 { reader.fail("an unknown choice") }
    let state = reader.choice(SessionState.self, or: .planned)
    let object = reader.dense(ObjectNumber.self)
    let cohort = reader.dense(CohortNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let startsAt = place.instant(after: reader.zigzag())
    let endsAt = Instant(microseconds: startsAt.microseconds &+ reader.zigzag())
    let minutes = reader.minutes()
    let principal = reader.dense(PrincipalNumber.self)
    return .session(
      SessionChange(
        object: object, cohort: cohort, lesson: buffer.text.append(reader.text()), day: day,
        startsAt: startsAt, endsAt: endsAt, isDateOnly: flags & dateOnly != 0, minutes: minutes,
        state: state, isRequired: flags & required != 0, principal: principal))
  }
}

/// A row of attendance.
///
///     flags byte   0 by a fact · 1 follows its fact · 2 names its fact · 3 noted
///     status, learner, session, day, minutes, [distance back to the fact], revision, who, when, sealed
///     note as length and bytes
enum AttendanceRecord {
  private static let byFact: UInt8 = 1 << 0
  private static let followsFact: UInt8 = 1 << 1
  private static let namesFact: UInt8 = 1 << 2
  private static let noted: UInt8 = 1 << 3

  static func encode(
    _ row: AttendanceChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(
      (row.origin == .fact ? byFact : 0) | (row.followsFact ? followsFact : 0)
        | (row.fact.isNone ? 0 : namesFact) | (row.isNoted ? noted : 0))
    writer.write(row.status.rawValue)
    writer.write(varint: row.learner.rawValue)
    writer.write(varint: row.session.rawValue)
    writer.write(day: row.day, near: place.time.utcDay)
    writer.write(zigzag: Int64(row.minutes))
    if !row.fact.isNone { writer.write(zigzag: place.distance(to: row.fact)) }
    writer.write(varint: row.revision)
    writer.write(varint: row.principal.rawValue)
    writer.write(zigzag: place.span(to: row.at))
    try Seal.seal(
      source.text(row.note), .note, of: row.learner, at: place, keys: keys, into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let flags = reader.byte()
    if flags & ~(byFact | followsFact | namesFact | noted) != 0 {
      reader.fail("an unknown choice")
    }
    let status = reader.choice(AttendanceStatus.self, or: .none)
    let learner = reader.dense(LearnerNumber.self)
    let session = reader.dense(ObjectNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let minutes = reader.minutes()
    let fact = flags & namesFact == 0 ? Position.none : place.record(at: reader.zigzag())
    let revision = reader.number(UInt32.self)
    let principal = reader.dense(PrincipalNumber.self)
    let at = place.instant(after: reader.zigzag())
    let note = try Seal.open(
      reader.text(), .note, of: learner, at: place, keys: keys, into: &buffer.text)
    return .attendance(
      AttendanceChange(
        learner: learner, session: session, day: day, status: status, minutes: minutes,
        origin: flags & byFact == 0 ? .person : .fact, followsFact: flags & followsFact != 0,
        fact: fact, revision: revision, principal: principal, at: at,
        isNoted: flags & noted != 0, note: note))
  }
}

enum ExcuseRecord {
  static func encode(
    _ leave: ExcuseChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(leave.isNoted ? 1 : 0)
    writer.write(leave.kind.rawValue)
    writer.write(varint: leave.learner.rawValue)
    writer.write(day: leave.first, near: place.time.utcDay)
    writer.write(day: leave.last, near: leave.first)
    writer.write(varint: leave.principal.rawValue)
    try Seal.seal(
      source.text(leave.note), .note, of: leave.learner, at: place, keys: keys, into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let isNoted = reader.flag()
    let kind = reader.choice(AttendanceStatus.self, or: .none)
    let learner = reader.dense(LearnerNumber.self)
    let first = reader.day(near: place.time.utcDay)
    let last = reader.day(near: first)
    let principal = reader.dense(PrincipalNumber.self)
    let note = try Seal.open(
      reader.text(), .note, of: learner, at: place, keys: keys, into: &buffer.text)
    return .excused(
      ExcuseChange(
        learner: learner, first: first, last: last, kind: kind, principal: principal,
        isNoted: isNoted, note: note))
  }
}

enum PerfectRecord {
  private static let granted: UInt8 = 1 << 0
  private static let correction: UInt8 = 1 << 1
  private static let counts: UInt8 = 1 << 2

  static func encode(
    _ perfect: PerfectChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(
      (perfect.isGranted ? granted : 0) | (perfect.isCorrection ? correction : 0)
        | (perfect.counts ? counts : 0))
    writer.write(varint: perfect.learner.rawValue)
    writer.write(varint: UInt64(perfect.rule.rawValue))
    writer.write(period: perfect.period)
    writer.write(day: perfect.day, near: place.time.utcDay)
    writer.write(term: perfect.term)
    writer.write(zigzag: perfect.points)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let flags = reader.byte()
    if flags & ~(granted | correction | counts) != 0 { reader.fail("an unknown choice") }
    let learner = reader.dense(LearnerNumber.self)
    let rule = reader.dense(PerfectNumber.self)
    let period = reader.period()
    let day = reader.day(near: place.time.utcDay)
    let term = reader.term()
    return .perfect(
      PerfectChange(
        learner: learner, rule: rule, period: period, day: day, term: term,
        isGranted: flags & granted != 0, isCorrection: flags & correction != 0,
        points: reader.zigzag(), counts: flags & counts != 0))
  }
}

enum AttendanceJudgedRecord {
  static func encode(
    _ judged: AttendanceJudgedChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(zigzag: place.span(to: judged.clock))
    writer.write(day: judged.closedThrough, near: place.time.utcDay)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let clock = place.instant(after: reader.zigzag())
    return .attendanceJudged(
      AttendanceJudgedChange(clock: clock, closedThrough: reader.day(near: place.time.utcDay)))
  }
}

extension ByteReader {
  /// Minutes, below 0 where nobody says.
  fileprivate mutating func minutes() -> Int32 {
    guard let minutes = Int32(exactly: zigzag()) else {
      fail("a number of minutes is out of range")
      return -1
    }
    return minutes
  }
}
