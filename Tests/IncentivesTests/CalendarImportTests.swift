import Testing

@testable import Incentives

@Suite("A year's calendar is imported")
struct CalendarImportTests {
  private typealias Day = ProgramDefinition.CalendarDay
  private let state = ProgramState(
    number: ProgramNumber(rawValue: 1), hash: KeyedHash(key: (1, 2)))
  private static let now = Instant(microseconds: 1_780_000_000_000_000)

  private static func day(_ text: String) throws -> LocalDay { try #require(LocalDay(text)) }

  /// A program that teaches Monday to Friday, with one entry of last year and two moves of class A.
  private func begin() throws {
    let definition = ProgramDefinition(
      id: "class", name: "一班", zone: "UTC",
      teachingDays: [.monday, .tuesday, .wednesday, .thursday, .friday],
      calendar: [
        Day(day: try Self.day("2025-10-01"), kind: .holiday),
        Day(day: try Self.day("2026-03-02"), kind: .holiday),
        Day(day: try Self.day("2026-09-21"), kind: .cancelled, cohorts: ["A", "B"]),
      ])
    try decide { buffer throws(Undecided) in
      try state.decide(
        ProgramApplication(definition: definition, zone: .utc), wall: Self.now, into: &buffer)
    }
  }

  private func decide(_ body: (inout ChangeBuffer) throws(Undecided) -> Void) throws {
    var buffer = ChangeBuffer()
    try body(&buffer)
    for change in buffer.changes { state.apply(change, in: buffer) }
  }

  private func imported(_ entries: [Day]) throws -> CalendarDifference {
    var difference = CalendarDifference()
    try decide { buffer throws(Undecided) in
      difference = try state.decide(
        CalendarImport(entries: entries), wall: Self.now, into: &buffer)
    }
    return difference
  }

  private func national() throws -> [Day] {
    let october = try Self.day("2026-10-01")
    return [
      Day(day: try Self.day("2026-09-20"), kind: .workday, follows: .wednesday),
      Day(day: try Self.day("2026-10-10"), kind: .workday),
    ] + (0..<7 as Range<Int32>).map { Day(day: october.advanced(by: $0), kind: .holiday) }
  }

  @Test("a Sunday of 调休 is taught by Wednesday's timetable, the seven days of October are not")
  func workdays() throws {
    try begin()
    let difference = try imported(national())
    #expect(difference.added == 9)
    #expect(difference.removed == 1)
    #expect(state.version == 2)
    #expect(state.calendar.timetable(on: try Self.day("2026-09-20")) == .wednesday)
    #expect(state.calendar.isTeachingDay(try Self.day("2026-10-10")))
    for offset in 0..<7 as Range<Int32> {
      let day = try Self.day("2026-10-01").advanced(by: offset)
      #expect(!state.calendar.isTeachingDay(day), "\(day)")
    }
    #expect(state.calendar.isTeachingDay(try Self.day("2026-10-08")))
  }

  @Test("only its years and its audience are replaced; the same again changes nothing")
  func replaces() throws {
    try begin()
    _ = try imported(national())
    #expect(state.calendar.isTeachingDay(try Self.day("2026-03-02")))
    #expect(!state.calendar.isTeachingDay(try Self.day("2025-10-01")))
    // Cohorts have their numbers in the order in which the definition names them.
    let (a, b): (UInt32, UInt32) = (1, 2)
    #expect([a, b].map { state.names.word(.cohort, $0) } == ["A", "B"])
    #expect(!state.calendar.isTeachingDay(try Self.day("2026-09-21"), cohort: a))
    #expect(state.calendar.isTeachingDay(try Self.day("2026-09-21")))
    #expect(try imported(national().reversed()) == CalendarDifference())
    #expect(state.version == 2)
    let own = try imported([
      Day(day: Self.day("2026-10-10"), kind: .cancelled, cohorts: ["A"])
    ])
    #expect(own == CalendarDifference(added: 1, removed: 1, isNew: true))
    #expect(state.version == 3)
    #expect(state.calendar.isTeachingDay(try Self.day("2026-09-21"), cohort: a))
    #expect(!state.calendar.isTeachingDay(try Self.day("2026-09-21"), cohort: b))
    #expect(!state.calendar.isTeachingDay(try Self.day("2026-10-10"), cohort: a))
    #expect(state.calendar.isTeachingDay(try Self.day("2026-10-10"), cohort: b))
  }

  @Test("nothing, a day said twice, and a holiday with a timetable are refused and named")
  func refusals() throws {
    try begin()
    let day = try Self.day("2026-10-01")
    let wrong: [([Day], String)] = [
      ([], "calendar"),
      ([Day(day: day, kind: .holiday), Day(day: day, kind: .workday)], "calendar[1].day"),
      ([Day(day: day, kind: .holiday, follows: .monday)], "calendar[0].as"),
      (
        [
          Day(day: day, kind: .holiday, cohorts: ["A"]),
          Day(day: day, kind: .cancelled, cohorts: ["B", "A"]),
        ], "calendar[1].day"
      ),
    ]
    for (entries, field) in wrong {
      var buffer = ChangeBuffer()
      do {
        _ = try state.decide(
          CalendarImport(entries: entries), wall: Self.now, into: &buffer)
        Issue.record("\(field) was accepted")
      } catch .refused(let refusal) {
        #expect(refusal.field == field)
      }
      #expect(buffer.changes.isEmpty)
    }
    #expect(state.version == 1)
  }

  /// Applies a definition with these entries, as a program file without any other does.
  private func apply(_ entries: [Day]) throws -> CalendarChange {
    var definition = state.definition
    definition.calendar = entries
    let change = state.calendarChange(by: definition)
    try decide { buffer throws(Undecided) in
      try state.decide(
        ProgramApplication(definition: definition, zone: .utc), wall: Self.now, into: &buffer)
    }
    return change
  }

  @Test("what was imported stays when a file is applied that says nothing of it")
  func staysThroughApply() throws {
    try begin()
    let file = state.definition.calendar
    _ = try imported(national())
    // The import took 2026-03-02 away; the file brings it back, and everything else stays.
    let again = try apply(file)
    #expect(again == CalendarChange(kept: 9, removed: []))
    #expect(state.version == 3)
    for text in ["2026-03-02", "2026-10-01", "2026-10-07", "2025-10-01"] {
      let day = try Self.day(text)
      #expect(!state.calendar.isTeachingDay(day), "\(text)")
    }
    #expect(state.calendar.timetable(on: try Self.day("2026-09-20")) == .wednesday)
    #expect(try apply(file) == CalendarChange(kept: 9, removed: []))
    #expect(state.version == 3, "the same file again changes nothing")

    // A file without any: its own are gone, and said to be; the imported stay.
    let none = try apply([])
    #expect(none.kept == 9)
    #expect(
      none.removed.map { "\($0.day) \($0.cohorts)" } == [
        #"2025-10-01 []"#, #"2026-03-02 []"#, #"2026-09-21 ["A"]"#, #"2026-09-21 ["B"]"#,
      ])
    #expect(state.definition.calendar.count == 9)
    #expect(state.definition.calendar.allSatisfy { $0.isImported })
  }

