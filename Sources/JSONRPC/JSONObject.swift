/// The members of an object, in the order they were written, equal keys included.
///
/// JSON allows a key twice and leaves its meaning open, so the methods of this server refuse it:
/// `firstDuplicate` finds one. `Fields` does so by itself.
@frozen
public struct JSONObject: Sequence, BitwiseCopyable {
  /// One member.
  public typealias Element = (key: JSONText, value: JSONValue)

  /// The object itself.
  public let value: JSONValue

  @inlinable
  init(value: JSONValue) {
    self.value = value
  }

  /// The number of members.
  @inlinable
  public var count: Int { value.containerCount }

  /// Whether there are no members.
  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// The first member of that name; takes a look at each key before it.
  @inlinable
  public subscript(_ key: StaticString) -> JSONValue? {
    for member in self where member.key == key { return member.value }
    return nil
  }

  /// Steps through the members without allocating.
  @inlinable
  public func makeIterator() -> Iterator {
    Iterator(
      cursor: JSONValue(element: value.element + 1, document: value.document),
      end: value.containerEnd)
  }

  /// The position in an object.
  @frozen
  public struct Iterator: IteratorProtocol {
    @usableFromInline var cursor: JSONValue
    @usableFromInline let end: UnsafePointer<UInt64>

    @inlinable
    init(cursor: JSONValue, end: UnsafePointer<UInt64>) {
      self.cursor = cursor
      self.end = end
    }

    /// The next member, or nil after the last.
    @inlinable
    public mutating func next() -> Element? {
      guard cursor.element != end else { return nil }
      let member = JSONValue(element: cursor.element + 1, document: cursor.document)
      let key = cursor.uncheckedText
      cursor = JSONValue(element: member.next, document: member.document)
      return (key, member)
    }
  }

  /// A key that occurs a second time, or nil.
  ///
  /// Pairwise and without allocating up to 16 members; beyond that through a table under a random
  /// seed, so that chosen keys cannot slow it down.
  public var firstDuplicate: JSONText? {
    count <= 16 ? firstDuplicateByPairs : firstDuplicateByTable
  }

  private var firstDuplicateByPairs: JSONText? {
    var place = 0
    for (key, _) in self {
      for (earlier, _) in prefix(place) where earlier == key { return key }
      place += 1
    }
    return nil
  }

  private var firstDuplicateByTable: JSONText? {
    var slotCount = 64
    while slotCount < count * 2 { slotCount *= 2 }
    return withUnsafeTemporaryAllocation(of: JSONText?.self, capacity: slotCount) { slots in
      slots.initialize(repeating: nil)
      for (key, _) in self {
        var hasher = Hasher()
        hasher.combine(bytes: key.bytes)
        var slot = hasher.finalize() & (slotCount - 1)
        while let taken = slots[slot] {
          if taken == key { return key }
          slot = (slot + 1) & (slotCount - 1)
        }
        slots[slot] = key
      }
      return nil
    }
  }
}
