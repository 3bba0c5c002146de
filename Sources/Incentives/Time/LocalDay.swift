/// A calendar day of the program: days since 1970-01-01, without a zone.
///
/// Which instants it holds depends on the program's zone and the hour its days start:
/// `ZoneOffsets` answers that. The text form is `2026-09-01`.
@frozen
public struct LocalDay: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01, which is 0.
  public var number: Int32

  /// The day that many days after 1970-01-01.
  @inlinable
  public init(number: Int32) {
    self.number = number
  }

  /// The day of a date, or nil unless the year is 1…9999 and the day exists.
  @inlinable
  public init?(year: Int, month: Int, day: Int) {
    guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
    self.init(date)
  }

  /// The day of a date.
  @inlinable
  public init(_ date: CivilDate) {
    let number = CivilDate.dayNumber(
      year: Int(date.year), month: Int(date.month), day: Int(date.day))
    self.init(number: Int32(number))
  }

  /// Whether this day is earlier than the other.
  @inlinable
  public static func < (left: LocalDay, right: LocalDay) -> Bool {
    left.number < right.number
  }

  /// Year, month and day of the month.
  @inlinable
  public var date: CivilDate { CivilDate(self) }

  /// The day of the week.
  @inlinable
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    let sinceMonday = Int(number) + 3 - floorDivide(Int(number) + 3, 7) * 7
    return Weekday(rawValue: UInt8(sinceMonday + 1)) ?? .monday
  }

  /// The day after this one; the last day of all is its own successor.
  @inlinable
  public var next: LocalDay { advanced(by: 1) }

  /// The day before this one; the first day of all is its own predecessor.
  @inlinable
  public var previous: LocalDay { advanced(by: -1) }

  /// The day that many days later; stops at the ends of time.
  @inlinable
  public func advanced(by days: Int32) -> LocalDay {
    let (sum, overflow) = number.addingReportingOverflow(days)
    guard overflow else { return LocalDay(number: sum) }
    return LocalDay(number: days < 0 ? .min : .max)
  }

  /// How many days later the other day is; negative when it is earlier.
  @inlinable
  public func days(until other: LocalDay) -> Int {
    Int(other.number) - Int(number)
  }
}

extension LocalDay: LosslessStringConvertible {
  /// The day written as `2026-09-01`, or nil for any other text and for a date that does not exist.
  public init?(_ description: String) {
    var text = description
    let parsed = text.withUTF8 { InstantText.parseDay(UnsafeRawBufferPointer($0)) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// The day as `2026-09-01`; a year outside 0…9999 carries its sign and six digits or more.
  public var description: String {
    let date = date
    return "\(yearText(Int(date.year)))-\(twoDigits(date.month))-\(twoDigits(date.day))"
  }
}

/// A year as four digits, or with a sign and at least six digits outside 0…9999 (ISO 8601,
/// expanded).
func yearText(_ year: Int) -> String {
  let digits = String(year.magnitude)
  guard 0...9999 ~= year else {
    return (year < 0 ? "-" : "+") + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
  return String(repeating: "0", count: 4 - digits.count) + digits
}

/// A number below 100 as two digits.
func twoDigits(_ value: some BinaryInteger) -> String {
  value < 10 ? "0\(value)" : "\(value)"
}
