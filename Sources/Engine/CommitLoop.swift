import Incentives
import Ledger

/// A letter to the engine thread.
enum EngineLetter: Sendable {
  /// A request, where its reply goes, and the bytes it holds.
  case request(Request, door: any ReplyDoor, token: UInt64, bytes: Int)
  /// Rows that a set-aside request needed.
  case fetched(SetAsideNumber, Fetched)
  /// A batch became durable: look into the journal's box.
  case wake
  /// The disk fell below, or rose above, its reserve.
  case storage(isFull: Bool)
  /// The follower fell too far behind, or caught up.
  case lag(isTooFar: Bool)
  /// Everything decided so far is to become durable, then the loop ends.
  case stop
  /// The journal thread has ended.
  case journalEnded
}

/// The engine thread: decides, applies, seals.
///
///     inbox ──▶ decide(command, state) ──▶ apply(changes) ──▶ open batch ──seal──▶ journal thread
///                    ▲      │ needs rows                                              │ durable
///                    │      ▼                                                         ▼
///                    └── set aside ◀── reader thread                               replies leave
///
/// One thread owns all programs; nothing here waits for a disk. While one batch syncs, the next is
/// decided: a batch is sealed when the journal is idle, or when it is full and a place is free. So
/// commits grow with the load, and a lone request is sealed at once. Questions that may overtake are
/// answered between any two letters, and what they read is sealed as soon as the journal has a place:
/// who asks for a rank does not wait behind an import.
///
/// State is made inside `run` and never leaves it; only mailboxes cross.
final class CommitLoop {
  let store: Store
  let inbox: Mailbox<EngineLetter>
  let questions: Mailbox<EngineLetter>
  let journal: JournalThread
  let readers: ReaderThreads
  let configuration: EngineConfiguration
  let figures: FigureBox
  let copying: CopyingBox

  /// The server's own state: which programs are rehearsals.
  let server: ProgramState
  var programs: [ProgramState]
  var programOf: [String: ProgramState] = [:]
  var index: FactIndex
  var batch = OpenBatch()
  /// Batches with the journal, oldest first: what a known identity may still be found in.
  var sealed: ContiguousArray<OpenBatch> = []
  var durable: [ProgramNumber: Position] = [:]
  var setAside = SetAside()
  /// Fetches that wait for a position which is not durable yet.
  var unfetched: [ReaderThread.Order] = []
  var ruleNames: [ProgramNumber: (version: UInt32, names: RuleNames)] = [:]
  var isStorageFull = false
  var isFollowerFar = false
  private var batchBegan: Int64?
  /// When jobs had their turn last.
  private var worked: Int64 = 0
  /// When the job of a program may go on that waits for rows: never before they are here.
  private var pausedUntil: [ProgramNumber: Int64] = [:]
  private var durableHeads: ContiguousArray<[(ProgramNumber, Position)]> = []
  private var asked: ContiguousArray<EngineLetter> = []
  private var isStopping = false
  private var nextJobProgram = 0

  init(
    store: Store, loaded: LoadedState, inbox: Mailbox<EngineLetter>,
    questions: Mailbox<EngineLetter>, journal: JournalThread, readers: ReaderThreads,
    configuration: EngineConfiguration, figures: FigureBox, copying: CopyingBox
  ) {
    self.store = store
    self.inbox = inbox
    self.questions = questions
    self.journal = journal
    self.readers = readers
    self.configuration = configuration
    self.figures = figures
    self.copying = copying
    server =
      loaded.programs.first { $0.number == .server }
      ?? ProgramState(number: .server, hash: store.identitySecret)
    durable[.server] = server.position
    programs = loaded.programs.filter { $0.number != .server }
    index = loaded.takeIndex()
    for state in programs {
      programOf[state.definition.id] = state
      durable[state.number] = state.position
    }
  }

  /// The thread's main function; returns when stopped and everything decided is durable.
  func run() {
    var letters: ContiguousArray<EngineLetter> = []
    while true {
      inbox.take(waiting: patience, into: &letters)
      for letter in letters {
        if case .journalEnded = letter { return }
        handle(letter)
        if isFull { sealFull() }
        answerQuestions()
        if WallClock.monotonic() - worked >= configuration.jobPauseMicroseconds { work() }
      }
      noteDurable(waiting: 0)
      tick()
      work()
      if sealed.isEmpty { seal() }
      if isStopping, batch.isEmpty, sealed.isEmpty, setAside.isEmpty { journal.close() }
    }
  }

