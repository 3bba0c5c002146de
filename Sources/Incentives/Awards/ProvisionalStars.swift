/// How a star of an open period stands 今日暂列: as if the period closed now.
public struct ProvisionalStar: Sendable {
  /// The award.
  public let award: AwardNumber
  /// The declaration by which it will be decided.
  public let definition: AwardDefinition
  /// The period.
  public let period: Period
  /// Who competes.
  public let segment: Segment
  /// How many share the highest score.
  public let tied: Int
  /// Who comes first, best first.
  public let places: [StarCandidate]
  /// Who is excluded because their last star is too recent, and would have come before.
  public let excluded: [StarCandidate]
}

extension ProgramState {
  /// The open periods for which a star is declared, in order.
  public var periodsOfStars: [Period] {
    periods.keys.filter { $0.kind != .all && !isClosed($0) && !stars(of: $0).isEmpty }.sorted()
  }

  /// The stars of an open period as they stand.
  ///
  /// Asks for the logs of those who are tied, where they are not among those given. Costs a look at every
  /// learner.
  public func provisionalStars(
    of period: Period, award: AwardNumber? = nil, now: Instant,
    logs: [LearnerNumber: LearnerLog]
  ) throws(Undecided) -> [ProvisionalStar] {
    guard let open = periods[period], !isClosed(period) else { return [] }
    let stars = stars(of: period).filter { award == nil || $0.award == award }
    guard !stars.isEmpty else { return [] }
    let day = rosterDay(of: period, now: now)
    var race = StarRace(open, stars: stars, cut: position, rosterDay: day, in: self)
    for number in 1..<UInt32(learners.count + 1) {
      let learner = LearnerNumber(rawValue: number)
      let context = learners.context(of: learner, on: day)
      if context.isRanked(in: .everyone) { race.see(learner, context, in: self) }
    }
    race.putInOrder()
    var found: [ProvisionalStar] = []
    var missing: Set<LearnerNumber> = []
    for key in race.nextKeys(.max) {
      var step = RaceStep.more
      while case .more = step { step = race.rank(key, logs: logs, max: .max / 2, in: self) }
      if case .needs(let learners) = step { missing.formUnion(learners) }
      let contest = race[key]
      found.append(
        ProvisionalStar(
          award: contest.star.award, definition: contest.star.definition, period: period,
          segment: contest.segment, tied: contest.tied, places: contest.places,
          excluded: contest.told))
    }
    guard missing.isEmpty else { throw .needs(.histories(missing.sorted())) }
    return found
  }
}
