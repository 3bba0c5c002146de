/// What made people move a learner's points (rules.md §3).
@frozen public enum GrantKind: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  /// A declared reason.
  case grant = 0
  /// A correction, with its reason in words.
  case adjustment = 1
  /// What a learner brings along where a program starts in the middle of a term.
  case opening = 2
  /// What a recompute would have taken in all, given back because it never lowers.
  case floor = 70
  /// A perfect attendance.
  case perfect = 95
  /// What an award pays.
  case award = 90

  /// The word on the wire.
  public var word: String {
    switch self {
    case .grant: return "grant"
    case .adjustment: return "adjustment"
    case .opening: return "opening"
    case .floor: return "floor"
    case .perfect: return "perfect"
    case .award: return "award"
    }
  }

  /// Whether the learner's group shares what counts; what an award pays is in no group's score.
  @inlinable public var isShared: Bool { self != .award }
}

/// Points that people gave to a learner or took, and not a rule: a grant, an adjustment, an opening
/// balance; or one of these taken back.
///
/// What counts is earned: it is on the boards of its day, in the group of that day. What does not count
/// is bonus where it was granted, else adjusted.
@frozen public struct GrantChange: Sendable, BitwiseCopyable {
  /// Whose points they are.
  public var learner: LearnerNumber
  /// The local day they count for.
  public var day: LocalDay
  /// The group that shares.
  public var group: GroupNumber
  /// The term they belong to.
  public var term: TermNumber
  /// Whether they count as earned (ranks, levels).
  public var counts: Bool
  /// What they are; of what was taken back, what that was.
  public var kind: GrantKind
  /// The learner's cohort of that day, to whose budget a grant belongs.
  public var cohort: CohortNumber
  /// The local day on which it was decided.
  public var decidedOn: LocalDay
  /// What moves on the account it is posted to; debt and write-off settle all of the record.
  public var posting: Posting
  /// What is posted to adjusted beside that: an opening balance of which points were spent before.
  public var adjusted: Int64
  /// The declared reason code of a grant; else the reason in words, which the journal seals.
  public var reason: TextRef
  /// Who did it.
  public var principal: PrincipalNumber
  /// The earlier record that this one takes back; none where it takes back nothing.
  public var undoes: Position

  /// Joins the parts; without `decidedOn` it was decided on its own day.
  @inlinable public init(
    learner: LearnerNumber, day: LocalDay, group: GroupNumber, term: TermNumber, counts: Bool,
    kind: GrantKind = .grant, cohort: CohortNumber = .none, decidedOn: LocalDay? = nil,
    posting: Posting, adjusted: Int64 = 0, reason: TextRef, principal: PrincipalNumber,
    undoes: Position = .none
  ) {
    self.learner = learner
    self.day = day
    self.group = group
    self.term = term
    self.counts = counts
    self.kind = kind
    self.cohort = cohort
    self.decidedOn = decidedOn ?? day
    self.posting = posting
    self.adjusted = adjusted
    self.reason = reason
    self.principal = principal
    self.undoes = undoes
  }

  /// The account it is posted to.
  @inlinable public var account: PointsAccount {
    guard !counts else { return .earned }
    switch kind {
    case .grant, .perfect, .award: return .bonus
    case .adjustment, .opening, .floor: return .adjusted
    }
  }

  /// What is added to spendable.
  @inlinable public var spendable: Int64 { posting.spendable + adjusted }

  /// Whether boards know it, so that it follows the roster of its day; an opening balance says that it
  /// was made, though it be of no points.
  @inlinable public var isOnBoards: Bool {
    counts && (posting.points != 0 || kind == .opening)
  }

  /// Whether its reason is a text of people and not a declared code.
  @inlinable public var hasOwnWords: Bool { kind != .grant || !undoes.isNone }
}
