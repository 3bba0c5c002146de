/// What makes a grade of a badge true or a step of a quest done (rules.md §4).
public indirect enum Criterion: Hashable, Sendable, Codable {
  /// Each of these holds.
  case all([Criterion])
  /// One of these holds.
  case any([Criterion])
  /// So many of these hold.
  case atLeast(Int, of: [Criterion])
  /// So many facts happened.
  case facts(FactCount)
  /// So many points are earned.
  case earned(Int64)
  /// A level is reached.
  case level(Int)
  /// A streak was so long once.
  case streak(id: String, days: Int)
  /// A badge is held, in this grade or a higher one; nil means any grade.
  case badge(id: String, grade: String?)
}

/// A number of facts that must have happened.
public struct FactCount: Hashable, Sendable, Codable {
  /// The facts that count; nil where a rule says so.
  public var match: FactMatch?
  /// The rule whose facts count.
  public var rule: String?
  /// What is counted once.
  public var distinct: Distinct
  /// The span in which they must lie together; a fact without an object lies in no object's span.
  public var window: Window
  /// How many there must be.
  public var atLeast: Int64

  /// Declares a number of facts.
  public init(
    match: FactMatch? = nil, rule: String? = nil, distinct: Distinct = .facts,
    window: Window = .ever, atLeast: Int64
  ) {
    self.match = match
    self.rule = rule
    self.distinct = distinct
    self.window = window
    self.atLeast = atLeast
  }

  /// What is counted once.
  public enum Distinct: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every fact.
    case facts
    /// Every object; a fact without one does not count.
    case objects
    /// Every local day.
    case days
  }
}

/// The facts that a streak or criterion looks at, in the words of a rule.
public struct FactMatch: Hashable, Sendable, Codable {
  /// The verbs; `viewed:*` matches every verb that begins with `viewed:`.
  public var verbs: [String]
  /// The kinds of object; empty means any.
  public var kinds: [String]
  /// The cohorts whose learners are looked at; empty means all.
  public var cohorts: [String]
  /// The tiers whose learners are looked at; empty means all.
  public var tiers: [String]
  /// The smallest value.
  public var minimumValue: Int64?
  /// Equalities on the fact's metadata, by key.
  public var equals: [String: String]

  /// Describes facts; lists left out match everything.
  public init(
    verbs: [String], kinds: [String] = [], cohorts: [String] = [], tiers: [String] = [],
    minimumValue: Int64? = nil, equals: [String: String] = [:]
  ) {
    self.verbs = verbs
    self.kinds = kinds
    self.cohorts = cohorts
    self.tiers = tiers
    self.minimumValue = minimumValue
    self.equals = equals
  }

  /// What a rule matches.
  public init(_ rule: Rule) {
    self.init(
      verbs: rule.verbs, kinds: rule.kinds, cohorts: rule.cohorts, tiers: rule.tiers,
      minimumValue: rule.minimumValue, equals: rule.equals)
  }

  /// A rule that matches these facts; it pays nothing unless said.
  public func rule(_ id: String, payment: Payment = .points(0), limiter: Limiter = .none) -> Rule {
    Rule(
      id: id, verbs: verbs, kinds: kinds, cohorts: cohorts, tiers: tiers,
      minimumValue: minimumValue, equals: equals, payment: payment, limiter: limiter)
  }
}

extension Criterion {
  /// The criterion and all that it is made of.
  var parts: [Criterion] {
    switch self {
    case .all(let parts), .any(let parts), .atLeast(_, let parts):
      return [self] + parts.flatMap(\.parts)
    case .facts, .earned, .level, .streak, .badge: return [self]
    }
  }

  /// The numbers of facts it is made of, left to right.
  var counts: [FactCount] {
    parts.compactMap { if case .facts(let count) = $0 { count } else { nil } }
  }

  /// Whether it looks at what is earned, itself and not through badges.
  var readsEarned: Bool {
    parts.contains { part in
      switch part {
      case .earned, .level: true
      default: false
      }
    }
  }

  /// The badges it looks at.
  var badges: [String] {
    parts.compactMap { if case .badge(let id, _) = $0 { id } else { nil } }
  }
}
