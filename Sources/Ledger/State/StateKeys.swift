import Incentives
import LMDB

// The keys of the state's tables. All begin with the program, so that a program's rows are neighbours
// and its key range can move to another machine; members of a program stand in blocks, a row each.

/// A program.
struct ProgramKey: DomainKey, Hashable {
  let program: ProgramNumber

  init(_ program: ProgramNumber) { self.program = program }

  var stored: UInt32 { program.rawValue }

  init(stored: UInt32) { program = ProgramNumber(rawValue: stored) }
}

/// A record of a program, or a run of records that begins with it.
struct PositionKey: DomainKey, Hashable {
  let program: ProgramNumber
  let position: Position

  init(_ program: ProgramNumber, _ position: Position) {
    self.program = program
    self.position = position
  }

  var stored: Key2<UInt32, UInt64> { Key2(program.rawValue, position.rawValue) }

  init(stored: Key2<UInt32, UInt64>) {
    program = ProgramNumber(rawValue: stored.first)
    position = Position(rawValue: stored.second)
  }
}

/// A block of a program's learners.
struct LearnerBlockKey: DomainKey, Hashable {
  let program: ProgramNumber
  let block: UInt32

  init(_ program: ProgramNumber, block: UInt32) {
    self.program = program
    self.block = block
  }

  var stored: Key2<UInt32, UInt32> { Key2(program.rawValue, block) }

  init(stored: Key2<UInt32, UInt32>) {
    program = ProgramNumber(rawValue: stored.first)
    block = stored.second
  }
}

/// A period of a program.
struct PeriodKey: DomainKey, Hashable {
  let program: ProgramNumber
  let period: Period

  init(_ program: ProgramNumber, _ period: Period) {
    self.program = program
    self.period = period
  }

  var stored: Key3<UInt32, UInt8, Int32> {
    Key3(program.rawValue, period.kind.rawValue, period.index)
  }

  init(stored: Key3<UInt32, UInt8, Int32>) {
    program = ProgramNumber(rawValue: stored.first)
    period = Period(kind: PeriodKind(rawValue: stored.second) ?? .all, index: stored.third)
  }
}

/// A run of places, or of members, on a board of a period.
struct BoardKey: DomainKey, Hashable {
  let program: ProgramNumber
  let period: Period
  let ranksGroups: Bool
  let block: UInt32

  init(_ program: ProgramNumber, _ period: Period, ranksGroups: Bool, block: UInt32) {
    self.program = program
    self.period = period
    self.ranksGroups = ranksGroups
    self.block = block
  }

  var stored: Key2<PeriodKey, Key2<UInt8, UInt32>> {
    Key2(PeriodKey(program, period), Key2(ranksGroups ? 1 : 0, block))
  }

  init(stored: Key2<PeriodKey, Key2<UInt8, UInt32>>) {
    program = stored.first.program
    period = stored.first.period
    ranksGroups = stored.second.first != 0
    block = stored.second.second
  }
}

/// What a block of learners has left of the lot of a term, or what of it expired.
struct LotKey: DomainKey, Hashable {
  let program: ProgramNumber
  let term: TermNumber
  let isExpired: Bool
  let block: UInt32

  init(_ program: ProgramNumber, _ term: TermNumber, isExpired: Bool, block: UInt32) {
    self.program = program
    self.term = term
    self.isExpired = isExpired
    self.block = block
  }

  var stored: Key2<Key2<UInt32, UInt32>, Key2<UInt8, UInt32>> {
    Key2(Key2(program.rawValue, UInt32(term.rawValue)), Key2(isExpired ? 1 : 0, block))
  }

  init(stored: Key2<Key2<UInt32, UInt32>, Key2<UInt8, UInt32>>) {
    program = ProgramNumber(rawValue: stored.first.first)
    term = TermNumber(rawValue: UInt16(truncatingIfNeeded: stored.first.second))
    isExpired = stored.second.first != 0
    block = stored.second.second
  }
}

/// The windows of a block of learners over a block of objects in a period.
struct WindowBlockKey: DomainKey, Hashable {
  let program: ProgramNumber
  let period: Period
  let learners: UInt32
  let objects: UInt32

  init(_ program: ProgramNumber, _ period: Period, learners: UInt32, objects: UInt32) {
    self.program = program
    self.period = period
    self.learners = learners
    self.objects = objects
  }

  var stored: Key2<PeriodKey, Key2<UInt32, UInt32>> {
    Key2(PeriodKey(program, period), Key2(learners, objects))
  }

  init(stored: Key2<PeriodKey, Key2<UInt32, UInt32>>) {
    program = stored.first.program
    period = stored.first.period
    learners = stored.second.first
    objects = stored.second.second
  }
}

/// The records of a block of learners that speak of a local day.
struct LogKey: DomainKey, Hashable {
  let program: ProgramNumber
  let day: LocalDay
  let block: UInt32

  init(_ program: ProgramNumber, _ day: LocalDay, block: UInt32) {
    self.program = program
    self.day = day
    self.block = block
  }

  var stored: Key3<UInt32, Int32, UInt32> { Key3(program.rawValue, day.number, block) }

  init(stored: Key3<UInt32, Int32, UInt32>) {
    program = ProgramNumber(rawValue: stored.first)
    day = LocalDay(number: stored.second)
    block = stored.third
  }
}
