import Incentives

// The records of batches. A part gives its ends as distances back from itself, since it follows what it
// is about.

enum BatchRecord {
  static func encode(
    _ batch: BatchChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write(batch.kind.rawValue)
    writer.write(varint: batch.batch.rawValue)
    writer.write(varint: batch.principal.rawValue)
    writer.write(zigzag: place.span(to: batch.openedAt))
    writer.write(text: source.text(batch.fileName))
    writer.write(text: source.text(batch.digest))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let kind = reader.choice(BatchKind.self, or: .run)
    let batch = reader.dense(BatchNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let openedAt = place.instant(after: reader.zigzag())
    let fileName = buffer.text.append(reader.text())
    return .batch(
      BatchChange(
        batch: batch, kind: kind, principal: principal, openedAt: openedAt, fileName: fileName,
        digest: buffer.text.append(reader.text())))
  }
}

enum BatchPartRecord {
  static func encode(
    _ part: BatchPartChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(varint: part.batch.rawValue)
    writer.write(zigzag: place.distance(to: part.first))
    writer.write(zigzag: place.distance(to: part.last))
    writer.write(varint: part.facts)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let batch = reader.dense(BatchNumber.self)
    let first = place.record(at: reader.zigzag())
    let last = place.record(at: reader.zigzag())
    // Ends in the wrong order would be no range.
    if last < first { reader.fail("a part of a batch ends before it begins") }
    return .batchPart(
      BatchPartChange(
        batch: batch, first: first, last: max(first, last), facts: reader.number(UInt32.self)))
  }
}

enum BatchReversalRecord {
  static func encode(
    _ reversal: BatchReversalChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write(varint: reversal.batch.rawValue)
    writer.write(varint: reversal.principal.rawValue)
    writer.write(zigzag: place.span(to: reversal.reversedAt))
    writer.write(text: source.text(reversal.reason))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let batch = reader.dense(BatchNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    let reversedAt = place.instant(after: reader.zigzag())
    return .batchReversed(
      BatchReversalChange(
        batch: batch, principal: principal, reversedAt: reversedAt,
        reason: buffer.text.append(reader.text())))
  }
}

enum BatchTakenRecord {
  static func encode(_ taken: BatchTakenChange, into writer: inout ByteWriter) {
    writer.write(varint: taken.batch.rawValue)
    writer.write(varint: taken.learner.rawValue)
    writer.write(varint: taken.facts)
    writer.write(varint: taken.grants)
    writer.write(varint: taken.rows)
    writer.write(varint: taken.corrected)
    writer.write(posting: taken.posting)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    let batch = reader.dense(BatchNumber.self)
    let learner = reader.dense(LearnerNumber.self)
    let facts = reader.number(UInt32.self)
    let grants = reader.number(UInt32.self)
    let rows = reader.number(UInt32.self)
    let corrected = reader.number(UInt32.self)
    return .batchTaken(
      BatchTakenChange(
        batch: batch, learner: learner, facts: facts, grants: grants, rows: rows,
        corrected: corrected, posting: reader.posting()))
  }
}
