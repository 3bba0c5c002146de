import Testing

@testable import Incentives

@Suite("The calendar says which days are taught")
struct TimeCalendarTests {
  /// National Day 2026: off from Thursday 1 to Wednesday 7 October; Sunday 27 September and
  /// Saturday 10 October are worked instead, the latter with Wednesday's timetable.
  private static let nationalDay: [Calendar.Entry] =
    (1...7).map { Calendar.Entry(day: october($0), exception: .holiday) } + [
      Calendar.Entry(day: october(-3), exception: .workday(as: nil)),
      Calendar.Entry(day: october(10), exception: .workday(as: .wednesday)),
    ]

  private let calendar = Calendar(
    teachingDays: .mondayToFriday,
    entries: nationalDay + [
      Calendar.Entry(day: october(10), cohort: 4, exception: .cancelled),
      Calendar.Entry(day: october(11), cohort: 4, exception: .workday(as: .saturday)),
      Calendar.Entry(day: october(6), cohort: 9, exception: .workday(as: nil)),
    ])

  @Test("Exceptions win over the weekly pattern: a worked Saturday, a free Thursday")
  func exceptions() {
    #expect(calendar.isTeachingDay(october(8)))
    #expect(!calendar.isTeachingDay(october(1)))
    #expect(calendar.isTeachingDay(october(10)))
    #expect(!calendar.isTeachingDay(october(17)))
    #expect(calendar.timetable(on: october(10)) == .wednesday)
    #expect(calendar.timetable(on: october(-3)) == .sunday)
    #expect(calendar.timetable(on: october(1)) == nil)
  }

  @Test("A cohort's exceptions win over the program's, and are nobody else's")
  func cohorts() {
    #expect(!calendar.isTeachingDay(october(10), cohort: 4))
    #expect(calendar.isTeachingDay(october(11), cohort: 4))
    #expect(calendar.timetable(on: october(11), cohort: 4) == .saturday)
    #expect(calendar.isTeachingDay(october(10), cohort: 5))
    #expect(!calendar.isTeachingDay(october(11), cohort: 5))
    #expect(calendar.isTeachingDay(october(6), cohort: 9))
    #expect(!calendar.isTeachingDay(october(6)))
  }

  @Test("Where no teaching days are declared every calendar day counts, but for holidays")
  func undeclared() {
    let calendar = Calendar(entries: [Calendar.Entry(day: october(1), exception: .holiday)])
    #expect(calendar.isTeachingDay(october(4)))
    #expect(!calendar.isTeachingDay(october(1)))
    #expect(calendar.teachingDays(from: october(1), through: october(7)) == 6)
    #expect(!calendar.isWorkday(october(4)) && calendar.isWorkday(october(5)))
  }

  @Test("Entries mean the same in any order; of two for one day the last stands")
  func order() {
    var numbers = SeededNumbers(seed: 2)
    let shuffled = Calendar(
      teachingDays: .mondayToFriday, entries: calendar.entries.shuffled(using: &numbers))
    #expect(shuffled == calendar)
    let day = october(20)
    let corrected = Calendar(
      teachingDays: .mondayToFriday,
      entries: [
        Calendar.Entry(day: day, exception: .holiday),
        Calendar.Entry(day: day, exception: .workday(as: nil)),
      ])
    #expect(corrected.entries.count == 1)
    #expect(corrected.isTeachingDay(day))
  }

  @Test("Counting a span agrees with asking every day of it", arguments: [nil, 4, 9, 77])
  func counting(cohort: UInt32?) {
    var numbers = SeededNumbers(seed: UInt64(cohort ?? 0))
    for _ in 0..<300 {
      let first = october(Int32.random(in: -20...40, using: &numbers))
      let last = first.advanced(by: Int32.random(in: -3...60, using: &numbers))
      let asked = (first.number..<max(first.number, last.number + 1)).count {
        calendar.isTeachingDay(LocalDay(number: $0), cohort: cohort)
      }
      #expect(calendar.teachingDays(from: first, through: last, cohort: cohort) == asked)
    }
  }

  @Test("The neighbouring teaching days skip holidays and weekends")
  func neighbours() {
    #expect(calendar.teachingDay(after: october(0)) == october(8))
    #expect(calendar.teachingDay(before: october(8)) == october(0))
    #expect(calendar.teachingDay(after: october(9), cohort: 4) == october(11))
    #expect(Calendar(teachingDays: []).teachingDay(after: october(1)) == nil)
  }
}

@Suite("Terms say which term a day lies in")
struct TimeTermsTests {
  @Test("A program's terms hold for everybody, a cohort's for its members")
  func lookup() throws {
    let terms = try Terms([
      span("autumn", 1, 1, 31, cohorts: []), span("winter-a", 2, 40, 60, cohorts: [3, 1]),
    ])
    #expect(terms.number(on: october(1)) == 1)
    #expect(terms.number(on: october(31), cohort: 8) == 1)
    #expect(terms.number(on: october(32)) == nil)
    #expect(terms.number(on: october(50), cohort: 1) == 2)
    #expect(terms.number(on: october(50), cohort: 2) == nil)
    #expect(terms.term(on: october(50), cohort: 3)?.id == "winter-a")
    #expect(terms.term(number: 1)?.last == october(31))
    #expect(terms.term(id: "none") == nil)
  }

  @Test("Where none is declared everything lies in the endless term")
  func endless() throws {
    #expect(try Terms().number(on: october(1)) == Terms.endless)
    let terms = try Terms([span("a", 1, 1, 31, cohorts: [1])])
    #expect(terms.number(on: october(50), cohort: 2) == Terms.endless)
    #expect(terms.number(on: october(50), cohort: 1) == nil)
  }

  @Test("Terms of one cohort may touch and may not overlap")
  func overlap() throws {
    let touching = try Terms([span("b", 2, 32, 40, cohorts: []), span("a", 1, 1, 31, cohorts: [])])
    #expect(touching.spans.map(\.id) == ["a", "b"])
    #expect(throws: Terms.Overlap(first: "a", second: "b")) {
      try Terms([span("b", 2, 31, 40, cohorts: [7, 9]), span("a", 1, 1, 31, cohorts: [9])])
    }
    #expect(throws: Terms.Overlap.self) {
      try Terms([span("a", 1, 1, 31, cohorts: []), span("b", 2, 10, 11, cohorts: [9])])
    }
    #expect(throws: Never.self) {
      try Terms([span("a", 1, 1, 31, cohorts: [8]), span("b", 2, 10, 11, cohorts: [9])])
    }
  }

  @Test("A term ends no earlier than it begins and has a number from 1")
  func spans() {
    #expect(TermSpan(id: "x", number: 1, first: october(2), last: october(1)) == nil)
    #expect(TermSpan(id: "x", number: 0, first: october(1), last: october(1)) == nil)
  }

  private func span(
    _ id: String, _ number: Int32, _ first: Int32, _ last: Int32, cohorts: [UInt32]
  ) throws -> TermSpan {
    try #require(
      TermSpan(
        id: id, number: number, first: october(first), last: october(last), cohorts: cohorts))
  }
}

/// The nth of October 2026, a month that begins on a Thursday; 0 is the last of September.
private func october(_ day: Int32) -> LocalDay {
  LocalDay(number: 20_726 + day)
}
