/// Sums by number, of which most are zero: what a stretch adds to the points of members.
///
/// Pages of 256, made when first touched, so adding costs one access and the result is in order.
struct SparseSums: ~Copyable {
  private static let pageShift = 8
  private static let pageCount = 1 << pageShift
  private var pages: ContiguousArray<UnsafeMutablePointer<Int64>?> = []

  init() {}

  deinit {
    for page in pages { page?.deallocate() }
  }

  /// Adds to the sum of a number.
  @inline(__always)
  mutating func add(_ amount: Int64, to number: UInt32) {
    let page = Int(number) >> Self.pageShift
    let slot = Int(number) & (Self.pageCount - 1)
    if page < pages.count, let base = pages[page] {
      base[slot] += amount
    } else {
      make(page)[slot] += amount
    }
  }

  private mutating func make(_ page: Int) -> UnsafeMutablePointer<Int64> {
    while pages.count <= page { pages.append(nil) }
    let base = UnsafeMutablePointer<Int64>.allocate(capacity: Self.pageCount)
    base.initialize(repeating: 0, count: Self.pageCount)
    pages[page] = base
    return base
  }

  /// Visits each block of `span` numbers that has a sum other than zero, in order.
  ///
  /// `span` divides 256. The block's sums are lent.
  func forEachBlock<Failure: Error>(
    of span: UInt32, _ body: (UInt32, UnsafeBufferPointer<Int64>) throws(Failure) -> Void
  ) throws(Failure) {
    let blocksPerPage = Self.pageCount / Int(span)
    for page in pages.indices {
      guard let base = pages[page] else { continue }
      for block in 0..<blocksPerPage {
        let sums = UnsafeBufferPointer(start: base + block * Int(span), count: Int(span))
        guard sums.contains(where: { $0 != 0 }) else { continue }
        try body(UInt32(page * blocksPerPage + block), sums)
      }
    }
  }

  /// How many blocks have a sum other than zero.
  func blockCount(of span: UInt32) -> Int {
    var count = 0
    forEachBlock(of: span) { _, _ in count += 1 }
    return count
  }
}
