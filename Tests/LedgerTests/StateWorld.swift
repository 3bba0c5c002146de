import Incentives
import Testing

@testable import Ledger

/// A small server without threads: programs that live in memory, their journal and vault, and a
/// follower that is told when to run.
///
/// It decides and applies as the engine does, seals what it decided into blocks, and keeps beside that
/// what the tables are to be compared with: every record by learner, every identity, every board.
final class StateWorld {
  struct Recorded: Equatable {
    var position: Position
    var change: String
  }

  struct Member: Hashable {
    var program: ProgramNumber
    var learner: LearnerNumber
  }

  let directory: TestDirectory
  let journal: Journal
  let vault: Vault
  private(set) var store: StateStore
  private(set) var follower: Follower
  private(set) var states: [ProgramNumber: ProgramState] = [:]
  var random: StateRandom
  var options = FollowerOptions()

  /// What the log holds of each learner.
  private(set) var logs: [Member: [Recorded]] = [:]
  /// Where each identity stands.
  private(set) var identities: [IdentityHash: Position] = [:]
  /// The places of closed boards, learners and groups.
  private(set) var boards: [BoardName: [Standing]] = [:]
  /// The periods in the order they closed.
  private(set) var closed: [ProgramNumber: [Period]] = [:]
  /// Each fact's record, by the number in its id.
  var facts: [ProgramNumber: [(position: Position, fact: FactChange, id: String)]] = [:]
  /// What people gave, and where it stands.
  var given: [ProgramNumber: [(position: Position, grant: GrantChange)]] = [:]
  var nextFact = 0

  struct BoardName: Hashable {
    var program: ProgramNumber
    var period: Period
    var ranksGroups: Bool
  }

  private var encoder = BlockEncoder(epoch: 1)
  private var open: [ProgramNumber: ChangeBuffer] = [:]

  init(seed: UInt64) throws {
    random = StateRandom(seed: seed)
    directory = try TestDirectory()
    journal = try Journal.open(at: directory.file("journal"))
    vault = try Vault.open(at: directory.file("vault"))
    store = try StateStore.open(at: directory.file("state"))
    follower = try Follower(store: store, journal: journal, secret: vault.identitySecret)
  }

  deinit { try? vault.close() }

  func state(of program: ProgramNumber) -> ProgramState {
    if let known = states[program] { return known }
    let new = ProgramState(number: program, hash: vault.identitySecret)
    states[program] = new
    return new
  }

  /// Decides with a buffer; applies, notes and keeps the changes for the next block.
  ///
  /// A decision that needs a learner's records gets them from the tables, as in the engine.
  func decide(
    _ program: ProgramNumber,
    _ body: (ProgramState, LearnerLog?, inout ChangeBuffer) throws(Undecided) -> Void
  ) throws {
    var log: LearnerLog?
    while let learner = try needed(program, log, body) { log = try fetch(learner, program) }
  }

  /// Decides once; answers whose records the decision needs.
  private func needed(
    _ program: ProgramNumber, _ log: LearnerLog?,
    _ body: (ProgramState, LearnerLog?, inout ChangeBuffer) throws(Undecided) -> Void
  ) throws -> LearnerNumber? {
    var buffer = open.removeValue(forKey: program) ?? ChangeBuffer()
    defer { if !buffer.changes.isEmpty { open[program] = buffer } }
    let start = buffer.changes.count
    do throws(Undecided) {
      try body(state(of: program), log, &buffer)
      state(of: program).conclude(&buffer, from: start)
    } catch {
      switch error {
      case .refused: return nil
      case .needs(.histories(let learners)): return learners.first
      case .needs: throw error
      }
    }
    apply(buffer, from: start, to: program)
    return nil
  }

  func fetch(_ learner: LearnerNumber, _ program: ProgramNumber) throws -> LearnerLog {
    try seal()
    try follower.run()
    return try reader.log(
      of: learner, alsoKnown: state(of: program).learners.alsoKnown(learner), in: program)
  }

  var reader: StateReader { StateReader(store: store, journal: journal, vault: vault) }

