import Testing

@testable import Incentives

@Suite("A period is a span with a text")
struct TimePeriodTests {
  @Test(
    "Texts stand for their spans and are written back the same",
    arguments: [
      ("2026-09-01", "2026-09-01", "2026-09-01"), ("2026-W36", "2026-08-31", "2026-09-06"),
      // Weeks that belong to the year next door.
      ("2026-W53", "2026-12-28", "2027-01-03"), ("2025-W01", "2024-12-30", "2025-01-05"),
      ("2026-09", "2026-09-01", "2026-09-30"), ("2024-02", "2024-02-01", "2024-02-29"),
      ("2026-12", "2026-12-01", "2026-12-31"), ("1970-W01", "1969-12-29", "1970-01-04"),
    ])
  func spans(text: String, first: String, last: String) throws {
    let period = try #require(Period(text))
    #expect(period.description == text)
    #expect(period.first?.description == first)
    #expect(period.last?.description == last)
  }

  @Test("A term and all time have texts but no days of their own")
  func withoutDays() {
    #expect(Period("all") == .all)
    #expect(Period("term:12") == .term(12))
    #expect(Period.term(12).description == "term:12")
    #expect(Period.all.first == nil && Period.term(1).last == nil && Period.all.next == nil)
  }

  @Test(
    "One period has one text; anything else is refused",
    arguments: [
      "", "All", "term:0", "term:01", "term:-1", "term:", "term:99999999999", "2025-W53",
      "2026-W00",
      "2026-W54", "2026-13", "2026-00", "2026-9", "2026-W6", "2026W36", "2026-09-1", "2026-w36",
      "12026-09", "+202-09",
    ])
  func refused(text: String) {
    #expect(Period(text) == nil)
  }

  @Test("Every day lies in its week and month, weeks begin on Monday, and spans follow each other")
  func containing() throws {
    for number in Int32(-800)...60_000 {
      let day = LocalDay(number: number)
      for period in [Period.day(day), .week(containing: day), .month(containing: day)] {
        let first = try #require(period.first)
        let last = try #require(period.last)
        let next = try #require(period.next?.first)
        let isSound =
          first <= day && day <= last && next == last.next
          && (period.kind != .week || first.weekday == .monday)
        if !isSound { Issue.record("\(period) does not fit \(day)") }
      }
      guard number % 61 == 0, number >= 3 else { continue }
      #expect(Period(Period.week(containing: day).description) == .week(containing: day))
    }
  }

  @Test("Periods are ordered by kind, then by time")
  func order() {
    let day = LocalDay(number: 20_000)
    let ordered = [
      Period.day(day), .day(day.next), .week(containing: day), .month(containing: day), .term(1),
      .term(2), .all,
    ]
    #expect(ordered.shuffled().sorted() == ordered)
    #expect(MemoryLayout<Period>.size == 8)
  }
}
