import Incentives
import LMDB
import Testing

@testable import Ledger

/// Rows hold what was put into them, whatever the numbers.
struct StateBlockTests {
  /// Puts a value into a table of its own and reads it back, through the checksum.
  private func stored<Key: KeyCodec, Value: ValueCodec>(
    _ table: Table<Key, Value>, _ key: Key, _ value: Value
  ) throws -> Value {
    let directory = try TestDirectory()
    let store = try StateStore.open(at: directory.file("state"))
    try store.environment.write { try $0.put(table, key, value) }
    let found = try store.environment.read { try $0.get(table, key) }
    try store.close()
    return try #require(found)
  }

  private let program = ProgramNumber(rawValue: 3)

  @Test("Rows of learners keep every account and day, the greatest and the least")
  func learners() throws {
    var block = LearnerBlock()
    block.rows[0].accounts.earned = .max
    block.rows[0].accounts.bonus = .min
    block.rows[0].accounts.prizes = 1
    block.rows[0].accounts.adjusted = -1
    block.rows[0].accounts.writtenOff = 2
    block.rows[0].accounts.returned = 3
    block.rows[0].accounts.redeemed = 4
    block.rows[0].accounts.expired = 5
    block.rows[1].accounts.spendable = 63
    block.rows[1].accounts.debt = 64
    block.rows[1].accounts.held = 128
    block.rows[1].lastPosition = Position(rawValue: .max)
    block.rows[1].pending = .max
    block.rows[1].grants = .max
    block.rows[2].firstDay = LocalDay(number: .min)
    block.rows[2].lastDay = LocalDay(number: .max)
    block.rows[31].firstDay = LocalDay(number: 20_000)
    block.rows[31].lastDay = LocalDay(number: 20_000)
    block.rows[30].lastDay = LocalDay(number: -7)
    let found = try stored(
      StateSchema.learners, LearnerBlockKey(program, block: 9), block)
    for (one, other) in zip(found.rows, block.rows) {
      #expect(one.accounts == other.accounts)
      #expect(one.lastPosition == other.lastPosition)
      #expect(one.firstDay == other.firstDay)
      #expect(one.lastDay == other.lastDay)
      #expect(one.pending == other.pending)
      #expect(one.grants == other.grants)
    }
  }

  @Test("Lines of the audit keep who, what, whom and when; runs of facts join")
  func audit() throws {
    var block = AuditBlock()
    var command = AuditedCommand(
      principal: PrincipalNumber(rawValue: .max), action: ActionNumber(rawValue: .max))
    command.learners = [1, 7, .max].map(LearnerNumber.init(rawValue:))
    command.staff = StaffNumber(rawValue: 3)
    command.batch = BatchNumber(rawValue: 12)
    block.append(
      AuditBlock.Command(
        offset: 1_023, time: sampleTime, refusal: "over_budget", command: command))
    block.append(
      AuditBlock.Command(
        offset: 0, time: Instant(microseconds: -1), refusal: "",
        command: AuditedCommand(principal: PrincipalNumber(rawValue: 1), action: .none)))
    let (lms, forum) = (SourceNumber(rawValue: 1), SourceNumber(rawValue: 2))
    block.count(lms, offset: 3, at: sampleTime)
    block.count(forum, offset: 4, at: sampleTime)
    var later = AuditBlock()
    let end = sampleTime.advanced(byMicroseconds: 5)
    later.count(lms, offset: 9, at: end)
    later.count(lms, offset: 10, at: end)
    block.append(contentsOf: later)
    #expect(block.facts.map(\.count) == [3, 1])
    #expect(block.facts[0].until == end)
    let key = PositionKey(program, Position(rawValue: 1_024))
    #expect(try stored(StateSchema.audit, key, block) == block)
  }

  @Test("Scores and places keep who has none apart from who has 0")
  func scoresAndPlaces() throws {
    var scores = ScoreBlock()
    (scores.scores[0], scores.scores[63], scores.scores[5]) = (.min, .max, -1)
    let key = BoardKey(
      program, Period(kind: .term, index: -1), ranksGroups: true, block: .max)
    #expect(try stored(StateSchema.scores, key, scores).scores == scores.scores)
    var places = PlacesBlock()
    (places.places[0], places.places[63], places.places[5]) = (0, .max, 300)
    #expect(try stored(StateSchema.places, key, places).places == places.places)
  }

