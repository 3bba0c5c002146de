/// 128 bits of a keyed hash over a fact's or command's identity; computed at the edge.
public typealias IdentityHash = Digest128

/// A fact 学习事实 as recorded, and what its rules paid at first.
@frozen public struct FactChange: Sendable, BitwiseCopyable {
  /// The keyed hash of (program, source, id); not journaled, recomputed on reading.
  public var identity: IdentityHash
  /// Whose fact it is.
  public var learner: LearnerNumber
  /// Who reported it.
  public var source: SourceNumber
  /// The source's id of the fact.
  public var id: TextRef
  /// What was done.
  public var verb: VerbNumber
  /// To what; none where the fact names no object.
  public var object: ObjectNumber
  /// When it happened.
  public var occurredAt: Instant
  /// The local day it belongs to.
  public var day: LocalDay
  /// Whether only the date was given.
  public var isDateOnly: Bool
  /// Whether the fact counts, waits for the roster, or was reversed before it came.
  public var status: FactStatus
  /// Its value; nil where absent.
  public var value: Int64?
  /// Metadata in the form of `Metadata`, sealed in the journal; empty where absent.
  public var metadata: TextRef
  /// The learner's group on that day; none where there is none or the learner is on no board.
  public var group: GroupNumber
  /// The term of that day.
  public var term: TermNumber
  /// The rules that matched, in rule order, with what they paid.
  public var outcomes: Run
  /// The part of the payment that paid off debt.
  public var debtPaid: Int64

  /// Joins the parts.
  @inlinable public init(
    identity: IdentityHash, learner: LearnerNumber, source: SourceNumber, id: TextRef,
    verb: VerbNumber, object: ObjectNumber, occurredAt: Instant, day: LocalDay, isDateOnly: Bool,
    status: FactStatus, value: Int64?, metadata: TextRef, group: GroupNumber, term: TermNumber,
    outcomes: Run, debtPaid: Int64
  ) {
    self.identity = identity
    self.learner = learner
    self.source = source
    self.id = id
    self.verb = verb
    self.object = object
    self.occurredAt = occurredAt
    self.day = day
    self.isDateOnly = isDateOnly
    self.status = status
    self.value = value
    self.metadata = metadata
    self.group = group
    self.term = term
    self.outcomes = outcomes
    self.debtPaid = debtPaid
  }
}

/// Whether a fact is in the sets that rules look at.
@frozen public enum FactStatus: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// It counts.
  case counted = 0
  /// It waits until the roster covers its day.
  case pending = 1
  /// It was reversed, before or after it came.
  case reversed = 2
}

/// What one rule paid for one fact.
@frozen public struct Outcome: Hashable, Sendable, BitwiseCopyable {
  /// The rule that matched.
  public var rule: RuleNumber
  /// Why it paid what it paid.
  public var reason: Reason
  /// What the fact is worth before the limiter.
  public var worth: Int64
  /// What it paid.
  public var points: Int64

  /// Joins the parts.
  @inlinable public init(rule: RuleNumber, reason: Reason, worth: Int64, points: Int64) {
    self.rule = rule
    self.reason = reason
    self.worth = worth
    self.points = points
  }
}

/// The payments that a window holds, set outright where a fold can not say it (something left it).
@frozen public struct WindowChange: Sendable, BitwiseCopyable {
  /// Whose window it is.
  public var learner: LearnerNumber
  /// Which window.
  public var key: WindowKey
  /// What it holds.
  public var fold: WindowFold
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, key: WindowKey, fold: WindowFold) {
    self.learner = learner
    self.key = key
    self.fold = fold
  }
}

/// A fact's context changed: another group, another term, or it starts or stops counting.
@frozen public struct FactContextChange: Sendable, BitwiseCopyable {
  /// The fact.
  public var fact: Position
  /// Whose it is.
  public var learner: LearnerNumber
  /// The fact's local day.
  public var day: LocalDay
  /// Whether it counted before.
  public var previous: FactStatus
  /// Whether it counts now.
  public var status: FactStatus
  /// Its group now.
  public var group: GroupNumber
  /// Its term now.
  public var term: TermNumber
  /// Joins the parts.
  @inlinable public init(
    fact: Position, learner: LearnerNumber, day: LocalDay, previous: FactStatus,
    status: FactStatus, group: GroupNumber, term: TermNumber
  ) {
    self.fact = fact
    self.learner = learner
    self.day = day
    self.previous = previous
    self.status = status
    self.group = group
    self.term = term
  }
}

/// A fact that was reversed; the moves it causes follow it.
@frozen public struct ReversalChange: Sendable, BitwiseCopyable {
  /// The fact.
  public var fact: Position
  /// Whose it was.
  public var learner: LearnerNumber
  /// The fact's local day.
  public var day: LocalDay
  /// Whether the fact was pending until now.
  public var previous: FactStatus
  /// Why.
  public var cause: ReversalCause
  /// Who.
  public var principal: PrincipalNumber
  /// Joins the parts.
  @inlinable public init(
    fact: Position, learner: LearnerNumber, day: LocalDay, previous: FactStatus,
    cause: ReversalCause, principal: PrincipalNumber
  ) {
    self.fact = fact
    self.learner = learner
    self.day = day
    self.previous = previous
    self.cause = cause
    self.principal = principal
  }
}

/// Why a fact was reversed, and so what happens to points already spent (rules.md §3).
@frozen public enum ReversalCause: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Staff erred: what was spent is written off.
  case mistake = 0
  /// The source withdrew it: what was spent becomes debt.
  case source = 1
  /// The learner cheated: what was spent becomes debt.
  case misconduct = 2

  /// The word on the wire.
  public var word: String {
    switch self {
    case .mistake: return "mistake"
    case .source: return "source"
    case .misconduct: return "misconduct"
    }
  }
}

/// A reversal that came before its fact: the fact, when it comes, pays 0 `reversed`.
@frozen public struct AwaitedReversalChange: Sendable, BitwiseCopyable {
  /// The keyed hash of the awaited fact's identity; not journaled, recomputed on reading.
  public var identity: IdentityHash
  /// The source of the awaited fact.
  public var source: SourceNumber
  /// The id of the awaited fact.
  public var id: TextRef
  /// Why.
  public var cause: ReversalCause
  /// Who.
  public var principal: PrincipalNumber
  /// Joins the parts.
  @inlinable public init(
    identity: IdentityHash, source: SourceNumber, id: TextRef, cause: ReversalCause,
    principal: PrincipalNumber
  ) {
    self.identity = identity
    self.source = source
    self.id = id
    self.cause = cause
    self.principal = principal
  }
}
