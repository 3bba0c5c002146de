import Incentives

/// The boards of the model: everybody on the roster of a day, sorted.
extension NaiveModel {
  /// Whom a board ranks, in words.
  enum Population {
    case everyone
    case cohort(String)
    case tier(String)
    case group(String)
  }

  /// The day whose roster a board ranks.
  func rosterDay(of period: Period, now: Int64) -> LocalDay {
    var day = time.day(at: now)
    if let first = time.firstDay(of: period) { day = max(day, first) }
    if let last = time.lastDay(of: period) { day = min(day, last) }
    return day
  }

  func isRanked(_ learner: String, in population: Population, on day: LocalDay) -> Bool {
    let context = context(of: learner, on: day)
    guard context.isOnRoster, !context.isOffBoards else { return false }
    switch population {
    case .everyone: return true
    case .cohort(let cohort): return context.cohort == cohort
    case .tier(let tier): return context.tier == tier
    case .group(let group): return context.group == group
    }
  }

  func board(
    of learners: [String: Int64], in population: Population, on day: LocalDay
  ) -> [BoardLine] {
    let members = rows.keys.filter { isRanked($0, in: population, on: day) }
    return Self.ranked(members.map { ($0, learners[$0] ?? 0) })
  }

  func groupBoard(of scores: [String: Int64], cohort: String?) -> [BoardLine] {
    let members = groups.filter { cohort == nil || groupCohorts[$0] == cohort }
    return Self.ranked(members.map { ($0, scores[$0] ?? 0) })
  }

  static func ranked(_ scores: [(member: String, score: Int64)]) -> [BoardLine] {
    scores.sorted { left, right in
      left.score == right.score
        ? left.member.utf8.lexicographicallyPrecedes(right.member.utf8) : left.score > right.score
    }.map { entry in
      BoardLine(
        rank: 1 + scores.count { $0.score > entry.score }, member: entry.member,
        score: entry.score)
    }
  }
}
