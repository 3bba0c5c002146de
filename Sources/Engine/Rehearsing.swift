import Incentives
import Ledger
import Synchronization

/// How rehearsals come and go (`program.clone`, `program.drop`): long work beside the engine.
///
///     begin   the engine journals that a copy of the source begins, at the position it has now
///     copy    the caller's thread writes the source's log once more, a megabyte a commit, and applies it
///     stand   the engine takes the state over; one commit says the time and that the copy stands
///
/// The caller's thread may wait; neither engine nor journal does for longer than one such step. Nobody
/// finds the copy before it stands, and one that does not stand when the process dies is removed at the
/// next opening. A job that runs in the source goes on in the copy, from the step it was at.
extension Engine {
  /// Who asks for a rehearsal, or for its end.
  public struct RehearsalCall: Sendable {
    /// The program to copy; for an end the rehearsal.
    public var program: String
    /// Who asks, as a word that survives key rotation.
    public var principal: String
    /// The idempotency key.
    public var key: String

    /// Joins the parts.
    public init(program: String, principal: String, key: String) {
      self.program = program
      self.principal = principal
      self.key = key
    }
  }

  /// Copies a program as it stands now; returns when the copy is a program like any other.
  ///
  /// Blocks the calling thread. Throws a `Refusal` where the rules say no, and `storage_full` where the
  /// disk has no room for the copy; nothing is then left of it.
  public func rehearse(
    _ call: RehearsalCall, as id: String
  ) throws -> (rehearsal: Rehearsal, isReplayed: Bool) {
    let digest = digest(call)
    let decision = try order { loop throws(Undecided) in
      try loop.beginRehearsal(of: call.program, as: id, call: digest)
    }
    guard case .begins(let rehearsal) = decision else { return (decision.rehearsal, true) }
    defer { copying.set(nil) }
    do {
      let state = try copy(rehearsal)
      try order { loop throws(Undecided) in loop.adopt(state.take(), rehearsal) }
    } catch {
      try remove(rehearsal, after: error)
      throw error
    }
    return (rehearsal, false)
  }

  /// Drops a rehearsal: its log, its tables and the keys of its people; returns when nothing is left.
  ///
  /// Blocks the calling thread. From the first commit on there is no such program; what a crash leaves is
  /// removed at the next opening. Throws a `Refusal` where the rules say no.
  public func drop(_ call: RehearsalCall) throws -> (rehearsal: Rehearsal, isReplayed: Bool) {
    let digest = digest(call)
    let decision = try order { loop throws(Undecided) in
      try loop.beginDrop(of: call.program, call: digest)
    }
    guard case .begins(let rehearsal) = decision else { return (decision.rehearsal, true) }
    try remove(rehearsal)
    return (rehearsal, false)
  }

  /// Writes the copy and gives its state, whose identities the engine knows by then.
  private func copy(_ rehearsal: Rehearsal) throws -> UncheckedHandover<ProgramState> {
    var progress = RehearsalProgress(rehearsal)
    copying.set(progress)
    let copy = ProgramCopy(rehearsal, in: store)
    try copy.run(append: append) { position in
      progress.copied = position.rawValue
      copying.set(progress)
    }
    var known = KnownRun()
    let state = try copy.load { identity, position in
      known.add(identity, position)
      if known.isFull { try hand(over: &known) }
    }
    try hand(over: &known)
    return UncheckedHandover(state)
  }

  private func append(_ blocks: [EncodedBlock]) throws {
    let bytes = blocks.reduce(0) { $0 + $1.bytes.count }
    // Twice the block's bytes, as for any other, on top of what is kept.
    guard try configuration.freeBytes(store) >= configuration.diskReserveBytes + 2 * bytes else {
      throw Refusal(
        .storageFull, "The disk has no room for another copy of the program; make room there.")
    }
    try journal.errand { [store] in
      try store.journal.append(blocks)
      store.noteDurable()
    }
  }

  private func hand(over known: inout KnownRun) throws {
    let run = known.entries
    known.entries.removeAll(keepingCapacity: true)
    try order { loop throws(Undecided) in
      for (identity, position) in run { loop.index.insert(identity, number: position.rawValue) }
    }
  }

  /// Removes what there is of a copy that came to nothing; the next opening does where this can not.
  private func remove(_ rehearsal: Rehearsal, after error: any Error) throws {
    do {
      try remove(rehearsal)
    } catch let other {
      throw Refusal(
        .unavailable,
        "The copy failed (\(error)), and what is left of it is removed at the next start (\(other))."
      )
    }
  }

  private func remove(_ rehearsal: Rehearsal) throws {
    try store.remove(rehearsal.number, at: configuration.clock()) { try journal.errand($0) }
    try order { loop throws(Undecided) in
      loop.commit(loop.server, always: { rehearsal.change(.dropped, into: &$0) })
    }
  }

