/// A recorded fact with all that judging it needs, wherever it was read from.
struct HistoryFact {
  var position: Position
  var occurredAt: Instant
  var day: LocalDay
  var source: SourceNumber
  var id: TextRef
  var object: ObjectNumber
  var value: Int64?
  /// The rules of its rule set that its own content matches, by bit.
  var matches: UInt64
  /// The index of its rule set in the rulebook it was read by; negative before the first.
  var ruleSet: Int
  var status: FactStatus
  /// What judges it instead in terms that keep their rule sets.
  var kept: [Rulebook.KeptVersion] = []

  /// The rule set that judges the fact in a term, and the rules of it that it matches.
  func version(in term: TermNumber, of book: Rulebook) -> (set: RuleSet, matches: UInt64)? {
    if !kept.isEmpty, let version = kept.first(where: { $0.term == term }) {
      return version.set.map { ($0, version.matches) }
    }
    return ruleSet < 0 ? nil : (book.sets[ruleSet], matches)
  }
}

/// The facts of one learner in canonical order: (occurredAt, source, id), bytewise.
struct LearnerFacts {
  var facts: [HistoryFact] = []
  var text = ByteArena()

  /// The index of a fact.
  func index(of position: Position) -> Int? { facts.firstIndex { $0.position == position } }
}

/// Everything the log holds about one learner, as a reader fetched it.
///
/// The records are those that concern the learner, in the order of the log; of a learner into whom others
/// were merged, theirs too.
public struct LearnerLog: Sendable {
  /// Whose records these are.
  public var learner: LearnerNumber
  /// Who else they were recorded of, before merges.
  public var alsoKnown: [LearnerNumber]
  /// The position of each change in the buffer.
  public var positions: ContiguousArray<Position>
  /// The changes with their texts.
  public var buffer: ChangeBuffer
  /// The block time of each change, for histories.
  public var times: ContiguousArray<Instant>

  /// Joins the parts.
  public init(
    learner: LearnerNumber, alsoKnown: [LearnerNumber] = [],
    positions: ContiguousArray<Position>, buffer: ChangeBuffer, times: ContiguousArray<Instant>
  ) {
    self.learner = learner
    self.alsoKnown = alsoKnown
    self.positions = positions
    self.buffer = buffer
    self.times = times
  }
}

extension LearnerLog {
  /// Whether records of a learner belong here.
  func concerns(_ other: LearnerNumber) -> Bool { other == learner || alsoKnown.contains(other) }

  /// Appends a record that came after the log was fetched, if it concerns the learner.
  public mutating func absorb(
    _ change: Change, at position: Position, in other: ChangeBuffer, time: Instant
  ) {
    guard concerns(change.learner) else { return }
    buffer.append(change, from: other)
    positions.append(position)
    times.append(time)
  }
}

extension Change {
  /// The learner a record of points or facts concerns; none for other records.
  public var learner: LearnerNumber {
    switch self {
    case .fact(let change): return change.learner
    case .moved(let change): return change.learner
    case .context(let change): return change.learner
    case .reversed(let change): return change.learner
    case .granted(let change): return change.learner
    case .lot(let change): return change.isLogged ? change.learner : .none
    case .recognized(let change): return change.learner
    case .badgeDecided(let change): return change.learner
    case .merged(let change): return change.into
    case .attendance(let change): return change.learner
    case .excused(let change): return change.learner
    case .perfect(let change): return change.learner
    default: return .none
    }
  }

  /// The learner from whom a record of a batch has to be taken back; none where there is nobody.
  public var touched: LearnerNumber {
    if case .row(let row) = self { return row.learner }
    return learner
  }
}

extension ChangeBuffer {
  /// Appends one change of another buffer, with the texts and outcomes it points at.
  public mutating func append(_ change: Change, from other: ChangeBuffer) {
    func copy(_ text: TextRef, _ arena: inout ByteArena) -> TextRef {
      other.text.withBytes(text) { arena.append($0) }
    }
    switch change {
    case .fact(var fact):
      fact.id = copy(fact.id, &text)
      fact.metadata = copy(fact.metadata, &text)
      let start = UInt32(outcomes.count)
      outcomes.append(contentsOf: other.outcomes[fact.outcomes.range])
      fact.outcomes = Run(start: start, count: fact.outcomes.count)
      changes.append(.fact(fact))
    case .granted(var grant):
      grant.reason = copy(grant.reason, &text)
      changes.append(.granted(grant))
    case .badgeDecided(var decided):
      decided.reason = copy(decided.reason, &text)
      changes.append(.badgeDecided(decided))
    case .merged(var merge):
      merge.reason = copy(merge.reason, &text)
      changes.append(.merged(merge))
    case .reversalAwaited(var awaited):
      awaited.id = copy(awaited.id, &text)
      changes.append(.reversalAwaited(awaited))
    case .keyUsed(var used):
      used.key = copy(used.key, &text)
      used.answer = copy(used.answer, &text)
      changes.append(.keyUsed(used))
    case .attendance(var row):
      row.note = copy(row.note, &text)
      changes.append(.attendance(row))
    case .excused(var leave):
      leave.note = copy(leave.note, &text)
      changes.append(.excused(leave))
    case .moved, .context, .recognized, .reversed, .window, .lot, .perfect: changes.append(change)
    case .named, .learner, .learnerNamed, .erased, .row, .rowWithdrawn, .group, .batch, .batchPart,
      .batchReversed, .batchTaken, .program, .advanced, .job, .standings, .closed, .epoch,
      .staff, .staffCohort, .staffNamed, .rehearsal, .vacancy, .recompute, .termKept,
      .recomputed, .proposed, .session, .attendanceJudged, .starDecided, .awardGiven,
      .awardRevoked, .workNominated, .workDecided:
      preconditionFailure("only records of facts, points and keys are copied")
    }
  }
}
