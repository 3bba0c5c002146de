import Incentives

// The records of awards. What is said of a learner — a citation, a reason — is sealed under their key.

/// The decision on a star with its proof: candidates one behind the other.
///
/// Each is written so:
///
///     flags byte   0 excluded by cool-off · 1 rules asked · 2 instant asked · 3 had one before
///     learner, score, stars, [rules], [last star as days before the period's decision], [instant]
enum StarDecisionRecord {
  private static let isImprovement: UInt8 = 1 << 0
  private static let waits: UInt8 = 1 << 1
  private static let candidateBytesMax = 64
  /// What a candidate takes at least: one byte for each of its fields.
  private static let candidateBytesMin = 4
  private static let cooling: UInt8 = 1 << 0
  private static let rules: UInt8 = 1 << 1
  private static let instant: UInt8 = 1 << 2
  private static let star: UInt8 = 1 << 3
  private static let never = LocalDay(number: .min)

  static func encode(
    _ decision: StarDecisionChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write((decision.isImprovement ? isImprovement : 0) | (decision.waits ? waits : 0))
    writer.write(varint: decision.decision.rawValue)
    writer.write(varint: UInt64(decision.award.rawValue))
    writer.write(period: decision.period)
    writer.write(decision.segment.kind.rawValue)
    writer.write(varint: decision.segment.number)
    writer.write(zigzag: place.span(to: decision.closedAt))
    if decision.waits { writer.write(zigzag: place.span(to: decision.deadline)) }
    writer.write(decision.ties)
    writer.write(varint: decision.tied)
    let candidates = source.candidates(decision.candidates)
    writer.reserve(ByteWriter.varintBytesMax + candidates.count * candidateBytesMax)
    writer.write(varint: UInt64(candidates.count))
    for candidate in candidates { write(candidate, at: place, into: &writer) }
  }

  private static func write(
    _ candidate: StarCandidate, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    let hasRules = candidate.rules != StarCandidate.unasked
    let hasInstant = candidate.reachedAt != .distantPast
    let hadStar = candidate.lastStar != never
    writer.write(
      (candidate.isCooling ? cooling : 0) | (hasRules ? rules : 0) | (hasInstant ? instant : 0)
        | (hadStar ? star : 0))
    writer.write(varint: candidate.learner.rawValue)
    writer.write(zigzag: candidate.score)
    writer.write(varint: candidate.stars)
    if hasRules { writer.write(varint: candidate.rules) }
    if hadStar { writer.write(day: candidate.lastStar, near: place.time.utcDay) }
    if hasInstant { writer.write(zigzag: place.span(to: candidate.reachedAt)) }
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let flags = reader.byte()
    if flags & ~(isImprovement | waits) != 0 { reader.fail("an unknown choice") }
    let decision = reader.dense(DecisionNumber.self)
    let award = reader.dense(AwardNumber.self)
    let period = reader.period()
    let kind = reader.choice(Segment.Kind.self, or: .everyone)
    let segment = Segment(kind: kind, number: reader.number(UInt32.self))
    let closedAt = place.instant(after: reader.zigzag())
    let deadline = flags & waits == 0 ? .distantPast : place.instant(after: reader.zigzag())
    let ties = reader.byte()
    let tied = reader.number(UInt32.self)
    let count = reader.count(of: candidateBytesMin)
    let candidates = Run(start: UInt32(buffer.candidates.count), count: UInt32(count))
    for _ in 0..<count { buffer.candidates.append(candidate(&reader, at: place)) }
    return .starDecided(
      StarDecisionChange(
        decision: decision, award: award, period: period, segment: segment, closedAt: closedAt,
        deadline: deadline, ties: ties, isImprovement: flags & isImprovement != 0, tied: tied,
        candidates: count == 0 ? .empty : candidates))
  }

  private static func candidate(
    _ reader: inout ByteReader, at place: RecordPlace
  ) -> StarCandidate {
    let flags = reader.byte()
    if flags & ~(cooling | rules | instant | star) != 0 { reader.fail("an unknown choice") }
    let learner = reader.dense(LearnerNumber.self)
    let score = reader.zigzag()
    let stars = reader.number(UInt32.self)
    let paid = flags & rules == 0 ? StarCandidate.unasked : reader.number(UInt32.self)
    let last = flags & star == 0 ? never : reader.day(near: place.time.utcDay)
    let reachedAt =
      flags & instant == 0 ? .distantPast : place.instant(after: reader.zigzag())
    return StarCandidate(
      learner: learner, score: score, stars: stars, rules: paid, lastStar: last,
      reachedAt: reachedAt, isCooling: flags & cooling != 0)
  }
}