  /// How long the loop may wait for a letter, in microseconds.
  private var patience: Int64? {
    guard canWork, programs.contains(where: canStep) else { return 250_000 }
    return 0
  }

  /// Whether a job may take a step now.
  private var canWork: Bool {
    configuration.movesClocks && !isStopping && !isStorageFull
      && sealed.count < configuration.sealedMax
  }

  private func handle(_ letter: EngineLetter) {
    switch letter {
    case .request(let request, let door, let token, let bytes):
      decide(request, for: Caller(door: door, token: token, bytes: bytes))
    case .fetched(let number, let rows): resume(number, rows)
    case .storage(let isFull): isStorageFull = isFull
    case .lag(let isTooFar): isFollowerFar = isTooFar
    case .stop: isStopping = true
    case .wake, .journalEnded: break
    }
  }

  /// Answers the questions that overtake, and seals what they wait for if the journal has a place.
  private func answerQuestions() {
    questions.take(waiting: 0, into: &asked)
    guard !asked.isEmpty else { return }
    noteDurable(waiting: 0)
    for letter in asked { handle(letter) }
    if sealed.count < configuration.sealedMax { seal() }
  }

  /// Notes which batches became durable.
  private func noteDurable(waiting microseconds: Int64?) {
    journal.durable.take(waiting: microseconds, into: &durableHeads)
    for heads in durableHeads {
      for (program, position) in heads { durable[program] = position }
      sealed.removeFirst()
    }
    guard !durableHeads.isEmpty else { return }
    fetchDurable()
    figures.update { [count = sealed.count] in $0.openBatches = count }
  }

  /// Whether the open batch has reached one of its bounds.
  private var isFull: Bool {
    guard !batch.isEmpty else { return false }
    let now = WallClock.monotonic()
    guard let began = batchBegan else {
      batchBegan = now
      return false
    }
    return batch.changeCount >= configuration.changesMax
      || batch.textBytes >= configuration.textBytesMax
      || now - began >= configuration.decidingMicrosecondsMax
  }

  /// Seals a full batch, waiting until the journal has a place for it: nothing is decided meanwhile,
  /// so no reply waits for more than a full batch and those before it.
  private func sealFull() {
    while sealed.count >= configuration.sealedMax, !journal.durable.closed {
      noteDurable(waiting: nil)
    }
    seal()
  }

  /// Hands the open batch to the journal.
  private func seal() {
    guard !batch.isEmpty else { return }
    journal.put(
      SealedBatch(parts: batch.parts, waiting: batch.waiting, time: configuration.clock()))
    batch.waiting = []
    sealed.append(batch)
    batch = OpenBatch()
    batchBegan = nil
  }

  /// Moves wall clocks on whose next day closes.
  private func tick() {
    guard configuration.movesClocks, !isStopping, !isStorageFull else { return }
    let wall = configuration.clock()
    for state in programs where wall >= state.nextClosing { advance(state, wall: wall) }
  }

  /// Moves a wall clock on before a decision, so that lateness does not depend on a ticker.
  func advance(_ state: ProgramState, wall: Instant) {
    guard wall >= state.nextClosing else { return }
    commit(state, always: { state.decideTick(wall: wall, into: &$0) })
  }

  /// Does one step of one program's job, round-robin.
  private func work() {
    worked = WallClock.monotonic()
    guard canWork else { return }
    for offset in programs.indices {
      let state = programs[(nextJobProgram + offset) % programs.count]
      guard canStep(state) else { continue }
      nextJobProgram = (nextJobProgram + offset + 1) % programs.count
      step(state, with: Fetched())
      return
    }
  }

  private func canStep(_ state: ProgramState) -> Bool {
    guard state.hasWork else { return false }
    guard let pause = pausedUntil[state.number] else { return true }
    return worked >= pause
  }

