/// What a decision changes: the unit of the journal, of `apply`, and of every projection.
///
/// A change says what *is* now, never how that was found out: fixed-size numbers and the facts
/// themselves. `apply` holds no rule, so that a later version of the rules can not rewrite history.
/// Every case is trivially copyable; texts, outcomes and definitions live in the `ChangeBuffer` the
/// change came in. One change is one record of the journal and has one `Position`.
@frozen public enum Change: Sendable, BitwiseCopyable {
  /// A fact was recorded, with what its rules paid.
  case fact(FactChange)
  /// A payment of an earlier fact moved.
  case moved(MoveChange)
  /// A window holds these payments now.
  case window(WindowChange)
  /// An earlier fact counts for another group or term, or starts or stops counting.
  case context(FactContextChange)
  /// A fact was reversed.
  case reversed(ReversalChange)
  /// A reversal came before its fact.
  case reversalAwaited(AwaitedReversalChange)
  /// Points were granted.
  case granted(GrantChange)
  /// A word got a number.
  case named(NameChange)
  /// A learner got a number.
  case learner(LearnerChange)
  /// A learner's name as people read it.
  case learnerNamed(LearnerNameChange)
  /// A learner's cohort, tier, flags or group from a day to a day.
  case row(ContextRowChange)
  /// A group's description.
  case group(GroupChange)
  /// A program definition was applied.
  case program(ProgramChange)
  /// The program's time moved.
  case advanced(AdvanceChange)
  /// A job began, went on or ended.
  case job(JobChange)
  /// The next places of a closing period's board, in order.
  case standings(StandingsChange)
  /// A period's boards are final.
  case closed(ClosedChange)
  /// A command's idempotency key was used.
  case keyUsed(KeyChange)
  /// The store begins another epoch: it was created, restored or imported.
  case epoch(EpochChange)
}

/// A run of elements in one of a `ChangeBuffer`'s side arrays.
@frozen public struct Run: Hashable, Sendable, BitwiseCopyable {
  /// The first element.
  public var start: UInt32
  /// How many elements.
  public var count: UInt32
  /// Names a run.
  @inlinable public init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }
  /// The run of nothing.
  public static let empty = Run(start: 0, count: 0)
  /// The indices of the run.
  @inlinable public var range: Range<Int> { Int(start)..<Int(start + count) }
}

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
}

/// A payment of an earlier fact that moved because the set it is in changed.
@frozen public struct MoveChange: Sendable, BitwiseCopyable {
  /// The fact whose payment moved.
  public var fact: Position
  /// Whose it is.
  public var learner: LearnerNumber
  /// The rule that paid it.
  public var rule: RuleNumber
  /// The fact's local day.
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

  /// The word on the wire.
  public var word: String {
    switch self {
    case .earlierFact: return "earlier_fact"
    case .reversal: return "reversal"
    case .roster: return "roster"
    }
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

/// Points that staff granted to a learner.
@frozen public struct GrantChange: Sendable, BitwiseCopyable {
  /// Who gets them.
  public var learner: LearnerNumber
  /// The local day they count for.
  public var day: LocalDay
  /// The group that shares.
  public var group: GroupNumber
  /// The term they belong to.
  public var term: TermNumber
  /// Whether they count as earned (ranks, levels) or as bonus.
  public var counts: Bool
  /// What moves.
  public var posting: Posting
  /// The declared reason code.
  public var reason: TextRef
  /// Who granted them.
  public var principal: PrincipalNumber
  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, day: LocalDay, group: GroupNumber, term: TermNumber, counts: Bool,
    posting: Posting, reason: TextRef, principal: PrincipalNumber
  ) {
    self.learner = learner
    self.day = day
    self.group = group
    self.term = term
    self.counts = counts
    self.posting = posting
    self.reason = reason
    self.principal = principal
  }
}

/// What a name stands for.
@frozen public enum NameKind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// A system that reports facts.
  case source = 1
  /// What was done.
  case verb = 2
  /// What it was done to: kind, a zero byte, id.
  case object = 3
  /// A cohort.
  case cohort = 4
  /// A tier.
  case tier = 5
  /// A group.
  case group = 6
  /// A person or integration that acts.
  case principal = 7
  /// A rule's canonical definition.
  case rule = 8
}

