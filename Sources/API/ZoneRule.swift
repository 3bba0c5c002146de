import Incentives

/// The rule of a zone for the future: the `TZ` string of POSIX, as RFC 8536 extends it.
///
///     CST-8                                  eight hours east, for ever
///     GMT0BST,M3.5.0/1,M10.5.0               last Sunday of March, 01:00, to that of October
///     IST-1GMT0,M10.5.0,M3.5.0/1             Dublin: winter is the exception
///     EET-2EEST,M3.4.4/50,M10.4.4/50         50 hours after the fourth Thursday's midnight
struct ZoneRule: Equatable {
  /// Seconds east of Greenwich of standard time.
  let standardSeconds: Int32
  /// The other time, and when it holds; nil when there is none.
  let daylight: Daylight?

  /// A second offset, from one moment of the year to another.
  struct Daylight: Equatable {
    let offsetSeconds: Int32
    let start: Moment
    let end: Moment

    /// The two changes of a year, given the offset of standard time.
    func transitions(in year: Int, standard: Int32) -> [ZoneOffsets.Transition] {
      [(start, standard, offsetSeconds), (end, offsetSeconds, standard)]
        .compactMap { moment, before, after in
          moment.localSeconds(in: year).map { local in
            ZoneOffsets.Transition(
              instant: Instant(seconds: local - Int64(before)), offsetSeconds: after)
          }
        }
    }
  }

  /// A moment of the year by the wall clock.
  struct Moment: Equatable {
    let date: DateRule
    let seconds: Int

    /// Seconds from 1970-01-01T00:00 on the wall clock.
    func localSeconds(in year: Int) -> Int64? {
      date.day(in: year).map { Int64($0.number) * 86_400 + Int64(seconds) }
    }
  }

  /// A day of the year.
  enum DateRule: Equatable {
    /// The nth weekday of a month; the fifth is the last. Sunday is 0.
    case weekday(month: Int, week: Int, weekday: Int)
    /// Day 1…365, never the 29th of February.
    case julian(Int)
    /// Day 0…365, the 29th of February counted.
    case ordinal(Int)

    /// The day in a year.
    func day(in year: Int) -> LocalDay? {
      switch self {
      case .weekday(let month, let week, let weekday):
        guard let first = LocalDay(year: year, month: month, day: 1) else { return nil }
        let toWeekday = (weekday + 7 - Int(first.weekday.rawValue) % 7) % 7
        var day = 1 + toWeekday + (week - 1) * 7
        while day > CivilDate.days(inMonth: month, ofYear: year) { day -= 7 }
        return LocalDay(year: year, month: month, day: day)
      case .julian(let number):
        let isAfterLeapDay = number > 59 && CivilDate.isLeap(year)
        return LocalDay(year: year, month: 1, day: 1)?
          .advanced(by: Int32(number - (isAfterLeapDay ? 0 : 1)))
      case .ordinal(let number):
        return LocalDay(year: year, month: 1, day: 1)?.advanced(by: Int32(number))
      }
    }
  }
}

extension ZoneRule {
  /// The rule a text states, or nil when it states none.
  init?(_ text: String) {
    var reader = RuleReader(text: Array(text.utf8)[...])
    guard reader.skipName(), let west = reader.readTime() else { return nil }
    standardSeconds = Int32(-west)
    guard !reader.text.isEmpty else {
      daylight = nil
      return
    }
    guard reader.skipName() else { return nil }
    var offset = -west + 3_600
    if !reader.skip(",") {
      guard let west = reader.readTime(), reader.skip(",") else { return nil }
      offset = -west
    }
    guard let start = reader.readMoment(), reader.skip(","), let end = reader.readMoment(),
      reader.text.isEmpty
    else { return nil }
    daylight = Daylight(offsetSeconds: Int32(offset), start: start, end: end)
  }
}

/// Takes a rule's text apart from the left.
private struct RuleReader {
  var text: ArraySlice<UInt8>

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard text.first == UInt8(ascii: character) else { return false }
    text.removeFirst()
    return true
  }

  /// Three letters or more, or anything in angle brackets.
  mutating func skipName() -> Bool {
    if skip("<") {
      guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return false }
      text = text[(end + 1)...]
      return true
    }
    let letters = text.prefix { 65...90 ~= $0 || 97...122 ~= $0 }
    text = text[letters.endIndex...]
    return letters.count >= 3
  }

  /// One to three digits.
  mutating func readNumber() -> Int? {
    let digits = text.prefix { 48...57 ~= $0 }
    guard 1...3 ~= digits.count else { return nil }
    text = text[digits.endIndex...]
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  /// `[+-]hh[:mm[:ss]]` in seconds; at most 167 hours.
  mutating func readTime() -> Int? {
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    guard let hours = readNumber(), hours <= 167 else { return nil }
    var seconds = hours * 3_600
    for unit in [60, 1] where skip(":") {
      guard let number = readNumber(), number < 60 else { return nil }
      seconds += number * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func readMoment() -> ZoneRule.Moment? {
    guard let date = readDate() else { return nil }
    guard skip("/") else { return ZoneRule.Moment(date: date, seconds: 2 * 3_600) }
    return readTime().map { ZoneRule.Moment(date: date, seconds: $0) }
  }

  private mutating func readDate() -> ZoneRule.DateRule? {
    if skip("M") {
      guard let month = readNumber(), 1...12 ~= month, skip("."), let week = readNumber(),
        1...5 ~= week, skip("."), let weekday = readNumber(), weekday <= 6
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
    let isJulian = skip("J")
    guard let number = readNumber(), number <= 365, number >= (isJulian ? 1 : 0) else { return nil }
    return isJulian ? .julian(number) : .ordinal(number)
  }
}