  /// Decides on the engine's thread and waits until what was decided is durable.
  private func order<Decision: Sendable>(
    _ decide: @escaping @Sendable (CommitLoop) throws(Undecided) -> Decision
  ) throws -> Decision {
    let decision = Mutex<Decision?>(nil)
    let door = AwaitedReply()
    let order = ServerOrder { loop throws(Undecided) in
      let decided = try decide(loop)
      decision.withLock { $0 = decided }
    }
    inbox.put(.request(.order(order), door: door, token: 0, bytes: 0))
    if case .refused(let refusal, _) = door.wait().answer { throw refusal }
    guard let decided = decision.withLock({ $0 }) else {
      preconditionFailure("an order that is not refused is decided")
    }
    return decided
  }

  private func digest(_ call: RehearsalCall) -> Digest128 {
    var text = "rehearsal\0\(call.principal)\0\(call.key)"
    return text.withUTF8 { store.identitySecret.digest(UnsafeRawBufferPointer($0)) }
  }
}

/// Identities of a copy on their way to the engine's index: about a millisecond of its time.
private struct KnownRun {
  var entries: [(IdentityHash, Position)] = []

  var isFull: Bool { entries.count >= 4_096 }

  mutating func add(_ identity: IdentityHash, _ position: Position) {
    entries.append((identity, position))
  }
}

/// A door with one reply, which a thread waits for.
private final class AwaitedReply: ReplyDoor {
  private let box = Mailbox<Reply>()

  func deliver(_ replies: ContiguousArray<Reply>) { for reply in replies { box.put(reply) } }

  func wait() -> Reply {
    var replies: ContiguousArray<Reply> = []
    while true {
      box.take(waiting: nil, into: &replies)
      if let reply = replies.first { return reply }
    }
  }
}

/// How far the copy is that is being made, for whoever asks.
final class CopyingBox: Sendable {
  private let progress = Mutex<RehearsalProgress?>(nil)

  func read() -> RehearsalProgress? { progress.withLock { $0 } }

  func set(_ new: RehearsalProgress?) { progress.withLock { $0 = new } }
}

/// Rehearsals as the engine's thread decides them.
extension CommitLoop {
  /// The number of the next program; no number is given twice.
  var nextNumber: ProgramNumber {
    let given = programs.map(\.number) + server.rehearsals.all.map(\.number)
    return ProgramNumber(rawValue: (given.max()?.rawValue ?? 0) + 1)
  }

  /// The id of the program that another is a rehearsal of; nil where it is none.
  func rehearsalOf(_ state: ProgramState) -> String? {
    // The number of a dropped one may be that of a program that was imported since.
    guard let rehearsal = server.rehearsals[state.number], rehearsal.stage == .standing else {
      return nil
    }
    return programs.first { $0.number == rehearsal.source }?.definition.id
      ?? server.rehearsals[rehearsal.source]?.id ?? ""
  }

  /// Why a command may not make a program now: its id is that of a copy that comes or goes.
  func reservation(of command: Command) -> Refusal? {
    guard command.createsProgram, state(of: command.program) == nil,
      server.isReserved(command.program)
    else { return nil }
    return Refusal(
      .busy, field: "program",
      "A rehearsal \(command.program) is being made or removed; try again in a moment.")
  }

  /// Decides an order; its reply leaves when what it decided is durable.
  func decide(_ order: ServerOrder, for caller: Caller) {
    do throws(Undecided) {
      try order.decide(self)
      reply(caller, .result([]), of: server)
    } catch {
      guard case .refused(let refusal) = error else {
        preconditionFailure("an order looks only at what is resident")
      }
      refuse(caller, refusal)
    }
  }

  fileprivate func beginRehearsal(
    of source: String, as id: String, call: Digest128
  ) throws(Undecided) -> RehearsalDecision {
    guard let state = state(of: source) else { throw .refused(Self.noProgram(source)) }
    let wall = configuration.clock()
    // What is due by now is closed in the source, so that the copy's clock passes nothing by.
    advance(state, wall: wall)
    let (isTaken, number) = (self.state(of: id) != nil, nextNumber)
    return try commit(server) { buffer throws(Undecided) in
      try server.decideRehearsal(
        of: state, as: id, number: number, isTaken: isTaken, call: call, wall: wall, into: &buffer)
    }
  }

  fileprivate func beginDrop(
    of id: String, call: Digest128
  ) throws(Undecided) -> RehearsalDecision {
    let state = state(of: id)
    let decision = try commit(server) { buffer throws(Undecided) in
      try server.decideDrop(of: state, named: id, call: call, into: &buffer)
    }
    guard case .begins(let rehearsal) = decision else { return decision }
    programs.removeAll { $0.number == rehearsal.number }
    programOf[id] = nil
    ruleNames[rehearsal.number] = nil
    return decision
  }

  /// Takes over a copy that is whole; from here on it is a program like any other.
  fileprivate func adopt(_ state: ProgramState, _ rehearsal: Rehearsal) {
    programs.append(state)
    durable[state.number] = state.position
    programOf[rehearsal.id] = state
    if rehearsal.clock > state.clock {
      commit(state, always: { $0.changes.append(.advanced(AdvanceChange(to: rehearsal.clock))) })
    }
    commit(server, always: { rehearsal.change(.standing, into: &$0) })
  }
}

extension RehearsalDecision {
  /// The rehearsal it is about.
  var rehearsal: Rehearsal {
    switch self {
    case .begins(let rehearsal), .replayed(let rehearsal): rehearsal
    }
  }
}