/// A word that got a number.
@frozen public struct NameChange: Sendable, BitwiseCopyable {
  /// What it names.
  public var kind: NameKind
  /// The number it got.
  public var number: UInt32
  /// The word.
  public var text: TextRef
  /// Joins the parts.
  @inlinable public init(kind: NameKind, number: UInt32, text: TextRef) {
    self.kind = kind
    self.number = number
    self.text = text
  }
}

/// A learner that got a number; the external id is sealed in the journal.
@frozen public struct LearnerChange: Sendable, BitwiseCopyable {
  /// The number.
  public var learner: LearnerNumber
  /// The id the organisation uses.
  public var externalID: TextRef
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, externalID: TextRef) {
    self.learner = learner
    self.externalID = externalID
  }
}

/// A learner's name as people read it; sealed in the journal.
@frozen public struct LearnerNameChange: Sendable, BitwiseCopyable {
  /// Whose name it is.
  public var learner: LearnerNumber
  /// The name.
  public var name: TextRef
  /// The alias boards show; empty where there is none.
  public var alias: TextRef
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, name: TextRef, alias: TextRef) {
    self.learner = learner
    self.name = name
    self.alias = alias
  }
}

/// A row of a learner's context in time.
@frozen public struct ContextRowChange: Sendable, BitwiseCopyable {
  /// Whose row it is.
  public var learner: LearnerNumber
  /// What holds and when.
  public var row: ContextRow
  /// Joins the parts.
  @inlinable public init(learner: LearnerNumber, row: ContextRow) {
    self.learner = learner
    self.row = row
  }
}

/// A group's description; its leaders and members are context rows.
@frozen public struct GroupChange: Sendable, BitwiseCopyable {
  /// The group.
  public var group: GroupNumber
  /// The cohort it belongs to; none for a group across cohorts.
  public var cohort: CohortNumber
  /// The name people read.
  public var title: TextRef
  /// Joins the parts.
  @inlinable public init(group: GroupNumber, cohort: CohortNumber, title: TextRef) {
    self.group = group
    self.cohort = cohort
    self.title = title
  }
}

/// A program definition that was applied.
@frozen public struct ProgramChange: Sendable, BitwiseCopyable {
  /// The version, from 1.
  public var version: UInt32
  /// Facts from this instant on are judged by it.
  public var effectiveFrom: Instant
  /// The index of the definition in the buffer.
  public var definition: UInt32
  /// Joins the parts.
  @inlinable public init(version: UInt32, effectiveFrom: Instant, definition: UInt32) {
    self.version = version
    self.effectiveFrom = effectiveFrom
    self.definition = definition
  }
}

/// The program's time.
@frozen public struct AdvanceChange: Sendable, BitwiseCopyable {
  /// What time it is now.
  public var to: Instant
  /// Names a time.
  @inlinable public init(to: Instant) { self.to = to }
}

/// A job as it stands after one of its steps.
@frozen public struct JobChange: Sendable, BitwiseCopyable {
  /// The job's number in its program.
  public var job: UInt32
  /// What it does.
  public var kind: JobKind
  /// How far it is.
  public var state: JobState
  /// The period it closes.
  public var period: Period
  /// How many places it has written; learners first, then groups.
  public var cursor: UInt32
  /// Joins the parts.
  @inlinable public init(
    job: UInt32, kind: JobKind, state: JobState, period: Period, cursor: UInt32
  ) {
    self.job = job
    self.kind = kind
    self.state = state
    self.period = period
    self.cursor = cursor
  }
}

/// What a job does.
@frozen public enum JobKind: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// Closes a period's boards.
  case closePeriod = 1
}

/// How far a job is.
@frozen public enum JobState: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// It waits for its turn or goes on.
  case running = 1
  /// It ended.
  case done = 2
}

/// The next places of a closing period's board, best first; members without points are left out.
@frozen public struct StandingsChange: Sendable, BitwiseCopyable {
  /// The period.
  public var period: Period
  /// Whether the board ranks groups; else learners.
  public var ranksGroups: Bool
  /// How many places were written before.
  public var first: UInt32
  /// The places, in the buffer's `standings`.
  public var places: Run
  /// Joins the parts.
  @inlinable public init(period: Period, ranksGroups: Bool, first: UInt32, places: Run) {
    self.period = period
    self.ranksGroups = ranksGroups
    self.first = first
    self.places = places
  }
}

