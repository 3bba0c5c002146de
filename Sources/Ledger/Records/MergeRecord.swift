import Incentives

/// The record of two learners who are one person; its reason may speak of them and is sealed.
enum MergeRecord {
  static func encode(
    _ merge: MergeChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(varint: merge.from.rawValue)
    writer.write(varint: merge.into.rawValue)
    writer.write(day: merge.decidedOn, near: place.time.utcDay)
    writer.write(zigzag: merge.debtPaid)
    writer.write(varint: merge.principal.rawValue)
    try Seal.seal(
      source.text(merge.reason), .reason, of: merge.into, at: place, keys: keys, into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let from = reader.dense(LearnerNumber.self)
    let into = reader.dense(LearnerNumber.self)
    let decidedOn = reader.day(near: place.time.utcDay)
    let debtPaid = reader.zigzag()
    let principal = reader.dense(PrincipalNumber.self)
    let reason = try Seal.open(
      reader.text(), .reason, of: into, at: place, keys: keys, into: &buffer.text)
    return .merged(
      MergeChange(
        from: from, into: into, decidedOn: decidedOn, debtPaid: debtPaid, reason: reason,
        principal: principal))
  }
}
