/// Facts that come while others of the same learner go, settled as one.
struct Adding {
  /// The facts, the rules that each matches, and the row it is recorded for.
  var facts: [(fact: FactChange, matches: UInt64, row: AttendanceChange)] = []
}

extension ProgramState {
  /// Appends what becomes of a learner's facts, of which some were marked reversed, when others are added.
  ///
  /// `before` is how the known facts were judged; `rows` is the context from now on.
  func append(
    _ known: LearnerFacts, from before: Judged, adding: Adding, rows: ContextRows,
    learner: LearnerNumber, balance: Purse? = nil, with others: [Move] = [],
    to buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var merged = known
    for (index, added) in adding.facts.enumerated() {
      let place = insert(added.fact, matches: added.matches, into: &merged, buffer.text)
      merged.facts[place].position = Self.mark(index)
    }
    var after = judge(merged.facts, rows: rows)
    var new: [(fact: FactChange, row: AttendanceChange)] = []
    for (index, added) in adding.facts.enumerated() {
      guard let place = merged.index(of: Self.mark(index)) else { continue }
      let judgement = after.judgements[place]
      var fact = added.fact
      (fact.status, fact.group, fact.term) = (judgement.status, judgement.group, judgement.term)
      let start = buffer.outcomes.count
      buffer.outcomes.append(contentsOf: judgement.outcomes)
      fact.outcomes = Run(start: UInt32(start), count: UInt32(judgement.outcomes.count))
      new.append((fact, added.row))
    }
    let isNew = merged.facts.map { $0.position >= Self.mark(adding.facts.count) }
    after.judgements = zip(after.judgements, isNew).filter { !$0.1 }.map(\.0)
    try append(
      known.facts, from: before, to: after, learner: learner, cause: .reversal, balance: balance,
      with: others, adding: new, to: &buffer)
  }

  /// A position that no record has, for a fact that has none yet.
  private static func mark(_ index: Int) -> Position {
    Position(rawValue: .max - 1 - UInt64(index))
  }

  /// What a fact posts.
  func posting(of fact: FactChange, _ buffer: ChangeBuffer) -> Posting {
    let points = buffer.outcomes[fact.outcomes.range].reduce(0) { $0 &+ $1.points }
    return Posting(points: points, debt: -fact.debtPaid)
  }

  /// Takes back the rows that a batch said of a learner, and brings back what was said before; answers the
  /// facts that come with that.
  func takeBackRows(
    of batch: BatchRow, of learner: LearnerNumber, _ log: LearnerLog,
    by principal: PrincipalNumber, at now: Instant, _ taken: inout BatchTakenChange,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> Adding {
    var adding = Adding()
    for entry in attendance.entries(of: learner).reversed()
    where entry.origin == .person {
      let said = log.statements(in: entry.session)
      guard batch.made(entry.position) else {
        let isSpokenOver = said.contains { batch.made($0.position) && !$0.row.followsFact }
        if isSpokenOver { taken.corrected += 1 }
        continue
      }
      guard let session = sessions[entry.session] else { continue }
      taken.rows += 1
      let before = said.last { !batch.made($0.position) && $0.position < entry.position }
      var row = AttendanceChange(
        learner: learner, session: entry.session, day: session.day,
        status: before?.row.status ?? .none, minutes: before?.row.minutes ?? -1, origin: .person,
        revision: entry.revision + 1, principal: principal, at: now)
      if let before { row.note(log.note(at: before.position), in: &buffer) }
      if !entry.fact.isNone, !batch.made(entry.fact) {
        // The batch said something else than the fact; that stands.
        row.fact = entry.fact
        buffer.changes.append(.attendance(row))
      } else if try !prepare(row, in: session, to: &adding, &buffer) {
        buffer.changes.append(.attendance(row))
      }
    }
    return adding
  }
}

extension LearnerLog {
  /// What people said of the learner in a session, in order.
  func statements(
    in session: ObjectNumber
  ) -> [(position: Position, row: AttendanceChange)] {
    var found: [(position: Position, row: AttendanceChange)] = []
    for (place, change) in buffer.changes.enumerated() {
      guard case .attendance(let row) = change, row.session == session, row.origin == .person
      else { continue }
      found.append((positions[place], row))
    }
    return found
  }
}
