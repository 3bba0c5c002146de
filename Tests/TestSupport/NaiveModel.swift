import Incentives

/// The game written a second time, from rules.md and for reading only: sets, dictionaries and sums.
///
/// It keeps what came from outside and finds everything else from the whole set each time it is asked.
/// It shares plain values with the core (definitions, rules, records, days) and none of its code. What
/// does depend on the order of commands — spent points, debt, closed boards — it keeps as the commands
/// come, as the rules say.
struct NaiveModel {
  /// What is true of a learner on a day.
  struct Context {
    var isOnRoster = false
    var cohort: String?
    var tier: String?
    var isOffBoards = false
    var group: String?
  }

  /// Points that people gave or took.
  struct Grant {
    var position: Position
    var day: LocalDay
    var points: Int64
    var account: PointsAccount
    /// What an opening balance adjusts beside.
    var adjusted: Int64 = 0
    var isOpening = false
    /// The term whose lot it went into, where that does not follow the roster.
    var term: String?
    /// What it took out of lots, where it took.
    var parts: [String: Int64] = [:]
    /// Whether an award paid it: then it is in no group's score.
    var isAward = false
  }

  /// Points of a learner that count: of a fact, or a grant.
  struct Share {
    var day: LocalDay
    var term: String?
    var group: String?
    var points: Int64
    /// Whether it was taken: out of lots of its own, whatever its day is.
    var isSpent = false
  }

  /// What is left of a learner's points.
  struct Purse: Equatable {
    var earned: Int64 = 0
    var bonus: Int64 = 0
    var adjusted: Int64 = 0
    var spendable: Int64 = 0
    var debt: Int64 = 0
    var writtenOff: Int64 = 0
    var redeemed: Int64 = 0
    var expired: Int64 = 0
    /// What is left of terms that expire, and what of them expired.
    var left: [String: Int64] = [:]
    var gone: [String: Int64] = [:]
  }

  var time: NaiveTime
  var sets: [(from: Int64, rules: [Rule], recognition: Recognition)] = []
  /// The sets of terms that were closed when the past was judged anew.
  var kept: [String: [(from: Int64, rules: [Rule], recognition: Recognition)]] = [:]
  /// The stars that are decided, from an instant on: never of what began before they were declared.
  var starSets: [(from: Int64, awards: [AwardDefinition])] = []
  var facts: [FactName: GameFact] = [:]
  var reversed: Set<FactName> = []
  var rows: [String: [LearnerRecord]] = [:]
  var grants: [String: [Grant]] = [:]
  /// What was granted to each cohort in each week, from its Monday.
  var granted: [Period: [String?: Int64]] = [:]
  /// Whom each id that was given up stands for.
  var survivors: [String: String] = [:]
  var groupCohorts: [String: String] = [:]
  var groups: Set<String> = []
  var purses: [String: Purse] = [:]
  /// What each learner's shares added up to when last settled, by term.
  var settled: [String: [String: Int64]] = [:]
  var clock: Int64
  var closedThrough: LocalDay
  private var judged: [String: [FactName: Judgement]] = [:]

  init(_ definition: ProgramDefinition, zone: ZoneOffsets, clock: Int64) {
    time = NaiveTime(definition, zone: zone)
    sets = [(.min, definition.rules, definition.recognition)]
    starSets = [(.min, definition.declaredAwards)]
    self.clock = clock
    closedThrough = time.lastClosedDay(at: clock)
  }

  /// What holds on a day: for each attribute the covering row that begins last; of rows that begin on
  /// the same day only the one said last counts.
  func context(of learner: String, on day: LocalDay) -> Context {
    func latest(_ speaks: (LearnerRecord) -> Bool) -> LearnerRecord? {
      var byFirst: [LocalDay: LearnerRecord] = [:]
      for row in rows[learner] ?? [] where speaks(row) {
        byFirst[row.from ?? LocalDay(number: .min)] = row
      }
      return byFirst.filter { $0.key <= day && day <= $0.value.to ?? LocalDay(number: .max) }
        .max { $0.key < $1.key }?.value
    }
    var context = Context()
    context.isOnRoster = latest(\.isRoster) != nil
    context.cohort = latest { $0.cohort != nil }?.cohort
    context.tier = latest { $0.tier != nil }?.tier
    context.isOffBoards = !(latest { $0.flags != nil }?.flags ?? []).isEmpty
    let group = latest { $0.group != nil }?.group
    context.group = group == "" ? nil : group
    return context
  }

