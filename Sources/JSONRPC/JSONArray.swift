/// The items of an array, in order; its count is known without walking it.
@frozen
public struct JSONArray: Sequence, BitwiseCopyable {
  /// The array itself.
  public let value: JSONValue

  @inlinable
  init(value: JSONValue) {
    self.value = value
  }

  /// The number of items.
  ///
  /// Exact below 16,777,215, which no text within a frame's limit reaches.
  @inlinable
  public var count: Int { value.containerCount }

  /// Whether there are no items.
  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The first item, if there is one.
  @inlinable
  public var first: JSONValue? {
    var items = makeIterator()
    return items.next()
  }

  /// Steps through the items without allocating.
  @inlinable
  public func makeIterator() -> Iterator {
    Iterator(
      cursor: JSONValue(element: value.element + 1, document: value.document),
      end: value.containerEnd)
  }

  /// The position in an array.
  @frozen
  public struct Iterator: IteratorProtocol {
    @usableFromInline var cursor: JSONValue
    @usableFromInline let end: UnsafePointer<UInt64>

    @inlinable
    init(cursor: JSONValue, end: UnsafePointer<UInt64>) {
      self.cursor = cursor
      self.end = end
    }

    /// The next item, or nil after the last.
    @inlinable
    public mutating func next() -> JSONValue? {
      guard cursor.element != end else { return nil }
      let item = cursor
      cursor = JSONValue(element: item.next, document: item.document)
      return item
    }
  }
}
