import Incentives

/// How far a learner is with a badge or quest.
enum RecognitionRecord {
  static func encode(
    _ change: RecognitionChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(varint: change.learner.rawValue)
    writer.write(varint: UInt64(change.recognition.rawValue))
    writer.write(varint: UInt64(change.stage))
    writer.write(zigzag: place.distance(to: change.fact))
    writer.write(day: change.day, near: place.time.utcDay)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let learner = reader.dense(LearnerNumber.self)
    let recognition = reader.dense(RuleNumber.self)
    let stage = reader.number(UInt16.self)
    let fact = place.record(at: reader.zigzag())
    return .recognized(
      RecognitionChange(
        learner: learner, recognition: recognition, stage: stage, fact: fact,
        day: reader.day(near: place.time.utcDay)))
  }
}

/// What people decided of a badge; the reason is sealed under the learner's key.
enum BadgeDecisionRecord {
  static func encode(
    _ change: BadgeDecisionChange, at place: RecordPlace, from source: RecordSource,
    keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: change.learner.rawValue)
    writer.write(varint: UInt64(change.badge.rawValue))
    writer.write(varint: UInt64(change.stage))
    writer.write(day: change.day, near: place.time.utcDay)
    writer.write(varint: change.principal.rawValue)
    try Seal.seal(
      source.text(change.reason), .reason, of: change.learner, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    var change = BadgeDecisionChange(
      learner: reader.dense(LearnerNumber.self), badge: reader.dense(RuleNumber.self),
      stage: reader.number(UInt16.self), day: reader.day(near: place.time.utcDay), reason: .empty,
      principal: reader.dense(PrincipalNumber.self))
    let sealed = reader.text()
    change.reason = try Seal.open(
      sealed, .reason, of: change.learner, at: place, keys: keys, into: &buffer.text)
    return .badgeDecided(change)
  }
}
