/// A job as it stands after one of its steps.
@frozen public struct JobChange: Sendable, BitwiseCopyable {
  /// The job's number in its program.
  public var job: UInt32
  /// What it does.
  public var kind: JobKind
  /// How far it is.
  public var state: JobState
  /// The period it closes, or the term whose lot expires; `all` where there is none.
  public var period: Period
  /// How many places it has written, learners first, then groups; or the last learner it looked at.
  public var cursor: UInt32
  /// The batch it takes back; none where it closes a period.
  public var batch: BatchNumber
  /// Joins the parts.
  @inlinable public init(
    job: UInt32, kind: JobKind, state: JobState, period: Period, cursor: UInt32,
    batch: BatchNumber = .none
  ) {
    self.job = job
    self.kind = kind
    self.state = state
    self.period = period
    self.cursor = cursor
    self.batch = batch
  }
}

/// What a job does.
@frozen public enum JobKind: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// Closes a period's boards.
  case closePeriod = 1
  /// Takes back a batch, learner by learner.
  case reverseBatch = 2
  /// Judges the past anew, learner by learner.
  case recompute = 70
  /// Posts what learners had left of a term's lot when it expired, learner by learner.
  case expireLot = 77
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

/// How many learners or groups a segment held when a period closed, zeros included.
@frozen public struct Population: Hashable, Sendable, BitwiseCopyable {
  /// What the segment is.
  public var segment: Segment
  /// Whether groups are counted; else learners.
  public var ranksGroups: Bool
  /// How many.
  public var count: UInt32
  /// Joins the parts.
  @inlinable public init(segment: Segment, ranksGroups: Bool = false, count: UInt32) {
    self.segment = segment
    self.ranksGroups = ranksGroups
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
  /// The first record of the job: the boards rank the roster as it was known then.
  public var cut: Position
  /// The segments' rosters, in the buffer's `populations`.
  public var populations: Run
  /// Joins the parts.
  @inlinable public init(
    period: Period, learners: UInt32, groups: UInt32, points: Int64, cut: Position,
    populations: Run
  ) {
    self.period = period
    self.cut = cut
    self.learners = learners
    self.groups = groups
    self.points = points
    self.populations = populations
  }
}
