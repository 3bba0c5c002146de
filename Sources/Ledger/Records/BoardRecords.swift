import Incentives

// The records of closing a period: the job's steps, the places of its boards, and that it is final.

enum JobRecord {
  static func encode(_ job: JobChange, into writer: inout ByteWriter) {
    writer.write(job.kind.rawValue)
    writer.write(job.state.rawValue)
    writer.write(varint: job.job)
    writer.write(period: job.period)
    writer.write(varint: job.cursor)
    writer.write(varint: job.batch.rawValue)
  }

  /// Version 1 knew no batches.
  static func decode1(_ reader: inout ByteReader) -> Change { .job(job(&reader)) }

  static func decode2(_ reader: inout ByteReader) -> Change {
    var job = job(&reader)
    job.batch = reader.dense(BatchNumber.self)
    return .job(job)
  }

  private static func job(_ reader: inout ByteReader) -> JobChange {
    let kind = reader.choice(JobKind.self, or: .closePeriod)
    let state = reader.choice(JobState.self, or: .running)
    let job = reader.number(UInt32.self)
    let period = reader.period()
    return JobChange(
      job: job, kind: kind, state: state, period: period, cursor: reader.number(UInt32.self))
  }
}

/// Places of a board, best first; so a score is written as what it lacks to the one before.
enum StandingsRecord {
  private static let placeBytesMax = 32
  /// What a place takes at least: one byte for each of its fields.
  private static let placeBytesMin = 5

  static func encode(
    _ change: StandingsChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    let places = source.standings(change.places)
    writer.write(period: change.period)
    writer.write(change.ranksGroups ? 1 : 0)
    writer.write(varint: change.first)
    writer.reserve(ByteWriter.varintBytesMax + places.count * placeBytesMax)
    writer.write(varint: UInt64(places.count))
    var before: Int64 = 0
    for place in places {
      writer.write(zigzag: before &- place.score)
      before = place.score
      writer.write(varint: place.member)
      writer.write(varint: UInt64(place.cohort.rawValue))
      writer.write(varint: UInt64(place.tier.rawValue))
      writer.write(varint: place.group.rawValue)
    }
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let period = reader.period()
    let ranksGroups = reader.flag()
    let first = reader.number(UInt32.self)
    let count = reader.count(of: placeBytesMin)
    let places = Run(start: UInt32(buffer.standings.count), count: UInt32(count))
    var score: Int64 = 0
    for _ in 0..<count {
      score &-= reader.zigzag()
      let member = reader.number(UInt32.self)
      let cohort = reader.dense(CohortNumber.self)
      let tier = reader.dense(TierNumber.self)
      buffer.standings.append(
        Standing(
          member: member, score: score, cohort: cohort, tier: tier,
          group: reader.dense(GroupNumber.self)))
    }
    return .standings(
      StandingsChange(
        period: period, ranksGroups: ranksGroups, first: first,
        places: count == 0 ? .empty : places))
  }
}

enum ClosedRecord {
  private static let populationBytesMax = 12
  /// What a population takes at least: one byte for each of its fields.
  private static let populationBytesMin = 4

  static func encode(
    _ closed: ClosedChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    let populations = source.populations(closed.populations)
    writer.write(period: closed.period)
    writer.write(varint: closed.learners)
    writer.write(varint: closed.groups)
    writer.write(zigzag: closed.points)
    writer.write(varint: closed.cut.rawValue)
    writer.reserve(ByteWriter.varintBytesMax + populations.count * populationBytesMax)
    writer.write(varint: UInt64(populations.count))
    for population in populations {
      writer.write(population.ranksGroups ? 1 : 0)
      writer.write(population.segment.kind.rawValue)
      writer.write(varint: population.segment.number)
      writer.write(varint: population.count)
    }
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let period = reader.period()
    let learners = reader.number(UInt32.self)
    let groups = reader.number(UInt32.self)
    let points = reader.zigzag()
    let cut = reader.dense(Position.self)
    let count = reader.count(of: populationBytesMin)
    let populations = Run(start: UInt32(buffer.populations.count), count: UInt32(count))
    for _ in 0..<count {
      let ranksGroups = reader.flag()
      let kind = reader.choice(Segment.Kind.self, or: .everyone)
      let segment = Segment(kind: kind, number: reader.number(UInt32.self))
      buffer.populations.append(
        Population(
          segment: segment, ranksGroups: ranksGroups, count: reader.number(UInt32.self)))
    }
    return .closed(
      ClosedChange(
        period: period, learners: learners, groups: groups, points: points, cut: cut,
        populations: count == 0 ? .empty : populations))
  }
}
