/// Holds the stars that closing jobs decided against the state, contest by contest (`verify`).
///
/// Shown each change before it is applied, it finds again who competed, with which scores, stars and
/// cool-off, and keeps the first thing that is wrong. Which rules paid a candidate, and when, only their
/// logs say: those are `claims`, for `verify --rules` to look at.
public struct StarCheck {
  /// What is wrong first; nil while nothing is.
  public private(set) var problem: String?
  /// What logs have to confirm.
  public private(set) var claims: [StarClaim] = []
  private var race: StarRace?
  private var decided: Set<StarRace.ContestKey> = []

  /// Begins before the first record.
  public init() {}

  /// Looks at a change that is about to be applied.
  public mutating func see(_ change: Change, in buffer: ChangeBuffer, before state: ProgramState) {
    guard problem == nil else { return }
    switch change {
    case .starDecided(let decision):
      problem = problem(
        with: decision, Array(buffer.candidates[decision.candidates.range]), state)
    case .awardGiven(let given): problem = self.problem(with: given, state)
    case .closed(let closed):
      problem = missing(in: closed, state)
      race = nil
      decided = []
    default: break
    }
  }

  /// The race for a period that is being closed, found again once.
  private mutating func race(for period: Period, _ state: ProgramState) -> StarRace? {
    if let race, race.period == period { return race }
    guard let job = state.jobs.first(where: { $0.kind == .closePeriod && $0.period == period }),
      let open = state.periods[period]
    else { return nil }
    let stars = state.stars(of: period)
    let day = state.lastDay(of: period) ?? state.day(at: state.clock)
    var found = StarRace(open, stars: stars, cut: job.cut, rosterDay: day, in: state)
    for number in 1..<UInt32(state.learners.count + 1) {
      let learner = LearnerNumber(rawValue: number)
      let context = state.learners.context(of: learner, on: day, asOf: job.cut)
      if context.isRanked(in: .everyone) { found.see(learner, context, in: state) }
    }
    found.putInOrder()
    race = found
    decided = []
    return found
  }

  private mutating func problem(
    with decision: StarDecisionChange, _ told: [StarCandidate], _ state: ProgramState
  ) -> String? {
    let name = "star \(decision.decision) of \(decision.period)"
    guard let race = race(for: decision.period, state),
      let place = race.stars.firstIndex(where: { $0.award == decision.award })
    else { return "\(name) was decided without a period that closes" }
    let key = StarRace.ContestKey(star: place, segment: decision.segment)
    decided.insert(key)
    var contest = race[key]
    contest.begin()
    guard decision.ties == contest.star.terms.ties.code,
      decision.isImprovement == contest.star.isImprovement,
      Int(decision.tied) == contest.tied
    else { return "\(name): \(contest.tied) shared the first place, it says \(decision.tied)" }
    let places = told.filter { !$0.isCooling }
    guard told.filter(\.isCooling) == contest.told(besides: places.first) else {
      return "\(name): others are excluded than it says"
    }
    return problem(with: places, of: contest, name, decision, race, state)
  }

  /// Whether the places are those of the entries, as far as scores, stars and last stars say.
  private mutating func problem(
    with places: [StarCandidate], of contest: StarContest, _ name: String,
    _ decision: StarDecisionChange, _ race: StarRace, _ state: ProgramState
  ) -> String? {
    let ties = contest.star.terms.ties
    let order = StarOrder(ties: ties, identifiers: state.learners.order)
    let known = Dictionary(uniqueKeysWithValues: contest.entries.map { ($0.learner, $0) })
    for place in places {
      guard let entry = known[place.learner], entry.score == place.score,
        entry.stars == place.stars, entry.lastStar == place.lastStar
      else { return "\(name): #\(place.learner.rawValue) did not compete so" }
      if place.rules != StarCandidate.unasked || place.reachedAt != .distantPast {
        let numbers = [place.learner] + state.learners.alsoKnown(place.learner)
        claims.append(
          StarClaim(place, decision, contest.star, asOf: race.closedAt, under: numbers))
      }
    }
    let isNamed = !places.contains { state.learners.isNameless($0.learner) }
    for (one, two) in zip(places, places.dropFirst()) where isNamed && !order.precedes(one, two) {
      return "\(name): #\(two.learner.rawValue) stands after #\(one.learner.rawValue)"
    }
    let wanted = min(StarRace.proofPlaces, contest.entries.count)
    guard places.count >= min(wanted, StarContest.provedPlaces) else {
      return "\(name): it lists \(places.count) of \(contest.entries.count)"
    }
    let listed = Set(places.map(\.learner))
    let best = contest.entries.filter { !listed.contains($0.learner) }
    guard let last = places.prefix(StarContest.provedPlaces).last else { return nil }
    for entry in best where isNamed {
      // Who shares all that is resident with the last of the three: their log has to say less.
      if order.precedes(entry, last), last.rules == StarCandidate.unasked || ties == .shared {
        return "\(name): #\(entry.learner.rawValue) came before #\(last.learner.rawValue)"
      }
    }
    return nil
  }

