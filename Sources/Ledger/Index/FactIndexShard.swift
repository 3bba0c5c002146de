import Incentives

/// One of the fact index's small tables: open addressing, linear probing, 16 bytes a slot.
///
/// A slot is 88 bits of digest and a record number plus one, so that all zeros means empty:
///
///     low      64 bits   digest.low
///     tagged   24 bits   digest.high, its lowest bits   │   40 bits   number + 1
///
/// Four slots make a line, which is a line of the processor's cache; a line fills from its first
/// slot, and only when it is full does the search go on to the next. A digest's home line is its
/// place on the scale 0 ..< 2^64 mapped to 0 ..< lineCount, which allows any number of lines and
/// keeps the digests' order. So a shard can grow where it stands: new lines are added at the end, and
/// from back to front every slot moves up to its new home.
///
///     before   │ a b c · │ d e f g │ h i · · │
///     after    │ a b · · │ c · · · │ d e f · │ g h · · │ i · · · │
///
/// Memory comes in segments that neither move nor are given back, so growing needs no second table,
/// leaves no holes in the heap, and asks the kernel only for what is new.
struct FactIndexShard: BitwiseCopyable {
  private static let slotsPerLine = 4
  private static let linesPerSegment = 512

  /// How many facts the shard holds.
  private(set) var count = 0
  /// The step of the ladder this shard stands on; see `lineCount(base:shard:)`.
  private(set) var base = 0
  private var lineCount = 0
  private var segments: UnsafeMutableBufferPointer<UnsafeMutablePointer<Slot>> = .init(
    start: nil, count: 0)

  /// Bytes of memory in use.
  var bytes: Int {
    lineCount * Self.slotsPerLine * MemoryLayout<Slot>.stride
      + segments.count * MemoryLayout<UnsafeMutablePointer<Slot>>.stride
  }

  /// Whether the next `insert` needs the shard to grow first: it is at most four fifths full.
  var isFull: Bool { count * 5 >= lineCount * Self.slotsPerLine * 4 }

  /// The number of lines for a base in slots: one to one and a half times, spread over the shards.
  ///
  /// Shards fill at the same pace; with equal sizes all would grow in the same moment. Spread like
  /// this they grow one after the other, and the memory of the whole never jumps.
  private static func lineCount(base: Int, shard: Int) -> Int {
    (base + base * shard / (2 * FactIndex.shardCount)) / slotsPerLine
  }

  /// The position of the first slot with the digest's 88 bits, or nil if there is none.
  func find(_ digest: Digest128) -> Int? {
    guard lineCount > 0 else { return nil }
    return find(digest, from: home(digest) &* Self.slotsPerLine)
  }

  /// The position of the next such slot, beginning with `start`.
  func find(_ digest: Digest128, from start: Int) -> Int? {
    var number = start / Self.slotsPerLine
    // Slots of the first line before `start` do not count.
    var wanted = 0b1111 &<< (start % Self.slotsPerLine)
    while true {
      if number == lineCount { number = 0 }
      let line = line(number)
      let found = Self.matches(digest, in: line) & wanted
      if found != 0 { return number &* Self.slotsPerLine &+ found.trailingZeroBitCount }
      if line[3].isEmpty { return nil }
      number &+= 1
      wanted = 0b1111
    }
  }

  /// The slot at a position that `find` returned.
  subscript(_ position: Int) -> Slot {
    line(position / Self.slotsPerLine)[position % Self.slotsPerLine]
  }

  /// A word of the digest's home line, read to have the line at hand.
  func touch(_ digest: Digest128) -> UInt64 {
    lineCount > 0 ? line(home(digest))[0].tagged : 0
  }

  /// Adds a slot; the shard must not be full.
  mutating func insert(_ slot: Slot) {
    place(slot)
    count += 1
  }

  /// Calls `body` with every slot in use.
  func forEach<Failure: Error>(_ body: (Slot) throws(Failure) -> Void) throws(Failure) {
    for number in 0..<lineCount {
      let line = line(number)
      for index in 0..<Self.filledCount(line) { try body(line[index]) }
    }
  }

  /// Grows to step `newBase` of the ladder, which must not be below the present one.
  mutating func grow(toBase newBase: Int, shard: Int) {
    let oldLineCount = lineCount
    base = newBase
    lineCount = Self.lineCount(base: newBase, shard: shard)
    addSegments()
    for number in oldLineCount..<lineCount { clear(line(number)) }
    var strays: [Slot] = []
    for number in (0..<oldLineCount).reversed() { spread(number, strays: &strays) }
    for slot in strays { place(slot) }
  }

  /// Returns all memory; the shard must not be used afterwards.
  func deallocate() {
    for segment in segments { segment.deallocate() }
    segments.deallocate()
  }

