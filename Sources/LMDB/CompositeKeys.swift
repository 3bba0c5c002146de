// Composite keys: components side by side, compared from left to right like Swift's tuples.

/// Two components side by side.
@frozen
public struct Key2<
  First: KeyCodec, Second: KeyCodec
>: KeyCodec {
  /// The components, most significant first.
  public let first: First, second: Second

  /// Combines the components, most significant first.
  @inlinable
  public init(
    _ first: First, _ second: Second
  ) {
    self.first = first
    self.second = second
  }

  /// The sum of the components' lengths.
  @inlinable public static var byteCount: Int {
    First.byteCount + Second.byteCount
  }

  /// The components' layouts, joined.
  public static var layout: [KeyComponent] {
    First.layout + Second.layout
  }

  /// Encodes the components from left to right.
  @inlinable
  public func encode(into writer: inout KeyWriter) {
    first.encode(into: &writer)
    second.encode(into: &writer)
  }

  /// Decodes the components from left to right.
  @inlinable
  public init(from reader: inout KeyReader) {
    first = First(from: &reader)
    second = Second(from: &reader)
  }
}

extension Key2: Equatable where First: Equatable, Second: Equatable {}

extension Key2: Comparable where First: Comparable, Second: Comparable {
  /// Compares the components from left to right.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    (left.first, left.second)
      < (right.first, right.second)
  }
}

/// Three components side by side.
@frozen
public struct Key3<
  First: KeyCodec, Second: KeyCodec, Third: KeyCodec
>: KeyCodec {
  /// The components, most significant first.
  public let first: First, second: Second, third: Third

  /// Combines the components, most significant first.
  @inlinable
  public init(
    _ first: First, _ second: Second, _ third: Third
  ) {
    self.first = first
    self.second = second
    self.third = third
  }

  /// The sum of the components' lengths.
  @inlinable public static var byteCount: Int {
    First.byteCount + Second.byteCount + Third.byteCount
  }

  /// The components' layouts, joined.
  public static var layout: [KeyComponent] {
    First.layout + Second.layout + Third.layout
  }

  /// Encodes the components from left to right.
  @inlinable
  public func encode(into writer: inout KeyWriter) {
    first.encode(into: &writer)
    second.encode(into: &writer)
    third.encode(into: &writer)
  }

  /// Decodes the components from left to right.
  @inlinable
  public init(from reader: inout KeyReader) {
    first = First(from: &reader)
    second = Second(from: &reader)
    third = Third(from: &reader)
  }
}

extension Key3: Equatable where First: Equatable, Second: Equatable, Third: Equatable {}

extension Key3: Comparable where First: Comparable, Second: Comparable, Third: Comparable {
  /// Compares the components from left to right.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    (left.first, left.second, left.third)
      < (right.first, right.second, right.third)
  }
}
