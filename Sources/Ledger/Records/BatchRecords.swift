import Incentives

// The records of batches. A part gives its ends as distances back from itself, since it follows what it
// is about.

/// A batch; its file's name is sealed under a key of the batch's own, as a person's is.
///
///     kind, batch, principal, time opened
///     naming   0 none · 1 in clear, as version 1 always had it · 2 sealed
///     name     sealed or in clear, as length and bytes; nothing where there is none
///     digest
///
/// A table of the follower, which holds no names, says only that there is one.
enum BatchRecord {
  static func encode(
    _ batch: BatchChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write(batch.kind.rawValue)
    writer.write(varint: batch.batch.rawValue)
    writer.write(varint: batch.principal.rawValue)
    writer.write(zigzag: place.span(to: batch.openedAt))
    writer.write(batch.naming.rawValue)
    switch batch.naming {
    case .none: break
    case .clear: writer.write(text: source.text(batch.fileName))
    case .sealed:
      try Seal.seal(
        source.text(batch.fileName), .name, of: batch.batch.person, at: place, keys: keys,
        into: &writer)
    }
    writer.write(text: source.text(batch.digest))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    var batch = head(&reader, at: place)
    batch.fileName = buffer.text.append(reader.text())
    batch.naming = batch.fileName.isEmpty ? .none : .clear
    batch.digest = buffer.text.append(reader.text())
    return .batch(batch)
  }

  static func decode2(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    var batch = head(&reader, at: place)
    batch.naming = reader.choice(BatchNaming.self, or: .none)
    switch batch.naming {
    case .none: break
    case .clear: batch.fileName = buffer.text.append(reader.text())
    case .sealed:
      let name = reader.text()
      batch.fileName = try Seal.open(
        name, .name, of: batch.batch.person, at: place, keys: keys, into: &buffer.text)
    }
    batch.digest = buffer.text.append(reader.text())
    return .batch(batch)
  }

  private static func head(_ reader: inout ByteReader, at place: RecordPlace) -> BatchChange {
    let kind = reader.choice(BatchKind.self, or: .run)
    let batch = reader.dense(BatchNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    return BatchChange(
      batch: batch, kind: kind, principal: principal,
      openedAt: place.instant(after: reader.zigzag()), fileName: .empty, naming: .none,
      digest: .empty)
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
