import Glibc
import Incentives
import Synchronization

/// The thread on which the follower runs, behind everybody else.
///
/// It runs a stretch when enough changes wait, when some have waited long enough, or when a reader needs
/// the tables to stand further (`catchUp`, `waitUntil`). It steps back behind other threads, and is the
/// first to stop when the disk is short: the journal keeps its last reserve for itself. A failure ends the
/// following, is told once, and fails those who wait; the journal lives on, and the next start loads
/// what the tables hold, or throws them away.
///
/// Every method may be called from any thread. `stop` ends the thread and must be called.
public final class FollowerThread: Sendable {
  private struct Wish {
    let program: ProgramNumber
    let position: Position
    let then: @Sendable (Result<Void, LedgerError>) -> Void
  }

  private struct State {
    var thread: pthread_t?
    var positions: [ProgramNumber: Position] = [:]
    var wishes: [Wish] = []
    /// Programs to let go of; the position means nothing.
    var farewells: [Wish] = []
    var isPaused = false
    var isStopping = false
    var failure: LedgerError?
    /// For the estimate of bytes: what was followed so far.
    var changesFollowed = 0
    var bytesFollowed = 0
  }

  private let store: StateStore
  private let journal: Journal
  private let secret: KeyedHash
  private let options: FollowerOptions
  private let onEvent: @Sendable (FollowerEvent) -> Void
  private let state = Mutex(State())
  private let bell = Doorbell()

  /// Describes a follower that does not run yet.
  ///
  /// `onEvent` is called on the thread itself and must not wait for it.
  public init(
    store: StateStore, journal: Journal, secret: KeyedHash,
    options: FollowerOptions = FollowerOptions(),
    onEvent: @escaping @Sendable (FollowerEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.journal = journal
    self.secret = secret
    self.options = options
    self.onEvent = onEvent
  }

  /// Starts the thread, which from now on is the one that writes the environment.
  public func start() throws {
    let heads = try store.heads()
    try state.withLock { state throws in
      precondition(state.thread == nil, "a follower is started once")
      state.positions = heads.mapValues(\.position)
      state.thread = try PlainThread.start(name: "laurel-follower") { [self] in run() }
    }
  }

  /// Tells that blocks became durable.
  public func notify() { bell.ring() }

  /// How far the tables are behind the journal.
  public var lag: FollowerLag {
    let heads = journal.allHeads()
    return state.withLock { state in
      let changes = Self.changes(heads, beyond: state.positions)
      let bytesOfChange =
        state.changesFollowed == 0 ? 0 : Double(state.bytesFollowed) / Double(state.changesFollowed)
      return FollowerLag(
        changes: changes, bytes: Int(Double(changes) * bytesOfChange), isPaused: state.isPaused,
        failure: state.failure)
    }
  }

  /// Where the tables of a program stand.
  public func position(of program: ProgramNumber) -> Position {
    state.withLock { $0.positions[program] ?? .none }
  }

  /// Brings a program's tables to a position at once, then calls back on the follower's thread.
  ///
  /// The position must be durable. Fails where the follower failed, was stopped, or the disk is short.
  public func catchUp(
    _ program: ProgramNumber, to position: Position,
    then: @escaping @Sendable (Result<Void, LedgerError>) -> Void
  ) {
    let answer: Result<Void, LedgerError>? = state.withLock { state in
      if state.positions[program] ?? .none >= position { return .success(()) }
      if let failure = state.failure { return .failure(failure) }
      if state.isStopping { return .failure(.followerStopped) }
      state.wishes.append(Wish(program: program, position: position, then: then))
      return nil
    }
    if let answer { then(answer) } else { bell.ring() }
  }

  /// Brings a program's tables to a position at once and waits for it; never on the thread itself.
  public func waitUntil(_ program: ProgramNumber, _ position: Position) throws {
    try wait { catchUp(program, to: position, then: $0) }
  }

  /// Removes a program's rows, once its log is forgotten, and waits for it; never on the thread itself.
  func forget(_ program: ProgramNumber) throws {
    try wait { then in
      let failure: LedgerError? = state.withLock { state in
        if let failure = state.failure { return failure }
        if state.isStopping { return .followerStopped }
        state.farewells.append(Wish(program: program, position: .none, then: then))
        return nil
      }
      if let failure { then(.failure(failure)) } else { bell.ring() }
    }
  }

  /// Waits until somebody is called back.
  private func wait(
    for ask: (@escaping @Sendable (Result<Void, LedgerError>) -> Void) -> Void
  ) throws {
    let result = Mutex<Result<Void, LedgerError>?>(nil)
    let done = Doorbell()
    ask { answer in
      result.withLock { $0 = answer }
      done.ring()
    }
    while true {
      if let answer = result.withLock({ $0 }) { return try answer.get() }
      done.wait(atMost: .seconds(60))
    }
  }

  /// Ends the thread after its stretch and fails those who wait; calling it again does nothing.
  public func stop() {
    let thread = state.withLock { state in
      state.isStopping = true
      defer { state.thread = nil }
      return state.thread
    }
    bell.ring()
    if let thread { pthread_join(thread, nil) }
  }
}

extension FollowerThread {
  private func run() {
    // To Linux a thread is a process of its own here; the others keep their priority.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, options.niceness)
    do {
      let follower = try Follower(
        store: store, journal: journal, secret: secret, options: options)
      while waitForWork() {
        try sayFarewells(follower)
        guard try hasRoom() else { continue }
        try follow(follower)
      }
      dismiss(.followerStopped)
    } catch {
      fail(Self.told(error))
    }
  }

