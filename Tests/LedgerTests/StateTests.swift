import Incentives
import LMDB
import Testing

@testable import Ledger

/// What the tables hold is what lives, however the follower's stretches fell.
struct StateTests {
  /// Plays a world, with blocks, stretches and restarts wherever they happen to fall.
  static func play(seed: UInt64, steps: Int) throws -> StateWorld {
    let world = try StateWorld(seed: seed)
    try world.begin()
    for _ in 0..<steps {
      try world.step()
      if world.random.happens(30) { try world.seal() }
      if world.random.happens(8) {
        world.options.changesMax = 1 + world.random.below(60)
        world.options.pagesMax = world.random.happens(30) ? 70 : 100_000
        try world.restartFollower()
      }
      if world.random.happens(10) { _ = try world.follower.runStretch() }
    }
    try world.seal()
    return world
  }

  static func expectSame(_ loaded: [ProgramState], _ world: StateWorld, _ comment: Comment) {
    #expect(loaded.map(\.number) == world.states.keys.sorted(), comment)
    for state in loaded {
      let found = state.fingerprint()
      let expected = world.state(of: state.number).fingerprint()
      let difference = zip(found, expected).first { $0 != $1 }
      #expect(difference?.0 == difference?.1, comment)
      #expect(found.count == expected.count, comment)
    }
  }

  @Test("A state loaded from tables and tail is the state that lived on", arguments: 1...12)
  func loadedIsLiving(seed: UInt64) throws {
    let world = try Self.play(seed: seed, steps: 400)
    let loaded = try world.load()
    Self.expectSame(loaded.programs, world, "seed \(seed)")
    #expect(loaded.index.count == world.identities.count, "seed \(seed)")
    for (identity, position) in world.identities {
      let found = loaded.index.firstCandidate(for: identity)?.number
      #expect(found == position.rawValue, "seed \(seed)")
    }
    #expect(!loaded.events.contains { if case .discarded = $0 { true } else { false } })

    // And once the tables stand where the journal does, nothing is left to apply.
    try world.reopen()
    try world.follower.run()
    let again = try world.load()
    Self.expectSame(again.programs, world, "seed \(seed), all followed")
    #expect(again.events.last == .applied(changes: 0))
    try world.reopen()
  }

  @Test("A loaded state goes on like the one that lived", arguments: 21...24)
  func loadedGoesOn(seed: UInt64) throws {
    let world = try Self.play(seed: seed, steps: 250)
    let loaded = try world.load().programs
    try world.reopen()
    for state in loaded {
      let living = world.state(of: state.number)
      #expect(try Self.work(state) == Self.work(living), "seed \(seed)")
      #expect(state.fingerprint() == living.fingerprint(), "seed \(seed)")
    }
  }

  /// Does all there is to do; answers what each step changed.
  ///
  /// Steps that only gather are left out: who lived may have taken some of them before.
  private static func work(_ state: ProgramState) throws -> [String] {
    var steps: [String] = []
    for _ in 0..<400 where state.hasWork {
      var buffer = ChangeBuffer()
      try state.decideWork(into: &buffer)
      if !buffer.changes.isEmpty { steps.append("\(buffer.changes)") }
      for change in buffer.changes { state.apply(change, in: buffer) }
    }
    return steps
  }

  @Test("Tables built again are the same, row by row", arguments: 31...34)
  func rebuiltIsSame(seed: UInt64) throws {
    let world = try Self.play(seed: seed, steps: 300)
    try world.follower.run()
    let rebuilt = try StateVerification.rebuild(
      from: world.journal, at: world.directory.file("again"), secret: world.vault.identitySecret)
    #expect(try StateVerification.firstDifference(world.store, rebuilt) == nil, "seed \(seed)")

    // One learner's points moved: it is found and named.
    let key = LearnerBlockKey(StateWorld.first, block: 0)
    try rebuilt.environment.write { transaction in
      var block = try #require(try transaction.get(StateSchema.learners, key))
      block.rows[1].accounts.earned += 1
      try transaction.put(StateSchema.learners, key, block)
    }
    let difference = try StateVerification.firstDifference(world.store, rebuilt)
    #expect(difference?.table == "learners")
    #expect(difference?.key.contains("block: 0") == true)
    try rebuilt.close()
  }

  @Test("The rows of a period go when it is let go of", arguments: 41...42)
  func closedRowsGo(seed: UInt64) throws {
    let world = try Self.play(seed: seed, steps: 300)
    try world.advance(StateWorld.first, hours: 24 * 60)
    try world.work(in: StateWorld.first)
    try world.seal()
    try world.follower.run()
    let closed = try #require(world.closed[StateWorld.first])
    #expect(closed.count > 5, "seed \(seed)")
    var open: Set<Period> = []
    try world.store.environment.read { transaction in
      try transaction.scan(StateSchema.scores) { key, _ in
        if key.program == StateWorld.first { open.insert(key.period) }
        return .next
      }
      try transaction.scan(StateSchema.windows) { key, _ in
        if key.program == StateWorld.first { open.insert(key.period) }
        return .next
      }
      try transaction.scan(StateSchema.openPeriods) { key, _ in
        if key.program == StateWorld.first { open.insert(key.period) }
        return .next
      }
    }
    #expect(open == [.all], "seed \(seed)")
    #expect(try world.reader.closedPeriods(of: StateWorld.first) == closed)
  }

  @Test("A job on a period that no record touched, and a window of a closed one, load as they live")
  func untouchedPeriod() throws {
    let world = try StateWorld(seed: 3)
    try world.begin()
    let program = StateWorld.first
    try world.advance(program, hours: 24 * 20)
    let old = Period.week(containing: StateWorld.monday)
    try world.decide(program) { (_, _, buffer) throws(Undecided) in
      buffer.changes.append(
        .learner(
          LearnerChange(
            learner: LearnerNumber(rawValue: 1), externalID: buffer.text.append("ann"))))
      let fold = WindowFold(last: .distantPast, sum: 1, largest: 1, count: 1)
      let key = WindowKey(rule: RuleNumber(rawValue: 1), period: old, object: .none)
      buffer.changes.append(
        .window(WindowChange(learner: LearnerNumber(rawValue: 1), key: key, fold: fold)))
      buffer.changes.append(
        .job(
          JobChange(
            job: 1, kind: .closePeriod, state: .running, period: .day(StateWorld.monday),
            cursor: 0)))
    }
    try world.seal()
    try world.follower.run()
    let windows = try world.store.environment.read { try $0.count(StateSchema.windows) }
    #expect(windows == 0)
    let state = try #require(try world.load().programs.first)
    #expect(state.fingerprint() == world.state(of: program).fingerprint())
    #expect(state.periods.keys.sorted() == world.state(of: program).periods.keys.sorted())
    for _ in 0..<20 where state.hasWork {
      var buffer = ChangeBuffer()
      try state.decideWork(into: &buffer)
      for change in buffer.changes { state.apply(change, in: buffer) }
    }
    #expect(!state.hasWork)
  }
}
