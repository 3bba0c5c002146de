import Incentives

/// What an edge answers to a fact.
enum FactAnswer {
  /// It is new: the changes it made.
  case recorded(Range<Int>)
  /// It was known: where it stands.
  case replayed(Position)
}

/// The commands of a game.
extension Game {
  func apply(
    _ definition: ProgramDefinition, zone: ZoneOffsets, effectiveFrom: Instant? = nil,
    recompute: RecomputeFloor? = nil, by person: String? = nil
  ) throws(Refusal) -> Range<Int> {
    let application = ProgramApplication(
      definition: definition, zone: zone, effectiveFrom: effectiveFrom, recompute: recompute)
    var signing = Signing.waived
    if let person {
      // What an edge makes of the whole call; scripts change one thing at a time.
      let words = "\(definition) \(effectiveFrom?.microseconds ?? 0)"
      let fingerprint = Array(words.utf8).withUnsafeBytes { hash.digest($0) }
      signing = .by(try principal(person), fingerprint)
    }
    return try commit { (buffer, _) throws(Undecided) in
      try self.state.decide(application, wall: self.wall, signing: signing, into: &buffer)
    }
  }

  /// What a definition would move in the past, found as a dry run does: on a state of its own.
  func preview(_ application: ProgramApplication) throws -> RecomputePreview {
    let state = log.replayed(number: Self.number, hash: hash)
    var buffer = ChangeBuffer()
    try state.decide(application, wall: wall, into: &buffer)
    for change in buffer.changes { state.apply(change, in: buffer) }
    var preview = RecomputePreview()
    for number in 0..<UInt32(state.learners.count) {
      let learner = LearnerNumber(rawValue: number + 1)
      guard state.learners.surviving(learner) == learner else { continue }
      try state.preview(records(of: learner), into: &preview)
    }
    return preview
  }

  func record(_ fact: GameFact) throws(Refusal) -> FactAnswer {
    var text = ByteArena()
    let input = fact.input(hashedBy: hash, text: &text)
    if let position = positions[fact.name] {
      guard case .fact(let recorded) = log.buffer.changes[Int(position.rawValue) - 1] else {
        preconditionFailure("a known fact stands in the log")
      }
      let conflict = state.conflict(of: input, text, with: recorded, log.buffer.text)
      guard let conflict else { return .replayed(position) }
      throw conflict
    }
    let wasReversed = awaited[fact.name] != nil
    var latest: [LearnerNumber: Instant] = [:]
    let mayNeedLog = state.learnerNumber(fact.learner).map {
      state.mayNeedLog(input, text, of: $0, latest: &latest)
    }
    let changes = try commit(mayNeedLog: mayNeedLog ?? false) { (buffer, log) throws(Undecided) in
      try self.state.decide(
        input, in: text, wall: self.wall, wasReversed: wasReversed, log: log, into: &buffer)
    }
    return .recorded(changes)
  }

  func reverse(_ name: FactName, cause: ReversalCause) throws(Refusal) -> Range<Int> {
    if let position = positions[name] {
      guard case .fact(let fact) = log.buffer.changes[Int(position.rawValue) - 1] else {
        preconditionFailure("a known fact stands in the log")
      }
      return try commit { (buffer, log) throws(Undecided) in
        try self.state.decideReversal(
          of: fact, at: position, cause: cause, by: .none, log: log, into: &buffer)
      }
    }
    guard awaited[name] == nil else {
      throw Refusal(.alreadyReversed, field: "id", "Its reversal is remembered.")
    }
    let changes = try commit { (buffer, _) throws(Undecided) in
      try self.state.decideAwaitedReversal(
        FactReversal(
          source: name.source, id: name.id, identity: name.identity(hashedBy: self.hash),
          cause: cause), by: .none, into: &buffer)
    }
    remember(name, cause: cause)
    return changes
  }

  func put(_ record: LearnerRecord) throws(Refusal) -> Range<Int> {
    try commit { (buffer, log) throws(Undecided) in
      try self.state.decide(record, log: log, into: &buffer)
    }
  }

  func erase(_ learner: String) throws(Refusal) -> Range<Int> {
    try commit { (buffer, log) throws(Undecided) in
      _ = try self.state.decideErasure(of: learner, by: .none, log: log, into: &buffer)
    }
  }

  func correct(_ correction: MembershipCorrection) throws(Refusal) -> Range<Int> {
    try commit { (buffer, log) throws(Undecided) in
      try self.state.decide(
        correction, today: self.state.day(at: self.now), log: log, into: &buffer)
    }
  }

  func put(_ record: GroupRecord) throws(Refusal) -> Range<Int> {
    try commit { (buffer, _) throws(Undecided) in
      try self.state.decide(record, into: &buffer)
    }
  }

