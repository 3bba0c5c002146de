import Incentives

/// One program played in memory: the smallest engine that can drive the game core.
///
/// It does what `decide` leaves to an engine, and nothing else: it keeps the log and the known
/// identities, fetches a learner's records when a decision asks for them, applies what was decided, and
/// runs jobs. What must hold after every command — a refusal changes nothing, accounts balance — it
/// checks itself and collects in `faults`.
final class Game {
  static let number = ProgramNumber(rawValue: 1)

  let hash = KeyedHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
  private(set) var state: ProgramState
  private(set) var log = GameLog()
  /// The wall clock.
  var wall: Instant
  /// Where each recorded fact stands.
  private(set) var positions: [FactName: Position] = [:]
  /// Reversals whose fact has not come.
  private(set) var awaited: [FactName: ReversalCause] = [:]
  /// The boards that were closed.
  private(set) var closed: [Period: ClosedBoards] = [:]
  /// What must never be.
  private(set) var faults: [String] = []

  init(wall: Instant) {
    self.wall = wall
    state = ProgramState(number: Self.number, hash: hash)
  }

  /// The program's time.
  var now: Instant { state.definition.clock == .manual ? state.clock : wall }

  /// The name of the fact at a position.
  func name(of position: Position) -> FactName {
    guard case .fact(let fact) = log.buffer.changes[Int(position.rawValue) - 1] else {
      return FactName(source: "?", id: "?")
    }
    return FactName(
      source: state.names.word(.source, UInt32(fact.source.rawValue)),
      id: log.buffer.text.string(fact.id))
  }

  /// Decides a command and applies its changes, whose indices in the log are returned.
  ///
  /// `mayNeedLog` tells whether an engine would have fetched the learner's records before: what it did
  /// not foresee is a fault.
  @discardableResult
  func commit(
    mayNeedLog: Bool = true,
    _ decide: (inout ChangeBuffer, LearnerLog?) throws(Undecided) -> Void
  ) throws(Refusal) -> Range<Int> {
    let first = log.buffer.changes.count
    var start = first
    var records: LearnerLog?
    while true {
      do throws(Undecided) {
        try decide(&log.buffer, records)
        state.conclude(&log.buffer, from: start)
        break
      } catch {
        if log.buffer.changes.count != start { faults.append("changes are left of \(error)") }
        switch error {
        case .refused(let refusal): throw refusal
        case .needs(.histories(let learners)):
          if !mayNeedLog { faults.append("a fact needs records that nobody foresaw") }
          if records != nil { faults.append("asked twice for a learner's records") }
          if faults.count > 9 { return start..<start }
          guard learners.count == 1 else {
            faults.append("one decision asked for the records of \(learners)")
            return start..<start
          }
          recomputeFirst(learners[0])
          start = log.buffer.changes.count
          records = self.records(of: learners[0])
        case .needs(let need):
          faults.append("a decision asked for \(need)")
          return start..<start
        }
      }
    }
    apply(from: start)
    return first..<log.buffer.changes.count
  }

  /// Judges a learner anew whom a running recompute has not come to, as an engine does whose records
  /// have come.
  private func recomputeFirst(_ learner: LearnerNumber) {
    guard state.awaitsRecompute(learner) else { return }
    let start = log.buffer.changes.count
    do throws(Undecided) {
      try state.decideRecompute(of: records(of: learner), into: &log.buffer)
      state.conclude(&log.buffer, from: start)
    } catch {
      faults.append("judging anew was refused: \(error)")
    }
    apply(from: start)
    if state.awaitsRecompute(learner) { faults.append("judged anew, and still waits") }
  }

  /// Decides a command for nobody and tells what it would change.
  func rehearse(
    _ decide: (inout ChangeBuffer, LearnerLog?) throws(Undecided) -> Void
  ) throws(Refusal) -> [String] {
    let start = log.buffer.mark
    var records: LearnerLog?
    while true {
      do throws(Undecided) {
        try decide(&log.buffer, records)
        state.conclude(&log.buffer, from: start.changes)
        let told = tell(start.changes..<log.buffer.changes.count)
        log.buffer.roll(back: start)
        return told
      } catch {
        switch error {
        case .refused(let refusal): throw refusal
        case .needs(.histories(let learners)) where records == nil && learners.count == 1:
          records = self.records(of: learners[0])
        case .needs(let need):
          faults.append("a rehearsal asked for \(need)")
          return []
        }
      }
    }
  }

  private func apply(from start: Int) {
    log.index()
    var touched = Set<LearnerNumber>()
    for index in start..<log.buffer.changes.count {
      let change = log.buffer.changes[index]
      state.apply(change, in: log.buffer)
      note(change)
      if let learner = change.learner { touched.insert(learner) }
    }
    if state.position.rawValue != UInt64(log.buffer.changes.count) { faults.append("position") }
    for learner in touched where !state.learners[learner].accounts.isBalanced {
      faults.append("accounts of \(state.learners.externalID(learner)) do not balance")
    }
  }

  private func note(_ change: Change) {
    switch change {
    case .fact:
      let name = name(of: state.position)
      if positions[name] != nil { faults.append("\(name) was recorded twice") }
      positions[name] = state.position
      awaited[name] = nil
    case .standings(let standings):
      let places = Array(log.buffer.standings[standings.places.range])
      closed[standings.period, default: ClosedBoards()].append(standings, places)
    case .closed(let change):
      let populations = Array(log.buffer.populations[change.populations.range])
      closed[change.period, default: ClosedBoards()].end(change, populations)
    default: break
    }
  }

  /// Where the last thing stands that people gave or took.
  var lastGrant: Position {
    let place = log.buffer.changes.lastIndex { if case .granted = $0 { true } else { false } }
    return place.map(GameLog.position) ?? .none
  }

  /// Collects what must never be.
  func note(fault: String) { faults.append(fault) }

  /// Remembers a reversal that came first.
  func remember(_ name: FactName, cause: ReversalCause) { awaited[name] = cause }

  /// Spends as a redemption will: out of the lots that expire first; a used key stands for its record.
  func spend(_ points: Int64, by learner: LearnerNumber) throws(Refusal) {
    let nothing = Digest128(high: 0, low: 0)
    try commit { (buffer, _) throws(Undecided) in
      buffer.changes.append(
        .keyUsed(
          KeyChange(
            identity: nothing, principal: .none, key: .empty, fingerprint: nothing,
            learner: .none, answer: .empty, isRefusal: false)))
      do throws(Undecided) {
        try self.state.decideTaking(
          points, from: learner, on: self.state.day(at: self.now), into: &buffer)
      } catch {
        buffer.changes.removeLast()
        throw error
      }
    }
    log.spend(points, by: learner)
    state.spend(points, by: learner)
  }

  /// Ends the process and starts it again: the state is rebuilt from the log.
  func restart() { state = log.replayed(number: Self.number, hash: hash) }

  /// Takes another state that must stand where this one stands.
  func restart(with other: ProgramState) { state = other }
}

/// The boards a period closed with.
struct ClosedBoards: Hashable {
  var learners: [Standing] = []
  var groups: [Standing] = []
  var cut = Position.none
  var populations: [Population] = []
  var points: Int64 = 0
  var endings = 0

  mutating func append(_ change: StandingsChange, _ places: [Standing]) {
    if change.ranksGroups { groups += places } else { learners += places }
  }

  mutating func end(_ change: ClosedChange, _ populations: [Population]) {
    self.populations = populations
    points = change.points
    cut = change.cut
    endings += 1
  }
}
