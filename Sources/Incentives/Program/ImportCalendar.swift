/// Dated entries as they are published for a year (`calendar.import`, rules.md §2).
///
/// They replace what was declared for the same years and the same audience: entries of the whole
/// program replace those of the program, entries of a cohort those of that cohort. So the public
/// calendar of a year comes in again as often as it is changed, and what a class moved stays. Which
/// of two entries holds on a day is `Calendar`'s to say: the cohort's before the program's.
///
/// What was imported stays when a program file is applied, except where the file itself has an entry for
/// the same day and audience: that one takes its place.
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
  /// Whether the program gets another version: also where a file had declared the very same days.
  public var isNew = false
}

/// What applying a definition does to the dated entries of a calendar.
public struct CalendarChange: Hashable, Sendable {
  /// Days of one audience each whose imported entry stays, though the definition does not have it.
  public var kept = 0
  /// Entries that are gone or other afterwards, of one audience each, by day.
  public var removed: [ProgramDefinition.CalendarDay] = []
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
    if difference.isNew {
      var application = ProgramApplication(definition: new, zone: zone)
      application.hasWholeCalendar = true
      try decide(application, wall: wall, into: &buffer)
    }
    return difference
  }

  /// What applying a definition would do to the calendar that stands.
  public func calendarChange(by new: ProgramDefinition) -> CalendarChange {
    var whole = new
    whole.keepImported(of: definition)
    let own = Set(new.calendar.flatMap(\.keys))
    let after = ProgramDefinition.meanings(whole.calendar)
    var change = CalendarChange()
    change.kept = after.count { !own.contains($0.key) }
    change.removed = ProgramDefinition.meanings(definition.calendar)
      .filter { after[$0.key] != $0.value }
      .map { key, meaning in
        ProgramDefinition.CalendarDay(
          day: key.day, kind: meaning.kind, follows: meaning.follows,
          cohorts: key.cohort.map { [$0] } ?? [])
      }
      .sorted { ($0.day, $0.cohorts.first ?? "") < ($1.day, $1.cohorts.first ?? "") }
    return change
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
    let isDeclared = calendar.contains { entry in
      !entry.isImported
        && entry.keys.contains { scopes.contains(Scope(year: entry.year, cohort: $0.cohort)) }
    }
    difference.isNew = isDeclared || difference.added + difference.removed > 0
    guard difference.isNew else { return difference }
    let kept = calendar.compactMap { entry in
      entry.only { !scopes.contains(Scope(year: entry.year, cohort: $0.cohort)) }
    }
    calendar = Self.byDay(
      kept
        + request.entries.map {
          CalendarDay(
            day: $0.day, kind: $0.kind, follows: $0.follows, cohorts: $0.cohorts, isImported: true)
        })
    return difference
  }

  /// In the order of days; entries of one day stay in the order in which they came.
  private static func byDay(_ entries: [CalendarDay]) -> [CalendarDay] {
    entries.enumerated().sorted {
      ($0.element.day, $0.offset) < ($1.element.day, $1.offset)
    }.map(\.element)
  }

  /// Takes over the imported entries of the definition before, except for days and audiences of which
  /// this one says something else.
  mutating func keepImported(of standing: ProgramDefinition) {
    let imported = standing.calendar.filter(\.isImported)
    guard !imported.isEmpty else { return }
    let own = Self.meanings(calendar)
    let stays = imported.compactMap { entry in
      entry.only { key in own[key] == nil || own[key] == entry.meaning }
    }
    // What says the same as an imported entry is that entry.
    let held = Set(stays.flatMap(\.keys))
    let declared = calendar.compactMap { entry in entry.only { !held.contains($0) } }
    calendar = Self.byDay(declared + stays)
  }

  /// What is declared, day by day; of two entries for one day and audience the last stands.
  fileprivate static func meanings(_ entries: [CalendarDay]) -> [CalendarKey: CalendarMeaning] {
    var meanings: [CalendarKey: CalendarMeaning] = [:]
    for entry in entries {
      for key in entry.keys {
        meanings[key] = entry.meaning
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

  fileprivate var meaning: CalendarMeaning { CalendarMeaning(kind: kind, follows: follows) }

  /// The entry for those of its audiences that a test lets pass; nil where there are none.
  fileprivate func only(_ passes: (CalendarKey) -> Bool) -> Self? {
    let keys = keys.filter(passes)
    guard !keys.isEmpty else { return nil }
    var entry = self
    entry.cohorts = keys.compactMap(\.cohort)
    return entry
  }
}