enum AwardGivenRecord {
  static func encode(
    _ given: AwardGivenChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(given.cause.rawValue)
    writer.write(given.pays ? 1 : 0)
    writer.write(varint: given.given.rawValue)
    writer.write(varint: UInt64(given.award.rawValue))
    writer.write(varint: given.learner.rawValue)
    writer.write(day: given.day, near: place.time.utcDay)
    writer.write(term: given.term)
    writer.write(varint: given.decision.rawValue)
    writer.write(varint: given.nomination.rawValue)
    writer.write(varint: given.principal.rawValue)
    try Seal.seal(
      source.text(given.citation), .citation, of: given.learner, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let cause = reader.choice(AwardCause.self, or: .given)
    let pays = reader.flag()
    let number = reader.dense(GivenNumber.self)
    let award = reader.dense(AwardNumber.self)
    let learner = reader.dense(LearnerNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let term = reader.term()
    let decision = reader.dense(DecisionNumber.self)
    let nomination = reader.dense(NominationNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let sealed = reader.text()
    let citation = try Seal.open(
      sealed, .citation, of: learner, at: place, keys: keys, into: &buffer.text)
    return .awardGiven(
      AwardGivenChange(
        given: number, award: award, learner: learner, day: day, term: term, cause: cause,
        pays: pays, decision: decision, nomination: nomination, principal: principal,
        citation: citation))
  }
}

enum AwardRevocationRecord {
  static func encode(
    _ revocation: AwardRevocationChange, at place: RecordPlace, from source: RecordSource,
    keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: revocation.given.rawValue)
    writer.write(varint: revocation.learner.rawValue)
    writer.write(varint: revocation.principal.rawValue)
    try Seal.seal(
      source.text(revocation.reason), .reason, of: revocation.learner, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let given = reader.dense(GivenNumber.self)
    let learner = reader.dense(LearnerNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let sealed = reader.text()
    let reason = try Seal.open(
      sealed, .reason, of: learner, at: place, keys: keys, into: &buffer.text)
    return .awardRevoked(
      AwardRevocationChange(given: given, learner: learner, principal: principal, reason: reason))
  }
}

enum NominationRecord {
  static func encode(
    _ nomination: NominationChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(nomination.role.rawValue)
    writer.write(varint: nomination.nomination.rawValue)
    writer.write(varint: UInt64(nomination.award.rawValue))
    writer.write(varint: nomination.nominee.rawValue)
    writer.write(varint: nomination.nominator.rawValue)
    writer.write(varint: nomination.principal.rawValue)
    writer.write(varint: nomination.fact.rawValue)
    writer.write(varint: nomination.object.rawValue)
    writer.write(day: nomination.day, near: place.time.utcDay)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let role = reader.choice(NominatorRole.self, or: .teacher)
    let number = reader.dense(NominationNumber.self)
    let award = reader.dense(AwardNumber.self)
    let nominee = reader.dense(LearnerNumber.self)
    let nominator = reader.dense(LearnerNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let fact = reader.dense(Position.self)
    let object = reader.dense(ObjectNumber.self)
    return .workNominated(
      NominationChange(
        nomination: number, award: award, nominee: nominee, nominator: nominator,
        principal: principal, role: role, fact: fact, object: object,
        day: reader.day(near: place.time.utcDay)))
  }
}

enum WorkDecisionRecord {
  static func encode(
    _ decision: WorkDecisionChange, at place: RecordPlace, from source: RecordSource,
    keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(decision.isAccepted ? 1 : 0)
    writer.write(varint: decision.nomination.rawValue)
    writer.write(varint: decision.nominee.rawValue)
    writer.write(varint: decision.principal.rawValue)
    writer.write(day: decision.day, near: place.time.utcDay)
    try Seal.seal(
      source.text(decision.reason), .reason, of: decision.nominee, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let isAccepted = reader.flag()
    let nomination = reader.dense(NominationNumber.self)
    let nominee = reader.dense(LearnerNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let sealed = reader.text()
    let reason = try Seal.open(
      sealed, .reason, of: nominee, at: place, keys: keys, into: &buffer.text)
    return .workDecided(
      WorkDecisionChange(
        nomination: nomination, nominee: nominee, isAccepted: isAccepted, principal: principal,
        day: day, reason: reason))
  }
}

extension Change {
  /// The change without what it says of a learner in people's words, as tables keep it.
  var withoutOwnWords: Change {
    switch self {
    case .attendance(var row):
      row.note = .empty
      return .attendance(row)
    case .excused(var leave):
      leave.note = .empty
      return .excused(leave)
    case .awardGiven(var given):
      given.citation = .empty
      return .awardGiven(given)
    case .awardRevoked(var revocation):
      revocation.reason = .empty
      return .awardRevoked(revocation)
    case .workDecided(var decision):
      decision.reason = .empty
      return .workDecided(decision)
    default: return self
    }
  }
}
