/// Finds who comes first for the stars of one period (rules.md §5).
///
/// Two halves. *Gathering* looks at each learner once and lets a learner who may come among the first
/// three of a segment enter its contest. *Ranking* puts the entries of a contest in order; where a tie
/// asks for more than is resident — which rules paid, and when — it asks for the logs of those it
/// concerns. A tie of very many is thinned out first by what is resident, in slices: how many rules can
/// have paid is bounded by the points. So both go in short steps however many learners there are, and
/// read what was true at the cut, whatever comes in between.
struct StarRace {
  /// How many places a proof tells.
  static let proofPlaces = 10
  /// How many logs one step asks for.
  static let logsMax = 64

  let period: Period
  let cut: Position
  /// The last record that could move the period's sums.
  let closedAt: Position
  let rosterDay: LocalDay
  let stars: [CompiledStar]
  private let scorers: [StarScorer]
  private var contests: [ContestKey: StarContest] = [:]
  private var waiting: [[LearnerNumber: [StarDecision]]]
  /// For each star, the least points with which 1, 2, … distinct rules can have paid.
  private let bounds: [[Int64]]

  /// Which contest: a star, by its place among those of the period, and a segment.
  struct ContestKey: Hashable, Comparable {
    var star: Int
    var segment: Segment

    static func < (left: ContestKey, right: ContestKey) -> Bool {
      (left.star, left.segment) < (right.star, right.segment)
    }
  }

  init(
    _ open: OpenPeriod, stars: [CompiledStar], cut: Position, rosterDay: LocalDay,
    in state: ProgramState
  ) {
    period = open.period
    let period = period
    closedAt = open.closedAt.isNone ? Position(rawValue: .max) : open.closedAt
    scorers = stars.map { StarScorer($0, in: open, state) }
    self.cut = cut
    self.rosterDay = rosterDay
    self.stars = stars
    waiting = stars.map {
      state.awards.waitingStars(of: $0.award, without: period, asOf: cut)
    }
    bounds = stars.map { state.leastPoints(of: $0) }
  }

  /// The contests in which somebody entered or was excluded, in order, once that is found.
  private var order: [ContestKey]?
  private var next = 0

  /// Finds the order of the contests; once, when nobody enters any more.
  mutating func putInOrder() {
    if order == nil { order = contests.keys.sorted() }
  }

  /// The next contests in order.
  func nextKeys(_ count: Int) -> ArraySlice<ContestKey> { (order ?? [])[next...].prefix(count) }

  /// Moves on to the contest after the next one.
  mutating func moveOn() { next += 1 }

  /// A contest.
  subscript(key: ContestKey) -> StarContest {
    get { contests[key] ?? StarContest(star: stars[key.star], segment: key.segment) }
    set { contests[key] = newValue }
  }

  /// Looks at a learner who is ranked on the roster day.
  mutating func see(_ learner: LearnerNumber, _ context: Context, in state: ProgramState) {
    for (place, star) in stars.enumerated() {
      guard let segment = context.segment(of: star.terms.scope) else { continue }
      let score = scorers[place].score(of: learner)
      guard score >= star.minimum else { continue }
      let key = ContestKey(star: place, segment: segment)
      guard score >= contests[key]?.floor ?? 0 else { continue }
      let term = state.term(on: rosterDay, cohort: context.cohort)
      var history = state.awards.history(
        of: star.award, learner, term: term, without: period, asOf: cut)
      if !waiting[place].isEmpty {
        for decision in waiting[place][learner] ?? [] {
          history.add(decision.day, isThisTerm: decision.term == term)
        }
      }
      let isCooling = state.isCooling(
        history.last, before: rosterDay, coolOff: star.terms.coolOff, cohort: context.cohort)
      let candidate = StarCandidate(
        learner: learner, score: score, stars: history.stars, lastStar: history.last,
        isCooling: isCooling)
      guard isCooling else {
        contests[key, default: StarContest(star: star, segment: segment)].enter(candidate)
        continue
      }
      contests[key, default: StarContest(star: star, segment: segment)].exclude(
        candidate, StarOrder(ties: star.terms.ties, identifiers: state.learners.order))
    }
  }

  /// How many distinct rules can have paid, at most.
  private func rulesMax(of candidate: StarCandidate, for star: Int) -> UInt32 {
    // Improvement is compared doubled, and less a mean: nothing is known of the points then.
    guard !stars[star].isImprovement else { return UInt32(bounds[star].count) }
    return UInt32(bounds[star].partitioningIndex { $0 > candidate.score })
  }

