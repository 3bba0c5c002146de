/// The order of members with equal scores on a board.
///
/// A strict total order of the members of one index: of two different members exactly one precedes
/// the other, and it stays so while both are in the index. A member whose place changes
/// (first-to-reach) is removed under the old order and inserted under the new.
public protocol TieOrder {
  /// Whether the first member stands before the second among equals.
  func precedes(_ left: UInt32, _ right: UInt32) -> Bool

  /// A member's place as a number that orders as `precedes` does, or nil where there is none.
  ///
  /// Only a way to build an index faster: sorting by numbers needs no comparisons. It is used when
  /// every member has a number, and no two the same.
  func place(of member: UInt32) -> UInt32?
}

extension TieOrder {
  /// No number: an index is built by comparisons.
  @inlinable
  public func place(of member: UInt32) -> UInt32? { nil }
}

/// Members with equal scores in the order of their numbers, which is the order they came in.
@frozen
public struct NumberOrder: TieOrder, Hashable, Sendable {
  /// The order of numbers.
  @inlinable
  public init() {}

  /// Whether the first number is the smaller.
  @inlinable
  public func precedes(_ left: UInt32, _ right: UInt32) -> Bool { left < right }

  /// The number itself.
  @inlinable
  public func place(of member: UInt32) -> UInt32? { member }
}
