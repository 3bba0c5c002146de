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
    rulebook.term(on: day, cohort: cohort)
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
      return definition.terms.first { $0.id == span.id }.map(closing)
    case .day, .week, .month:
      guard let last = period.last else { return nil }
      return dayClosing(last)
    }
  }

  private func closing(of term: ProgramDefinition.Term) -> Instant {
    firstInstant(of: term.last.next)
      .advanced(byMicroseconds: Int64(term.graceMinutes) * Instant.microsecondsPerMinute)
  }

  private func dayClosing(_ day: LocalDay) -> Instant {
    switch definition.dayGrace {
    case .minutes(let minutes):
      return firstInstant(of: day.next)
        .advanced(byMicroseconds: Int64(minutes) * Instant.microsecondsPerMinute)
    case .nextTeachingDayNoon:
      let next = calendar.teachingDay(after: day) ?? day.next
      // The noon of a day that starts after noon is the next date's.
      let date = definition.dayStartMinutes > 12 * 60 ? next.next : next
      return zone.instant(
        ofLocal: Int64(date.number) * Instant.microsecondsPerDay + Instant.microsecondsPerDay / 2)
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

  /// Finds anew what closes next, and what is due: asked on every turn of an engine, it is kept.
  ///
  /// It changes with the program's time and definition, and when a period is let go of.
  func noteClosings() {
    for (period, open) in periods where open.closedAt.isNone && isClosed(period) {
      open.closedAt = position
    }
    nextToClose =
      periods.keys.filter { $0.kind != .all && isClosed($0) }
      .min { left, right in
        let (a, b) = (closing(of: left) ?? .distantPast, closing(of: right) ?? .distantPast)
        return (a, left.kind, left.index) < (b, right.kind, right.index)
      }
    nextClosing = .distantFuture
    guard version > 0, definition.clock == .wall, closedThrough.number > .min else { return }
    let ofTerms = definition.terms.lazy.map(closing).filter { $0 > self.clock }.min()
    let ofLots = lots.lazy.map(\.expiry).filter { $0 > self.clock }.min()
    let ofStars = awards.nextDeadline(after: clock)
    nextClosing = min(
      dayClosing(closedThrough.next), ofTerms ?? .distantFuture, ofLots ?? .distantFuture,
      ofStars ?? .distantFuture)
  }

  /// The last day of a period, whose roster its closed boards rank; nil for all time and the endless
  /// term.
  func lastDay(of period: Period) -> LocalDay? {
    guard period.kind == .term else { return period.last }
    return span(of: TermNumber(rawValue: UInt16(period.index)))?.last
  }

  /// What is resident of an open period, made when it is first touched.
  func open(_ period: Period) -> OpenPeriod {
    if let open = periods[period] { return open }
    let open = OpenPeriod(period, firstPosition: position)
    if isClosed(period) { open.closedAt = position }
    fitStarSums(of: open)
    periods[period] = open
    return open
  }

  /// The open periods of a day and term; a period that is closed already is absent.
  func openPeriods(day: LocalDay, term: TermNumber) -> RecentPeriods {
    if recent.isValid, recent.day == day, recent.term == term { return recent }
    let found = RecentPeriods(day: day, term: term) { kind in
      guard let period = period(kind, day: day, term: term), !isClosed(period) else { return nil }
      return open(period)
    }
    recent = found
    return found
  }
}

/// The open periods of the day and term looked up last: neighbours in a log share them, as one
/// reference.
final class RecentPeriods {
  let isValid: Bool
  /// Whether stars add something up in one of them.
  let hasStars: Bool
  let day: LocalDay
  let term: TermNumber
  let dayPeriod: OpenPeriod?
  let week: OpenPeriod?
  let month: OpenPeriod?
  let termPeriod: OpenPeriod?
  let all: OpenPeriod?

  /// No periods: the next look finds them.
  init() {
    isValid = false
    hasStars = false
    day = LocalDay(number: 0)
    term = .outside
    (dayPeriod, week, month, termPeriod, all) = (nil, nil, nil, nil, nil)
  }

  init(day: LocalDay, term: TermNumber, resident: (PeriodKind) -> OpenPeriod?) {
    isValid = true
    self.day = day
    self.term = term
    dayPeriod = resident(.day)
    week = resident(.week)
    month = resident(.month)
    termPeriod = resident(.term)
    all = resident(.all)
    hasStars = [dayPeriod, week, month, termPeriod].contains { $0?.starSums.isEmpty == false }
  }

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