  /// Does the next step of a program's job, or parks it until the rows it needs are here.
  private func step(_ state: ProgramState, with rows: Fetched) {
    pausedUntil[state.number] = nil
    let learners = rows.cold.values.lazy.compactMap { answer -> [LearnerNumber]? in
      if case .learners(let learners) = answer { learners } else { nil }
    }.first
    do throws(Undecided) {
      try commit(state) { buffer throws(Undecided) in
        try state.decideWork(learners: learners, logs: rows.logs, into: &buffer)
      }
    } catch {
      guard case .needs(let need) = error else {
        preconditionFailure("a job's step was refused: \(error)")
      }
      pausedUntil[state.number] = .max
      park(.work(state.number), .nobody, in: state, rows: rows, for: need)
    }
  }

  /// Goes on with a job whose rows are here, unless nothing can be written now.
  func resumeWork(of state: ProgramState, with rows: Fetched) {
    guard !isStopping, !isStorageFull else { return retryWork(of: state.number) }
    step(state, with: rows)
  }

  /// Lets a job ask again in a second for its rows.
  func retryWork(of program: ProgramNumber) {
    pausedUntil[program] = WallClock.monotonic() + 1_000_000
  }

  /// Lets a decision append changes, and applies them.
  @discardableResult
  func commit<R>(
    _ state: ProgramState, _ body: (inout ChangeBuffer) throws(Undecided) -> R
  ) throws(Undecided) -> R {
    try batch.decide(state, applied: { note($0, at: $1, $2, of: state) }, body)
  }

  /// Notes which records a call made for its batch, in the same block.
  func notePart(
    of batch: BatchNumber, since start: Position, facts: Int, in state: ProgramState
  ) {
    commit(
      state, always: { state.notePart(of: batch, since: start, facts: facts, into: &$0) })
  }

  /// The same for what never refuses.
  func commit(_ state: ProgramState, always body: (inout ChangeBuffer) -> Void) {
    do throws(Undecided) {
      try commit(state) { buffer throws(Undecided) in body(&buffer) }
    } catch {
      preconditionFailure("what never refuses refused: \(error)")
    }
  }

  /// What the engine itself keeps of each applied change: known identities, logs being fetched.
  private func note(
    _ change: Change, at position: Position, _ buffer: ChangeBuffer, of state: ProgramState
  ) {
    switch change {
    case .fact(let fact): index.insert(fact.identity, number: position.rawValue)
    case .reversalAwaited(let awaited):
      index.insert(awaited.identity, number: position.rawValue)
    case .keyUsed(let used): index.insert(used.identity, number: position.rawValue)
    case .program: programOf[state.definition.id] = state
    default: break
    }
    guard !setAside.isEmpty else { return }
    setAside.absorb(
      change, at: position, of: state.number, in: buffer, time: configuration.clock())
  }

  /// Sends a reply when what it speaks of is durable.
  func reply(_ caller: Caller, _ answer: Answer, of state: ProgramState?) {
    if let state, durable[state.number, default: .none] >= state.position, !batch.touches(state) {
      // Nothing newer than the disk was read: no need to wait for a commit.
      let head = store.journal.head(of: state.number)
      caller.door.deliver([Reply(token: caller.token, answer: answer, head: head)])
      return
    }
    batch.waiting.append(
      OpenBatch.Waiting(
        door: caller.door, token: caller.token, program: state?.number, answer: answer))
  }

  /// The state of a program by its id.
  func state(of program: String) -> ProgramState? { programOf[program] }

  /// The ids of a program's rules.
  func names(of state: ProgramState) -> RuleNames {
    if let known = ruleNames[state.number], known.version == state.version { return known.names }
    let names = RuleNames(state.rulesByNumber)
    ruleNames[state.number] = (state.version, names)
    return names
  }
}

/// Who waits for an answer.
struct Caller {
  /// For what the engine asks itself.
  static let nobody = Caller(door: NoDoor(), token: 0, bytes: 0)

  let door: any ReplyDoor
  let token: UInt64
  /// The bytes that the request holds while it waits.
  let bytes: Int
}

/// The door of what nobody waits for.
private final class NoDoor: ReplyDoor {
  func deliver(_ replies: ContiguousArray<Reply>) {}
}
