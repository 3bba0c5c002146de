/// Puts events into the order of the rows they touch, so that a stretch walks each table once.
///
/// A radix sort over 64-bit keys, least significant digit first: linear, and stable, which matters: events
/// of one row must be applied in the order of the log. Digits in which all keys agree cost nothing.
struct StableOrder {
  private static let digitBits = 11
  private static let digitMask: UInt64 = 1 << UInt64(digitBits) - 1

  /// The indices of the events by key; among equal keys by index.
  private(set) var indices: ContiguousArray<UInt32>
  /// The keys in the same order.
  private(set) var keys: ContiguousArray<UInt64>

  /// Sorts events given their keys.
  init(_ keys: ContiguousArray<UInt64>) {
    self.keys = keys
    indices = ContiguousArray(0..<UInt32(keys.count))
    let first = keys.first ?? 0
    // The brackets matter: `|` and `^` bind alike, from the left.
    let varying = keys.reduce(0) { $0 | ($1 ^ first) }
    var otherKeys = keys
    var otherIndices = indices
    var shift = 0
    while shift < UInt64.bitWidth {
      if varying >> UInt64(shift) & Self.digitMask != 0 {
        Self.pass(shift, self.keys, indices, &otherKeys, &otherIndices)
        swap(&self.keys, &otherKeys)
        swap(&indices, &otherIndices)
      }
      shift += Self.digitBits
    }
  }

  private static func pass(
    _ shift: Int, _ keys: ContiguousArray<UInt64>, _ indices: ContiguousArray<UInt32>,
    _ sortedKeys: inout ContiguousArray<UInt64>, _ sortedIndices: inout ContiguousArray<UInt32>
  ) {
    var starts = ContiguousArray(repeating: 0, count: 1 << digitBits)
    for key in keys { starts[Int(key >> UInt64(shift) & digitMask)] += 1 }
    var sum = 0
    for digit in starts.indices {
      let count = starts[digit]
      starts[digit] = sum
      sum += count
    }
    for (place, key) in keys.enumerated() {
      let digit = Int(key >> UInt64(shift) & digitMask)
      sortedKeys[starts[digit]] = key
      sortedIndices[starts[digit]] = indices[place]
      starts[digit] += 1
    }
  }

  /// How many different keys there are.
  var runCount: Int {
    var count = keys.isEmpty ? 0 : 1
    for place in keys.indices.dropFirst() where keys[place] != keys[place - 1] { count += 1 }
    return count
  }

  /// Visits the events of each key together, in the order of the keys.
  func forEachRun<Failure: Error>(
    _ body: (UInt64, ArraySlice<UInt32>) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, keys[end] == keys[start] { end += 1 }
      try body(keys[start], ArraySlice(indices[start..<end]))
      start = end
    }
  }
}
