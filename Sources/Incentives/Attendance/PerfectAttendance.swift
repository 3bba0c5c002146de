/// Whether a learner's attendance of a period is perfect, and by what it is not (rules.md §5).
public struct PerfectVerdict: Sendable {
  /// What became of a session owed.
  public enum Fate: Hashable, Sendable {
    /// Attended.
    case attended
    /// Attended, but late or left early.
    case late
    /// Made up, by the session at a place of the view's lines; nil where a person says so.
    case madeUp(by: Int?)
    /// The lesson was attended in another class before.
    case attendedBefore(Int)
    /// A leave that counts as attended.
    case excused
    /// A leave for which the session is not owed.
    case paused
    /// Missed: absent, a leave that breaks, or late once too often.
    case lost
  }

  /// The declaration.
  public var rule: PerfectRule
  /// The period.
  public var period: Period
  /// What became of the sessions owed, by place of the view's lines, in order of time.
  public var fates: [(place: Int, fate: Fate)]
  /// How many of the sessions that the cohort held were attended.
  public var attended: Int
  /// How many sessions the cohort held.
  public var held: Int
  /// The last day of the period on which the learner is on the roster and in a term, for which the points
  /// count; nil where nothing is owed.
  public var day: LocalDay?
  /// The term of that day.
  public var term: TermNumber
  /// Whether the learner is kept off all awards on that day.
  public var isOffBoards: Bool

  /// Whether enough of what the cohort held was attended.
  public var isEnough: Bool {
    100 * attended >= Int(rule.minimumAttended) * held
  }

  /// Whether attendance is perfect: nothing is lost, enough was attended, and something was.
  public var isPerfect: Bool {
    attended > 0 && isEnough && !isOffBoards && !fates.contains { $0.fate == .lost }
  }
}

extension ProgramState {
  /// The sessions of one period: the learner's, as places of lines, and how many the cohort held.
  private struct Sessions {
    var places: [Int] = []
    var held = 0
  }

  /// A learner's sessions by the periods of a kind that they lie in.
  private func sessions(of view: AttendanceView, by kind: PeriodKind) -> [Period: Sessions] {
    func period(_ day: LocalDay, _ term: TermNumber) -> Period? {
      guard term != .outside, kind != .term || term != .endless else { return nil }
      return self.period(kind, day: day, term: term)
    }
    var found: [Period: Sessions] = [:]
    for (place, line) in view.lines.enumerated() {
      guard let period = period(line.session.day, line.term) else { continue }
      found[period, default: Sessions()].places.append(place)
    }
    for (day, term) in view.held {
      if let period = period(day, term) { found[period]?.held += 1 }
    }
    return found
  }

  /// The perfect attendances for which a learner's sessions may count, judged as of now.
  ///
  /// `isOpenToo` judges periods that have not closed as well, as if they closed now; `isUnfrozen` leaves
  /// out those of terms in which nothing moves any more.
  public func verdicts(
    of view: AttendanceView, isOpenToo: Bool = false, isUnfrozen: Bool = false
  ) -> [PerfectVerdict] {
    guard awardsPerfectAttendance else { return [] }
    var found: [PerfectVerdict] = []
    var makeUps: [Int32: [Int: Int]] = [:]
    for kind in PerfectRule.Span.allCases.map(\.kind) {
      let sessions = sessions(of: view, by: kind)
      for (period, inPeriod) in sessions.sorted(by: { $0.key < $1.key })
      where isOpenToo || isClosed(period) {
        guard let last = lastDay(of: period), let rules = attendanceRules(on: last) else {
          continue
        }
        let day = lastDay(of: period, for: view.rows)
        if isUnfrozen, day.map({ isAttendanceFrozen(on: $0, for: view.rows) }) ?? true { continue }
        for rule in rules.perfect where rule.period.kind == kind {
          let known = makeUps[rule.makeUpWithin] ?? view.makeUps(within: rule.makeUpWithin)
          makeUps[rule.makeUpWithin] = known
          var verdict = verdict(
            on: inPeriod.places, of: view, rule, excuses: rule.excuses ?? rules.excuses, known)
          verdict.period = period
          verdict.held = inPeriod.held
          if !verdict.fates.isEmpty, let day { place(&verdict, on: day, view.rows) }
          found.append(verdict)
        }
      }
    }
    return found
  }

