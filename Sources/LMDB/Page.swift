import Glibc

/// A view of a branch or leaf page (`MDB_page`), as the file holds it.
///
///     0 number · 10 flags · 12 lower · 14 upper · 16 offsets of the nodes … lower
///     … free … upper: nodes (lo 2, hi 2, flags 2, key size 2, key, data) … end
///
/// `check` must have answered `nil` before any other member is used: from then on every offset is
/// known to lie within the page.
struct Page {
  static let headerBytes = 16
  static let overflowFlag: UInt16 = 0x04
  static let bigDataFlag: UInt16 = 0x01
  static let subtreeFlag: UInt16 = 0x02
  private static let branchFlag: UInt16 = 0x01
  private static let leafFlag: UInt16 = 0x02
  private static let nodeBytes = 8
  private static let keyBytesMax = 511

  let base: UnsafeRawPointer
  let byteCount: Int

  var isBranch: Bool { half(10) == Self.branchFlag }
  var nodeCount: Int { (half(12) - Self.headerBytes) / 2 }

  func nodeFlags(_ index: Int) -> UInt16 { half(offset(index) + 4) }

  func key(_ index: Int) -> PageKey {
    let node = offset(index)
    return PageKey(base: base + node + Self.nodeBytes, count: half(node + 6))
  }

  /// A branch node's child: 48 bits in place of size and flags.
  func child(_ index: Int) -> UInt64 {
    base.loadUnaligned(fromByteOffset: offset(index), as: UInt64.self) & 0xFFFF_FFFF_FFFF
  }

  /// The size of a leaf node's value, wherever it lies.
  func dataCount(_ index: Int) -> Int {
    Int(base.loadUnaligned(fromByteOffset: offset(index), as: UInt32.self))
  }

  /// A leaf node's value, or the number of its first overflow page.
  func data(_ index: Int) -> UnsafeRawPointer {
    let node = offset(index)
    return base + node + Self.nodeBytes + half(node + 6)
  }

  /// A leaf node's value that lies in the page itself.
  func inlineData(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: data(index), count: dataCount(index))
  }

  /// Checks everything that can be seen without the pages around; answers what is wrong.
  func check(_ number: UInt64, nodes: inout NodeMap) -> String? {
    guard base.loadUnaligned(as: UInt64.self) == number else { return "another page lies here" }
    let flags: UInt16 = half(10)
    guard flags == Self.branchFlag || flags == Self.leafFlag else {
      return "it is neither branch nor leaf"
    }
    let lower: Int = half(12)
    let upper: Int = half(14)
    guard
      lower > Self.headerBytes, lower % 2 == 0, lower <= upper, upper <= byteCount
    else { return "its free space is misplaced, or it is empty" }
    nodes.clear()
    var used = 0
    for index in 0..<nodeCount {
      let node = offset(index)
      guard node >= upper, node % 2 == 0, node + Self.nodeBytes <= byteCount else {
        return "a node outside the page"
      }
      let keyCount: Int = half(node + 6)
      var end = node + Self.nodeBytes + keyCount
      if flags == Self.leafFlag {
        guard keyCount >= 1, keyCount <= Self.keyBytesMax else { return "a key of wrong length" }
        end += half(node + 4) & Self.bigDataFlag != 0 ? 8 : dataCount(index)
      }
      end += end & 1
      guard end <= byteCount, nodes.claim(node, end) else {
        return "a node that leaves the page or overlaps another"
      }
      used += end - node
    }
    return used == byteCount - upper ? nil : "its nodes leave a gap"
  }

  /// Checks that the keys ascend strictly within the bounds the branches above give.
  func checkOrder(from low: PageKey?, below high: PageKey?, integers: Bool) -> String? {
    var previous = low
    // A branch's first key stands for "everything below the second" and may be empty.
    var index = isBranch ? 1 : 0
    var isFirst = true
    while index < nodeCount {
      let key = key(index)
      if integers, key.count != 8 { return "a key of wrong length" }
      if let previous {
        let order = key.compared(to: previous, integers: integers)
        guard order > 0 || (isFirst && order == 0 && !isBranch) else { return "keys out of order" }
      }
      previous = key
      isFirst = false
      index += 1
    }
    guard let previous, let high, !isFirst else { return nil }
    return previous.compared(to: high, integers: integers) < 0 ? nil : "keys out of order"
  }

  private func offset(_ index: Int) -> Int { half(Self.headerBytes + index * 2) }

  private func half(_ offset: Int) -> UInt16 {
    base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
  }

  private func half(_ offset: Int) -> Int { Int(half(offset) as UInt16) }
}

/// A key in a page.
struct PageKey {
  let base: UnsafeRawPointer
  let count: Int

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// A key of the free tree: a commit's number in the machine's own byte order.
  var integer: UInt64 { base.loadUnaligned(as: UInt64.self) }

  func compared(to other: PageKey, integers: Bool) -> Int {
    if integers { return integer == other.integer ? 0 : (integer < other.integer ? -1 : 1) }
    let order = memcmp(base, other.base, min(count, other.count))
    return order == 0 ? count - other.count : Int(order)
  }
}

/// Which bytes of a page belong to a node: one bit for two bytes, since nodes have even places.
struct NodeMap {
  private var words: [UInt64]

  init(pageBytes: Int) { words = [UInt64](repeating: 0, count: pageBytes / 128) }

  mutating func clear() {
    for index in words.indices { words[index] = 0 }
  }

  /// Claims a range of even bounds; `false` when part of it is taken.
  mutating func claim(_ start: Int, _ end: Int) -> Bool {
    var bit = start / 2
    let last = end / 2
    while bit < last {
      let word = bit / 64
      let from = bit % 64
      let count = min(64 - from, last - bit)
      let mask = (count == 64 ? UInt64.max : (1 << UInt64(count)) - 1) << UInt64(from)
      guard words[word] & mask == 0 else { return false }
      words[word] |= mask
      bit += count
    }
    return true
  }
}
