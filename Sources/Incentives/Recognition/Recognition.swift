/// What a program recognises beside points: levels, streaks, badges and quests (rules.md §4).
public struct Recognition: Hashable, Sendable, Codable {
  /// The thresholds of levels; nil where there are none.
  public var levels: LevelCurve?
  /// Streaks.
  public var streaks: [Streak]
  /// Badges.
  public var badges: [Badge]
  /// Quests.
  public var quests: [Quest]

  /// Declares what a program recognises; nothing unless said.
  public init(
    levels: LevelCurve? = nil, streaks: [Streak] = [], badges: [Badge] = [], quests: [Quest] = []
  ) {
    self.levels = levels
    self.streaks = streaks
    self.badges = badges
    self.quests = quests
  }

  /// Whether it declares nothing.
  public var isEmpty: Bool {
    levels == nil && streaks.isEmpty && badges.isEmpty && quests.isEmpty
  }
}

/// A streak 连续打卡: consecutive days with a qualifying fact.
///
/// Days that are not counted, days off the roster and excused days neither break nor lengthen it. A
/// counted day without a fact is a gap; passes cover a whole gap or none of it, oldest gap first, and a
/// covered day does not lengthen the run. So a streak is a function of the set of days.
public struct Streak: Hashable, Sendable, Codable {
  /// The id.
  public var id: String
  /// The name people read.
  public var title: String
  /// The facts that qualify a day.
  public var match: FactMatch
  /// The days that are counted.
  public var days: StreakDays
  /// How many gap days of each term are covered 补签卡.
  public var passes: Int
  /// The lengths that pay, each once per run.
  public var milestones: [Milestone]

  /// Declares a streak.
  public init(
    id: String, title: String = "", match: FactMatch, days: StreakDays = .teachingDays,
    passes: Int = 0, milestones: [Milestone] = []
  ) {
    self.id = id
    self.title = title
    self.match = match
    self.days = days
    self.passes = passes
    self.milestones = milestones
  }

  /// A length of a run that pays.
  public struct Milestone: Hashable, Sendable, Codable {
    /// The days of the run.
    public var days: Int
    /// What it pays.
    public var points: Int64

    /// Declares a milestone.
    public init(days: Int, points: Int64) {
      self.days = days
      self.points = points
    }
  }
}

/// The days a streak counts.
public enum StreakDays: String, Hashable, Sendable, Codable, CaseIterable {
  /// Teaching days of the learner's cohort.
  case teachingDays
  /// Monday to Friday, but for the calendar's entries.
  case workdays
  /// All days.
  case everyDay
}

/// The thresholds of levels 等级, all on earned points; level 1 begins at 0.
public enum LevelCurve: Hashable, Sendable, Codable {
  /// The points at which each level begins, the first at 0.
  case list([Int64])
  /// Level n begins at b(n − 1).
  case linear(base: Int64, highest: Int)
  /// Level n begins at b(n − 1)².
  case quadratic(base: Int64, highest: Int)
  /// Level n begins at b(2^(n − 1) − 1).
  case doubling(base: Int64, highest: Int)

  /// The most levels a curve may have.
  public static let levelsMax = 100

  /// The highest level.
  public var highest: Int {
    switch self {
    case .list(let thresholds): return thresholds.count
    case .linear(_, let highest), .quadratic(_, let highest), .doubling(_, let highest):
      return highest
    }
  }

  /// The earned points at which a level from 1 on begins; saturates where no account reaches it.
  public func threshold(of level: Int) -> Int64 {
    let steps = Int64(level - 1)
    func times(_ base: Int64, _ factor: Int64) -> Int64 {
      let (product, overflow) = base.multipliedReportingOverflow(by: factor)
      return overflow ? .max : product
    }
    switch self {
    case .list(let thresholds): return thresholds[level - 1]
    case .linear(let base, _): return times(base, steps)
    case .quadratic(let base, _): return times(base, times(steps, steps))
    case .doubling(let base, _): return steps >= 62 ? .max : times(base, (1 << steps) - 1)
    }
  }

  /// The level of an amount of earned points.
  public func level(of earned: Int64) -> Int {
    var level = 1
    while level < highest, threshold(of: level + 1) <= earned { level += 1 }
    return level
  }
}

/// A badge 徽章: grades over criteria.
///
/// One badge has one standing grade: the highest whose criterion holds. What it pays is paid when the
/// grade is reached and follows the facts: it falls when a reversal makes the grade untrue.
public struct Badge: Hashable, Sendable, Codable {
  /// The id.
  public var id: String
  /// The name people read.
  public var title: String
  /// The grades, the lowest first.
  public var grades: [Grade]
  /// Whether it stays though its criterion becomes untrue; such a badge pays no points.
  public var sticky: Bool

  /// Declares a badge.
  public init(id: String, title: String = "", grades: [Grade], sticky: Bool = false) {
    self.id = id
    self.title = title
    self.grades = grades
    self.sticky = sticky
  }

  /// A grade 铜 银 金 of a badge.
  public struct Grade: Hashable, Sendable, Codable {
    /// The name people read and calls use.
    public var name: String
    /// What makes it true.
    public var when: Criterion
    /// What reaching it pays.
    public var points: Int64

    /// Declares a grade.
    public init(name: String, when: Criterion, points: Int64 = 0) {
      self.name = name
      self.when = when
      self.points = points
    }
  }
}

/// A quest 学习闯关: steps one after the other.
public struct Quest: Hashable, Sendable, Codable {
  /// The id.
  public var id: String
  /// The name people read.
  public var title: String
  /// The steps, in order; a step opens when the one before is done.
  public var steps: [Step]
  /// Whether facts from before a step opened count for it.
  public var countsBefore: Bool
  /// What completing it pays, beside what its steps pay.
  public var points: Int64

  /// Declares a quest.
  public init(
    id: String, title: String = "", steps: [Step], countsBefore: Bool = true, points: Int64 = 0
  ) {
    self.id = id
    self.title = title
    self.steps = steps
    self.countsBefore = countsBefore
    self.points = points
  }

  /// A step of a quest.
  public struct Step: Hashable, Sendable, Codable {
    /// The name people read.
    public var name: String
    /// What makes it done.
    public var when: Criterion
    /// What doing it pays.
    public var points: Int64

    /// Declares a step.
    public init(name: String, when: Criterion, points: Int64 = 0) {
      self.name = name
      self.when = when
      self.points = points
    }
  }
}
