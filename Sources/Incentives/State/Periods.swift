extension ProgramState {
  /// The local day that holds an instant.
  public func day(at instant: Instant) -> LocalDay {
    zone.localDay(
      at: instant, dayStartMinutes: Int(definition.dayStartMinutes), cursor: &zoneCursor)
  }

  /// The first instant of a local day.
  public func firstInstant(of day: LocalDay) -> Instant {
    zone.firstInstant(of: day, dayStartMinutes: Int(definition.dayStartMinutes))
  }

  /// The term of a cohort's day.
  public func term(on day: LocalDay, cohort: CohortNumber) -> TermNumber {
    guard let terms else { return .endless }
    let cohort: UInt32? = cohort.isNone ? nil : UInt32(cohort.rawValue)
    guard let number = terms.number(on: day, cohort: cohort) else { return .outside }
    return number == Terms.endless ? .endless : TermNumber(rawValue: UInt16(number))
  }

  /// The declared span of a term; nil for the endless one.
  public func span(of term: TermNumber) -> TermSpan? {
    terms?.spans.first { $0.number == Int32(term.rawValue) }
  }

  /// The period of a kind that a day and its term lie in; nil for a day outside all terms.
  public func period(_ kind: PeriodKind, day: LocalDay, term: TermNumber) -> Period? {
    switch kind {
    case .day: return .day(day)
    case .week: return .week(containing: day)
    case .month: return .month(containing: day)
    case .term: return term == .outside ? nil : .term(Int32(term.rawValue))
    case .all: return .all
    }
  }

  /// When a period closes: its end plus grace (rules.md §2); nil where it never does.
  public func closing(of period: Period) -> Instant? {
    switch period.kind {
    case .all: return nil
    case .term:
      guard let span = span(of: TermNumber(rawValue: UInt16(period.index))) else { return nil }
      let grace = definition.terms.first { $0.id == span.id }?.graceMinutes ?? 0
      return firstInstant(of: span.last.next)
        .advanced(byMicroseconds: Int64(grace) * Instant.microsecondsPerMinute)
    case .day, .week, .month:
      guard let last = period.last else { return nil }
      return dayClosing(last)
    }
  }

  private func dayClosing(_ day: LocalDay) -> Instant {
    switch definition.dayGrace {
    case .minutes(let minutes):
      return firstInstant(of: day.next)
        .advanced(byMicroseconds: Int64(minutes) * Instant.microsecondsPerMinute)
    case .nextTeachingDayNoon:
      let next = calendar.teachingDay(after: day) ?? day.next
      let noon = Int64(next.number) * Instant.microsecondsPerDay + Instant.microsecondsPerDay / 2
      return zone.instant(ofLocal: noon)
    }
  }

  /// Whether the program's time has passed a period's end plus grace.
  public func isClosed(_ period: Period) -> Bool {
    if period.kind == .term { return closing(of: period).map { $0 <= clock } ?? false }
    return period.last.map { $0 <= closedThrough } ?? false
  }

  /// The last day whose end plus grace a time has passed.
  func lastClosedDay(at time: Instant) -> LocalDay {
    guard time != .distantPast, version > 0 else { return LocalDay(number: .min) }
    var last = day(at: time).next
    while dayClosing(last) > time { last = last.previous }
    return last
  }

  /// When the next day closes after those that are closed: a wall clock is to be moved on then.
  public var nextClosing: Instant {
    guard version > 0, definition.clock == .wall, closedThrough.number > .min else {
      return .distantFuture
    }
    return dayClosing(closedThrough.next)
  }

  /// What is resident of an open period, made when it is first touched.
  func open(_ period: Period) -> OpenPeriod {
    if let open = periods[period] { return open }
    let open = OpenPeriod(period, firstPosition: position)
    periods[period] = open
    return open
  }

  /// The open periods of a day and term; a period that is closed already is absent.
  func openPeriods(day: LocalDay, term: TermNumber) -> RecentPeriods {
    if recent.isValid, recent.day == day, recent.term == term { return recent }
    var found = RecentPeriods(isValid: true, day: day, term: term, all: allTime)
    func resident(_ kind: PeriodKind) -> OpenPeriod? {
      guard let period = period(kind, day: day, term: term), !isClosed(period) else { return nil }
      return open(period)
    }
    found.dayPeriod = resident(.day)
    found.week = resident(.week)
    found.month = resident(.month)
    found.termPeriod = resident(.term)
    recent = found
    return found
  }

  /// The index of the rule set in force at an instant; nil before the first.
  func ruleSet(at instant: Instant) -> Int? {
    var index = ruleSets.count - 1
    while index >= 0, ruleSets[index].effectiveFrom > instant { index -= 1 }
    return index < 0 ? nil : index
  }
}

/// The open periods of the day and term looked up last: neighbours in a log share them.
struct RecentPeriods {
  var isValid = false
  var day = LocalDay(number: 0)
  var term = TermNumber.outside
  var dayPeriod: OpenPeriod?
  var week: OpenPeriod?
  var month: OpenPeriod?
  var termPeriod: OpenPeriod?
  var all: OpenPeriod?

  /// The open period of a kind.
  func period(_ kind: PeriodKind) -> OpenPeriod? {
    switch kind {
    case .day: return dayPeriod
    case .week: return week
    case .month: return month
    case .term: return termPeriod
    case .all: return all
    }
  }

  func forEach(_ body: (OpenPeriod) -> Void) {
    if let dayPeriod { body(dayPeriod) }
    if let week { body(week) }
    if let month { body(month) }
    if let termPeriod { body(termPeriod) }
    if let all { body(all) }
  }
}
