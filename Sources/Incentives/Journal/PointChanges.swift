/// How points that move reach the two balances (rules.md §3).
///
/// `earned` always moves by `points`; spendable moves by what is left after debt and write-off:
/// points = spendable − debt change − write-off.
@frozen public struct Posting: Hashable, Sendable, BitwiseCopyable {
  /// What is added to earned or bonus.
  public var points: Int64
  /// What is added to debt: positive when taken points were spent already, negative when paid off.
  public var debt: Int64
  /// What is written off because it was spent already.
  public var writtenOff: Int64

  /// Joins the parts.
  @inlinable public init(points: Int64, debt: Int64 = 0, writtenOff: Int64 = 0) {
    self.points = points
    self.debt = debt
    self.writtenOff = writtenOff
  }

  /// What is added to spendable.
  @inlinable public var spendable: Int64 { points + debt + writtenOff }

  /// Adds another posting, for reports; wraps where no account could hold the sum.
  mutating func add(_ other: Posting) {
    points &+= other.points
    debt &+= other.debt
    writtenOff &+= other.writtenOff
  }
}

/// A payment of an earlier fact that moved because the set it is in changed; or an earlier grant that
/// counts for another group or term.
@frozen public struct MoveChange: Sendable, BitwiseCopyable {
  /// The fact whose payment moved, or the grant.
  public var fact: Position
  /// Whose it is.
  public var learner: LearnerNumber
  /// The rule that paid it; none for a grant.
  public var rule: RuleNumber
  /// The local day of the fact or grant.
  public var day: LocalDay
  /// The group that gains or loses.
  public var group: GroupNumber
  /// The term that gains or loses.
  public var term: TermNumber
  /// What moves.
  public var posting: Posting
  /// What made it move.
  public var cause: MoveCause

  /// Joins the parts.
  @inlinable public init(
    fact: Position, learner: LearnerNumber, rule: RuleNumber, day: LocalDay, group: GroupNumber,
    term: TermNumber, posting: Posting, cause: MoveCause
  ) {
    self.fact = fact
    self.learner = learner
    self.rule = rule
    self.day = day
    self.group = group
    self.term = term
    self.posting = posting
    self.cause = cause
  }
}

/// What made a payment move.
@frozen public enum MoveCause: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// A fact came that lies before it in its window.
  case earlierFact = 0
  /// A fact was reversed.
  case reversal = 1
  /// The roster or a membership of that day came or changed.
  case roster = 2
  /// A membership that was wrong was corrected.
  case correction = 50
  /// A rule set or the terms of that day were replaced.
  case recompute = 70
  /// Two learners turned out to be one person.
  case merge = 74

  /// The word on the wire.
  public var word: String {
    switch self {
    case .earlierFact: return "earlier_fact"
    case .reversal: return "reversal"
    case .roster: return "roster"
    case .correction: return "correction"
    case .recompute: return "recompute"
    case .merge: return "merge"
    }
  }
}