  /// Puts the entries of a contest in order as far as the logs given allow; answers whose logs it needs.
  ///
  /// Does a slice of the work where there are very many; nil where the contest is ranked.
  mutating func rank(
    _ key: ContestKey, logs: [LearnerNumber: LearnerLog], max: Int, in state: ProgramState
  ) -> RaceStep {
    var contest = self[key]
    // Taken out, so that the entries are changed in place.
    contests[key] = StarContest(star: contest.star, segment: contest.segment)
    defer { contests[key] = contest }
    contest.begin()
    let order = StarOrder(ties: contest.star.terms.ties, identifiers: state.learners.order)
    while true {
      switch contest.stage {
      case .entering:
        preconditionFailure("a contest begins before it is ranked")
      case .thinning(let cursor):
        let end = min(contest.entries.count, cursor + max)
        for index in cursor..<end {
          let hopeful = hopeful(contest.entries[index], for: key.star)
          contest.keepInFront(hopeful, order, max: Self.logsMax)
        }
        guard end == contest.entries.count else {
          contest.stage = .thinning(end)
          return .more
        }
        contest.stage = .front
      case .front:
        let asked = contest.askedInFront(places: Self.proofPlaces)
        let missing = asked.filter { logs[$0.learner] == nil }
        guard missing.isEmpty else { return .needs(missing.map(\.learner)) }
        contest.settleFront { answered($0, asked, logs, key.star, in: state) }
        contest.sortPlaces(order, max: Self.proofPlaces)
        contest.stage = contest.isFrontAll ? .ranked : .challenging(0)
      case .challenging(let cursor):
        guard cursor < contest.entries.count else {
          contest.stage = .ranked
          continue
        }
        let end = min(contest.entries.count, cursor + max)
        var challengers: [StarCandidate] = []
        var next = cursor
        while next < end, challengers.count < Self.logsMax {
          let entry = contest.entries[next]
          if contest.isChallenged(by: hopeful(entry, for: key.star), order) {
            challengers.append(entry)
          }
          next += 1
        }
        let missing = challengers.filter { logs[$0.learner] == nil }
        guard missing.isEmpty else { return .needs(missing.map(\.learner)) }
        for entry in challengers {
          contest.places.append(answered(entry, challengers, logs, key.star, in: state))
        }
        contest.sortPlaces(order, max: Self.proofPlaces)
        contest.stage = .challenging(next)
        if next < contest.entries.count { return .more }
      case .ranked: return .ranked
      }
    }
  }

  /// The best an entry can turn out to be.
  private func hopeful(_ entry: StarCandidate, for star: Int) -> StarCandidate {
    var entry = entry
    entry.rules = rulesMax(of: entry, for: star)
    return entry
  }

  /// An entry with what its log says, if that was asked.
  private func answered(
    _ entry: StarCandidate, _ asked: [StarCandidate], _ logs: [LearnerNumber: LearnerLog],
    _ star: Int, in state: ProgramState
  ) -> StarCandidate {
    var entry = entry
    entry.rules = StarCandidate.unasked
    guard asked.contains(where: { $0.learner == entry.learner }), let log = logs[entry.learner]
    else { return entry }
    let found = state.payments(in: log, of: stars[star], period, asOf: closedAt)
    switch stars[star].terms.ties {
    case .fewestStars: entry.rules = UInt32(found.rules)
    case .earliest: entry.reachedAt = found.reachedAt
    case .shared: break
    }
    return entry
  }
}

/// What a star compares of each learner: doubled where improvement is compared.
struct StarScorer {
  private let open: OpenPeriod
  private let sums: StarSums?
  /// The sums of the two periods before: as they closed, or as they stand while they are open.
  private let past: [StarSums]
  private let isBoard: Bool
  private let isImprovement: Bool

  init(_ star: CompiledStar, in open: OpenPeriod, _ state: ProgramState) {
    self.open = open
    isBoard = star.scope == nil
    isImprovement = star.isImprovement
    sums = open.starSums.first { $0.scope === star.scope }
    guard isImprovement, let scope = star.scope else {
      past = []
      return
    }
    past = state.previous(of: open.period).compactMap { period in
      state.pastSums[PastSumsKey(period: period, scope: scope.number)]
        ?? state.periods[period]?.starSums.first { $0.scope === scope }
    }
  }

  func score(of learner: LearnerNumber) -> Int64 {
    guard !isBoard else { return open.learnerScores[learner.index] }
    let own = sums.map { $0.sums[learner.index] } ?? 0
    guard isImprovement else { return own }
    return max(0, own * 2 - past.reduce(0) { $0 + $1.sums[learner.index] })
  }
}

/// How far ranking a contest got.
enum RaceStep {
  /// There is more to do in another step.
  case more
  /// These logs are needed.
  case needs([LearnerNumber])
  /// The places are known.
  case ranked
}

