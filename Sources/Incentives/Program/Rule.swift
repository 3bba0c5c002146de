/// A points rule 积分规则: the facts it matches, one payment, and at most one limiter (rules.md §3).
///
/// A rule is pure data. Its definition is its identity: an unchanged definition keeps its windows
/// across versions of a rule set, a changed one starts new ones.
public struct Rule: Hashable, Sendable, Codable {
  /// The name that answers and explanations use.
  public var id: String
  /// The verbs it matches; `viewed:*` matches every verb that begins with `viewed:`.
  public var verbs: [String]
  /// The kinds of object it matches; empty means any.
  public var kinds: [String]
  /// The cohorts whose learners it pays; empty means all.
  public var cohorts: [String]
  /// The tiers whose learners it pays; empty means all.
  public var tiers: [String]
  /// The smallest value it matches; a fact without a value does not reach it.
  public var minimumValue: Int64?
  /// Equalities on the fact's metadata, by key.
  public var equals: [String: String]
  /// What one matching fact is worth before the limiter.
  public var payment: Payment
  /// What holds the sum of payments back.
  public var limiter: Limiter

  /// Describes a rule; lists left out match everything.
  public init(
    id: String, verbs: [String], kinds: [String] = [], cohorts: [String] = [],
    tiers: [String] = [], minimumValue: Int64? = nil, equals: [String: String] = [:],
    payment: Payment, limiter: Limiter = .none
  ) {
    self.id = id
    self.verbs = verbs
    self.kinds = kinds
    self.cohorts = cohorts
    self.tiers = tiers
    self.minimumValue = minimumValue
    self.equals = equals
    self.payment = payment
    self.limiter = limiter
  }
}

/// What one matching fact is worth: a fixed number of points, or points for each full step of its value.
@frozen public enum Payment: Hashable, Sendable, Codable, BitwiseCopyable {
  /// `points: n`.
  case points(Int64)
  /// `perValue: {points: p, each: v}` pays p × ⌊value ÷ v⌋; an absent or negative value pays 0.
  case perValue(points: Int64, each: Int64)

  /// The payment for a fact's value; nil where the product does not fit in 64 bits.
  @inlinable public func amount(value: Int64?) -> Int64? {
    switch self {
    case .points(let points): return points
    case .perValue(let points, let each):
      guard let value, value > 0 else { return 0 }
      let (amount, overflow) = points.multipliedReportingOverflow(by: value / each)
      return overflow ? nil : amount
    }
  }
}

/// What a rule's window pays for the set of payments in it (rules.md §3).
@frozen public enum Limiter: Hashable, Sendable, Codable, BitwiseCopyable {
  /// The sum.
  case none
  /// The largest single payment in the window.
  case once(Window)
  /// The largest single payment for the object: a better attempt pays the difference.
  case best
  /// At most so many points in a window.
  case capPoints(Int64, Window)
  /// The sum of the k largest payments in a window.
  case capTimes(Int64, Window)

  /// The window the limiter looks at; nil where there is no limiter.
  @inlinable public var window: Window? {
    switch self {
    case .none: return nil
    case .once(let window), .capPoints(_, let window), .capTimes(_, let window): return window
    case .best: return .object
    }
  }

  /// Why a fact in a window that is used up pays nothing.
  @inlinable public var exhausted: Reason {
    switch self {
    case .none: return .paid
    case .once: return .alreadyPaid
    case .best: return .notBest
    case .capPoints, .capTimes: return .capReached
    }
  }
}

/// The span of facts a limiter looks at together, always of one learner and one rule.
@frozen public enum Window: String, Hashable, Sendable, Codable, CaseIterable, BitwiseCopyable {
  /// All facts.
  case ever
  /// The facts of one term.
  case term
  /// The facts of one week.
  case week
  /// The facts of one day.
  case day
  /// The facts about one object.
  case object
  /// The facts about one object on one day.
  case objectDay = "object-day"

  /// The period whose closing ends the window; `all` for windows that never close.
  @inlinable public var period: PeriodKind {
    switch self {
    case .ever, .object: return .all
    case .term: return .term
    case .week: return .week
    case .day, .objectDay: return .day
    }
  }

  /// Whether facts about different objects lie in different windows.
  @inlinable public var isPerObject: Bool { self == .object || self == .objectDay }
}

/// Why a rule paid what it paid for a fact; the stable words of outcomes and explanations.
@frozen public enum Reason: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// It paid.
  case paid = 0
  /// The window's cap was reached.
  case capReached = 1
  /// The window had paid already.
  case alreadyPaid = 2
  /// Another attempt is better.
  case notBest = 3
  /// The day lies in no term.
  case outsideTerm = 4
  /// The learner was not on the roster on the fact's day.
  case notOnRoster = 5
  /// The fact was reversed.
  case reversed = 6
  /// The fact's value is absent or too small for a payment.
  case noValue = 7
  /// It paid, for a term whose lot has expired: earned, and not to be spent.
  case lotExpired = 8

  /// The word on the wire.
  public var word: String {
    switch self {
    case .paid: return "paid"
    case .capReached: return "cap_reached"
    case .alreadyPaid: return "already_paid"
    case .notBest: return "not_best"
    case .outsideTerm: return "outside_term"
    case .notOnRoster: return "not_on_roster"
    case .reversed: return "reversed"
    case .noValue: return "no_value"
    case .lotExpired: return "lot_expired"
    }
  }
}
