/// Holds the boards that closing jobs write against the state, place by place (`verify`).
///
/// A closed board must list, in order, all who were ranked at the job's cut and have points in the
/// period, with those points, and nobody else; and say how many each segment held. Shown each change
/// before it is applied, it keeps the first thing that is wrong.
public struct BoardCheck {
  /// What is wrong first; nil while nothing is.
  public private(set) var problem: String?
  private var boards: [Period: Boards] = [:]

  /// The places a job has written so far.
  private struct Boards {
    var learners = Listed()
    var groups = Listed()
  }

  private struct Listed {
    var places: [UInt32: Standing] = [:]
    var last: Standing?
    var points: Int64 = 0
  }

  /// Begins before the first record.
  public init() {}

  /// Looks at a change that is about to be applied.
  public mutating func see(_ change: Change, in buffer: ChangeBuffer, before state: ProgramState) {
    guard problem == nil else { return }
    switch change {
    case .standings(let standings):
      var boards = self.boards.removeValue(forKey: standings.period) ?? Boards()
      if standings.ranksGroups {
        list(standings, buffer, in: &boards.groups, state)
      } else {
        list(standings, buffer, in: &boards.learners, state)
      }
      self.boards[standings.period] = boards
    case .closed(let closed):
      let boards = self.boards.removeValue(forKey: closed.period) ?? Boards()
      problem = difference(closed, boards, buffer, state).map { "\(closed.period): \($0)" }
    default: break
    }
  }

  /// Takes places over, each after the one before it.
  private mutating func list(
    _ standings: StandingsChange, _ buffer: ChangeBuffer, in listed: inout Listed,
    _ state: ProgramState
  ) {
    guard let period = state.periods[standings.period] else {
      problem = "\(standings.period): the board was closed without points"
      return
    }
    guard Int(standings.first) == listed.places.count else {
      problem =
        "\(standings.period): place \(standings.first) follows \(listed.places.count) places"
      return
    }
    for place in buffer.standings[standings.places.range] {
      let score =
        standings.ranksGroups
        ? period.groupScores[Int(place.member)] : period.learnerScores[Int(place.member)]
      if score != place.score || score <= 0 {
        problem =
          "\(standings.period) gives #\(place.member) \(place.score), its facts give \(score)"
      } else if let last = listed.last,
        !state.isOrdered(last, before: place, ranksGroups: standings.ranksGroups)
      {
        problem = "\(standings.period): #\(place.member) stands after #\(last.member)"
      } else if listed.places.updateValue(place, forKey: place.member) != nil {
        problem = "\(standings.period): #\(place.member) has two places"
      }
      guard problem == nil else { return }
      listed.last = place
      listed.points += place.score
    }
  }

  /// What is wrong with the whole of a period's boards.
  private func difference(
    _ closed: ClosedChange, _ boards: Boards, _ buffer: ChangeBuffer, _ state: ProgramState
  ) -> String? {
    guard let job = state.jobs.first(where: { $0.period == closed.period }),
      let period = state.periods[closed.period], job.cut == closed.cut
    else { return "no job closes it at record \(closed.cut.rawValue)" }
    let day = state.lastDay(of: closed.period) ?? state.day(at: state.clock)
    var roster = Roster()
    for number in 1..<UInt32(state.learners.count + 1) {
      let context = state.learners.context(
        of: LearnerNumber(rawValue: number), on: day, asOf: job.cut)
      guard context.isRanked(in: .everyone) else { continue }
      roster.count(context)
      roster.expect(
        Standing(
          member: number, score: period.learnerScores[Int(number)], cohort: context.cohort,
          tier: context.tier, group: context.group), in: boards.learners.places)
    }
    let learners = roster.expected
    for index in state.groups.indices.dropFirst() {
      guard let cohort = state.groups[index].cohort(asOf: job.cut) else { continue }
      roster.count(cohort)
      roster.expect(
        Standing(
          member: UInt32(index), score: period.groupScores[index], cohort: cohort, tier: .none,
          group: GroupNumber(rawValue: UInt32(index))), in: boards.groups.places)
    }
    if let missing = roster.missing { return "#\(missing) has another place than it should" }
    let groups = roster.expected - learners
    guard boards.learners.places.count == learners, boards.groups.places.count == groups else {
      return "it lists somebody who is not ranked"
    }
    guard Int(closed.learners) == learners, Int(closed.groups) == groups,
      closed.points == boards.learners.points
    else { return "its sums are not those of its places" }
    let told = Set(buffer.populations[closed.populations.range])
    guard told == roster.populations else { return "its segments held others than it says" }
    return nil
  }
}

/// Who should be on the boards of a period.
private struct Roster {
  private struct Key: Hashable {
    var segment: Segment
    var ranksGroups: Bool
  }

  private var counts: [Key: UInt32] = [:]
  /// How many have points.
  private(set) var expected = 0
  /// Who is not on the board, or with another segment.
  private(set) var missing: UInt32?

  var populations: Set<Population> {
    Set(
      counts.map {
        Population(segment: $0.key.segment, ranksGroups: $0.key.ranksGroups, count: $0.value)
      })
  }

  mutating func count(_ context: Context) {
    count(.everyone, false)
    if !context.cohort.isNone {
      count(Segment(kind: .cohort, number: UInt32(context.cohort.rawValue)), false)
    }
    if !context.tier.isNone {
      count(Segment(kind: .tier, number: UInt32(context.tier.rawValue)), false)
    }
    if !context.group.isNone {
      count(Segment(kind: .group, number: context.group.rawValue), false)
    }
  }

  mutating func count(_ cohort: CohortNumber) {
    count(.everyone, true)
    if !cohort.isNone { count(Segment(kind: .cohort, number: UInt32(cohort.rawValue)), true) }
  }

  private mutating func count(_ segment: Segment, _ ranksGroups: Bool) {
    counts[Key(segment: segment, ranksGroups: ranksGroups), default: 0] += 1
  }

  mutating func expect(_ place: Standing, in places: [UInt32: Standing]) {
    guard place.score > 0 else { return }
    expected += 1
    if places[place.member] != place { missing = missing ?? place.member }
  }
}

extension ProgramState {
  /// Whether a place may stand before another on a board.
  ///
  /// Among equals the order is by id. Of learners whose ids are gone (erased, or imported without
  /// names) nobody can say, and either order is right.
  fileprivate func isOrdered(
    _ left: Standing, before right: Standing, ranksGroups: Bool
  ) -> Bool {
    guard left.score == right.score else { return left.score > right.score }
    if ranksGroups { return groupOrder.precedes(left.member, right.member) }
    for place in [left, right] {
      let id = learners.externalID(LearnerNumber(rawValue: place.member))
      if id.utf8.first ?? 0 == 0 { return true }
    }
    return learners.order.precedes(left.member, right.member)
  }
}
