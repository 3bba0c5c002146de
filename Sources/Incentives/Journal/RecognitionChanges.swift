/// How far a learner is with a badge or quest from now on (rules.md §4).
///
/// What it pays is among the outcomes of the fact that brought it there, and moves like those.
@frozen public struct RecognitionChange: Sendable, BitwiseCopyable {
  /// Whose it is.
  public var learner: LearnerNumber
  /// The badge or quest, numbered like a rule.
  public var recognition: RuleNumber
  /// The grade held, from 1, or how many steps are done; 0 where it is lost.
  public var stage: UInt16
  /// The fact that brought it there; none for the learner's fact recorded last before this.
  public var fact: Position
  /// The fact's local day; that of the loss where it is lost.
  public var day: LocalDay

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, recognition: RuleNumber, stage: UInt16, fact: Position, day: LocalDay
  ) {
    self.learner = learner
    self.recognition = recognition
    self.stage = stage
    self.fact = fact
    self.day = day
  }
}

/// What people decided of a learner's badge, whatever its criterion says.
@frozen public struct BadgeDecisionChange: Sendable, BitwiseCopyable {
  /// Whose it is.
  public var learner: LearnerNumber
  /// The badge, under the number of decisions on it.
  public var badge: RuleNumber
  /// The grade given, from 1; 0 where it was taken.
  public var stage: UInt16
  /// The local day of the decision.
  public var day: LocalDay
  /// Why, in words; sealed in the journal.
  public var reason: TextRef
  /// Who decided.
  public var principal: PrincipalNumber

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, badge: RuleNumber, stage: UInt16, day: LocalDay, reason: TextRef,
    principal: PrincipalNumber
  ) {
    self.learner = learner
    self.badge = badge
    self.stage = stage
    self.day = day
    self.reason = reason
    self.principal = principal
  }
}
