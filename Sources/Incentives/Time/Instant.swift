/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// The only measure of time the game knows. It has no zone, no leap seconds (every day of UTC has
/// 86,400 seconds) and no clock: whoever needs *now* is given it as an argument.
@frozen
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  /// The instant that many microseconds after 1970-01-01T00:00:00Z.
  @inlinable
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// The instant that many whole seconds after 1970-01-01T00:00:00Z.
  @inlinable
  public init(seconds: Int64) {
    microseconds = seconds * Instant.microsecondsPerSecond
  }

  /// Whether this instant is earlier than the other.
  @inlinable
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// This instant moved by a span given in microseconds; stops at the ends of time.
  @inlinable
  public func advanced(byMicroseconds span: Int64) -> Instant {
    let (sum, overflow) = microseconds.addingReportingOverflow(span)
    guard overflow else { return Instant(microseconds: sum) }
    return span < 0 ? .distantPast : .distantFuture
  }

  /// Earlier than every instant that can be written.
  public static let distantPast = Instant(microseconds: .min)
  /// Later than every instant that can be written.
  public static let distantFuture = Instant(microseconds: .max)

  /// 1,000,000.
  @inlinable
  public static var microsecondsPerSecond: Int64 { 1_000_000 }
  /// 60,000,000.
  @inlinable
  public static var microsecondsPerMinute: Int64 { 60_000_000 }
  /// 86,400,000,000, the length of a day of UTC.
  @inlinable
  public static var microsecondsPerDay: Int64 { 86_400_000_000 }
}
