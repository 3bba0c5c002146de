import Incentives

/// Everything a game journaled, in order: the truth from which its state can be rebuilt.
///
/// One buffer holds all changes and their texts; the change at index i has position i + 1.
struct GameLog {
  /// A redemption stands in for the part of Laurel that spends: it is no change of the core yet.
  struct Spending {
    var after: Int
    var learner: LearnerNumber
    var points: Int64
  }

  var buffer = ChangeBuffer()
  private(set) var spendings: [Spending] = []
  private var indices: [LearnerNumber: [Int]] = [:]
  private var indexed = 0

  /// The position of the change at an index.
  static func position(_ index: Int) -> Position { Position(rawValue: UInt64(index + 1)) }

  /// Takes note of whom the changes concern that were appended since the last call.
  mutating func index() {
    for place in indexed..<buffer.changes.count {
      if let learner = buffer.changes[place].learner { indices[learner, default: []].append(place) }
    }
    indexed = buffer.changes.count
  }

  mutating func spend(_ points: Int64, by learner: LearnerNumber) {
    spendings.append(Spending(after: buffer.changes.count, learner: learner, points: points))
  }

  /// The indices of the changes that concern any of some learners.
  func indices(of learners: [LearnerNumber]) -> [Int] {
    learners.flatMap { indices[$0] ?? [] }.sorted()
  }

  /// What a reader would fetch of a learner, and of others who were merged into it.
  func records(of learner: LearnerNumber, alsoKnown: [LearnerNumber]) -> LearnerLog {
    var found = buffer
    let places = indices(of: [learner] + alsoKnown)
    found.changes = ContiguousArray(places.map { buffer.changes[$0] })
    return LearnerLog(
      learner: learner, alsoKnown: alsoKnown,
      positions: ContiguousArray(places.map(Self.position)), buffer: found,
      times: ContiguousArray(repeating: .distantPast, count: places.count))
  }

  /// The state that applying everything again leads to.
  func replayed(number: ProgramNumber, hash: KeyedHash) -> ProgramState {
    let state = ProgramState(number: number, hash: hash)
    var rest = spendings[...]
    for index in 0...buffer.changes.count {
      while let spending = rest.first, spending.after == index {
        state.spend(spending.points, by: spending.learner)
        rest.removeFirst()
      }
      if index < buffer.changes.count { state.apply(buffer.changes[index], in: buffer) }
    }
    return state
  }
}

extension Change {
  /// The learner a change concerns; nil where it concerns none.
  var learner: LearnerNumber? {
    switch self {
    case .fact(let change): return change.learner
    case .moved(let change): return change.learner
    case .recognized(let change): return change.learner
    case .badgeDecided(let change): return change.learner
    case .window(let change): return change.learner
    case .context(let change): return change.learner
    case .reversed(let change): return change.learner
    case .granted(let change): return change.learner
    case .lot(let change): return change.learner
    case .learner(let change): return change.learner
    case .learnerNamed(let change): return change.learner
    case .row(let change): return change.learner
    case .rowWithdrawn(let change): return change.learner
    case .erased(let change): return change.learner
    case .merged(let change): return change.into
    case .batchTaken(let change): return change.learner
    case .recomputed(let change): return change.learner
    case .attendance(let change): return change.learner
    case .excused(let change): return change.learner
    case .perfect(let change): return change.learner
    case .reversalAwaited, .named, .group, .batch, .batchPart, .batchReversed, .recompute,
      .termKept, .proposed, .program, .advanced,
      .job, .standings, .closed, .keyUsed, .epoch, .staff, .staffCohort,
      .staffNamed, .rehearsal, .vacancy, .session, .attendanceJudged, .starDecided, .awardGiven,
      .awardRevoked, .workNominated, .workDecided:
      return nil
    }
  }
}

extension ProgramState {
  /// What a fulfilled redemption will do to the accounts.
  func spend(_ points: Int64, by learner: LearnerNumber) {
    var row = learners[learner]
    row.accounts.spendable -= points
    row.accounts.redeemed += points
    restore(row, of: learner)
  }
}