  @Test("Windows keep any fold, in order, and drop what holds nothing")
  func windows() throws {
    var random = StateRandom(seed: 1)
    var block = WindowBlock()
    var model: [UInt32: WindowBlock.Entry] = [:]
    for _ in 0..<500 {
      let entry = WindowBlock.Entry(
        learner: UInt8(random.below(8)), object: UInt8(random.below(8)),
        rule: RuleNumber(rawValue: random.happens(10) ? .max : UInt16(random.below(3))),
        fold: random.happens(20)
          ? .empty
          : WindowFold(
            last: Instant(microseconds: Int64(bitPattern: random.next()) / 4),
            sum: random.pick([.max, .min, 0, 7]), largest: random.pick([.max, 0, 7]),
            count: random.pick([0, 1, 2, .max])))
      block.update(learner: entry.learner, rule: entry.rule, object: entry.object) {
        $0 = entry.fold
      }
      model[entry.order] = entry.fold == .empty ? nil : entry
    }
    let key = WindowBlockKey(program, .all, learners: 1, objects: 2)
    let expected = model.values.sorted { $0.order < $1.order }
    #expect(try Array(stored(StateSchema.windows, key, block).entries) == expected)
  }

  @Test("A log keeps the positions of each learner ascending, however they are added")
  func log() throws {
    var random = StateRandom(seed: 2)
    var block = LogBlock()
    var model: [UInt8: [UInt64]] = [:]
    var position: UInt64 = 0
    for _ in 0..<40 {
      var new: [LogBlock.Entry] = []
      for _ in 0..<random.below(6) {
        position += 1 + random.next() % (1 << UInt64(random.below(40)))
        new.append(
          LogBlock.Entry(
            learner: UInt8(random.below(16)), position: Position(rawValue: position)))
      }
      new.sort { ($0.learner, $0.position) < ($1.learner, $1.position) }
      for entry in new { model[entry.learner, default: []].append(entry.position.rawValue) }
      block.append(contentsOf: ContiguousArray(new))
    }
    let found = try stored(
      StateSchema.log, LogKey(program, LocalDay(number: -3), block: 0), block)
    for learner in 0..<UInt8(16) {
      #expect(found.positions(of: learner).map(\.rawValue) == model[learner] ?? [])
    }
  }

  @Test("Events are put in order by key, and stay in their order where keys are equal")
  func stableOrder() {
    var random = StateRandom(seed: 3)
    for limit in [1, 3, 5_000, Int.max] {
      let keys = ContiguousArray((0..<2_000).map { _ in UInt64(random.below(limit)) << 3 })
      let order = StableOrder(keys)
      let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(order.indices.map(Int.init) == expected)
      #expect(order.runCount == Set(keys).count)
    }
  }

  @Test("A program's row keeps its head, counters, time and jobs")
  func programRow() throws {
    var row = ProgramRow()
    row.head = Head(
      position: Position(rawValue: 77), hash: .none, time: Instant(microseconds: -5))
    row.counters.position = 77
    row.counters.pendingCount = 3
    row.counters.factCount = .max
    row.counters.lastJob = 12
    row.clock = Instant(microseconds: 9)
    row.closedThrough = LocalDay(number: -1)
    row.learnerCount = 4
    row.knownCount = 1 << 40
    row.jobs = [
      Job(
        JobChange(
          job: 12, kind: .closePeriod, state: .running, period: Period(kind: .term, index: 2),
          cursor: 5), cut: Position(rawValue: 7_001)),
      Job(
        JobChange(
          job: 13, kind: .reverseBatch, state: .running, period: .all, cursor: 6,
          batch: BatchNumber(rawValue: 2)), cut: Position(rawValue: 7_002)),
    ]
    #expect(try stored(StateSchema.programs, ProgramKey(program), row) == row)
  }
}
