import Incentives
import Ledger

/// The hot path: a call of facts against the index of known identities, then one decision each.
extension CommitLoop {
  /// Decides the facts of a call in order, all in one block (rules.md §1).
  func decide(
    _ call: FactsCall, in state: ProgramState, _ request: Request, for caller: Caller,
    with rows: Fetched
  ) {
    let wall = configuration.clock()
    advance(state, wall: wall)
    let sight: Sight
    do throws(Undecided) {
      sight = try self.sight(of: call, in: state, wall)
    } catch {
      return refuse(Self.refusal(of: error), call, in: state, caller)
    }
    var rows = rows
    let missing = missingRows(for: call.batch, in: state, rows)
    guard missing.isEmpty else {
      return park(
        request, caller, in: state, rows: rows, learners: missing.learners,
        records: missing.records)
    }
    recomputeFirst(in: state, &rows)
    do throws(Undecided) {
      if let batch = call.partOf {
        let principal = state.knownPrincipal(call.note.principal)
        try state.checkTakes(batch, from: principal, sight)
      }
    } catch {
      return refuse(Self.refusal(of: error), call, in: state, caller)
    }
    if call.isAtomic, let refusal = refusalOfAny(call.batch, in: state, wall: wall, rows) {
      return reply(caller, .refused(refusal, isReplayed: false), of: state)
    }
    let start = state.position
    var answer = FactsAnswer(rules: names(of: state))
    answer.items.reserveCapacity(call.batch.facts.count)
    for (place, fact) in call.batch.facts.enumerated() {
      do throws(Undecided) {
        let start = state.position
        try record(fact, call.batch.text, in: state, wall: wall, rows, into: &answer)
        absorb(since: start, of: state, into: &rows)
      } catch {
        var refusal = Self.refusal(of: error)
        refusal.field = "facts[\(place)].\(refusal.field)"
        answer.items.append(.refused(answer.refusals.count))
        answer.refusals.append(refusal)
      }
    }
    if let batch = call.partOf {
      notePart(of: batch, since: start, facts: answer.recordedCount, in: state)
    }
    reply(caller, .facts(answer), of: state)
  }

  /// Refuses a call as a whole, and notes it for the audit.
  private func refuse(
    _ refusal: Refusal, _ call: FactsCall, in state: ProgramState, _ caller: Caller
  ) {
    note(refusal, call.note, in: state)
    reply(caller, .refused(refusal, isReplayed: false), of: state)
  }

  /// Whom a caller sees; refuses who may not record facts, or not for somebody whom they do not see.
  private func sight(
    of call: FactsCall, in state: ProgramState, _ wall: Instant
  ) throws(Undecided) -> Sight {
    let sight = try call.admit?(state, wall) ?? .everything
    guard sight.isLimited else { return sight }
    let today = state.day(at: state.definition.clock == .manual ? state.clock : wall)
    for (place, fact) in call.batch.facts.enumerated() {
      guard let learner = learner(of: fact, call.batch.text, in: state),
        state.sees(learner, with: sight, on: today)
      else {
        throw .refused(
          Refusal(
            .notFound, field: "facts[\(place)].learner", "There is no learner with this id."))
      }
    }
    return sight
  }

  /// What a caller is told of a fact that was not recorded.
  ///
  /// Rows are fetched before a call is decided. Should one turn out to be missing only then, the call
  /// can not be split any more: the fact is refused, and recorded when it is sent again.
  private static func refusal(of error: Undecided) -> Refusal {
    switch error {
    case .refused(let refusal): return refusal
    case .needs:
      return Refusal(.busy, field: "id", "The learner's log is being read; send the fact again.")
    }
  }

