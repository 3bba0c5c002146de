/// The star of a period and segment was decided: by what, and who came first.
@frozen public struct StarDecisionChange: Sendable, BitwiseCopyable {
  /// The number of the decision.
  public var decision: DecisionNumber
  /// The award.
  public var award: AwardNumber
  /// The period.
  public var period: Period
  /// Who competed.
  public var segment: Segment
  /// The instant at which the period closed.
  public var closedAt: Instant
  /// Until when staff may choose; the distant past where the first wins at once.
  public var deadline: Instant
  /// The tie rule, as `StarTies.code`.
  public var ties: UInt8
  /// Whether improvement was compared: scores are then doubled, so that means of two are whole.
  public var isImprovement: Bool
  /// How many shared the highest score.
  public var tied: UInt32
  /// Who came first, best first, then who was excluded by cool-off; in the buffer's `candidates`.
  public var candidates: Run

  /// Joins the parts.
  @inlinable public init(
    decision: DecisionNumber, award: AwardNumber, period: Period, segment: Segment,
    closedAt: Instant, deadline: Instant, ties: UInt8, isImprovement: Bool, tied: UInt32,
    candidates: Run
  ) {
    self.decision = decision
    self.award = award
    self.period = period
    self.segment = segment
    self.closedAt = closedAt
    self.deadline = deadline
    self.ties = ties
    self.isImprovement = isImprovement
    self.tied = tied
    self.candidates = candidates
  }

  /// Whether staff choose.
  @inlinable public var waits: Bool { deadline != .distantPast }
}

/// A learner who competed for a star, with what each step of a tie compares.
@frozen public struct StarCandidate: Hashable, Sendable, BitwiseCopyable {
  /// Who.
  public var learner: LearnerNumber
  /// The points of the period; doubled where improvement is compared.
  public var score: Int64
  /// How many of these stars they had this term.
  public var stars: UInt32
  /// How many distinct rules paid them in the period; `unasked` where no tie asked.
  public var rules: UInt32
  /// The last day of the period of their last star; the least day for who had none.
  public var lastStar: LocalDay
  /// When they had the points; the distant past where no tie asked.
  public var reachedAt: Instant
  /// Whether they were excluded because their last star is too recent.
  public var isCooling: Bool

  /// What `rules` is where no tie asked.
  public static let unasked = UInt32.max

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, score: Int64, stars: UInt32 = 0, rules: UInt32 = .max,
    lastStar: LocalDay = LocalDay(number: .min), reachedAt: Instant = .distantPast,
    isCooling: Bool = false
  ) {
    self.learner = learner
    self.score = score
    self.stars = stars
    self.rules = rules
    self.lastStar = lastStar
    self.reachedAt = reachedAt
    self.isCooling = isCooling
  }
}

/// Why a learner got an award.
@frozen public enum AwardCause: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Their period closed and they came first.
  case closing = 0
  /// Staff chose them.
  case confirmed = 1
  /// They came first and staff chose nobody in time.
  case deadline = 2
  /// The award of who came before them was revoked.
  case runnerUp = 3
  /// Staff gave it.
  case given = 4
  /// Their work was accepted.
  case work = 5

  /// The word on the wire.
  public var word: String {
    switch self {
    case .closing: "closing"
    case .confirmed: "confirmed"
    case .deadline: "deadline"
    case .runnerUp: "runner_up"
    case .given: "given"
    case .work: "work"
    }
  }
}

/// A learner got an award; where it pays, the payment is the next record.
@frozen public struct AwardGivenChange: Sendable, BitwiseCopyable {
  /// Its number.
  public var given: GivenNumber
  /// The award.
  public var award: AwardNumber
  /// Who got it.
  public var learner: LearnerNumber
  /// The local day it is of.
  public var day: LocalDay
  /// The term of that day.
  public var term: TermNumber
  /// Why.
  public var cause: AwardCause
  /// Whether points follow.
  public var pays: Bool
  /// The decision of a star; none for others.
  public var decision: DecisionNumber
  /// The nomination of a work; none for others.
  public var nomination: NominationNumber
  /// Who gave it; none for what the program's time decided.
  public var principal: PrincipalNumber
  /// The citation 事迹, sealed in the journal; empty where there is none.
  public var citation: TextRef

