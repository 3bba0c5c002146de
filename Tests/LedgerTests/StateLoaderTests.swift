import Incentives
import LMDB
import Testing

@testable import Ledger

/// Tables that can not be believed are thrown away, and nothing is lost by it.
struct LoaderTests {
  private func expectDiscarded(
    _ world: StateWorld, _ expected: (StateDefect) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let loaded = try world.load()
    let defects = loaded.events.compactMap { event -> StateDefect? in
      if case .discarded(let defect) = event { defect } else { nil }
    }
    #expect(defects.count == 1, sourceLocation: sourceLocation)
    let isExpected = defects.allSatisfy { expected($0) }
    #expect(isExpected, "\(defects)", sourceLocation: sourceLocation)
    StateTests.expectSame(loaded.programs, world, "applied from the journal")
    #expect(loaded.index.count == world.identities.count, sourceLocation: sourceLocation)
    // The follower fills the new tables, and the next start is a short one.
    try world.reopen()
    try world.follower.run()
    let again = try world.load()
    StateTests.expectSame(again.programs, world, "followed again")
    #expect(again.events.last == .applied(changes: 0), sourceLocation: sourceLocation)
  }

  @Test("Tables of another history are thrown away")
  func otherHistory() throws {
    let world = try StateTests.play(seed: 1, steps: 120)
    try world.follower.run()
    try world.store.environment.write { transaction in
      let key = ProgramKey(StateWorld.first)
      var row = try #require(try transaction.get(StateSchema.programs, key))
      row.head.hash = .none
      try transaction.put(StateSchema.programs, key, row)
    }
    try expectDiscarded(world) {
      if case .otherHistory(StateWorld.first, _) = $0 { true } else { false }
    }
  }

  @Test("Tables that are ahead of the journal are thrown away")
  func aheadOfJournal() throws {
    let world = try StateTests.play(seed: 2, steps: 120)
    try world.follower.run()
    try world.store.environment.write { transaction in
      let key = ProgramKey(StateWorld.second)
      var row = try #require(try transaction.get(StateSchema.programs, key))
      row.head.position = row.head.position.advanced(by: 1)
      try transaction.put(StateSchema.programs, key, row)
    }
    try expectDiscarded(world) {
      if case .otherHistory(StateWorld.second, _) = $0 { true } else { false }
    }
  }

  @Test("A damaged file is thrown away")
  func damagedFile() throws {
    let world = try StateTests.play(seed: 3, steps: 120)
    try world.follower.run()
    try world.store.close()
    var bytes = try world.directory.bytes("state/data.mdb")
    for page in 2..<bytes.count / 4_096 {
      // One byte in the middle of each page: some hold rows.
      bytes[page * 4_096 + 4_000] ^= 0x40
    }
    try world.directory.write(bytes, to: "state/data.mdb")
    try expectDiscarded(world) { _ in true }
  }

  @Test("A file of another format is thrown away")
  func otherFormat() throws {
    let world = try StateTests.play(seed: 4, steps: 60)
    try world.store.close()
    try StateStore.discard(at: world.directory.file("state"))
    let other = try Environment.open(
      at: world.directory.file("state"),
      format: EnvironmentFormat(kind: "laurel state", version: 99), tables: [])
    try other.close()
    try expectDiscarded(world) { _ in true }
  }

  @Test("Identities under another secret are thrown away")
  func otherSecret() throws {
    let world = try StateTests.play(seed: 5, steps: 100)
    try world.follower.run()
    try world.store.environment.write { transaction in
      let key = PositionKey(StateWorld.first, .none)
      let chunk = FactIndexChunk(program: StateWorld.first.rawValue, firstNumber: 0)
      let bytes = chunk.sealed(under: KeyedHash(key: (1, 2)))
      try transaction.putBlock(StateSchema.known, key, byteCount: bytes.count) {
        $0.copyBytes(from: bytes)
      }
    }
    try expectDiscarded(world) { _ in true }
  }

  @Test("A learner who was erased keeps number and points, and gets an id that nobody has")
  func erasedLearner() throws {
    let world = try StateTests.play(seed: 6, steps: 150)
    let erased = LearnerNumber(rawValue: 2)
    for isFollowed in [false, true] {
      if isFollowed { try world.follower.run() }
      try world.vault.erase([erased], of: StateWorld.first)
      let state = try #require(try world.load().programs.first)
      let living = world.state(of: StateWorld.first)
      #expect(state.learners.externalID(erased) == "\0#2")
      #expect(state.learners.name(erased).isEmpty)
      #expect(state.learners[erased].accounts == living.learners[erased].accounts)
      #expect(state.learners.count == living.learners.count)
      try world.reopen()
    }
  }

  @Test("An empty store loads as nothing")
  func emptyStore() throws {
    let world = try StateWorld(seed: 1)
    let loaded = try world.load()
    #expect(loaded.programs.isEmpty)
    #expect(loaded.index.count == 0)
    let nothing = LoadEvent.loaded(programs: 0, learners: 0, identities: 0)
    #expect(loaded.events == [nothing, .applied(changes: 0)])
  }
}
