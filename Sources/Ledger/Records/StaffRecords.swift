import Incentives

// The records of staff. A name is sealed under a key of the person's own, as a learner's is.

/// What a member of staff may do; open ends are flags, so that *since ever* does not cost five bytes.
enum StaffRecord {
  private static let sinceEver: UInt8 = 1
  private static let withoutEnd: UInt8 = 2
  private static let limited: UInt8 = 4
  private static let withKeysSince: UInt8 = 8
  private static let first = LocalDay(number: .min)
  private static let last = LocalDay(number: .max)

  static func encode(
    _ staff: StaffChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(
      (staff.first == first ? sinceEver : 0) | (staff.last == last ? withoutEnd : 0)
        | (staff.isLimited ? limited : 0)
        | (staff.keysSince == .distantPast ? 0 : withKeysSince))
    writer.write(varint: staff.staff.rawValue)
    writer.write(varint: staff.roles)
    if staff.first != first { writer.write(day: staff.first, near: place.time.utcDay) }
    if staff.last != last { writer.write(day: staff.last, near: place.time.utcDay) }
    writer.write(varint: staff.successor.rawValue)
    if staff.keysSince != .distantPast {
      writer.write(zigzag: place.span(to: staff.keysSince))
    }
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let flags = reader.byte()
    if flags & ~(sinceEver | withoutEnd | limited | withKeysSince) != 0 {
      reader.fail("an unknown choice")
    }
    let staff = reader.dense(StaffNumber.self)
    let roles = reader.number(UInt32.self)
    let first = flags & sinceEver != 0 ? first : reader.day(near: place.time.utcDay)
    let last = flags & withoutEnd != 0 ? last : reader.day(near: place.time.utcDay)
    let successor = reader.dense(StaffNumber.self)
    let keysSince =
      flags & withKeysSince != 0 ? place.instant(after: reader.zigzag()) : .distantPast
    return .staff(
      StaffChange(
        staff: staff, roles: roles, isLimited: flags & limited != 0, first: first, last: last,
        successor: successor, keysSince: keysSince))
  }
}

enum StaffCohortRecord {
  static func encode(_ change: StaffCohortChange, into writer: inout ByteWriter) {
    writer.write(varint: change.staff.rawValue)
    writer.write(varint: UInt64(change.cohort.rawValue))
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    let staff = reader.dense(StaffNumber.self)
    return .staffCohort(
      StaffCohortChange(staff: staff, cohort: reader.dense(CohortNumber.self)))
  }
}

enum StaffNameRecord {
  static func encode(
    _ named: StaffNameChange, at place: RecordPlace, from source: RecordSource,
    keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: named.staff.rawValue)
    try Seal.seal(
      source.text(named.name), .name, of: named.staff.person, at: place, keys: keys,
      into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let staff = reader.dense(StaffNumber.self)
    let sealed = reader.text()
    let name = try Seal.open(
      sealed, .name, of: staff.person, at: place, keys: keys, into: &buffer.text)
    return .staffNamed(StaffNameChange(staff: staff, name: name))
  }
}
