import Incentives

/// What facts pay, straight from the table of rules.md §3: P(facts up to and including) − P(before).
extension NaiveModel {
  struct Outcome: Equatable {
    var rule: String
    var worth: Int64
    var points: Int64
    var reason: Reason
  }

  struct Judgement: Equatable {
    var status: FactStatus
    var day: LocalDay
    var group: String?
    var term: String?
    var outcomes: [Outcome]
  }

  /// A window: its rule as defined, the span and the object it is about.
  struct WindowName: Hashable {
    var rule: Rule
    var span: String
    var object: String?
  }

  /// The facts of a learner in canonical order.
  func ordered(_ learner: String) -> [(at: Int64, fact: GameFact)] {
    facts.values.filter { $0.learner == learner }
      .map { (at: time.instant(of: $0.time), fact: $0) }
      .sorted { left, right in
        if left.at != right.at { return left.at < right.at }
        let (a, b) = (left.fact.name, right.fact.name)
        if a.source != b.source { return a.source.utf8.lexicographicallyPrecedes(b.source.utf8) }
        return a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
      }
  }

  func judge(_ learner: String) -> [FactName: Judgement] {
    var found: [FactName: Judgement] = [:]
    var windows: [WindowName: [Int64]] = [:]
    for (at, fact) in ordered(learner) {
      let day = time.day(at: at)
      let context = context(of: learner, on: day)
      let term = time.term(on: day, cohort: context.cohort)
      let isReversed = reversed.contains(fact.name)
      var judgement = Judgement(
        status: isReversed ? .reversed : (context.isOnRoster ? .counted : .pending), day: day,
        group: context.isOffBoards ? nil : context.group, term: term, outcomes: [])
      let rules = rules(at: at, term: term)
      for rule in rules
      where judgement.status != .pending && Self.matches(rule, fact) && accepts(rule, context) {
        let worth = Self.worth(rule.payment, of: fact.value)
        let outcome: Outcome
        if isReversed {
          outcome = Outcome(rule: rule.id, worth: worth, points: 0, reason: .reversed)
        } else if term == nil {
          outcome = Outcome(rule: rule.id, worth: worth, points: 0, reason: .outsideTerm)
        } else {
          let window = Self.window(of: rule, day: day, term: term ?? "", fact: fact)
          let before = windows[window] ?? []
          windows[window] = before + [worth]
          let points =
            Self.pays(rule.limiter, before + [worth]) - Self.pays(rule.limiter, before)
          outcome = Outcome(
            rule: rule.id, worth: worth, points: points,
            reason: Self.reason(rule.limiter, worth: worth, points: points))
        }
        judgement.outcomes.append(outcome)
      }
      found[fact.name] = judgement
    }
    for (name, outcomes) in recognized(learner).outcomes {
      found[name]?.outcomes += outcomes
    }
    return found
  }

  static func matches(_ rule: Rule, _ fact: GameFact) -> Bool {
    let isVerb = rule.verbs.contains { pattern in
      pattern.last == "*" ? fact.verb.hasPrefix(pattern.dropLast()) : pattern == fact.verb
    }
    let kind = fact.object?.split(separator: ":").first.map(String.init) ?? ""
    let isKind = rule.kinds.isEmpty || rule.kinds.contains(kind)
    let isEnough = rule.minimumValue.map { minimum in fact.value.map { $0 >= minimum } ?? false }
    return isVerb && isKind && isEnough ?? true
      && rule.equals.allSatisfy { fact.metadata[$0.key] == $0.value }
  }

  /// What recognition comes to, from the facts that count.
  func recognized(_ learner: String) -> Recognized {
    let counted = ordered(learner).compactMap { at, fact -> Counted? in
      let day = time.day(at: at)
      let context = context(of: learner, on: day)
      guard !reversed.contains(fact.name), context.isOnRoster else { return nil }
      let term = time.term(on: day, cohort: context.cohort)
      return Counted(
        fact: fact, at: at, day: day, context: context, term: term,
        version: version(at: at, term: term))
    }
    return recognize(counted, learner: learner)
  }

  func accepts(_ rule: Rule, _ context: Context) -> Bool {
    (rule.cohorts.isEmpty || context.cohort.map(rule.cohorts.contains) ?? false)
      && (rule.tiers.isEmpty || context.tier.map(rule.tiers.contains) ?? false)
  }

  private static func worth(_ payment: Payment, of value: Int64?) -> Int64 {
    switch payment {
    case .points(let points): return points
    case .perValue(let points, let each): return points * (max(0, value ?? 0) / each)
    }
  }

  /// P of a set of payments.
  private static func pays(_ limiter: Limiter, _ set: [Int64]) -> Int64 {
    let sum = set.reduce(0, +)
    switch limiter {
    case .none: return sum
    case .once, .best: return set.max() ?? 0
    case .capPoints(let cap, _): return min(cap, sum)
    case .capTimes(let times, _):
      return set.sorted(by: >).prefix(Int(times)).reduce(0, +)
    }
  }

  static func window(of rule: Rule, day: LocalDay, term: String, fact: GameFact) -> WindowName {
    var name = WindowName(rule: rule, span: "", object: nil)
    switch rule.limiter {
    case .none: name.span = "\(fact.name)"
    case .best: name.object = fact.object ?? ""
    case .once(let window), .capPoints(_, let window), .capTimes(_, let window):
      switch window {
      case .ever: break
      case .term: name.span = term
      case .week: name.span = "week of \(day.advanced(by: 1 - Int32(day.weekday.rawValue)))"
      case .day: name.span = "\(day)"
      case .object: name.object = fact.object ?? ""
      case .objectDay:
        name.span = "\(day)"
        name.object = fact.object ?? ""
      }
    }
    return name
  }

  private static func reason(_ limiter: Limiter, worth: Int64, points: Int64) -> Reason {
    if points > 0 { return .paid }
    if worth == 0 { return .noValue }
    switch limiter {
    case .none: return .paid
    case .once: return .alreadyPaid
    case .best: return .notBest
    case .capPoints, .capTimes: return .capReached
    }
  }
}
