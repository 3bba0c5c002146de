/// The days a program teaches: a weekly pattern and dated exceptions.
///
/// An exception of the learner's cohort wins over one of the program, and that over the pattern. So
/// a 调休 weekend is a `workday` entry, a public holiday a `holiday` entry, and a class that moves
/// its Saturday a `cancelled` and a `workday` entry of its cohort. Without a pattern every calendar
/// day is a teaching day, but for the exceptions.
///
/// A value: the same entries give the same calendar in whatever order they are given, except that
/// of two entries for one cohort and day the one given last stands. Cohorts are their dense
/// numbers.
public struct Calendar: Hashable, Sendable {
  /// What an exception makes of its day.
  @frozen
  public enum Exception: Hashable, Sendable {
    /// A day off by the public calendar.
    case holiday
    /// A teaching day, held with the timetable of another weekday if one is named.
    case workday(as: Weekday?)
    /// A teaching day that does not take place.
    case cancelled

    /// Whether the day is taught.
    @inlinable
    public var isTaught: Bool {
      if case .workday = self { return true }
      return false
    }
  }

  /// One exception: a day, whose it is, and what it makes of it.
  @frozen
  public struct Entry: Hashable, Sendable {
    /// The day concerned.
    public let day: LocalDay
    /// The cohort's number; nil for the whole program.
    public let cohort: UInt32?
    /// What the day is.
    public let exception: Exception

    /// An exception for a cohort, or for the whole program if none is named.
    @inlinable
    public init(day: LocalDay, cohort: UInt32? = nil, exception: Exception) {
      self.day = day
      self.cohort = cohort
      self.exception = exception
    }
  }

  /// The weekly pattern; nil where the program declares no teaching days.
  public let teachingDays: WeekdaySet?
  /// The exceptions: the program's by day, then each cohort's by day.
  public let entries: [Entry]

  /// A calendar of a weekly pattern and dated exceptions.
  public init(teachingDays: WeekdaySet? = nil, entries: [Entry] = []) {
    self.teachingDays = teachingDays
    let ordered = entries.enumerated().sorted { left, right in
      left.element.place == right.element.place
        ? left.offset < right.offset : left.element.place < right.element.place
    }
    var kept: [Entry] = []
    for (_, entry) in ordered {
      if kept.last?.place == entry.place { kept.removeLast() }
      kept.append(entry)
    }
    self.entries = kept
  }
}

extension Calendar {
  /// Whether a cohort, or the program where none is named, teaches on a day.
  public func isTeachingDay(_ day: LocalDay, cohort: UInt32? = nil) -> Bool {
    isTaken(day, cohort: cohort, pattern: pattern)
  }

  /// Whether a day is a working day: Monday to Friday, but for the exceptions.
  public func isWorkday(_ day: LocalDay, cohort: UInt32? = nil) -> Bool {
    isTaken(day, cohort: cohort, pattern: .mondayToFriday)
  }

  /// The weekday whose timetable holds on a day; nil when it is no teaching day.
  public func timetable(on day: LocalDay, cohort: UInt32? = nil) -> Weekday? {
    switch exception(on: day, cohort: cohort) {
    case .holiday, .cancelled: nil
    case .workday(let weekday): weekday ?? day.weekday
    case nil: pattern.contains(day.weekday) ? day.weekday : nil
    }
  }

  /// What is declared for a day: the cohort's exception, else the program's, else nil.
  public func exception(on day: LocalDay, cohort: UInt32? = nil) -> Exception? {
    if let cohort, let own = entry(at: Place(cohort: cohort, day: day)) { return own.exception }
    return entry(at: Place(cohort: nil, day: day))?.exception
  }

  /// The number of teaching days from one day through another; 0 when the last is before the first.
  ///
  /// Costs as much as there are exceptions in the span, not days.
  public func teachingDays(
    from first: LocalDay, through last: LocalDay, cohort: UInt32? = nil
  ) -> Int {
    guard first <= last else { return 0 }
    var count = pattern.days(from: first, through: last)
    for entry in exceptions(of: nil, from: first, through: last) {
      let overruled =
        cohort.map { self.entry(at: Place(cohort: $0, day: entry.day)) != nil } ?? false
      if !overruled { count += correction(of: entry) }
    }
    guard let cohort else { return count }
    return exceptions(of: cohort, from: first, through: last).reduce(count) {
      $0 + correction(of: $1)
    }
  }

  /// The first teaching day after a day; nil when none is declared within ten years.
  public func teachingDay(after day: LocalDay, cohort: UInt32? = nil) -> LocalDay? {
    (1...3_653).lazy.map { day.advanced(by: $0) }
      .first { isTeachingDay($0, cohort: cohort) }
  }

  /// The last teaching day before a day; nil when none is declared within ten years.
  public func teachingDay(before day: LocalDay, cohort: UInt32? = nil) -> LocalDay? {
    (1...3_653).lazy.map { day.advanced(by: -$0) }
      .first { isTeachingDay($0, cohort: cohort) }
  }
}

extension Calendar {
  /// Where an entry stands in the sorted list: the program's before every cohort's.
  fileprivate struct Place: Comparable {
    let cohort: UInt32?
    let day: LocalDay

    static func < (left: Place, right: Place) -> Bool {
      let leftCohort = left.cohort.map { Int64($0) } ?? -1
      let rightCohort = right.cohort.map { Int64($0) } ?? -1
      return (leftCohort, left.day) < (rightCohort, right.day)
    }
  }

  private var pattern: WeekdaySet { teachingDays ?? .everyDay }

  private func isTaken(_ day: LocalDay, cohort: UInt32?, pattern: WeekdaySet) -> Bool {
    exception(on: day, cohort: cohort)?.isTaught ?? pattern.contains(day.weekday)
  }

  private func correction(of entry: Entry) -> Int {
    (entry.exception.isTaught ? 1 : 0) - (pattern.contains(entry.day.weekday) ? 1 : 0)
  }

  private func entry(at place: Place) -> Entry? {
    let index = entries.partitioningIndex { $0.place >= place }
    guard index < entries.count, entries[index].place == place else { return nil }
    return entries[index]
  }

  private func exceptions(
    of cohort: UInt32?, from first: LocalDay, through last: LocalDay
  ) -> ArraySlice<Entry> {
    let from = Place(cohort: cohort, day: first)
    let start = entries.partitioningIndex { $0.place >= from }
    return entries[start...].prefix { $0.cohort == cohort && $0.day <= last }
  }
}

extension Calendar.Entry {
  fileprivate var place: Calendar.Place { Calendar.Place(cohort: cohort, day: day) }
}

extension WeekdaySet {
  /// How many days of a span fall on these weekdays.
  fileprivate func days(from first: LocalDay, through last: LocalDay) -> Int {
    let length = first.days(until: last) + 1
    let rest = (0..<Int32(length % 7)).count { contains(first.advanced(by: $0).weekday) }
    return length / 7 * rawValue.nonzeroBitCount + rest
  }
}
