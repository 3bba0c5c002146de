/// A flat array of trivial rows that grows page by page and never moves a row.
///
/// An index that was never written reads as the default. Pages are made when first written, so a
/// period in which few learners were active costs little, and growing to a million rows never copies
/// them.
public struct PagedArray<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline static var pageCount: Int { 256 }
  @usableFromInline var pages: ContiguousArray<UnsafeMutablePointer<Element>?> = []
  @usableFromInline let initial: Element
  /// One more than the greatest index ever written.
  public private(set) var count = 0

  /// Makes an array in which every element reads as `initial`.
  public init(initial: Element) { self.initial = initial }

  deinit {
    for page in pages { page?.deallocate() }
  }

  /// Bytes held by pages.
  public var bytes: Int {
    pages.reduce(0) { $0 + ($1 == nil ? 8 : 8 + Self.pageCount * MemoryLayout<Element>.stride) }
  }

  /// Reads or writes the element at an index.
  @inlinable public subscript(index: Int) -> Element {
    get {
      let page = index >> 8
      guard page < pages.count, let base = pages[page] else { return initial }
      return base[index & 255]
    }
    set { update(index) { $0 = newValue } }
  }

  /// Changes the element at an index in place.
  @inlinable public mutating func update<R>(
    _ index: Int, _ body: (inout Element) throws -> R
  ) rethrows -> R {
    let page = index >> 8
    if page < pages.count, let base = pages[page], index < count {
      return try body(&base[index & 255])
    }
    return try body(&grow(to: index)[index & 255])
  }

  @usableFromInline mutating func grow(to index: Int) -> UnsafeMutablePointer<Element> {
    let page = index >> 8
    while pages.count <= page { pages.append(nil) }
    count = max(count, index + 1)
    if let base = pages[page] { return base }
    let base = UnsafeMutablePointer<Element>.allocate(capacity: Self.pageCount)
    base.initialize(repeating: initial, count: Self.pageCount)
    pages[page] = base
    return base
  }

  /// Visits every element of the pages that were ever written, by index.
  @inlinable public func forEach(_ body: (Int, Element) throws -> Void) rethrows {
    for page in pages.indices {
      guard let base = pages[page] else { continue }
      for slot in 0..<Self.pageCount { try body(page << 8 + slot, base[slot]) }
    }
  }
}
