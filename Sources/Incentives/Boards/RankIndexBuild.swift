/// Building an index at once, from members in any order.
extension RankIndex {
  /// An index of these members, each of whom is given once.
  ///
  /// Sorts by numbers, without a comparison, when the tie order gives every member a place; else by
  /// comparisons. Needs 32 bytes a member while it runs.
  @inlinable
  public init<Tie: TieOrder>(_ entries: [RankEntry], tie: Tie) {
    self.init()
    guard let highest = entries.lazy.map(\.score).max() else { return }
    var items: [BuildItem] = []
    items.reserveCapacity(entries.count)
    var hasPlaces = true
    for entry in entries {
      let place = tie.place(of: entry.member)
      if place == nil { hasPlaces = false }
      items.append(
        BuildItem(below: highest, score: entry.score, place: place ?? 0, member: entry.member))
    }
    if hasPlaces && items.count > 256 {
      BuildItem.radixSort(&items)
    } else {
      items.sort { left, right in
        left.distance == right.distance
          ? tie.precedes(left.member, right.member) : left.distance < right.distance
      }
    }
    fill(items, highest: highest)
  }

  /// Cuts sorted items into chunks of even length.
  @usableFromInline
  mutating func fill(_ items: [BuildItem], highest: Int64) {
    let chunkCount = (items.count + RankChunk.countBuilt - 1) / RankChunk.countBuilt
    for index in 0..<chunkCount {
      let start = index * items.count / chunkCount
      let end = (index + 1) * items.count / chunkCount
      var chunk = RankChunk()
      for item in items[start..<end] {
        chunk.scores.append(highest &- Int64(bitPattern: item.distance))
        chunk.members.append(item.member)
      }
      chunks.append(chunk)
      firstScores.append(chunk.scores[0])
      firstMembers.append(chunk.members[0])
    }
    rebuildLengths()
    memberCount = items.count
  }
}

/// A member on its way into an index: the key it is sorted by, in 16 bytes.
@usableFromInline
struct BuildItem {
  /// How far the score lies below the highest.
  @usableFromInline let distance: UInt64
  @usableFromInline let place: UInt32
  @usableFromInline let member: UInt32

  @inlinable
  init(below highest: Int64, score: Int64, place: UInt32, member: UInt32) {
    distance = UInt64(bitPattern: highest &- score)
    self.place = place
    self.member = member
  }

  /// Sorts by distance, then by place: from the lowest digit to the highest, each pass stable.
  @usableFromInline
  static func radixSort(_ items: inout [BuildItem]) {
    var placeBits: UInt32 = 0
    var distanceBits: UInt64 = 0
    for item in items {
      placeBits |= item.place
      distanceBits |= item.distance
    }
    var scratch = items
    for shift in stride(from: 0, to: 32 - placeBits.leadingZeroBitCount, by: digitBits) {
      pass(&items, into: &scratch) { Int(truncatingIfNeeded: $0.place >> UInt32(shift)) }
    }
    for shift in stride(from: 0, to: 64 - distanceBits.leadingZeroBitCount, by: digitBits) {
      pass(&items, into: &scratch) { Int(truncatingIfNeeded: $0.distance >> UInt64(shift)) }
    }
  }

  private static var digitBits: Int { 11 }

  /// Distributes the items by one digit, keeping the order of equals, and swaps the two arrays.
  @inline(__always)
  private static func pass(
    _ items: inout [BuildItem], into scratch: inout [BuildItem], digit: (BuildItem) -> Int
  ) {
    let mask = 1 << digitBits - 1
    var starts = [Int](repeating: 0, count: mask + 2)
    for item in items { starts[(digit(item) & mask) + 1] += 1 }
    for bucket in 1...mask { starts[bucket] += starts[bucket - 1] }
    for item in items {
      let bucket = digit(item) & mask
      scratch[starts[bucket]] = item
      starts[bucket] += 1
    }
    swap(&items, &scratch)
  }
}
