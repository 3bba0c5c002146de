/// A set of page numbers as one bit each: 2 MiB for a file of 64 GiB.
struct PageSet {
  private var words: [UInt64]
  private(set) var count: UInt64 = 0
  private(set) var highest: UInt64 = 0

  /// Creates an empty set for the numbers below `limit`.
  init(limit: UInt64) {
    words = [UInt64](repeating: 0, count: Int(limit / 64) + 1)
  }

  /// Adds a number; `false` when it was there already or is not below the limit.
  mutating func insert(_ page: UInt64) -> Bool {
    let index = Int(page / 64)
    guard index < words.count else { return false }
    let bit = UInt64(1) << (page % 64)
    guard words[index] & bit == 0 else { return false }
    words[index] |= bit
    count += 1
    if page > highest { highest = page }
    return true
  }

  /// The lowest number from `start` through `end` that is missing.
  func firstMissing(from start: UInt64, through end: UInt64) -> UInt64? {
    guard start <= end else { return nil }
    return (start...end).first { words[Int($0 / 64)] & (UInt64(1) << ($0 % 64)) == 0 }
  }
}