  /// Joins the parts.
  @inlinable public init(
    given: GivenNumber, award: AwardNumber, learner: LearnerNumber, day: LocalDay,
    term: TermNumber, cause: AwardCause, pays: Bool, decision: DecisionNumber = .none,
    nomination: NominationNumber = .none, principal: PrincipalNumber = .none,
    citation: TextRef = .empty
  ) {
    self.given = given
    self.award = award
    self.learner = learner
    self.day = day
    self.term = term
    self.cause = cause
    self.pays = pays
    self.decision = decision
    self.nomination = nomination
    self.principal = principal
    self.citation = citation
  }
}

/// An award was revoked; what it paid is taken back by the next record.
@frozen public struct AwardRevocationChange: Sendable, BitwiseCopyable {
  /// Which.
  public var given: GivenNumber
  /// Whose it was.
  public var learner: LearnerNumber
  /// Who revoked it.
  public var principal: PrincipalNumber
  /// Why, sealed in the journal.
  public var reason: TextRef

  /// Joins the parts.
  @inlinable public init(
    given: GivenNumber, learner: LearnerNumber, principal: PrincipalNumber, reason: TextRef
  ) {
    self.given = given
    self.learner = learner
    self.principal = principal
    self.reason = reason
  }
}

/// Who nominated a work.
@frozen public enum NominatorRole: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// A member of staff.
  case teacher = 0
  /// The leader of the nominee's group.
  case leader = 1
  /// Another learner.
  case peer = 2

  /// The word on the wire.
  public var word: String {
    switch self {
    case .teacher: "teacher"
    case .leader: "leader"
    case .peer: "peer"
    }
  }
}

/// A work was nominated.
@frozen public struct NominationChange: Sendable, BitwiseCopyable {
  /// Its number.
  public var nomination: NominationNumber
  /// The award.
  public var award: AwardNumber
  /// Whose work it is.
  public var nominee: LearnerNumber
  /// Who nominated it, where that is a learner; none for staff.
  public var nominator: LearnerNumber
  /// Who sent the call.
  public var principal: PrincipalNumber
  /// As what they nominated it.
  public var role: NominatorRole
  /// The fact that is the work; none where it is an object.
  public var fact: Position
  /// The object that is the work, or that the fact is about; none where there is none.
  public var object: ObjectNumber
  /// The local day it was nominated on.
  public var day: LocalDay

  /// Joins the parts.
  @inlinable public init(
    nomination: NominationNumber, award: AwardNumber, nominee: LearnerNumber,
    nominator: LearnerNumber, principal: PrincipalNumber, role: NominatorRole, fact: Position,
    object: ObjectNumber, day: LocalDay
  ) {
    self.nomination = nomination
    self.award = award
    self.nominee = nominee
    self.nominator = nominator
    self.principal = principal
    self.role = role
    self.fact = fact
    self.object = object
    self.day = day
  }
}

/// A nomination was accepted or refused; where it was accepted, the award is the next record.
@frozen public struct WorkDecisionChange: Sendable, BitwiseCopyable {
  /// Which.
  public var nomination: NominationNumber
  /// Whose work it is.
  public var nominee: LearnerNumber
  /// Whether it was accepted.
  public var isAccepted: Bool
  /// Who decided.
  public var principal: PrincipalNumber
  /// The local day it was decided on.
  public var day: LocalDay
  /// Why, sealed in the journal; empty where nobody said.
  public var reason: TextRef

  /// Joins the parts.
  @inlinable public init(
    nomination: NominationNumber, nominee: LearnerNumber, isAccepted: Bool,
    principal: PrincipalNumber, day: LocalDay, reason: TextRef
  ) {
    self.nomination = nomination
    self.nominee = nominee
    self.isAccepted = isAccepted
    self.principal = principal
    self.day = day
    self.reason = reason
  }
}
