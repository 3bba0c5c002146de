/// The text form of a period, as boards, commands and files write it.
///
///     day      2026-09-01
///     week     2026-W36     the ISO week: week 1 holds the year's first Thursday
///     month    2026-09
///     term     term:1
///     all      all
///
/// One period has one text: `2026-W53` is refused in a year of 52 weeks, `term:01` always.
extension Period: LosslessStringConvertible {
  /// The period a text stands for, or nil for any other text.
  public init?(_ description: String) {
    if description == "all" {
      self = .all
    } else if description.hasPrefix("term:") {
      guard let number = Int32(description.dropFirst(5)), number > 0 else { return nil }
      self = .term(number)
    } else if let day = LocalDay(description) {
      self = .day(day)
    } else {
      guard let period = Period.weekOrMonth(Array(description.utf8)) else { return nil }
      self = period
    }
    guard description == self.description else { return nil }
  }

  /// The text of the period.
  public var description: String {
    switch kind {
    case .day:
      return LocalDay(number: index).description
    case .week:
      let thursday = LocalDay(number: index * 7)
      let year = Int(thursday.date.year)
      let newYear = CivilDate.dayNumber(year: year, month: 1, day: 1)
      return "\(yearText(year))-W\(twoDigits((Int(thursday.number) - newYear) / 7 + 1))"
    case .month:
      let year = floorDivide(Int(index), 12)
      return "\(yearText(year))-\(twoDigits(Int(index) - year * 12 + 1))"
    case .term:
      return "term:\(index)"
    case .all:
      return "all"
    }
  }

  /// Reads `2026-W36` and `2026-09`; whether the week exists is for the caller to compare.
  private static func weekOrMonth(_ text: [UInt8]) -> Period? {
    let isWeek = text.count == 8 && text[5] == UInt8(ascii: "W")
    guard isWeek || text.count == 7, text[4] == UInt8(ascii: "-"),
      let year = number(text[0..<4]), let part = number(text[(isWeek ? 6 : 5)...]), part > 0
    else { return nil }
    guard isWeek else {
      return part <= 12 ? Period(kind: .month, index: Int32(year * 12 + part - 1)) : nil
    }
    // The fourth of January always lies in week 1.
    let fourth = LocalDay(number: Int32(CivilDate.dayNumber(year: year, month: 1, day: 4)))
    return Period(kind: .week, index: week(containing: fourth).index + Int32(part) - 1)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