  /// A correction replaces all that was said of a learner's group on its days, and only on these: what
  /// held on the days after it is found day by day and said again.
  mutating func correct(_ correction: MembershipCorrection) {
    let learner = correction.learner
    let first = correction.from ?? LocalDay(number: .min)
    let last = correction.to ?? LocalDay(number: .max)
    func isReplaced(_ row: LearnerRecord) -> Bool {
      let from = row.from ?? LocalDay(number: .min)
      return row.group != nil && first <= from && from <= last
    }
    /// The row that holds on a day, if it is replaced.
    func replaced(on day: LocalDay) -> LearnerRecord? {
      groupRow(of: learner, on: day).flatMap { isReplaced($0) ? $0 : nil }
    }
    // What is true already is not said again.
    let ends = (self.rows[learner] ?? []).flatMap { [$0.from, $0.to] }.compactMap { $0 }
    let span = (
      first: max(first, (ends.min() ?? .init(number: 0)).previous),
      last: min(last, (ends.max() ?? .init(number: 0)).next)
    )
    var days = [correction.from ?? span.first]
    if span.first <= span.last {
      days += (span.first.number...span.last.number).map(LocalDay.init(number:))
    }
    let isTrue = days.allSatisfy { day in
      let row = groupRow(of: learner, on: day)
      return (row?.group ?? "") == correction.group && row?.leads ?? false == false
    }
    guard !isTrue else { return }
    var rows = (rows[learner] ?? []).map { row in
      var row = row
      if isReplaced(row) { row.group = nil }
      return row
    }
    rows.append(
      LearnerRecord(
        id: learner, from: correction.from, to: correction.to, isRoster: false,
        group: correction.group))
    if correction.to != nil {
      let horizon = max(ends.max() ?? last, last).next
      var day = last.next
      while day <= horizon {
        let begin = day
        let standing = replaced(on: day)
        while day <= horizon, replaced(on: day) == standing { day = day.next }
        guard let standing else { continue }
        rows.append(
          LearnerRecord(
            id: learner, from: begin, to: day > horizon ? nil : day.previous, isRoster: false,
            group: standing.group, leads: standing.leads))
      }
    }
    self.rows[learner] = rows
    forget(learner)
  }

  /// The row that says a learner's group on a day.
  private func groupRow(of learner: String, on day: LocalDay) -> LearnerRecord? {
    var byFirst: [LocalDay: LearnerRecord] = [:]
    for row in rows[learner] ?? [] where row.group != nil {
      byFirst[row.from ?? LocalDay(number: .min)] = row
    }
    return byFirst.filter { $0.key <= day && day <= $0.value.to ?? LocalDay(number: .max) }
      .max { $0.key < $1.key }?.value
  }

  /// What every fact of a learner pays.
  mutating func judgements(of learner: String) -> [FactName: Judgement] {
    if let known = judged[learner] { return known }
    let found = judge(learner)
    judged[learner] = found
    return found
  }

  /// Forgets what was found for a learner, or for all.
  mutating func forget(_ learner: String? = nil) {
    if let learner { judged[learner] = nil } else { judged = [:] }
  }

  /// All shares of a learner that count.
  mutating func shares(of learner: String) -> [Share] {
    let ofFacts = judgements(of: learner).values.map { judgement in
      Share(
        day: judgement.day, term: judgement.term, group: judgement.group,
        points: judgement.outcomes.reduce(0) { $0 + $1.points })
    }
    let ofGrants = (grants[learner] ?? []).filter { $0.account == .earned }.map { grant in
      let context = context(of: learner, on: grant.day)
      return Share(
        day: grant.day, term: time.term(on: grant.day, cohort: context.cohort),
        group: context.isOffBoards || grant.isAward ? nil : context.group, points: grant.points,
        isSpent: grant.points < 0)
    }
    return ofFacts + ofGrants
  }

  /// Brings a purse up to date after a command.
  ///
  /// Points that come from elsewhere, by term, and what is spent are settled with what is earned.
  mutating func settle(
    _ learner: String, owes: Bool = false, others: [String: Int64] = [:], spent: Int64 = 0
  ) {
    forget(learner)
    let shares = shares(of: learner)
    var byTerm: [String: Int64] = [:]
    for share in shares where !share.isSpent {
      byTerm[share.term ?? "", default: 0] += share.points
    }
    var flows = byTerm
    for (term, points) in settled[learner] ?? [:] { flows[term, default: 0] -= points }
    for (term, points) in others { flows[term, default: 0] += points }
    settled[learner] = byTerm
    receive(flows, spent: spent, of: learner, owes: owes)
    purses[learner, default: Purse()].earned = shares.reduce(0) { $0 + $1.points }
  }

  /// The points of learners and groups in every period that has any.
  mutating func scores() -> [Period: PeriodScores] {
    var found: [Period: PeriodScores] = [:]
    for learner in Set(rows.keys).union(facts.values.map(\.learner)) {
      for share in shares(of: learner) where share.points != 0 {
        for period in time.periods(of: share.day, term: share.term) {
          found[period, default: PeriodScores()].add(share, of: learner)
        }
      }
    }
    return found
  }

  func isClosed(_ period: Period) -> Bool {
    if period.kind == .term {
      return time.declared(period).map { time.closing(of: $0) <= clock } ?? false
    }
    return time.lastDay(of: period).map { $0 <= closedThrough } ?? false
  }
}

/// Who has how many points in a period.
struct PeriodScores: Equatable {
  var learners: [String: Int64] = [:]
  var groups: [String: Int64] = [:]

  mutating func add(_ share: NaiveModel.Share, of learner: String) {
    learners[learner, default: 0] += share.points
    if let group = share.group { groups[group, default: 0] += share.points }
  }
}
