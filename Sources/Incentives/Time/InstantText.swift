/// What a text says about time: an instant, or the reading of a wall clock whose zone it leaves
/// out.
@frozen
public enum ParsedTime: Hashable, Sendable {
  /// An instant: the text had an offset or `Z`.
  case instant(Instant)
  /// No offset: microseconds from 1970-01-01T00:00 on the wall clock of the program's zone.
  case local(microseconds: Int64)
}

/// Reads and writes instants in the forms of RFC 3339 and ISO 8601, byte by byte.
///
/// Accepted, because real sources send it: `T`, `t` or one space before the time; no seconds
/// (`2013-04-04T16:32`); 1–9 digits of fraction after `.` or `,`, of which those beyond the
/// microsecond are cut off; `Z`, `z`, `+08:00`, `+0800`, `+08`, or no offset. Years are 1970…9999
/// and dates must exist. A leap second (`23:59:60` in UTC, with an offset) becomes the last
/// microsecond of its minute, so that it keeps its day; any other `:60` is refused, and so is
/// `24:00`.
///
/// Not accepted: week and ordinal dates, dates without hyphens, signs, white space around.
public enum InstantText {
  /// The time a text stands for; nil when it has none of the forms above.
  @inlinable
  public static func parse(_ text: UnsafeRawBufferPointer) -> ParsedTime? {
    guard text.count >= 16, let day = dayNumber(text) else { return nil }
    guard text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
      text[13] == UInt8(ascii: ":")
    else { return nil }
    let hour = twoDigits(text, 11)
    let minute = twoDigits(text, 14)
    guard hour < 24, minute < 60 else { return nil }
    var reader = TimeTail(position: 16)
    guard reader.readSeconds(text), reader.readOffset(text) else { return nil }
    let minutes = (day * 24 + hour) * 60 + minute
    guard reader.seconds < 60 || reader.isLeapSecond(minuteOfDay: hour * 60 + minute) else {
      return nil
    }
    let fraction = reader.seconds < 60 ? reader.seconds * 1_000_000 + reader.fraction : 59_999_999
    let local = Int64(minutes * 60_000_000 + fraction)
    guard let offset = reader.offsetMinutes else { return .local(microseconds: local) }
    return .instant(Instant(microseconds: local - Int64(offset) * 60_000_000))
  }

  /// The day a text of the form `2026-09-01` stands for; nil for anything else.
  @inlinable
  public static func parseDay(_ text: UnsafeRawBufferPointer) -> LocalDay? {
    guard text.count == 10, let number = dayNumber(text) else { return nil }
    return LocalDay(number: Int32(truncatingIfNeeded: number))
  }

  /// Days since 1970-01-01 of the date in the first ten bytes.
  @inlinable
  static func dayNumber(_ text: UnsafeRawBufferPointer) -> Int? {
    guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return nil }
    let century = twoDigits(text, 0)
    let yearOfCentury = twoDigits(text, 2)
    let month = twoDigits(text, 5)
    let day = twoDigits(text, 8)
    guard century < 100, yearOfCentury < 100 else { return nil }
    let year = century * 100 + yearOfCentury
    guard year >= 1_970, 1...12 ~= month, day >= 1,
      day <= 28 || day <= CivilDate.days(inMonth: month, ofYear: year)
    else { return nil }
    return CivilDate.dayNumber(year: year, month: month, day: day)
  }

  /// The number two digits make; 100 or more when one of them is no digit.
  @inlinable
  static func twoDigits(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int {
    let tens = text[position] &- UInt8(ascii: "0")
    let ones = text[position + 1] &- UInt8(ascii: "0")
    guard tens < 10, ones < 10 else { return 1_000 }
    return Int(tens) * 10 + Int(ones)
  }
}

/// What follows the minutes: seconds, fraction, offset.
@usableFromInline
struct TimeTail {
  @usableFromInline var position: Int
  @usableFromInline var seconds = 0
  @usableFromInline var fraction = 0
  @usableFromInline var offsetMinutes: Int?

  @inlinable
  init(position: Int) {
    self.position = position
  }

  /// Reads `:SS` and a fraction, if they are there; false when they are malformed.
  @inlinable
  mutating func readSeconds(_ text: UnsafeRawBufferPointer) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: ":") else { return true }
    guard position + 3 <= text.count else { return false }
    seconds = InstantText.twoDigits(text, position + 1)
    position += 3
    guard seconds <= 60 else { return false }
    guard position < text.count,
      text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ",")
    else { return true }
    position += 1
    return readFraction(text)
  }

  /// Reads 1–9 digits as microseconds.
  @inlinable
  mutating func readFraction(_ text: UnsafeRawBufferPointer) -> Bool {
    let start = position
    while position < text.count {
      let digit = text[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      if position - start < 6 { fraction = fraction * 10 + Int(digit) }
      position += 1
    }
    let digits = position - start
    guard 1...9 ~= digits else { return false }
    var missing = 6 - digits
    while missing > 0 {
      fraction *= 10
      missing -= 1
    }
    return true
  }

  /// Reads what is left, an offset or nothing; false when it is anything else.
  @inlinable
  mutating func readOffset(_ text: UnsafeRawBufferPointer) -> Bool {
    let rest = text.count - position
    guard rest > 0 else { return true }
    let sign = text[position]
    if sign | 0x20 == UInt8(ascii: "z") {
      offsetMinutes = 0
      return rest == 1
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest >= 3 else { return false }
    let hours = InstantText.twoDigits(text, position + 1)
    var minutes = 0
    switch rest {
    case 3: break
    case 5: minutes = InstantText.twoDigits(text, position + 3)
    case 6 where text[position + 3] == UInt8(ascii: ":"):
      minutes = InstantText.twoDigits(text, position + 4)
    default: return false
    }
    guard hours < 24, minutes < 60 else { return false }
    let magnitude = hours * 60 + minutes
    offsetMinutes = sign == UInt8(ascii: "-") ? -magnitude : magnitude
    return true
  }

  /// Whether second 60 may follow this minute: only 23:59 of UTC has ever had one.
  @inlinable
  func isLeapSecond(minuteOfDay: Int) -> Bool {
    guard let offsetMinutes else { return false }
    let utc = minuteOfDay - offsetMinutes
    return utc == 1_439 || utc == -1 || utc == 2_879
  }
}
