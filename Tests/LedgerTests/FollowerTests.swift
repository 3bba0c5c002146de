import Incentives
import Synchronization
import Testing

@testable import Ledger

/// The follower keeps up, answers who waits, and stops without harm.
struct FollowerTests {
  @Test("Stretches end where they are bounded, and lead to the same place")
  func boundedStretches() throws {
    let world = try StateTests.play(seed: 1, steps: 200)
    var options = FollowerOptions()
    options.changesMax = 40
    let store = try StateStore.open(at: world.directory.file("small"))
    let follower = try Follower(
      store: store, journal: world.journal, secret: world.vault.identitySecret, options: options)
    var stretches = 0
    while let stretch = try follower.runStretch() {
      stretches += 1
      #expect(stretch.changes < 40 + 400, "a block is not parted, and no more is taken")
    }
    #expect(stretches > 4)
    #expect(follower.behind == 0)
    try world.follower.run()
    let difference = try StateVerification.firstDifference(store, world.store)
    #expect(difference == nil, "\(String(describing: difference))")
    try store.close()
  }

  @Test("A stretch that would touch too many pages is taken in halves")
  func halvedStretches() throws {
    let world = try StateTests.play(seed: 2, steps: 200)
    var options = FollowerOptions()
    options.pagesMax = 90
    let store = try StateStore.open(at: world.directory.file("small"))
    let follower = try Follower(
      store: store, journal: world.journal, secret: world.vault.identitySecret, options: options)
    var stretches: [Stretch] = []
    while let stretch = try follower.runStretch() { stretches.append(stretch) }
    #expect(stretches.count > 1)
    #expect(stretches.allSatisfy { $0.pages <= 90 || $0.blocks == 1 })
    try world.follower.run()
    let difference = try StateVerification.firstDifference(store, world.store)
    #expect(difference == nil, "\(String(describing: difference))")
    try store.close()
  }

  @Test("A journal that does not continue the tables is an error, and changes nothing")
  func brokenChain() throws {
    let world = try StateTests.play(seed: 3, steps: 80)
    try world.follower.run()
    let other = try StateTests.play(seed: 4, steps: 150)
    let follower = try Follower(
      store: world.store, journal: other.journal, secret: world.vault.identitySecret)
    let before = try world.store.heads()
    #expect(throws: LedgerError.self) { try follower.run() }
    #expect(try world.store.heads() == before)
  }

  @Test("The thread follows what is durable and answers who waits for a position")
  func threadFollows() throws {
    let world = try StateTests.play(seed: 5, steps: 150)
    try world.store.close()
    let store = try StateStore.open(at: world.directory.file("threaded"))
    let thread = FollowerThread(
      store: store, journal: world.journal, secret: world.vault.identitySecret)
    try thread.start()
    for program in [StateWorld.first, StateWorld.second] {
      let head = world.journal.head(of: program).position
      try thread.waitUntil(program, head)
      #expect(thread.position(of: program) == head)
      #expect(
        try StateReader(store: store, journal: world.journal, vault: world.vault)
          .position(of: program) == head)
    }
    #expect(thread.lag.changes == 0)
    #expect(throws: LedgerError.self) {
      try thread.waitUntil(StateWorld.first, Position(rawValue: 1 << 40))
    }
    thread.stop()
    thread.stop()
    #expect(throws: LedgerError.followerStopped) {
      try thread.waitUntil(StateWorld.first, Position(rawValue: 1 << 40))
    }
    try store.close()
    try world.reopen()
    try world.follower.run()
    let threaded = try StateStore.open(at: world.directory.file("threaded"))
    #expect(try StateVerification.firstDifference(threaded, world.store) == nil)
    try threaded.close()
  }

  @Test("A short disk stops the follower before a stretch, and fails those who wait")
  func shortDisk() throws {
    let world = try StateTests.play(seed: 6, steps: 50)
    try world.store.close()
    let store = try StateStore.open(at: world.directory.file("short"))
    var options = FollowerOptions()
    options.diskReserveBytes = .max
    let events = Mutex<[FollowerEvent]>([])
    let thread = FollowerThread(
      store: store, journal: world.journal, secret: world.vault.identitySecret, options: options
    ) { event in events.withLock { $0.append(event) } }
    try thread.start()
    #expect(throws: LedgerError.self) {
      try thread.waitUntil(StateWorld.first, Position(rawValue: 3))
    }
    #expect(thread.lag.isPaused)
    #expect(thread.position(of: StateWorld.first) == .none)
    thread.stop()
    guard case .paused = events.withLock({ $0.first }) else {
      Issue.record("the pause was not told")
      return
    }
    try store.close()
  }

  @Test("A failure is told once, fails those who wait, and leaves the journal alone")
  func failureIsTold() throws {
    let world = try StateTests.play(seed: 7, steps: 80)
    try world.follower.run()
    try world.store.close()
    let store = try StateStore.open(at: world.directory.file("state"))
    let other = try StateTests.play(seed: 8, steps: 200)
    let events = Mutex<[FollowerEvent]>([])
    let thread = FollowerThread(
      store: store, journal: other.journal, secret: world.vault.identitySecret
    ) { event in events.withLock { $0.append(event) } }
    try thread.start()
    #expect(throws: LedgerError.self) {
      try thread.waitUntil(StateWorld.first, other.journal.head(of: StateWorld.first).position)
    }
    thread.stop()
    #expect(thread.lag.failure != nil)
    let failures = events.withLock { events in
      events.filter { if case .failed = $0 { true } else { false } }
    }
    #expect(failures.count == 1)
    try store.close()
  }
}
