/// A Fenwick tree: the sums of the first k of n counts, and where a running sum is reached.
///
/// Changing one count, summing and finding cost O(log n); adding a count in the middle does not
/// exist: whoever does that rebuilds.
@usableFromInline
struct PrefixCounts: Sendable {
  /// Node i holds the sum of the lowest-bit-of-i counts that end with count i; node 0 is unused.
  @usableFromInline var nodes: [Int] = [0]

  @usableFromInline
  init() {}

  @inlinable
  mutating func rebuild(_ counts: some Collection<Int>) {
    nodes.removeAll(keepingCapacity: true)
    nodes.append(0)
    nodes.append(contentsOf: counts)
    for index in nodes.indices.dropFirst() {
      let parent = index + (index & -index)
      if parent < nodes.count { nodes[parent] += nodes[index] }
    }
  }

  @inlinable
  mutating func add(_ change: Int, at position: Int) {
    var index = position + 1
    while index < nodes.count {
      nodes[index] += change
      index += index & -index
    }
  }

  /// The sum of the counts before a position.
  @inlinable
  func sum(before position: Int) -> Int {
    var index = position
    var sum = 0
    while index > 0 {
      sum += nodes[index]
      index &= index - 1
    }
    return sum
  }

  /// The position whose count covers a place in the running sum, and the places left before it
  /// there.
  ///
  /// The place is below the total.
  @inlinable
  func find(_ place: Int) -> (index: Int, rest: Int) {
    var index = 0
    var rest = place
    var step = 1 << (Int.bitWidth - 1 - nodes.count.leadingZeroBitCount)
    while step > 0 {
      let next = index + step
      if next < nodes.count, nodes[next] <= rest {
        index = next
        rest -= nodes[next]
      }
      step >>= 1
    }
    return (index, rest)
  }
}