  private func isAttendanceFrozen(on day: LocalDay, for rows: ContextRows) -> Bool {
    isAttendanceFrozen(in: term(on: day, cohort: rows.context(on: day).cohort))
  }

  /// Notes the day for which a verdict counts, and what holds on it.
  private func place(_ verdict: inout PerfectVerdict, on day: LocalDay, _ rows: ContextRows) {
    let context = rows.context(on: day)
    verdict.day = day
    verdict.term = term(on: day, cohort: context.cohort)
    verdict.isOffBoards = !context.flags.isDisjoint(with: .offBoards)
  }

  private func verdict(
    on places: [Int], of view: AttendanceView, _ rule: PerfectRule, excuses: ExcuseRules,
    _ makeUps: [Int: Int]
  ) -> PerfectVerdict {
    var verdict = PerfectVerdict(
      rule: rule, period: .all, fates: [], attended: 0, held: 0, day: nil, term: .outside,
      isOffBoards: false)
    var marks: Int32 = 0
    for place in places where view.lines[place].isOwed {
      let fate = fate(of: place, in: view, rule, excuses, makeUps, &marks)
      verdict.fates.append((place, fate))
      switch fate {
      case .attended, .late, .madeUp, .attendedBefore, .excused: verdict.attended += 1
      case .paused, .lost: break
      }
    }
    return verdict
  }

  /// The last day of a period on which somebody is on the roster and in a term.
  private func lastDay(of period: Period, for rows: ContextRows) -> LocalDay? {
    guard let last = lastDay(of: period) else { return nil }
    let first = period.first ?? span(of: TermNumber(rawValue: UInt16(period.index)))?.first ?? last
    var day = last
    while day >= first {
      let context = rows.context(on: day)
      if context.isOnRoster, term(on: day, cohort: context.cohort) != .outside { return day }
      day = day.previous
    }
    return nil
  }

  private func fate(
    of place: Int, in view: AttendanceView, _ rule: PerfectRule, _ excuses: ExcuseRules,
    _ makeUps: [Int: Int], _ marks: inout Int32
  ) -> PerfectVerdict.Fate {
    let line = view.lines[place]
    switch line.status {
    case .present: return .attended
    case .madeUp: return .madeUp(by: nil)
    case .late, .leftEarly:
      switch rule.late {
      case .counts: return .late
      case .breaks: return .lost
      case .toAbsence(let times):
        marks += 1
        return marks % times == 0 ? .lost : .late
      }
    case .none, .absent, .sick, .personal, .business: break
    }
    if let before = view.attendedBefore(line) { return .attendedBefore(before) }
    if let other = makeUps[place] { return .madeUp(by: other) }
    switch excuses.treatment(of: line.status) {
    case .counts: return .excused
    case .pauses: return .paused
    case .breaks, nil: return .lost
    }
  }
}

extension ContextRows {
  /// When somebody was on the roster, and in which cohort.
  struct Stays {
    /// Spans of days in which neither changes, on the roster only, in order.
    fileprivate var spans: [(first: LocalDay, last: LocalDay, cohort: CohortNumber)] = []

    /// The cohort of a day; off the roster that of the next day on it, or else of the last.
    func cohort(on day: LocalDay) -> CohortNumber? {
      (spans.first { day <= $0.last } ?? spans.last)?.cohort
    }
  }

  /// The stays that the rows make.
  var stays: Stays {
    var edges: Set<LocalDay> = [LocalDay(number: .min)]
    for row in rows {
      edges.insert(row.first)
      if row.last.number < .max { edges.insert(row.last.next) }
    }
    let days = edges.sorted()
    var stays = Stays()
    for (index, day) in days.enumerated() {
      let context = context(on: day)
      guard context.isOnRoster else { continue }
      let last = index + 1 < days.count ? days[index + 1].previous : LocalDay(number: .max)
      stays.spans.append((day, last, context.cohort))
    }
    return stays
  }
}
