import Incentives
import Testing

@testable import Ledger

/// Cold reads give what the log holds.
struct StateReaderTests {
  @Test("A learner's log is every record that speaks of the learner, in order", arguments: 1...3)
  func logIsWhole(seed: UInt64) throws {
    let world = try StateTests.play(seed: seed, steps: 300)
    try world.follower.run()
    for (member, expected) in world.logs {
      let log = try world.reader.log(of: member.learner, in: member.program)
      let found = zip(log.positions, log.buffer.changes).map { position, change in
        StateWorld.Recorded(position: position, change: StateWorld.words(change, in: log.buffer))
      }
      #expect(found == expected, "seed \(seed), \(member)")
      #expect(log.times.count == log.positions.count)
    }
    let nobody = LearnerNumber(rawValue: 9_999)
    #expect(try world.reader.log(of: nobody, in: StateWorld.first).positions.isEmpty)
  }

  @Test("A log of some days has only records of these days")
  func logOfDays() throws {
    let world = try StateTests.play(seed: 5, steps: 300)
    try world.follower.run()
    let member = try #require(world.logs.max { $0.value.count < $1.value.count }?.key)
    let whole = try world.reader.log(of: member.learner, in: member.program)
    func days(_ log: LearnerLog) -> [LocalDay] {
      log.buffer.changes.compactMap { change in
        switch change {
        case .fact(let fact): fact.day
        case .moved(let move): move.day
        case .context(let context): context.day
        case .reversed(let reversal): reversal.day
        case .granted(let grant): grant.day
        default: nil
        }
      }
    }
    let all = days(whole)
    let (first, last) = (try #require(all.min()), try #require(all.max()))
    let range = first.next...last.previous
    let some = try world.reader.log(of: member.learner, in: member.program, days: range)
    #expect(days(some) == all.filter(range.contains))
    #expect(some.positions.count < whole.positions.count)
  }

  @Test("Closed boards read as they were written, with ranks", arguments: 1...2)
  func boardsRead(seed: UInt64) throws {
    let world = try StateTests.play(seed: seed, steps: 400)
    try world.follower.run()
    #expect(!world.boards.isEmpty)
    for (name, places) in world.boards {
      guard world.closed[name.program]?.contains(name.period) == true else { continue }
      try checkParts(of: name, places, in: world)
      let page = try world.reader.standings(
        of: name.program, name.period, ranksGroups: name.ranksGroups, from: 1, count: 2)
      #expect(page.map(\.standing) == Array(places.dropFirst().prefix(2)))
      for place in places {
        let found = try #require(
          try world.reader.standing(
            of: place.member, in: name.program, name.period, ranksGroups: name.ranksGroups))
        #expect(found.standing == place)
        #expect(Int(found.rank) == 1 + places.filter { $0.score > place.score }.count)
      }
    }
    let open = Period.day(LocalDay(number: 40_000))
    #expect(
      try world.reader.closedPart(of: StateWorld.first, BoardRequest(period: open), .top(1)) == nil)
  }

  /// Parts that are read where they are asked about are those of the whole board, for every segment.
  private func checkParts(
    of name: StateWorld.BoardName, _ places: [Standing], in world: StateWorld
  ) throws {
    let segments =
      [.everyone]
      + Set(places.map(\.cohort)).filter { $0 != .none }.map {
        Segment(kind: .cohort, number: UInt32($0.rawValue))
      }
    let closing = try world.reader.closing(of: name.program, name.period)
    for segment in segments {
      let request = BoardRequest(
        period: name.period, ranksGroups: name.ranksGroups, segment: segment)
      let whole = ClosedPlaces<Never>(ContiguousArray(places.filter(segment.holds)))
      let population = closing?.population(of: segment, ranksGroups: name.ranksGroups)
      let parts: [ClosedPartRequest] =
        [.top(3), .top(1_000), .around(.max, neighbours: 1)]
        + places.map { .around($0.member, neighbours: 1) }
      for part in parts {
        let read = try world.reader.closedPart(of: name.program, request, part)
        #expect(
          read == whole.part(part, population: Int(population ?? 0), cut: closing?.cut ?? .none))
      }
    }
  }

  @Test("Equal scores share a rank across the rows of a large board")
  func ranksAcrossRows() throws {
    let world = try StateWorld(seed: 1)
    let program = StateWorld.first
    let period = Period.day(StateWorld.monday)
    let scores = (0..<1_500).map { Int64(5_000 - $0 / 600) }
    for first in stride(from: 0, to: scores.count, by: 700) {
      try world.decide(program) { (_, _, buffer) throws(Undecided) in
        let places = first..<min(first + 700, scores.count)
        for place in places {
          buffer.standings.append(
            Standing(
              member: UInt32(3_000 - place), score: scores[place], cohort: .none, tier: .none,
              group: .none))
        }
        buffer.changes.append(
          .standings(
            StandingsChange(
              period: period, ranksGroups: false, first: UInt32(first),
              places: Run(start: 0, count: UInt32(places.count)))))
      }
      try world.seal()
      try world.follower.run()
    }
    try world.decide(program) { (_, _, buffer) throws(Undecided) in
      buffer.changes.append(
        .closed(
          ClosedChange(
            period: period, learners: 1_500, groups: 0, points: 1, cut: .none,
            populations: .empty)))
    }
    try world.seal()
    try world.follower.run()
    let ranks = try world.reader.standings(
      of: program, period, ranksGroups: false, from: 0, count: 2_000
    ).map(\.rank)
    let expected: [UInt32] = (0..<1_500).map { (place: UInt32) in place / 600 * 600 + 1 }
    #expect(Array(ranks) == expected)
    let one = try world.reader.standing(
      of: 1_900, in: program, period, ranksGroups: false)
    #expect(one?.place == 1_100)
    #expect(one?.rank == 601)
  }

  @Test("Facts are listed in pages, all of them once, by learner, source or waiting")
  func factsInPages() throws {
    let world = try StateTests.play(seed: 9, steps: 300)
    try world.follower.run()
    let program = StateWorld.first
    let all = try #require(world.facts[program])
    func positions(_ filter: FactFilter, count: Int) throws -> [Position] {
      var found: [Position] = []
      var next: Position? = Position(rawValue: 1)
      while let from = next {
        let answer = try world.reader.answer(
          .facts(from: from, filter: filter, count: count), of: program)
        guard case .facts(let log, let following) = answer else { return [] }
        #expect(log.positions.count <= count)
        found += log.positions
        next = following
      }
      return found
    }
    #expect(try positions(FactFilter(), count: 7) == all.map(\.position))
    let source = SourceNumber(rawValue: 2)
    #expect(
      try positions(FactFilter(source: source), count: 5)
        == all.filter { $0.fact.source == source }.map(\.position))
    let learner = try #require(all.last?.fact.learner)
    #expect(
      try positions(FactFilter(learners: [learner]), count: 2)
        == all.filter { $0.fact.learner == learner }.map(\.position))
    let pending = try positions(FactFilter(isPending: true), count: 3)
    #expect(pending.count == world.state(of: program).pendingCount)
  }
}
