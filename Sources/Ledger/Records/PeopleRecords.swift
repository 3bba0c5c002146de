import Incentives

// The records of names and people. What identifies a person is sealed under the learner's key; what
// the chain itself shows is numbers.

enum NameRecord {
  static func encode(
    _ name: NameChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    writer.write(name.kind.rawValue)
    writer.write(varint: name.number)
    writer.write(text: source.text(name.text))
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let kind = reader.choice(NameKind.self, or: .source)
    let number = reader.number(UInt32.self)
    return .named(
      NameChange(kind: kind, number: number, text: buffer.text.append(reader.text())))
  }
}

enum LearnerRecord {
  static func encode(
    _ learner: LearnerChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: learner.learner.rawValue)
    try Seal.seal(
      source.text(learner.externalID), .externalID, of: learner.learner, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let learner = reader.dense(LearnerNumber.self)
    let sealed = reader.text()
    let externalID = try Seal.open(
      sealed, .externalID, of: learner, at: place, keys: keys, into: &buffer.text)
    return .learner(LearnerChange(learner: learner, externalID: externalID))
  }
}

enum LearnerNameRecord {
  static func encode(
    _ named: LearnerNameChange, at place: RecordPlace, from source: RecordSource,
    keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: named.learner.rawValue)
    try Seal.seal(
      source.text(named.name), .name, of: named.learner, at: place, keys: keys, into: &writer)
    try Seal.seal(
      source.text(named.alias), .alias, of: named.learner, at: place, keys: keys, into: &writer)
    try Seal.seal(
      source.text(named.rollNumber), .rollNumber, of: named.learner, at: place, keys: keys,
      into: &writer)
  }

  /// As version 1, with the number beside the id.
  static func decode2(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    var named = try names(&reader, at: place, keys: keys, into: &buffer)
    named.rollNumber = try Seal.open(
      reader.text(), .rollNumber, of: named.learner, at: place, keys: keys, into: &buffer.text)
    return .learnerNamed(named)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    .learnerNamed(try names(&reader, at: place, keys: keys, into: &buffer))
  }

  private static func names(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> LearnerNameChange {
    let learner = reader.dense(LearnerNumber.self)
    let sealedName = reader.text()
    let sealedAlias = reader.text()
    let name = try Seal.open(
      sealedName, .name, of: learner, at: place, keys: keys, into: &buffer.text)
    let alias = try Seal.open(
      sealedAlias, .alias, of: learner, at: place, keys: keys, into: &buffer.text)
    return LearnerNameChange(learner: learner, name: name, alias: alias)
  }
}

enum ErasureRecord {
  static func encode(_ erasure: ErasureChange, into writer: inout ByteWriter) {
    writer.write(varint: erasure.learner.rawValue)
    writer.write(varint: erasure.anchor.rawValue)
    writer.write(varint: erasure.principal.rawValue)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    let learner = reader.dense(LearnerNumber.self)
    let anchor = reader.dense(LearnerNumber.self)
    return .erased(
      ErasureChange(
        learner: learner, anchor: anchor, principal: reader.dense(PrincipalNumber.self)))
  }
}

enum RowWithdrawalRecord {
  static func encode(
    _ withdrawal: RowWithdrawalChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(varint: withdrawal.learner.rawValue)
    writer.write(zigzag: place.distance(to: withdrawal.row))
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let learner = reader.dense(LearnerNumber.self)
    return .rowWithdrawn(
      RowWithdrawalChange(learner: learner, row: place.record(at: reader.zigzag())))
  }
}

/// A row of context; its open ends are flags, so that *since ever* does not cost five bytes.
enum ContextRowRecord {
  private static let sinceEver: UInt8 = 1
  private static let withoutEnd: UInt8 = 2
  private static let first = LocalDay(number: .min)
  private static let last = LocalDay(number: .max)

  static func encode(
    _ change: ContextRowChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    let row = change.row
    writer.write(
      (row.first == first ? sinceEver : 0) | (row.last == last ? withoutEnd : 0))
    writer.write(varint: change.learner.rawValue)
    if row.first != first { writer.write(day: row.first, near: place.time.utcDay) }
    if row.last != last { writer.write(day: row.last, near: place.time.utcDay) }
    writer.write(row.speaksOf.rawValue)
    writer.write(row.flags.rawValue)
    writer.write(varint: UInt64(row.cohort.rawValue))
    writer.write(varint: UInt64(row.tier.rawValue))
    writer.write(varint: row.group.rawValue)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let ends = reader.byte()
    if ends & ~(sinceEver | withoutEnd) != 0 { reader.fail("an unknown choice") }
    let learner = reader.dense(LearnerNumber.self)
    let first = ends & sinceEver != 0 ? first : reader.day(near: place.time.utcDay)
    let last = ends & withoutEnd != 0 ? last : reader.day(near: place.time.utcDay)
    let speaksOf = ContextRow.Attributes(rawValue: reader.byte())
    let flags = LearnerFlags(rawValue: reader.byte())
    let cohort = reader.dense(CohortNumber.self)
    let tier = reader.dense(TierNumber.self)
    return .row(
      ContextRowChange(
        learner: learner,
        row: ContextRow(
          first: first, last: last, speaksOf: speaksOf, cohort: cohort, tier: tier, flags: flags,
          group: reader.dense(GroupNumber.self))))
  }
}

enum GroupRecord {
  static func encode(
    _ group: GroupChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    writer.write(varint: group.group.rawValue)
    writer.write(varint: UInt64(group.cohort.rawValue))
    writer.write(text: source.text(group.title))
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let group = reader.dense(GroupNumber.self)
    let cohort = reader.dense(CohortNumber.self)
    return .group(
      GroupChange(group: group, cohort: cohort, title: buffer.text.append(reader.text())))
  }
}