  func grant(_ request: GrantRequest, by person: String? = nil) throws(Refusal) -> Range<Int> {
    let principal = try person.map { person throws(Refusal) in try self.principal(person) }
    return try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(
        request, now: self.now, by: principal ?? .none, into: &buffer)
    }
  }

  /// The number of a person, who gets one when first heard of.
  func principal(_ person: String) throws(Refusal) -> PrincipalNumber {
    if let known = state.names.number(.principal, person) {
      return PrincipalNumber(rawValue: known)
    }
    let number = UInt32(state.names.count(.principal) + 1)
    try commit { (buffer, _) throws(Undecided) in
      buffer.changes.append(
        .named(
          NameChange(kind: .principal, number: number, text: buffer.text.append(person))))
    }
    return PrincipalNumber(rawValue: number)
  }

  func adjust(_ request: AdjustRequest) throws(Refusal) -> Range<Int> {
    try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(request, now: self.now, by: .none, into: &buffer)
    }
  }

  func open(_ request: OpeningRequest) throws(Refusal) -> Range<Int> {
    try commit { (buffer, log) throws(Undecided) in
      try self.state.decide(request, now: self.now, by: .none, log: log, into: &buffer)
    }
  }

  /// Takes back a grant, an adjustment or an opening balance.
  func takeBack(_ position: Position, cause: ReversalCause) throws(Refusal) -> Range<Int> {
    guard case .granted(let grant) = log.buffer.changes[Int(position.rawValue) - 1] else {
      preconditionFailure("only what people gave is taken back so")
    }
    return try commit { (buffer, log) throws(Undecided) in
      try self.state.decideTakingBack(
        grant, at: position, cause: cause, reason: "slip", now: self.now, by: .none, log: log,
        into: &buffer)
    }
  }

  /// What people gave a learner, in order, what was taken back included.
  func given(to learner: LearnerNumber) -> [Position] {
    indices(of: learner).compactMap { index in
      guard case .granted(let grant) = log.buffer.changes[index], grant.undoes.isNone else {
        return nil
      }
      return GameLog.position(index)
    }
  }

  /// Moves a manual clock; what closes is closed when `work` runs.
  func advance(to time: Instant) throws(Refusal) -> Range<Int> {
    try commit { (buffer, _) throws(Undecided) in
      try self.state.decideAdvance(to: time, into: &buffer)
    }
  }

  /// Moves the wall clock; a program that follows it advances when a day closes.
  func tick(_ wall: Instant) throws(Refusal) -> Range<Int> {
    self.wall = wall
    return try commit { (buffer, _) throws(Undecided) in
      self.state.decideTick(wall: wall, into: &buffer)
    }
  }

  /// Lets jobs do some steps, or all of their work.
  func work(steps: Int = .max) throws(Refusal) -> Range<Int> {
    let start = log.buffer.changes.count
    var done = 0
    while state.hasWork, done < steps {
      try step()
      done += 1
    }
    return start..<log.buffer.changes.count
  }

  /// One step of a job, with the rows it asks for.
  private func step() throws(Refusal) {
    var learners: [LearnerNumber]?
    var logs: [LearnerNumber: LearnerLog] = [:]
    for _ in 0..<50 {
      var need: Need?
      try commit { (buffer, _) throws(Undecided) in
        do throws(Undecided) {
          try self.state.decideWork(learners: learners, logs: logs, into: &buffer)
        } catch {
          guard case .needs(let asked) = error else { throw error }
          need = asked
        }
      }
      switch need {
      case nil: return
      case .cold(.learnersTouched(let parts))?: learners = touched(by: parts)
      case .histories(let asked)?:
        for learner in asked { logs[learner] = records(of: learner) }
      case let asked?: return note(fault: "a job asked for \(asked)")
      }
    }
    note(fault: "a job asked again and again for rows")
  }

  private func touched(by parts: [ClosedRange<Position>]) -> [LearnerNumber] {
    var found: Set<LearnerNumber> = []
    for (index, change) in log.buffer.changes.enumerated()
    where parts.contains(where: { $0.contains(GameLog.position(index)) }) {
      if !change.touched.isNone { found.insert(change.touched) }
    }
    return found.sorted()
  }

  func open(_ batch: BatchOpening) throws(Refusal) -> (BatchNumber, Range<Int>) {
    var number = BatchNumber.none
    let changes = try commit { (buffer, _) throws(Undecided) in
      number = try self.state.decide(batch, now: self.now, by: .none, into: &buffer).batch
    }
    return (number, changes)
  }

  /// Does what a call does that belongs to a batch.
  func part<R>(of batch: BatchNumber?, _ body: () throws -> R) throws -> R {
    let start = state.position
    if let batch {
      try commit { (_, _) throws(Undecided) in try self.state.checkTakes(batch, from: .none) }
    }
    let result = try body()
    guard let batch else { return result }
    let facts = log.buffer.changes[Int(start.rawValue)...].count {
      if case .fact = $0 { true } else { false }
    }
    try commit { (buffer, _) throws(Undecided) in
      self.state.notePart(of: batch, since: start, facts: facts, into: &buffer)
    }
    return result
  }

  func takeBack(_ batch: BatchNumber, reason: String) throws(Refusal) -> Range<Int> {
    let begun = try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decideReversal(
        of: batch, reason: reason, now: self.now, by: .none, into: &buffer)
    }
    return begun.lowerBound..<(try work().upperBound)
  }

  /// What is true now of a fact.
  func explain(_ name: FactName) -> FactExplanation? {
    guard let position = positions[name],
      case .fact(let fact) = log.buffer.changes[Int(position.rawValue) - 1]
    else { return nil }
    let learner = state.learners.surviving(fact.learner)
    do throws(Undecided) {
      return try state.explain(position, of: learner)
    } catch {
      return try? state.explain(position, of: learner, log: records(of: learner))
    }
  }
}
