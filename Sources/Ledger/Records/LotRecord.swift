import Incentives

enum LotRecord {
  static func encode(_ lot: LotChange, at place: RecordPlace, into writer: inout ByteWriter) {
    writer.write(lot.cause.rawValue)
    writer.write(varint: lot.learner.rawValue)
    writer.write(term: lot.term)
    writer.write(day: lot.day, near: place.time.utcDay)
    writer.write(zigzag: lot.points)
    writer.write(zigzag: lot.expired)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let cause = reader.choice(LotCause.self, or: .payment)
    let learner = reader.dense(LearnerNumber.self)
    let term = reader.term()
    let day = reader.day(near: place.time.utcDay)
    let points = reader.zigzag()
    return .lot(
      LotChange(
        learner: learner, term: term, day: day, points: points, expired: reader.zigzag(),
        cause: cause))
  }
}
