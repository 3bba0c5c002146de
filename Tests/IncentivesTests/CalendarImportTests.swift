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
    #expect(own == CalendarDifference(added: 1, removed: 1))
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
}
