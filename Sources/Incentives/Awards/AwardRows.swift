/// An award that a learner was given.
public struct GivenAward: Hashable, Sendable {
  /// Its number.
  public let number: GivenNumber
  /// The award.
  public let award: AwardNumber
  /// Who got it.
  public internal(set) var learner: LearnerNumber
  /// The local day it is of.
  public let day: LocalDay
  /// The term of that day.
  public let term: TermNumber
  /// Why.
  public let cause: AwardCause
  /// The decision of a star; none for others.
  public let decision: DecisionNumber
  /// The nomination of a work; none for others.
  public let nomination: NominationNumber
  /// Who gave it; none for what the program's time decided.
  public let principal: PrincipalNumber
  /// The record that gave it.
  public let position: Position
  /// The record that paid it; none where it paid nothing.
  public let payment: Position
  /// The learner's award before it.
  var older: GivenNumber
  /// The record that revoked it; none while it stands.
  public internal(set) var revokedAt = Position.none

  init(
    number: GivenNumber, award: AwardNumber, learner: LearnerNumber, day: LocalDay,
    term: TermNumber, cause: AwardCause, decision: DecisionNumber, nomination: NominationNumber,
    principal: PrincipalNumber, position: Position, payment: Position, older: GivenNumber
  ) {
    self.number = number
    self.award = award
    self.learner = learner
    self.day = day
    self.term = term
    self.cause = cause
    self.decision = decision
    self.nomination = nomination
    self.principal = principal
    self.position = position
    self.payment = payment
    self.older = older
  }

  /// Whether it was true when the record at `cut` was made.
  func stood(at cut: Position) -> Bool {
    position <= cut && (revokedAt.isNone || revokedAt > cut)
  }
}

/// The decision on a star; its proof is in the log.
public struct StarDecision: Hashable, Sendable {
  /// The award.
  public let award: AwardNumber
  /// The period.
  public let period: Period
  /// Who competed.
  public let segment: Segment
  /// The last day of the period.
  public let day: LocalDay
  /// The term of who came first.
  let term: TermNumber
  /// Who came first; none where cool-off excluded everybody.
  public internal(set) var first: LearnerNumber
  /// The record that decided it.
  public let position: Position
  /// The instant at which the period closed.
  public let closedAt: Instant
  /// Until when staff may choose; the distant past where the first won at once.
  public let deadline: Instant
  /// How many shared the highest score.
  public let tied: UInt32
  /// How many candidates the proof lists.
  public let candidateCount: UInt32
  /// Whether improvement was compared.
  public let isImprovement: Bool
  /// How many got it, revoked ones too.
  public internal(set) var givenCount: UInt32 = 0
  /// The record by which it no longer waited; none where it waits or never did.
  var resolvedAt = Position.none

  init(
    award: AwardNumber, period: Period, segment: Segment, day: LocalDay, term: TermNumber,
    first: LearnerNumber, position: Position, closedAt: Instant, deadline: Instant, tied: UInt32,
    candidateCount: UInt32, isImprovement: Bool
  ) {
    self.award = award
    self.period = period
    self.segment = segment
    self.day = day
    self.term = term
    self.first = first
    self.position = position
    self.closedAt = closedAt
    self.deadline = deadline
    self.tied = tied
    self.candidateCount = candidateCount
    self.isImprovement = isImprovement
  }

  /// Whether it waited for staff when the record at `cut` was made.
  func waited(at cut: Position) -> Bool {
    deadline != .distantPast && position <= cut && (resolvedAt.isNone || resolvedAt > cut)
  }
}

/// A work that was nominated.
public struct Nomination: Hashable, Sendable {
  /// How far it is.
  public enum Status: String, Hashable, Sendable {
    /// Nobody decided yet.
    case open
    /// It was accepted.
    case accepted
    /// It was refused.
    case refused
  }

  /// Its number.
  public let number: NominationNumber
  /// The award.
  public let award: AwardNumber
  /// Whose work it is.
  public internal(set) var nominee: LearnerNumber
  /// Who nominated it, where that is a learner; none for staff.
  public internal(set) var nominator: LearnerNumber
  /// Who sent the call.
  public let principal: PrincipalNumber
  /// As what they nominated it.
  public let role: NominatorRole
  /// The fact that is the work; none where it is an object.
  public let fact: Position
  /// The object that is the work, or that the fact is about; none where there is none.
  public let object: ObjectNumber
  /// The local day it was nominated on.
  public let day: LocalDay
  /// The record that nominated it.
  public let position: Position
  /// How far it is.
  public private(set) var status = Status.open
  /// Who decided; none while nobody did.
  public private(set) var decidedBy = PrincipalNumber.none
  /// The local day it was decided on; that of the nomination while nobody decided.
  public private(set) var decidedOn: LocalDay
  /// The record that decided it; none while nobody did.
  public private(set) var decidedAt = Position.none
  /// The award it became; none where it became none.
  public internal(set) var given = GivenNumber.none

  init(_ change: NominationChange, at position: Position) {
    number = change.nomination
    award = change.award
    nominee = change.nominee
    nominator = change.nominator
    principal = change.principal
    role = change.role
    fact = change.fact
    object = change.object
    day = change.day
    decidedOn = change.day
    self.position = position
  }

  /// Whether it nominates a work of a learner for an award: of one object, or else one fact.
  func isSameWork(
    _ award: AwardNumber, fact: Position, object: ObjectNumber, of nominee: LearnerNumber
  )
    -> Bool
  {
    self.award == award && self.nominee == nominee
      && (!object.isNone ? self.object == object : self.fact == fact)
  }

  mutating func decide(_ change: WorkDecisionChange, at position: Position) {
    status = change.isAccepted ? .accepted : .refused
    decidedBy = change.principal
    decidedOn = change.day
    decidedAt = position
  }
}