  /// Records one fact, or finds it recorded.
  private func record(
    _ fact: FactInput, _ text: ByteArena, in state: ProgramState, wall: Instant, _ rows: Fetched,
    into answer: inout FactsAnswer
  ) throws(Undecided) {
    var fact = fact
    fact.identity = fact.identity.scoped(to: state.number)
    let standing = try known(fact.identity, in: state, rows)
    if let standing, case .fact(let recorded) = standing.change {
      if let conflict = state.conflict(of: fact, text, with: recorded, standing.buffer.text) {
        throw .refused(conflict)
      }
      answer.append(recorded, at: standing.position, standing.buffer, isReplayed: true)
      return
    }
    var log: LearnerLog?
    if !rows.logs.isEmpty, let learner = learner(of: fact, text, in: state) {
      log = rows.logs[learner]
    }
    let part = batch.part(of: state)
    let first = batch.parts[part].buffer.changes.count
    let position = state.position
    try commit(state) { buffer throws(Undecided) in
      try state.decide(
        fact, in: text, wall: wall, wasReversed: standing != nil, log: log, into: &buffer)
    }
    batch.appendFact(in: part, from: first, after: position, to: &answer)
  }

  /// Judges anew whose logs are in hand, where a running recompute has not come to them: what is decided
  /// of them next then depends on the new rules alone.
  func recomputeFirst(in state: ProgramState, _ rows: inout Fetched) {
    let awaiting = rows.logs.keys.filter(state.awaitsRecompute).sorted()
    for learner in awaiting {
      guard let log = rows.logs[learner] else { continue }
      let start = state.position
      do throws(Undecided) {
        try commit(state) { buffer throws(Undecided) in
          try state.decideRecompute(of: log, into: &buffer)
        }
      } catch {
        preconditionFailure("a recompute that has its log was refused: \(error)")
      }
      absorb(since: start, of: state, into: &rows)
    }
  }

  /// Gives the logs in hand what was just recorded.
  private func absorb(since start: Position, of state: ProgramState, into rows: inout Fetched) {
    guard !rows.logs.isEmpty else { return }
    var position = start
    while position < state.position {
      position = position.next
      guard let record = batch.find(state.number, position),
        rows.logs[record.change.learner] != nil
      else { continue }
      rows.logs[record.change.learner]?.absorb(
        record.change, at: position, in: record.buffer, time: configuration.clock())
    }
  }

  /// The rows that a call's facts need and that are neither resident nor fetched.
  private func missingRows(for batch: FactBatch, in state: ProgramState, _ rows: Fetched) -> Missing
  {
    var missing = Missing()
    var latest: [LearnerNumber: Instant] = [:]
    // Most facts are new, and asking for each costs one wait for memory: let the waits overlap.
    for fact in batch.facts { index.touch(fact.identity.scoped(to: state.number)) }
    for fact in batch.facts {
      let identity = fact.identity.scoped(to: state.number)
      // What is recorded already is told again, without its learner's log; its record tells whether it is.
      let read = missing.records.count
      let standing = known(identity, in: state, rows, unread: &missing.records)
      guard missing.records.count == read else { continue }
      if case .fact = standing?.change { continue }
      guard let learner = learner(of: fact, batch.text, in: state),
        rows.logs[learner] == nil
      else { continue }
      if state.mayNeedLog(fact, batch.text, of: learner, latest: &latest) {
        missing.learners.append(learner)
      }
    }
    missing.learners = Array(Set(missing.learners)).sorted()
    return missing
  }

  private func learner(of fact: FactInput, _ text: ByteArena, in state: ProgramState)
    -> LearnerNumber?
  {
    text.withBytes(fact.learner) { state.learners.number(of: $0, hash: fact.learnerHash) }
  }

  /// Rows to fetch.
  private struct Missing {
    var learners: [LearnerNumber] = []
    var records: [Position] = []
    var isEmpty: Bool { learners.isEmpty && records.isEmpty }
  }