  /// Moves the slots of one line to their new homes, none of which lies before the old.
  ///
  /// All lines after this one are final. A slot that had been pushed far from its old home may have
  /// its new one among the lines still to be moved; its way must not lead over those, so it waits.
  private func spread(_ number: Int, strays: inout [Slot]) {
    let line = line(number)
    let slots = (line[0], line[1], line[2], line[3])
    clear(line)
    func move(_ slot: Slot) {
      if slot.isEmpty { return }
      let home = home(slot.digest)
      if home < number || !placeToEnd(slot, from: home) { strays.append(slot) }
    }
    move(slots.0)
    move(slots.1)
    move(slots.2)
    move(slots.3)
  }

  private func place(_ slot: Slot) {
    let isPlaced = placeToEnd(slot, from: home(slot.digest)) || placeToEnd(slot, from: 0)
    precondition(isPlaced, "a shard always has room")
  }

  /// Fills the first empty slot from the given line on, unless there is none up to the end.
  @inline(__always)
  private func placeToEnd(_ slot: Slot, from start: Int) -> Bool {
    var number = start
    while number < lineCount {
      let line = line(number)
      if line[3].isEmpty {
        line[Self.filledCount(line)] = slot
        return true
      }
      number &+= 1
    }
    return false
  }

  private func home(_ digest: Digest128) -> Int {
    let place = digest.low &<< UInt64(FactIndex.shardBits)
    return Int(truncatingIfNeeded: place.multipliedFullWidth(by: UInt64(lineCount)).high)
  }

  @inline(__always)
  private func line(_ number: Int) -> UnsafeMutablePointer<Slot> {
    segments[number / Self.linesPerSegment]
      + (number % Self.linesPerSegment) &* Self.slotsPerLine
  }

  private func clear(_ line: UnsafeMutablePointer<Slot>) {
    line.initialize(repeating: Slot(low: 0, tagged: 0), count: Self.slotsPerLine)
  }

  private mutating func addSegments() {
    let needed = (lineCount + Self.linesPerSegment - 1) / Self.linesPerSegment
    guard needed > segments.count else { return }
    let larger = UnsafeMutableBufferPointer<UnsafeMutablePointer<Slot>>.allocate(capacity: needed)
    let next = larger.update(fromContentsOf: segments)
    for index in next..<needed {
      // Aligned so that no line straddles two of the cache's.
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: Self.linesPerSegment * Self.slotsPerLine * MemoryLayout<Slot>.stride,
        alignment: Self.slotsPerLine * MemoryLayout<Slot>.stride)
      larger[index] = memory.assumingMemoryBound(to: Slot.self)
    }
    segments.deallocate()
    segments = larger
  }

  /// One bit for each of the line's slots that carries the digest's 88 bits.
  ///
  /// All four are compared without a branch: they come with one access, and where among them the
  /// answer lies cannot be predicted.
  @inline(__always)
  private static func matches(_ digest: Digest128, in line: UnsafeMutablePointer<Slot>) -> Int {
    let tag = digest.high &<< UInt64(FactIndex.numberBits)
    return line[0].matches(digest.low, tag)
      | line[1].matches(digest.low, tag) &<< 1
      | line[2].matches(digest.low, tag) &<< 2
      | line[3].matches(digest.low, tag) &<< 3
  }

  @inline(__always)
  private static func filledCount(_ line: UnsafeMutablePointer<Slot>) -> Int {
    line[0].isFilled &+ line[1].isFilled &+ line[2].isFilled &+ line[3].isFilled
  }
}

extension FactIndexShard {
  /// 88 bits of a digest and the number of the record that carries it.
  struct Slot: BitwiseCopyable {
    let low: UInt64
    let tagged: UInt64
  }
}

extension FactIndexShard.Slot {
  init(_ digest: Digest128, number: UInt64) {
    self.init(low: digest.low, tagged: digest.high << FactIndex.numberBits | (number + 1))
  }

  var isEmpty: Bool { tagged == 0 }
  fileprivate var isFilled: Int { isEmpty ? 0 : 1 }
  var number: UInt64 { (tagged & (1 << FactIndex.numberBits - 1)) &- 1 }
  var digest: Digest128 { Digest128(high: tagged >> FactIndex.numberBits, low: low) }

  /// 1 if the slot is in use for these bits, `tag` standing where slots keep it, else 0.
  @inline(__always)
  fileprivate func matches(_ low: UInt64, _ tag: UInt64) -> Int {
    let difference = (self.low ^ low) | ((tagged ^ tag) &>> UInt64(FactIndex.numberBits))
    return difference == 0 && !isEmpty ? 1 : 0
  }
}
