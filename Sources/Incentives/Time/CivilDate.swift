/// A date of the proleptic Gregorian calendar as people write it: year, month, day.
///
/// Only a way in and out of `LocalDay`; nothing is computed or stored in this form.
@frozen
public struct CivilDate: Hashable, Comparable, Sendable {
  /// The year; 0 is 1 BC.
  public let year: Int32
  /// The month, 1…12.
  public let month: UInt8
  /// The day of the month, 1…31.
  public let day: UInt8

  /// The date, or nil unless the year is 1…9999 and the day exists.
  @inlinable
  public init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month,
      day >= 1, day <= CivilDate.days(inMonth: month, ofYear: year)
    else { return nil }
    self.init(uncheckedYear: Int32(year), month: UInt8(month), day: UInt8(day))
  }

  @inlinable
  init(uncheckedYear year: Int32, month: UInt8, day: UInt8) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date of a day, whatever its year.
  ///
  /// Years are counted from March inside, so that the leap day is the last of its year (Hinnant,
  /// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
  @inlinable
  public init(_ localDay: LocalDay) {
    let shifted = Int(localDay.number) + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.init(
      uncheckedYear: Int32(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), month: UInt8(month),
      day: UInt8(dayOfYear - (153 * marchMonth + 2) / 5 + 1))
  }

  /// Whether this date is earlier than the other.
  @inlinable
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// The number of days of a month, 28…31; the month is 1…12.
  @inlinable
  public static func days(inMonth month: Int, ofYear year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    // April, June, September and November: the alternation turns over between July and August.
    return 30 + ((month + (month >> 3)) & 1)
  }

  /// Whether a year has 366 days.
  @inlinable
  public static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days since 1970-01-01 of a date known to exist.
  @inlinable
  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = floorDivide(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

/// The quotient rounded towards negative infinity; the divisor is positive.
@inlinable
func floorDivide<Value: FixedWidthInteger & SignedInteger>(
  _ dividend: Value, _ divisor: Value
) -> Value {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}