  /// The first reason why an atomic call can not be recorded as a whole; nil where it can.
  private func refusalOfAny(
    _ facts: FactBatch, in state: ProgramState, wall: Instant, _ rows: Fetched
  ) -> Refusal? {
    var seen: [Digest128: Int] = [:]
    var unknown = facts
    unknown.facts.removeAll(keepingCapacity: true)
    for (place, fact) in facts.facts.enumerated() {
      do throws(Undecided) {
        let identity = fact.identity.scoped(to: state.number)
        if let standing = try known(identity, in: state, rows),
          case .fact(let recorded) = standing.change
        {
          if let conflict = state.conflict(
            of: fact, facts.text, with: recorded, standing.buffer.text)
          {
            throw .refused(conflict)
          }
        } else {
          try state.check(fact, wall: wall)
          unknown.facts.append(fact)
        }
        if let twin = seen[fact.identity], !facts.areEqual(twin, place, in: state) {
          throw .refused(
            Refusal(.factConflict, field: "id", "The call holds this identity twice, unlike."))
        }
        seen[fact.identity] = place
      } catch {
        var refusal = Self.refusal(of: error)
        refusal.field = "facts[\(place)].\(refusal.field)"
        return refusal
      }
    }
    // What was recorded before asks for no room.
    return unknown.facts.isEmpty ? nil : state.refusalOfRoom(for: unknown)
  }

  /// The record that an identity leads to; a fact before a reversal that awaits it.
  func known(_ identity: Digest128, in state: ProgramState, _ rows: Fetched) throws(Undecided)
    -> KnownRecord?
  {
    var unread: [Position] = []
    let found = known(identity, in: state, rows, unread: &unread)
    if let position = unread.first { throw .needs(.record(position)) }
    return found
  }

  /// The same; adds the positions of records that must be read before it can be told.
  private func known(
    _ identity: Digest128, in state: ProgramState, _ rows: Fetched, unread: inout [Position]
  ) -> KnownRecord? {
    var best: KnownRecord?
    var candidate = index.firstCandidate(for: identity)
    while let here = candidate {
      candidate = index.nextCandidate(for: identity, after: here)
      let position = Position(rawValue: here.number)
      guard let record = unsynced(state.number, position) ?? rows.records[position] else {
        unread.append(position)
        continue
      }
      // 88 bits may be shared by chance: compare the whole identity.
      let found = store.identity(of: record.change, in: state, record.buffer)
      guard found == identity else { continue }
      guard case .reversalAwaited = record.change else { return record }
      best = best ?? record
    }
    return best
  }

  /// A record by its position; asks for it where it is durable.
  func record(
    at position: Position, in state: ProgramState, _ rows: Fetched
  ) throws(Undecided) -> KnownRecord {
    if let found = unsynced(state.number, position) ?? rows.records[position] { return found }
    throw .needs(.record(position))
  }

  /// A record that may not be in the journal yet.
  private func unsynced(_ program: ProgramNumber, _ position: Position) -> KnownRecord? {
    if let found = batch.find(program, position) { return found }
    for older in sealed.reversed() {
      if let found = older.find(program, position) { return found }
    }
    return nil
  }
}

extension FactsAnswer {
  /// Adds a recorded fact with its first outcome.
  mutating func append(
    _ fact: FactChange, at position: Position, _ buffer: ChangeBuffer, isReplayed: Bool
  ) {
    let start = UInt32(outcomes.count)
    outcomes.append(contentsOf: buffer.outcomes[fact.outcomes.range])
    items.append(
      .recorded(
        Recorded(
          position: position, status: fact.status,
          outcomes: Run(start: start, count: fact.outcomes.count)), isReplayed: isReplayed))
  }
}

extension OpenBatch {
  /// Adds the fact among the changes since an index to an answer.
  func appendFact(
    in part: Int, from first: Int, after position: Position, to answer: inout FactsAnswer
  ) {
    for index in first..<parts[part].buffer.changes.count {
      guard case .fact(let fact) = parts[part].buffer.changes[index] else { continue }
      answer.append(
        fact, at: position.advanced(by: index - first + 1), parts[part].buffer, isReplayed: false)
      return
    }
  }
}