  /// Waits until a stretch is due; false when the thread shall end.
  private func waitForWork() -> Bool {
    var waitedSince: ContinuousClock.Instant?
    while true {
      let heads = journal.allHeads()
      let (waiting, isWished, isStopping) = state.withLock { state in
        let waiting = Self.changes(heads, beyond: state.positions)
        let isWished = !state.wishes.isEmpty || !state.farewells.isEmpty
        return (waiting, isWished, state.isStopping)
      }
      if isStopping { return false }
      if isWished || waiting >= options.changesMin { return true }
      guard waiting > 0 else {
        waitedSince = nil
        bell.wait(atMost: .seconds(60))
        continue
      }
      let since = waitedSince ?? .now
      waitedSince = since
      let left = options.intervalMax - since.duration(to: .now)
      if left <= .zero { return true }
      bell.wait(atMost: left)
    }
  }

  /// Lets go of the programs that were dropped.
  private func sayFarewells(_ follower: Follower) throws {
    let farewells = state.withLock { state in
      defer { state.farewells = [] }
      return state.farewells
    }
    for farewell in farewells {
      do {
        try follower.forget(farewell.program)
      } catch {
        farewell.then(.failure(Self.told(error)))
        throw error
      }
      state.withLock { $0.positions[farewell.program] = nil }
      farewell.then(.success(()))
    }
  }

  private func follow(_ follower: Follower) throws {
    guard let stretch = try follower.runStretch() else { return answerWishes(all: true) }
    let positions = follower.positions
    state.withLock { state in
      state.positions = positions
      state.changesFollowed += stretch.changes
      state.bytesFollowed += stretch.bytes
    }
    answerWishes(all: false)
    onEvent(.followed(stretch))
  }

  /// Answers those whose position is reached; all of them where there is nothing more to follow.
  private func answerWishes(all: Bool) {
    let (reached, missed) = state.withLock { state in
      let reached = state.wishes.filter { state.positions[$0.program] ?? .none >= $0.position }
      let others = state.wishes.filter { state.positions[$0.program] ?? .none < $0.position }
      state.wishes = all ? [] : others
      return (reached, all ? others : [])
    }
    for wish in reached { wish.then(.success(())) }
    for wish in missed {
      wish.then(.failure(.noSuchRecord(program: wish.program, position: wish.position)))
    }
  }

  /// Whether disk and map have room for a stretch; else waits a while and fails those who wait.
  private func hasRoom() throws -> Bool {
    let usage = try storing { try store.environment.usage() }
    let free = min(try journal.space().diskFreeBytes, usage.mapBytes - usage.usedBytes)
    let isShort = free < options.diskReserveBytes
    let hasChanged = state.withLock { state in
      defer { state.isPaused = isShort }
      return state.isPaused != isShort
    }
    if hasChanged { onEvent(isShort ? .paused(freeBytes: free) : .resumed) }
    guard isShort else { return true }
    dismiss(.storage(.storageFull(operation: "following the journal")))
    bell.wait(atMost: .seconds(1))
    return false
  }

  private func fail(_ error: LedgerError) {
    state.withLock { $0.failure = error }
    dismiss(error)
    onEvent(.failed(error))
  }

  private func dismiss(_ error: LedgerError) {
    let wishes = state.withLock { state in
      defer {
        state.wishes = []
        state.farewells = []
      }
      return state.wishes + state.farewells
    }
    for wish in wishes { wish.then(.failure(error)) }
  }

  private static func told(_ error: any Error) -> LedgerError {
    if let error = error as? LedgerError { return error }
    return .corruptState(problem: "\(error)")
  }

  private static func changes(
    _ heads: [ProgramNumber: Head], beyond positions: [ProgramNumber: Position]
  ) -> Int {
    heads.reduce(0) { sum, head in
      sum + Int(head.value.position.rawValue - (positions[head.key] ?? .none).rawValue)
    }
  }
}

/// What the follower tells while it runs.
public enum FollowerEvent: Equatable, Sendable {
  /// A stretch was written.
  case followed(Stretch)
  /// Disk or map is short; the tables stay where they are until there is room.
  case paused(freeBytes: Int)
  /// There is room again.
  case resumed
  /// The follower ended; the journal is not concerned.
  case failed(LedgerError)
}

/// How far the tables are behind the journal.
public struct FollowerLag: Equatable, Sendable {
  /// Records.
  public var changes: Int
  /// Bytes of journal, estimated from what was followed since the start.
  public var bytes: Int
  /// Whether the follower waits for room on the disk.
  public var isPaused: Bool
  /// Why it ended, if it did.
  public var failure: LedgerError?
}
