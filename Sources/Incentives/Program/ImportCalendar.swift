/// Dated entries as they are published for a year (`calendar.import`, rules.md §2).
///
/// They replace what was declared for the same years and the same audience: entries of the whole
/// program replace those of the program, entries of a cohort those of that cohort. So the public
/// calendar of a year comes in again as often as it is changed, and what a class moved stays. Which
/// of two entries holds on a day is `Calendar`'s to say: the cohort's before the program's.
public struct CalendarImport: Hashable, Sendable {
  /// The entries.
  public var entries: [ProgramDefinition.CalendarDay]

  /// Asks for entries to be taken in.
  public init(entries: [ProgramDefinition.CalendarDay]) {
    self.entries = entries
  }

  /// The years the entries lie in, ascending.
  public var years: [Int32] { Set(entries.map(\.year)).sorted() }
}

/// How a calendar differs from what it replaces, in days of one audience each.
public struct CalendarDifference: Hashable, Sendable {
  /// Days that have an entry now, or another one.
  public var added = 0
  /// Days that had an entry which is gone, or is another one now.
  public var removed = 0
}

extension ProgramState {
  /// Decides an import as the program's next version; what is declared already changes nothing.
  ///
  /// Takes effect now: whatever reads the calendar from here on reads the new one. Refuses
  /// `invalid_params` naming the entry, and whatever `program.apply` refuses of such a definition.
  public func decide(
    _ request: CalendarImport, wall: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> CalendarDifference {
    try request.validate()
    var new = definition
    let difference = new.replaceCalendar(by: request)
    if difference.added + difference.removed > 0 {
      try decide(ProgramApplication(definition: new, zone: zone), wall: wall, into: &buffer)
    }
    return difference
  }
}

extension CalendarImport {
  fileprivate func validate() throws(Undecided) {
    guard !entries.isEmpty else {
      throw .refused(Refusal(.invalid, field: "calendar", "Send at least one dated entry."))
    }
    var seen: Set<CalendarKey> = []
    for (index, entry) in entries.enumerated() {
      guard entry.kind == .workday || entry.follows == nil else {
        throw .refused(
          Refusal(
            .invalid, field: "calendar[\(index)].as",
            "Only a workday follows the timetable of another day."))
      }
      for key in entry.keys where !seen.insert(key).inserted {
        throw .refused(
          Refusal(
            .invalid, field: "calendar[\(index)].day",
            "\(entry.day) is said twice for \(key.cohort ?? "the whole program")."))
      }
    }
  }
}

/// A day of one audience.
private struct CalendarKey: Hashable {
  let day: LocalDay
  /// Nil for the whole program.
  let cohort: String?
}

/// What is declared for such a day.
private struct CalendarMeaning: Hashable {
  let kind: ProgramDefinition.CalendarDay.Kind
  let follows: Weekday?
}

extension ProgramDefinition {
  /// Puts entries in the place of those of the same years and audiences; what is equal stays as it is.
  fileprivate mutating func replaceCalendar(by request: CalendarImport) -> CalendarDifference {
    struct Scope: Hashable {
      let year: Int32
      let cohort: String?
    }
    let scopes = Set(
      request.entries.flatMap { entry in
        entry.keys.map { Scope(year: entry.year, cohort: $0.cohort) }
      })
    let old = Self.meanings(calendar)
    let new = Self.meanings(request.entries)
    let replaced = old.filter { key, _ in
      scopes.contains(Scope(year: key.day.date.year, cohort: key.cohort))
    }
    var difference = CalendarDifference()
    difference.added = new.count { replaced[$0.key] != $0.value }
    difference.removed = replaced.count { new[$0.key] != $0.value }
    guard difference.added + difference.removed > 0 else { return difference }
    let kept = calendar.compactMap { entry -> CalendarDay? in
      let keys = entry.keys.filter {
        !scopes.contains(Scope(year: entry.year, cohort: $0.cohort))
      }
      guard !keys.isEmpty else { return nil }
      var entry = entry
      entry.cohorts = keys.compactMap(\.cohort)
      return entry
    }
    // In the order of days; entries of one day stay in the order in which they came.
    calendar = (kept + request.entries).enumerated().sorted {
      ($0.element.day, $0.offset) < ($1.element.day, $1.offset)
    }.map(\.element)
    return difference
  }

  /// What is declared, day by day; of two entries for one day and audience the last stands.
  private static func meanings(_ entries: [CalendarDay]) -> [CalendarKey: CalendarMeaning] {
    var meanings: [CalendarKey: CalendarMeaning] = [:]
    for entry in entries {
      for key in entry.keys {
        meanings[key] = CalendarMeaning(kind: entry.kind, follows: entry.follows)
      }
    }
    return meanings
  }
}

extension ProgramDefinition.CalendarDay {
  fileprivate var year: Int32 { day.date.year }

  fileprivate var keys: [CalendarKey] {
    cohorts.isEmpty
      ? [CalendarKey(day: day, cohort: nil)] : cohorts.map { CalendarKey(day: day, cohort: $0) }
  }
}
