/// What a recompute moves, before anything is decided: the very changes that its job would post.
public struct RecomputePreview: Sendable {
  /// How many learners are listed one by one.
  public static let listedMax = 100

  /// What it comes to for one learner.
  public struct Effect: Hashable, Sendable {
    /// Whose facts are judged anew.
    public var learner: LearnerNumber
    /// What was earned before.
    public var earnedBefore: Int64
    /// What is earned then.
    public var earnedAfter: Int64
    /// What can be spent before.
    public var spendableBefore: Int64
    /// What can be spent then.
    public var spendableAfter: Int64
  }

  /// How many learners' points move, if only among their facts.
  public private(set) var learners = 0
  /// What is added, fact by fact.
  public private(set) var up: Int64 = 0
  /// What is taken, fact by fact; 0 or more.
  public private(set) var down: Int64 = 0
  /// What the floor gives back of that.
  public private(set) var kept: Int64 = 0
  /// What was spent already and is written off.
  public private(set) var writtenOff: Int64 = 0
  /// The first learners whose balance moves.
  public private(set) var effects: [Effect] = []
  /// The record up to which the log was read.
  public var position = Position.none

  /// What all learners gain or lose together.
  public var net: Int64 { up - down + kept }

  /// Nothing yet.
  public init() {}

  /// Adds the changes that a recompute posts for one learner, whose accounts stand before them.
  mutating func add(_ changes: ArraySlice<Change>, of learner: LearnerNumber, _ before: Accounts) {
    var after = before
    var ofFacts: [Position: Int64] = [:]
    for change in changes {
      switch change {
      case .moved(let move):
        after.post(move.posting)
        ofFacts[move.fact, default: 0] &+= move.posting.points
      case .granted(let grant):
        after.post(grant)
        kept &+= grant.posting.points
      default: break
      }
    }
    guard !ofFacts.isEmpty else { return }
    learners += 1
    for points in ofFacts.values {
      if points > 0 { up &+= points } else { down &-= points }
    }
    writtenOff += after.writtenOff - before.writtenOff
    guard effects.count < Self.listedMax,
      after.earned != before.earned || after.spendable != before.spendable
    else { return }
    effects.append(
      Effect(
        learner: learner, earnedBefore: before.earned, earnedAfter: after.earned,
        spendableBefore: before.spendable, spendableAfter: after.spendable))
  }
}

extension ProgramState {
  /// Shows what a recompute that was just applied comes to for one learner; changes nothing.
  public func preview(
    _ log: LearnerLog, into preview: inout RecomputePreview
  ) throws(Undecided) {
    var buffer = ChangeBuffer()
    try decideRecompute(of: log, into: &buffer)
    preview.add(buffer.changes[...], of: log.learner, learners[log.learner].accounts)
  }

  /// The terms that are closed, by id: a recompute leaves what counts in them as it was.
  public var closedTermIDs: [String] {
    closedTermNumbers.map { termIDs[$0.index - 1] }
  }
}
