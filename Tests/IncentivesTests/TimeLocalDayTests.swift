import Testing

@testable import Incentives

@Suite("A local day is a number and a date")
struct TimeLocalDayTests {
  @Test(
    "Known days have their numbers and weekdays",
    arguments: [
      ("1970-01-01", 0, Weekday.thursday), ("1969-12-31", -1, .wednesday),
      ("2000-02-29", 11_016, .tuesday), ("2026-09-01", 20_697, .tuesday),
      ("0001-01-01", -719_162, .monday), ("9999-12-31", 2_932_896, .friday),
    ])
  func known(text: String, number: Int32, weekday: Weekday) throws {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    let day = try #require(LocalDay(year: parts[0], month: parts[1], day: parts[2]))
    #expect(day.number == number)
    #expect(day.weekday == weekday)
    #expect(day.description == text)
  }

  @Test("Every day from 1600 to 2400 follows the day before")
  func everyDay() throws {
    let first = try #require(LocalDay(year: 1600, month: 1, day: 1))
    let last = try #require(LocalDay(year: 2400, month: 12, day: 31))
    var previous = first.previous
    for number in first.number...last.number {
      let day = LocalDay(number: number)
      let date = day.date
      let isFollowing =
        date > previous.date && previous.next == day && LocalDay(date) == day
        && day.weekday.rawValue == previous.weekday.rawValue % 7 + 1
      if !isFollowing { Issue.record("\(day) does not follow \(previous)") }
      previous = day
    }
  }

  @Test(
    "Dates that do not exist are refused",
    arguments: [
      (2026, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0),
      (0, 1, 1), (10_000, 1, 1), (2026, 6, -1),
    ])
  func refused(year: Int, month: Int, day: Int) {
    #expect(LocalDay(year: year, month: month, day: day) == nil)
  }

  @Test("Days are counted and moved; the ends of time hold")
  func moving() {
    let day = LocalDay(number: 100)
    #expect(day.advanced(by: -130).number == -30)
    #expect(day.days(until: LocalDay(number: 93)) == -7)
    #expect(LocalDay(number: .max).next == LocalDay(number: .max))
    #expect(LocalDay(number: .min).previous == LocalDay(number: .min))
    #expect(LocalDay(number: .max).date > LocalDay(number: .min).date)
  }

  @Test("Text is read back; other text is not a day")
  func text() {
    #expect(LocalDay("2024-02-29")?.description == "2024-02-29")
    for text in ["2026-9-1", "2026-09-01 ", "20260901", "2026-09-31", "", "1969-12-31"] {
      #expect(LocalDay(text) == nil, "\(text)")
    }
    #expect(LocalDay(number: 3_000_000).description == "+010183-09-21")
  }

  @Test("A weekday is read by its name and counted in sets from Monday")
  func weekdays() {
    #expect(Weekday(name: "wednesday") == .wednesday)
    #expect(Weekday(name: "Wednesday") == nil)
    #expect(Weekday.allCases.filter(WeekdaySet.mondayToFriday.contains).last == .friday)
    #expect(WeekdaySet([WeekdaySet(.sunday), WeekdaySet(.monday)]).rawValue == 0b100_0001)
  }
}