  private func apply(_ buffer: ChangeBuffer, from start: Int, to program: ProgramNumber) {
    let state = state(of: program)
    for change in buffer.changes[start...] {
      state.apply(change, in: buffer)
      note(change, at: state.position, of: program, in: buffer)
    }
  }

  private func note(
    _ change: Change, at position: Position, of program: ProgramNumber, in buffer: ChangeBuffer
  ) {
    if !change.learner.isNone {
      let member = Member(program: program, learner: change.learner)
      logs[member, default: []].append(
        Recorded(position: position, change: Self.words(change, in: buffer)))
    }
    switch change {
    case .fact(let fact):
      identities[fact.identity] = position
      facts[program, default: []].append((position, fact, buffer.text.string(fact.id)))
    case .granted(let grant):
      if grant.undoes.isNone { given[program, default: []].append((position, grant)) }
    case .reversalAwaited(let awaited): identities[awaited.identity] = position
    case .keyUsed(let used): identities[used.identity] = position
    case .standings(let change):
      let name = BoardName(
        program: program, period: change.period, ranksGroups: change.ranksGroups)
      #expect(boards[name, default: []].count == change.first)
      boards[name, default: []] += buffer.standings[change.places.range]
    case .closed(let change): closed[program, default: []].append(change.period)
    default: break
    }
  }

  /// A change without what depends on its buffer.
  static func words(_ change: Change, in buffer: ChangeBuffer) -> String {
    if case .granted(var grant) = change {
      let reason = buffer.text.string(grant.reason)
      grant.reason = .empty
      return "\(grant) \(reason)"
    }
    if case .merged(var merge) = change {
      let reason = buffer.text.string(merge.reason)
      merge.reason = .empty
      return "\(merge) \(reason)"
    }
    guard case .fact(var fact) = change else { return "\(change)" }
    let texts = [fact.id, fact.metadata].map { buffer.text.string($0) }
    let outcomes = Array(buffer.outcomes[fact.outcomes.range])
    fact.identity = IdentityHash(high: 0, low: 0)
    fact.id = .empty
    fact.metadata = .empty
    fact.outcomes = .empty
    return "\(fact) \(texts) \(outcomes)"
  }

  /// Makes what was decided durable: one block of each program.
  func seal() throws {
    var blocks: [EncodedBlock] = []
    for (program, buffer) in open.sorted(by: { $0.key < $1.key }) {
      let range = 0..<buffer.changes.count
      let keys = try vault.prepare(buffer, range, of: program)
      blocks.append(
        try encoder.encode(
          buffer, range, of: program, after: journal.head(of: program),
          time: state(of: program).clock, keys: keys))
    }
    open = [:]
    if !blocks.isEmpty { try journal.append(blocks) }
  }

  /// Closes the tables and opens them again, as after a crash between two stretches.
  func restartFollower() throws {
    try store.close()
    try reopen()
  }

  /// Loads the tables as a start does; they are closed before and after, see `reopen`.
  func load() throws -> Loaded {
    try seal()
    try store.close()
    var events: [LoadEvent] = []
    let loaded = try StateLoader.load(
      at: directory.file("state"), journal: journal, vault: vault
    ) { events.append($0) }
    try loaded.store.close()
    return Loaded(programs: loaded.programs, index: loaded.takeIndex(), events: events)
  }

  /// What a start found and told.
  final class Loaded {
    let programs: [ProgramState]
    let index: FactIndex
    let events: [LoadEvent]

    init(programs: [ProgramState], index: consuming FactIndex, events: [LoadEvent]) {
      self.programs = programs
      self.index = index
      self.events = events
    }
  }

  /// Opens the tables after `load` or `restartFollower` closed them.
  func reopen() throws {
    store = try StateStore.open(at: directory.file("state"))
    follower = try Follower(
      store: store, journal: journal, secret: vault.identitySecret, options: options)
  }
}

/// Random numbers that are the same for the same seed everywhere: SplitMix64.
struct StateRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to one below the limit.
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// Whether something happens that happens so many times of a hundred.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  /// One of some elements.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
