import Incentives

/// Stars of the model, decided by looking at everybody and sorting (rules.md §5).
extension NaiveModel {
  /// What each rule paid each learner in a period.
  typealias RuleSums = [String: [String: Int64]]

  /// A candidate with all that a tie compares.
  struct Candidate: Equatable {
    var learner: String
    var score: Int64
    var stars: Int
    var rules: Int
    var last: LocalDay?
  }

  /// A star that somebody has, or that waits for staff with them in front.
  struct HeldStar {
    var award: String
    var learner: String
    var day: LocalDay
    var term: String
  }

  /// What rules paid in every period that has any payment, as the facts say now.
  mutating func ruleSums() -> [Period: RuleSums] {
    var found: [Period: RuleSums] = [:]
    for learner in Set(facts.values.map(\.learner)) {
      for judgement in judgements(of: learner).values {
        for period in time.periods(of: judgement.day, term: judgement.term) {
          for outcome in judgement.outcomes
          where outcome.points != 0 && !outcome.rule.contains(":") {
            found[period, default: [:]][learner, default: [:]][outcome.rule, default: 0] +=
              outcome.points
          }
        }
      }
    }
    return found
  }

  /// The stars in force at a period's first instant.
  func stars(of period: Period) -> [AwardDefinition] {
    guard let first = time.firstDay(of: period) else { return [] }
    let begin = time.firstInstant(of: first)
    return (starSets.last { $0.from <= begin }?.awards ?? []).filter {
      $0.star?.period.kind == period.kind
    }
  }

  /// The two teaching days before a day.
  func twoBefore(_ day: LocalDay) -> [LocalDay] {
    var found: [LocalDay] = []
    var here = day
    while found.count < 2 {
      here = here.previous
      if time.isTeachingDay(here) { found.append(here) }
    }
    return found
  }

  /// The candidates of a segment, best first, and those who are excluded.
  func race(
    _ award: AwardDefinition, _ population: Population, of period: Period, sums: RuleSums,
    board: [String: Int64], before: [RuleSums], held: [HeldStar]
  ) -> (places: [Candidate], pausing: [Candidate]) {
    guard let star = award.star, let day = time.lastDay(of: period) else { return ([], []) }
    func points(_ learner: String, _ sums: RuleSums) -> Int64 {
      (sums[learner] ?? [:]).reduce(0) {
        star.rules.isEmpty || star.rules.contains($1.key) ? $0 + $1.value : $0
      }
    }
    var places: [Candidate] = []
    var pausing: [Candidate] = []
    let isImprovement = star.measure == .improvement
    for learner in rows.keys where isRanked(learner, in: population, on: day) {
      var score = star.score == .board ? board[learner] ?? 0 : points(learner, sums)
      if isImprovement {
        score = max(0, 2 * score - before.reduce(0) { $0 + points(learner, $1) })
      }
      guard score >= star.minimum * (isImprovement ? 2 : 1) else { continue }
      let cohort = context(of: learner, on: day).cohort
      let term = time.term(on: day, cohort: cohort)
      let own = held.filter { $0.award == award.id && $0.learner == learner && $0.day != day }
      let rules = (sums[learner] ?? [:]).filter {
        $0.value > 0 && (star.rules.isEmpty || star.rules.contains($0.key))
      }
      let candidate = Candidate(
        learner: learner, score: score, stars: own.count { $0.term == term ?? "-" },
        rules: rules.count, last: own.map(\.day).max())
      if let last = candidate.last, pauses(from: last, to: day, star.coolOff) {
        pausing.append(candidate)
      } else {
        places.append(candidate)
      }
    }
    return (
      places.sorted { Self.precedes($0, $1, star.ties) },
      pausing.filter { one in places.map(\.score).max().map { one.score >= $0 } ?? true }
    )
  }

  private func pauses(from last: LocalDay, to day: LocalDay, _ coolOff: Int32) -> Bool {
    guard coolOff > 0, last < day else { return false }
    let days = (last.number + 1...day.number).count { isTaught(LocalDay(number: $0)) }
    return days <= Int(coolOff)
  }

  private func isTaught(_ day: LocalDay) -> Bool { time.isTeachingDay(day) }

  private static func precedes(
    _ left: Candidate, _ right: Candidate, _ ties: StarTies
  ) -> Bool {
    if left.score != right.score { return left.score > right.score }
    if ties == .fewestStars {
      if left.stars != right.stars { return left.stars < right.stars }
      if left.rules != right.rules { return left.rules > right.rules }
      let never = LocalDay(number: .min)
      if left.last != right.last { return left.last ?? never < right.last ?? never }
    }
    return left.learner.utf8.lexicographicallyPrecedes(right.learner.utf8)
  }
}
