/// The kinds of span a board, a star or a limit is counted over.
@frozen
public enum PeriodKind: UInt8, CaseIterable, Hashable, Comparable, Sendable {
  /// One local day.
  case day = 0
  /// Seven local days from Monday.
  case week
  /// One calendar month.
  case month
  /// A declared term.
  case term
  /// Everything since ever.
  case all

  /// Whether this kind comes first in the order day, week, month, term, all.
  @inlinable
  public static func < (left: PeriodKind, right: PeriodKind) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// One span of a kind: a certain day, week, month or term, or all time.
///
/// Eight bytes, ordered by kind and then by time, so that it can be part of a key. A term is known
/// here by its number only; its days are declared in `Terms`.
@frozen
public struct Period: Hashable, Comparable, Sendable {
  /// The kind of span.
  public let kind: PeriodKind
  /// Which span of its kind.
  ///
  /// Day: days since 1970-01-01. Week: weeks since 1969-12-29, a Monday. Month: year × 12 + month −
  /// 1. Term: its number. All: 0.
  public let index: Int32

  /// The span of a kind with an index as described there.
  @inlinable
  public init(kind: PeriodKind, index: Int32) {
    self.kind = kind
    self.index = index
  }

  /// One day.
  @inlinable
  public static func day(_ day: LocalDay) -> Period {
    Period(kind: .day, index: day.number)
  }

  /// The week, from Monday, that holds a day.
  @inlinable
  public static func week(containing day: LocalDay) -> Period {
    Period(kind: .week, index: Int32(floorDivide(Int(day.number) + 3, 7)))
  }

  /// The month that holds a day.
  @inlinable
  public static func month(containing day: LocalDay) -> Period {
    let date = day.date
    return Period(kind: .month, index: date.year * 12 + Int32(date.month) - 1)
  }

  /// The term with a number.
  @inlinable
  public static func term(_ number: Int32) -> Period {
    Period(kind: .term, index: number)
  }

  /// All time.
  @inlinable
  public static var all: Period { Period(kind: .all, index: 0) }

  /// Whether this span comes first: by kind, then by time.
  @inlinable
  public static func < (left: Period, right: Period) -> Bool {
    (left.kind.rawValue, left.index) < (right.kind.rawValue, right.index)
  }

  /// The first day of a day, week or month; nil for a term and for all time.
  @inlinable
  public var first: LocalDay? {
    switch kind {
    case .day: LocalDay(number: index)
    case .week: LocalDay(number: index * 7 - 3)
    case .month: Period.firstDay(ofMonth: Int(index))
    case .term, .all: nil
    }
  }

  /// The last day of a day, week or month; nil for a term and for all time.
  @inlinable
  public var last: LocalDay? {
    switch kind {
    case .day: LocalDay(number: index)
    case .week: LocalDay(number: index * 7 + 3)
    case .month: Period.firstDay(ofMonth: Int(index) + 1).previous
    case .term, .all: nil
    }
  }

  /// The period after this one; nil for a term and for all time, which have no fixed successor.
  @inlinable
  public var next: Period? {
    switch kind {
    case .day, .week, .month: Period(kind: kind, index: index + 1)
    case .term, .all: nil
    }
  }

  @inlinable
  static func firstDay(ofMonth index: Int) -> LocalDay {
    let year = floorDivide(index, 12)
    let number = CivilDate.dayNumber(year: year, month: index - year * 12 + 1, day: 1)
    return LocalDay(number: Int32(number))
  }
}
