/// An award 奖项 as a program declares it (rules.md §5): a star, excellent work, or one that staff give.
///
/// Pure data. What it pays is bonus, unless it counts; it is never in a group's score, and in a star's
/// only where that star looks at the board.
public struct AwardDefinition: Hashable, Sendable, Codable {
  /// The id that calls and answers use.
  public var id: String
  /// What people read: 每日之星.
  public var title: String
  /// How it is won.
  public var kind: AwardKind
  /// The points it pays.
  public var points: Int64
  /// Whether they count as earned, for ranks and levels; else they are bonus.
  public var counts: Bool
  /// How a star is decided; nil for every other kind.
  public var star: StarTerms?
  /// How work is nominated; nil for every other kind.
  public var work: WorkTerms?

  /// Declares an award that staff give.
  public init(
    id: String, title: String, kind: AwardKind = .given, points: Int64 = 0, counts: Bool = false,
    star: StarTerms? = nil, work: WorkTerms? = nil
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.points = points
    self.counts = counts
    self.star = star
    self.work = work
  }
}

/// How an award is won.
public enum AwardKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Most points in a period 每日之星.
  case star
  /// A nominated work that was accepted 优秀作业.
  case excellentWork
  /// Given by staff: 优秀学员.
  case given
}

/// How a star is decided when its period closes.
public struct StarTerms: Hashable, Sendable, Codable {
  /// The kind of period it is decided for.
  public var period: StarPeriod
  /// Who competes: there is one star for each segment.
  public var scope: StarScopeKind
  /// What is added up.
  public var score: StarScore
  /// The rules whose payments count, by id; empty means all of them.
  public var rules: [String]
  /// The least that wins; at least 1.
  public var minimum: Int64
  /// Who wins among equals.
  public var ties: StarTies
  /// For how many teaching days after a star a learner does not get this one again.
  public var coolOff: Int32
  /// What is compared.
  public var measure: StarMeasure
  /// Within how many minutes of closing staff choose among the first three; nil where the first wins.
  public var confirmMinutes: Int32?

  /// Declares a star; what is left out takes its documented default.
  public init(
    period: StarPeriod = .day, scope: StarScopeKind = .program, score: StarScore = .rules,
    rules: [String] = [], minimum: Int64 = 1, ties: StarTies = .fewestStars, coolOff: Int32 = 3,
    measure: StarMeasure = .points, confirmMinutes: Int32? = nil
  ) {
    self.period = period
    self.scope = scope
    self.score = score
    self.rules = rules
    self.minimum = minimum
    self.ties = ties
    self.coolOff = coolOff
    self.measure = measure
    self.confirmMinutes = confirmMinutes
  }

  /// How long staff have to choose where the program says nothing, in minutes.
  public static let confirmMinutesDefault: Int32 = 24 * 60
}

/// The periods of stars.
public enum StarPeriod: String, Hashable, Sendable, Codable, CaseIterable {
  /// Each local day.
  case day
  /// Each week from Monday.
  case week
  /// Each month.
  case month
  /// Each declared term.
  case term

  /// The kind of period.
  public var kind: PeriodKind {
    switch self {
    case .day: .day
    case .week: .week
    case .month: .month
    case .term: .term
    }
  }
}

/// Who competes for a star.
public enum StarScopeKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Everybody: one star.
  case program
  /// The learners of a cohort: one star each.
  case cohort
  /// The learners of a tier: one star each.
  case tier
  /// The members of a group: one star each.
  case group
}

/// What a star adds up.
public enum StarScore: String, Hashable, Sendable, Codable, CaseIterable {
  /// What rules paid: no grant, award or badge.
  case rules
  /// What the board of the period shows, counting grants and awards included.
  case board
}

/// Who wins a star among equals.
public enum StarTies: String, Hashable, Sendable, Codable, CaseIterable {
  /// Fewest of these stars this term, then more distinct rules in the period, then longest since the
  /// last one, then by id.
  case fewestStars = "fewest-stars"
  /// All of them.
  case shared
  /// Who had the points first, by when it happened.
  case earliest

  /// The byte of records.
  public var code: UInt8 {
    switch self {
    case .fewestStars: 0
    case .shared: 1
    case .earliest: 2
    }
  }
}

/// What a star compares.
public enum StarMeasure: String, Hashable, Sendable, Codable, CaseIterable {
  /// The points of the period.
  case points
  /// The points of the period less the own mean of the last two, at least 0: 进步之星.
  case improvement
}

/// How excellent work is nominated.
public struct WorkTerms: Hashable, Sendable, Codable {
  /// Whether learners may nominate each other; leaders always may for their own group.
  public var peers: Bool
  /// How many works are accepted a week; nil where there is no limit.
  public var quota: Int32?

  /// Declares how work is nominated.
  public init(peers: Bool = false, quota: Int32? = nil) {
    self.peers = peers
    self.quota = quota
  }
}

extension ProgramDefinition {
  /// The declared awards.
  public var declaredAwards: [AwardDefinition] { awards ?? [] }
}
