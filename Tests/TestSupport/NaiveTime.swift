import Incentives

/// The days, terms and closings of a program, written down once more and as plainly as can be.
///
/// Right only where no offset changes at a day start, which holds for the zones of `GameZones`.
struct NaiveTime {
  private static let day: Int64 = 86_400_000_000
  private(set) var definition: ProgramDefinition
  /// The ids of all terms there ever were, in the order of their numbers.
  private(set) var termIDs: [String] = []
  var offsets: [(from: Int64, offset: Int64)]
  /// The definitions whose calendar holds through the end of a term that keeps its rules.
  var keptCalendars: [(through: LocalDay, definition: ProgramDefinition)] = []

  init(_ definition: ProgramDefinition, zone: ZoneOffsets) {
    self.definition = definition
    offsets = zone.transitions.map {
      ($0.instant.microseconds, Int64($0.offsetSeconds) * 1_000_000)
    }
    adopt(definition)
  }

  /// Another definition holds from now on.
  mutating func adopt(_ new: ProgramDefinition) {
    definition = new
    for term in new.terms where !termIDs.contains(term.id) { termIDs.append(term.id) }
  }

  private func offset(at time: Int64) -> Int64 { offsets.last { $0.from <= time }?.offset ?? 0 }

  private var dayStart: Int64 { Int64(definition.dayStartMinutes) * 60_000_000 }

  func day(at time: Int64) -> LocalDay {
    let reading = time + offset(at: time) - dayStart
    let number = reading >= 0 ? reading / Self.day : -((Self.day - 1 - reading) / Self.day)
    return LocalDay(number: Int32(number))
  }

  /// The first instant at which the wall clock shows a reading, or would have.
  func instant(reading: Int64) -> Int64 {
    let candidates = offsets.map { reading - $0.offset }.filter { $0 + offset(at: $0) == reading }
    // In the hour that is left out, the offset before it still counts.
    return candidates.min() ?? offsets.map { reading - $0.offset }.max() ?? reading
  }

  func firstInstant(of day: LocalDay) -> Int64 {
    instant(reading: Int64(day.number) * Self.day + dayStart)
  }

  func instant(of time: FactTime) -> Int64 {
    switch time {
    case .instant(let instant): return instant.microseconds
    case .local(let reading): return instant(reading: reading)
    case .day(let day): return firstInstant(of: day)
    }
  }

  /// The id of the term, `endless`, or nil outside all terms.
  func term(on day: LocalDay, cohort: String?) -> String? {
    let own = definition.terms.filter { term in
      term.cohorts.isEmpty || cohort.map(term.cohorts.contains) ?? false
    }
    if own.isEmpty { return "endless" }
    return own.first { $0.first <= day && day <= $0.last }?.id
  }

  /// Whether a day is one that streaks count: days of terms that keep their rules keep their calendar.
  func isCounted(_ day: LocalDay, _ days: StreakDays) -> Bool {
    let definition = keptCalendars.first { day <= $0.through }?.definition ?? definition
    let entry = definition.calendar.last { $0.day == day && $0.cohorts.isEmpty }
    switch days {
    case .everyDay: return true
    case .teachingDays:
      if let entry { return entry.kind == .workday }
      return definition.teachingDays.isEmpty || definition.teachingDays.contains(day.weekday)
    case .workdays:
      if let entry { return entry.kind == .workday }
      return day.weekday.rawValue <= 5
    }
  }

  func isTeachingDay(_ day: LocalDay) -> Bool {
    if let entry = definition.calendar.last(where: { $0.day == day && $0.cohorts.isEmpty }) {
      return entry.kind == .workday
    }
    return definition.teachingDays.isEmpty || definition.teachingDays.contains(day.weekday)
  }

  func closing(ofDay day: LocalDay) -> Int64 {
    switch definition.dayGrace {
    case .minutes(let minutes):
      return firstInstant(of: day.next) + Int64(minutes) * 60_000_000
    case .nextTeachingDayNoon:
      var next = day.next
      while !isTeachingDay(next) { next = next.next }
      // A day that starts in the evening has its noon on the next date.
      if definition.dayStartMinutes > 720 { next = next.next }
      return instant(reading: Int64(next.number) * Self.day + Self.day / 2)
    }
  }

  func closing(of term: ProgramDefinition.Term) -> Int64 {
    firstInstant(of: term.last.next) + Int64(term.graceMinutes) * 60_000_000
  }

  /// The last day that is closed at a time.
  func lastClosedDay(at time: Int64) -> LocalDay {
    var day = day(at: time).next
    while closing(ofDay: day) > time { day = day.previous }
    return day
  }

  /// The last day of a period; nil for all time and the endless term.
  func lastDay(of period: Period) -> LocalDay? {
    switch period.kind {
    case .day: return LocalDay(number: period.index)
    case .week: return LocalDay(number: period.index * 7 + 3)
    case .month:
      var day = LocalDay(number: (period.index / 12 - 1970) * 365)
      while month(of: day) <= period.index { day = day.next }
      return day.previous
    case .term: return declared(period)?.last
    case .all: return nil
    }
  }

  func firstDay(of period: Period) -> LocalDay? {
    switch period.kind {
    case .day: return LocalDay(number: period.index)
    case .week: return LocalDay(number: period.index * 7 - 3)
    case .month:
      return lastDay(of: Period(kind: .month, index: period.index - 1))?.next
    case .term: return declared(period)?.first
    case .all: return nil
    }
  }

  /// Terms are numbered as they are first declared, from 1.
  func declared(_ period: Period) -> ProgramDefinition.Term? {
    let place = Int(period.index) - 1
    guard termIDs.indices.contains(place) else { return nil }
    return definition.terms.first { $0.id == termIDs[place] }
  }

  /// The periods that a day of a term lies in.
  func periods(of day: LocalDay, term: String?) -> [Period] {
    var week = (Int(day.number) + 3) / 7
    if Int(day.number) + 3 < 0 { week -= 1 }
    var found = [
      Period(kind: .day, index: day.number), Period(kind: .week, index: Int32(week)),
      Period(kind: .month, index: month(of: day)), Period(kind: .all, index: 0),
    ]
    if let term {
      let place = termIDs.firstIndex(of: term)
      found.append(Period(kind: .term, index: place.map { Int32($0 + 1) } ?? 65_535))
    }
    return found
  }

  private func month(of day: LocalDay) -> Int32 {
    day.date.year * 12 + Int32(day.date.month) - 1
  }
}
