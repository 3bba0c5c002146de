/// Which window of a learner: the rule it limits, the period it lies in, the object it is about.
@frozen public struct WindowKey: Hashable, Sendable, BitwiseCopyable {
  /// The rule.
  public var rule: RuleNumber
  /// The period whose closing ends it; `all` for windows that never close.
  public var period: Period
  /// The object; none where the window is about all objects.
  public var object: ObjectNumber

  /// Joins the parts.
  @inlinable public init(rule: RuleNumber, period: Period, object: ObjectNumber) {
    self.rule = rule
    self.period = period
    self.object = object
  }
}

/// What a window holds, folded: enough to pay the next fact in order in constant time.
///
/// Adding a payment commutes, so a window's fold does not depend on the order of arrival. Removing
/// one does not fold: the window is then set outright.
@frozen public struct WindowFold: Hashable, Sendable, BitwiseCopyable {
  /// When the latest fact in the window happened.
  public var last: Instant
  /// The sum of worths; saturates at the greatest Int64, which no cap reaches.
  public var sum: Int64
  /// The largest worth.
  public var largest: Int64
  /// How many facts.
  public var count: UInt32

  /// The fold of no facts.
  public static let empty = WindowFold(
    last: Instant(microseconds: .min), sum: 0, largest: 0, count: 0)

  /// Joins the parts.
  @inlinable public init(last: Instant, sum: Int64, largest: Int64, count: UInt32) {
    self.last = last
    self.sum = sum
    self.largest = largest
    self.count = count
  }

  /// Adds one fact's worth.
  @inlinable public mutating func add(worth: Int64, at instant: Instant) {
    last = max(last, instant)
    let (total, overflow) = sum.addingReportingOverflow(worth)
    sum = overflow ? .max : total
    largest = max(largest, worth)
    count += 1
  }
}
