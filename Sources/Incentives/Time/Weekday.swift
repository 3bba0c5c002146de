/// A day of the week; weeks begin on Monday.
@frozen
public enum Weekday: UInt8, CaseIterable, Hashable, Comparable, Sendable {
  /// 星期一.
  case monday = 1
  /// 星期二.
  case tuesday
  /// 星期三.
  case wednesday
  /// 星期四.
  case thursday
  /// 星期五.
  case friday
  /// 星期六.
  case saturday
  /// 星期日.
  case sunday

  /// Whether this day comes earlier in a week that begins on Monday.
  @inlinable
  public static func < (left: Weekday, right: Weekday) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The weekday's English name in lower case, as program files write it; nil for any other word.
  public init?(name: String) {
    guard let found = Weekday.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The English name in lower case, as program files write it.
  public var name: String {
    switch self {
    case .monday: "monday"
    case .tuesday: "tuesday"
    case .wednesday: "wednesday"
    case .thursday: "thursday"
    case .friday: "friday"
    case .saturday: "saturday"
    case .sunday: "sunday"
    }
  }
}

/// A set of days of the week, in one byte: bit 0 is Monday.
@frozen
public struct WeekdaySet: OptionSet, Hashable, Sendable {
  /// Bit n − 1 stands for the weekday with raw value n.
  public var rawValue: UInt8

  /// The set with these bits.
  @inlinable
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The set of one day.
  @inlinable
  public init(_ weekday: Weekday) {
    rawValue = 1 << (weekday.rawValue - 1)
  }

  /// Whether the set holds this day.
  @inlinable
  public func contains(_ weekday: Weekday) -> Bool {
    rawValue & (1 << (weekday.rawValue - 1)) != 0
  }

  /// Monday to Friday.
  public static let mondayToFriday = WeekdaySet(rawValue: 0b001_1111)
  /// All seven days.
  public static let everyDay = WeekdaySet(rawValue: 0b111_1111)
}