/// The order of candidates for a star.
struct StarOrder {
  let ties: StarTies
  let identifiers: IdentifierOrder

  /// Whether one comes before another; of two whose distinct rules were not asked, none was needed.
  func precedes(_ left: StarCandidate, _ right: StarCandidate) -> Bool {
    if left.score != right.score { return left.score > right.score }
    switch ties {
    case .fewestStars:
      if left.stars != right.stars { return left.stars < right.stars }
      if left.rules != right.rules, left.rules != StarCandidate.unasked,
        right.rules != StarCandidate.unasked
      {
        return left.rules > right.rules
      }
      if left.lastStar != right.lastStar { return left.lastStar < right.lastStar }
    case .earliest:
      if left.reachedAt != right.reachedAt { return left.reachedAt < right.reachedAt }
    case .shared: break
    }
    return identifiers.precedes(left.learner.rawValue, right.learner.rawValue)
  }
}

extension Context {
  /// The segment in which a learner competes for a star of a scope; nil where in none.
  func segment(of scope: StarScopeKind) -> Segment? {
    let segment =
      switch scope {
      case .program: Segment.everyone
      case .cohort: Segment(kind: .cohort, number: UInt32(cohort.rawValue))
      case .tier: Segment(kind: .tier, number: UInt32(tier.rawValue))
      case .group: Segment(kind: .group, number: group.rawValue)
      }
    return scope == .program || segment.number != 0 ? segment : nil
  }
}

extension ProgramState {
  /// Whether a star is too recent for another one.
  func isCooling(
    _ last: LocalDay, before day: LocalDay, coolOff: Int32, cohort: CohortNumber
  ) -> Bool {
    guard coolOff > 0, last.number > .min, last < day else { return false }
    let since = calendar.teachingDays(
      from: last.next, through: day, cohort: cohort.isNone ? nil : UInt32(cohort.rawValue))
    return since <= Int(coolOff)
  }

  /// The least points with which one rule, two, … of a star can have paid.
  func leastPoints(of star: CompiledStar) -> [Int64] {
    var least: [String: Int64] = [:]
    for (number, rule) in rulesByNumber
    where star.scope?.includes(number) ?? pointsRules.contains(number) {
      least[rule.id] = min(least[rule.id] ?? .max, rule.leastPayment)
    }
    var sum: Int64 = 0
    return least.values.sorted().map { points in
      sum += points
      return sum
    }
  }

  /// What a learner's log says of the payments that a star adds up: how many rules paid, and when the
  /// last payment was earned; with `numbers`, of the accounts among them that were merged later.
  func payments(
    in log: LearnerLog, of star: CompiledStar, _ period: Period, asOf cut: Position,
    under numbers: Set<LearnerNumber>? = nil
  ) -> (rules: Int, reachedAt: Instant, points: Int64) {
    var paidBy: [String: Int64] = [:]
    var paidFor: [Position: Int64] = [:]
    var happened: [Position: Instant] = [:]
    func add(_ points: Int64, _ rule: RuleNumber, _ fact: Position) {
      guard star.scope?.includes(rule) ?? pointsRules.contains(rule) else { return }
      paidBy[rulesByNumber[rule]?.id ?? "", default: 0] += points
      paidFor[fact, default: 0] += points
    }
    for (index, change) in log.buffer.changes.enumerated() where log.positions[index] <= cut {
      switch change {
      case .fact(let fact) where numbers?.contains(fact.learner) ?? true:
        happened[log.positions[index]] = fact.occurredAt
        guard self.period(period.kind, day: fact.day, term: fact.term) == period else { continue }
        for outcome in log.buffer.outcomes[fact.outcomes.range] {
          add(outcome.points, outcome.rule, log.positions[index])
        }
      case .moved(let move) where numbers?.contains(move.learner) ?? true:
        guard self.period(period.kind, day: move.day, term: move.term) == period else { continue }
        add(move.posting.points, move.rule, move.fact)
      default: break
      }
    }
    let reachedAt = paidFor.filter { $0.value > 0 }.keys.compactMap { happened[$0] }.max()
    return (
      paidBy.values.count { $0 > 0 }, reachedAt ?? .distantPast,
      paidBy.values.reduce(0) { $0 &+ $1 }
    )
  }
}

extension Rule {
  /// The least it pays in all where it pays anything.
  fileprivate var leastPayment: Int64 {
    let unit =
      switch payment {
      case .points(let points): points
      case .perValue(let points, _): points
      }
    // A cap may leave any rest of a payment.
    if case .capPoints = limiter { return 1 }
    return max(1, unit)
  }
}