  /// Whether somebody got a star whom its decision does not allow.
  private func problem(with given: AwardGivenChange, _ state: ProgramState) -> String? {
    guard !given.decision.isNone else { return nil }
    guard let decision = state.awards[given.decision] else {
      return "award \(given.given) is of no decision"
    }
    let waiting = state.awards.waiting[given.decision]
    switch given.cause {
    case .deadline where decision.first != given.learner:
      return "award \(given.given) went to somebody who did not come first"
    case .confirmed
    where waiting?.prefix(3).contains(where: { $0.learner == given.learner }) != true:
      return "award \(given.given) went to somebody who is not among the first three"
    case .closing where decision.tied == 1 && decision.first != given.learner:
      return "award \(given.given) went to somebody who did not come first"
    default: return nil
    }
  }

  /// Whether a star of a closed period was not decided though somebody competed.
  private mutating func missing(in closed: ClosedChange, _ state: ProgramState) -> String? {
    guard !state.stars(of: closed.period).isEmpty, let race = race(for: closed.period, state) else {
      return nil
    }
    let missing = race.nextKeys(.max).first { key in
      let star = race.stars[key.star]
      return state.awards.decision(on: star.award, closed.period, key.segment) == nil
    }
    return missing.map { key in
      "\(closed.period): the star \(race.stars[key.star].definition.id) was not decided"
    }
  }
}

extension StarContest {
  /// Those excluded whom a decision tells of, given who came first.
  fileprivate func told(besides first: StarCandidate?) -> [StarCandidate] {
    guard let first else { return excluded }
    return excluded.filter { $0.score >= first.score }
  }
}

/// What a star says of a candidate that only their log confirms.
public struct StarClaim {
  /// The candidate.
  public let candidate: StarCandidate
  /// The decision.
  public let decision: DecisionNumber
  private let period: Period
  private let star: CompiledStar
  private let cut: Position
  /// The numbers under which the candidate was known by then.
  private let numbers: Set<LearnerNumber>

  init(
    _ candidate: StarCandidate, _ decision: StarDecisionChange, _ star: CompiledStar,
    asOf cut: Position, under numbers: [LearnerNumber]
  ) {
    self.candidate = candidate
    self.numbers = Set(numbers)
    self.decision = decision.decision
    period = decision.period
    self.star = star
    self.cut = cut
  }

  /// What the log says otherwise; nil where it confirms the claim.
  public func difference(in log: LearnerLog, of state: ProgramState) -> String? {
    let found = state.payments(in: log, of: star, period, asOf: cut, under: numbers)
    let name = "star \(decision): #\(candidate.learner.rawValue)"
    if candidate.rules != StarCandidate.unasked, Int(candidate.rules) != found.rules {
      return "\(name) was paid by \(found.rules) rules, it says \(candidate.rules)"
    }
    if candidate.reachedAt != .distantPast, candidate.reachedAt != found.reachedAt {
      return "\(name) had the points at \(found.reachedAt), it says \(candidate.reachedAt)"
    }
    guard !star.isImprovement, star.scope != nil, candidate.score != found.points else {
      return nil
    }
    return "\(name) had \(found.points), it says \(candidate.score)"
  }
}