/// One place of a closed board.
@frozen public struct Standing: Hashable, Sendable, BitwiseCopyable {
  /// The number of the learner or group.
  public var member: UInt32
  /// The points of the period.
  public var score: Int64
  /// The cohort on the period's last day.
  public var cohort: CohortNumber
  /// The tier on that day.
  public var tier: TierNumber
  /// The group on that day.
  public var group: GroupNumber
  /// Joins the parts.
  @inlinable public init(
    member: UInt32, score: Int64, cohort: CohortNumber, tier: TierNumber, group: GroupNumber
  ) {
    self.member = member
    self.score = score
    self.cohort = cohort
    self.tier = tier
    self.group = group
  }
}

/// How many learners a segment's roster held when a period closed, zeros included.
@frozen public struct Population: Hashable, Sendable, BitwiseCopyable {
  /// What the segment is.
  public var segment: Segment
  /// How many.
  public var count: UInt32
  /// Joins the parts.
  @inlinable public init(segment: Segment, count: UInt32) {
    self.segment = segment
    self.count = count
  }
}

/// Whom a board ranks: everyone, or the members of a cohort, tier or group on the period's last day.
@frozen public struct Segment: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The kinds of segments.
  @frozen public enum Kind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// The whole program.
    case everyone = 0
    /// A cohort.
    case cohort = 1
    /// A tier.
    case tier = 2
    /// A group.
    case group = 3
  }

  /// The kind.
  public var kind: Kind
  /// The number of the cohort, tier or group; 0 for everyone.
  public var number: UInt32

  /// Names a segment.
  @inlinable public init(kind: Kind, number: UInt32) {
    self.kind = kind
    self.number = number
  }

  /// The whole program.
  public static let everyone = Segment(kind: .everyone, number: 0)

  /// Orders by kind, then number.
  @inlinable public static func < (left: Segment, right: Segment) -> Bool {
    (left.kind.rawValue, left.number) < (right.kind.rawValue, right.number)
  }
}

/// A period whose boards are final.
@frozen public struct ClosedChange: Sendable, BitwiseCopyable {
  /// The period.
  public var period: Period
  /// How many learners scored.
  public var learners: UInt32
  /// How many groups scored.
  public var groups: UInt32
  /// The sum of the learners' scores.
  public var points: Int64
  /// The segments' rosters, in the buffer's `populations`.
  public var populations: Run
  /// Joins the parts.
  @inlinable public init(
    period: Period, learners: UInt32, groups: UInt32, points: Int64, populations: Run
  ) {
    self.period = period
    self.learners = learners
    self.groups = groups
    self.points = points
    self.populations = populations
  }
}

/// An idempotency key that was used, with the answer a retry gets.
@frozen public struct KeyChange: Sendable, BitwiseCopyable {
  /// The keyed hash of (program, principal, key); not journaled, recomputed on reading.
  public var identity: IdentityHash
  /// Whose key it is.
  public var principal: PrincipalNumber
  /// The key.
  public var key: TextRef
  /// 128 bits over the canonical form of the command.
  public var fingerprint: IdentityHash
  /// The answer, as the bytes of its JSON object.
  public var answer: TextRef
  /// Whether the answer is a refusal.
  public var isRefusal: Bool
  /// Joins the parts.
  @inlinable public init(
    identity: IdentityHash, principal: PrincipalNumber, key: TextRef, fingerprint: IdentityHash,
    answer: TextRef, isRefusal: Bool
  ) {
    self.identity = identity
    self.principal = principal
    self.key = key
    self.fingerprint = fingerprint
    self.answer = answer
    self.isRefusal = isRefusal
  }
}

/// The store begins another epoch.
@frozen public struct EpochChange: Sendable, BitwiseCopyable {
  /// The epoch, drawn at random when the store was created or restored.
  public var epoch: UInt64
  /// Names an epoch.
  @inlinable public init(epoch: UInt64) { self.epoch = epoch }
}