  @Test("a file's own entry takes the place of an imported one of that day and audience")
  func fileWins() throws {
    try begin()
    _ = try imported(national())
    let day = try Self.day("2026-10-01")
    let other = try apply([Day(day: day, kind: .workday)])
    #expect(other.removed.contains { $0.day == day && $0.kind == .holiday })
    #expect(other.kept == 8)
    #expect(state.calendar.isTeachingDay(day))
    // For class A only: the program's holiday stays beside it.
    _ = try imported(national())
    let ofClass = try apply([Day(day: day, kind: .workday, cohorts: ["A"])])
    #expect(ofClass.kept == 9)
    let a = try #require(state.names.number(.cohort, "A"))
    #expect(state.calendar.isTeachingDay(day, cohort: a))
    #expect(!state.calendar.isTeachingDay(day))
  }

  @Test("saying in a file what was imported changes nothing, and leaves it imported")
  func saidTwice() throws {
    try begin()
    _ = try imported(national())
    let version = state.version
    let whole = state.definition.calendar.map {
      Day(day: $0.day, kind: $0.kind, follows: $0.follows, cohorts: $0.cohorts)
    }
    #expect(try apply(whole) == CalendarChange())
    #expect(state.version == version)
    _ = try apply([])
    #expect(state.definition.calendar.count == 9)
  }

  @Test("importing what a file had declared makes it imported, so that the next file keeps it")
  func declaredThenImported() throws {
    try begin()
    let holiday = Day(day: try Self.day("2025-10-01"), kind: .holiday)
    #expect(try imported([holiday]) == CalendarDifference(added: 0, removed: 0, isNew: true))
    #expect(try imported([holiday]) == CalendarDifference())
    _ = try apply([])
    #expect(!state.calendar.isTeachingDay(holiday.day))
  }
}
