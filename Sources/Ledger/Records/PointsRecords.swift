import Incentives

// The records of points that move after the fact. A record that names another gives its distance back
// from itself.

enum MoveRecord {
  static func encode(_ move: MoveChange, at place: RecordPlace, into writer: inout ByteWriter) {
    writer.write(move.cause.rawValue)
    writer.write(zigzag: place.distance(to: move.fact))
    writer.write(varint: move.learner.rawValue)
    writer.write(varint: UInt64(move.rule.rawValue))
    writer.write(day: move.day, near: place.time.utcDay)
    writer.write(varint: move.group.rawValue)
    writer.write(term: move.term)
    writer.write(posting: move.posting)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let cause = reader.choice(MoveCause.self, or: .earlierFact)
    let fact = place.record(at: reader.zigzag())
    let learner = reader.dense(LearnerNumber.self)
    let rule = reader.dense(RuleNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let group = reader.dense(GroupNumber.self)
    let term = reader.term()
    return .moved(
      MoveChange(
        fact: fact, learner: learner, rule: rule, day: day, group: group, term: term,
        posting: reader.posting(), cause: cause))
  }
}

enum WindowRecord {
  static func encode(_ window: WindowChange, at place: RecordPlace, into writer: inout ByteWriter) {
    writer.write(varint: window.learner.rawValue)
    writer.write(varint: UInt64(window.key.rule.rawValue))
    writer.write(period: window.key.period)
    writer.write(varint: window.key.object.rawValue)
    writer.write(zigzag: place.span(to: window.fold.last))
    writer.write(zigzag: window.fold.sum)
    writer.write(zigzag: window.fold.largest)
    writer.write(varint: window.fold.count)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let learner = reader.dense(LearnerNumber.self)
    let rule = reader.dense(RuleNumber.self)
    let period = reader.period()
    let object = reader.dense(ObjectNumber.self)
    let last = place.instant(after: reader.zigzag())
    let sum = reader.zigzag()
    let largest = reader.zigzag()
    let fold = WindowFold(
      last: last, sum: sum, largest: largest, count: reader.number(UInt32.self))
    return .window(
      WindowChange(
        learner: learner, key: WindowKey(rule: rule, period: period, object: object), fold: fold))
  }
}

enum FactContextRecord {
  static func encode(
    _ context: FactContextChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(context.previous.rawValue)
    writer.write(context.status.rawValue)
    writer.write(zigzag: place.distance(to: context.fact))
    writer.write(varint: context.learner.rawValue)
    writer.write(day: context.day, near: place.time.utcDay)
    writer.write(varint: context.group.rawValue)
    writer.write(term: context.term)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let previous = reader.choice(FactStatus.self, or: .counted)
    let status = reader.choice(FactStatus.self, or: .counted)
    let fact = place.record(at: reader.zigzag())
    let learner = reader.dense(LearnerNumber.self)
    let day = reader.day(near: place.time.utcDay)
    let group = reader.dense(GroupNumber.self)
    return .context(
      FactContextChange(
        fact: fact, learner: learner, day: day, previous: previous, status: status, group: group,
        term: reader.term()))
  }
}

enum ReversalRecord {
  static func encode(
    _ reversal: ReversalChange, at place: RecordPlace, into writer: inout ByteWriter
  ) {
    writer.write(reversal.cause.rawValue)
    writer.write(reversal.previous.rawValue)
    writer.write(zigzag: place.distance(to: reversal.fact))
    writer.write(varint: reversal.learner.rawValue)
    writer.write(day: reversal.day, near: place.time.utcDay)
    writer.write(varint: reversal.principal.rawValue)
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    let cause = reader.choice(ReversalCause.self, or: .mistake)
    let previous = reader.choice(FactStatus.self, or: .counted)
    let fact = place.record(at: reader.zigzag())
    let learner = reader.dense(LearnerNumber.self)
    let day = reader.day(near: place.time.utcDay)
    return .reversed(
      ReversalChange(
        fact: fact, learner: learner, day: day, previous: previous, cause: cause,
        principal: reader.dense(PrincipalNumber.self)))
  }
}

enum AwaitedReversalRecord {
  static func encode(
    _ awaited: AwaitedReversalChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    writer.write(awaited.cause.rawValue)
    writer.write(varint: UInt64(awaited.source.rawValue))
    writer.write(varint: awaited.principal.rawValue)
    writer.write(text: source.text(awaited.id))
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let cause = reader.choice(ReversalCause.self, or: .mistake)
    let source = reader.dense(SourceNumber.self)
    let principal = reader.dense(PrincipalNumber.self)
    return .reversalAwaited(
      AwaitedReversalChange(
        identity: IdentityHash(high: 0, low: 0), source: source,
        id: buffer.text.append(reader.text()), cause: cause, principal: principal))
  }
}
