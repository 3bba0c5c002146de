import Incentives

// The records of judging the past anew, and of the second person that may need.

enum RecomputeRecord {
  static func encode(
    _ change: RecomputeChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(change.floor.rawValue)
    writer.write(change.movesTerms ? 1 : 0)
    writer.write(varint: change.job)
    writer.write(varint: change.learners)
    writer.write(varint: change.principal.rawValue)
    writer.write(varint: change.proposer.rawValue)
    writer.write(zigzag: place.span(to: change.decidedAt))
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let floor = reader.choice(RecomputeFloor.self, or: .keep)
    let movesTerms = reader.flag()
    let job = reader.number(UInt32.self)
    let learners = reader.number(UInt32.self)
    let principal = reader.dense(PrincipalNumber.self)
    let proposer = reader.dense(PrincipalNumber.self)
    return .recompute(
      RecomputeChange(
        job: job, learners: learners, floor: floor, movesTerms: movesTerms, principal: principal,
        proposer: proposer, decidedAt: place.instant(after: reader.zigzag())))
  }
}

enum TermKeptRecord {
  static func encode(_ change: TermKeptChange, into writer: inout ByteWriter) {
    writer.write(term: change.term)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    .termKept(TermKeptChange(term: reader.term()))
  }
}

enum RecomputedRecord {
  static func encode(_ change: RecomputedChange, into writer: inout ByteWriter) {
    writer.write(change.isAhead ? 1 : 0)
    writer.write(varint: change.job)
    writer.write(varint: change.learner.rawValue)
    writer.write(posting: change.posting)
    writer.write(zigzag: change.kept)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    let isAhead = reader.flag()
    let job = reader.number(UInt32.self)
    let learner = reader.dense(LearnerNumber.self)
    let posting = reader.posting()
    return .recomputed(
      RecomputedChange(
        job: job, learner: learner, isAhead: isAhead, posting: posting, kept: reader.zigzag()))
  }
}

enum ProposalRecord {
  static func encode(
    _ change: ProposalChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(hash: change.fingerprint)
    writer.write(varint: change.principal.rawValue)
    writer.write(zigzag: place.span(to: change.proposedAt))
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let fingerprint = reader.hash()
    let principal = reader.dense(PrincipalNumber.self)
    return .proposed(
      ProposalChange(
        fingerprint: fingerprint, principal: principal,
        proposedAt: place.instant(after: reader.zigzag())))
  }
}
