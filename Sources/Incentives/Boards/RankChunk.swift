/// Up to 256 neighbouring places of a board: scores from the highest, and whose they are.
@usableFromInline
struct RankChunk: Sendable {
  @usableFromInline static var countMax: Int { 256 }
  /// A neighbour with no more than this takes half of what a full chunk has too much.
  @usableFromInline static var countRoomy: Int { 192 }
  /// Below this a chunk looks for a neighbour to join.
  @usableFromInline static var countLow: Int { 112 }
  /// What two chunks may have together to be joined: leaves room before the next cut.
  @usableFromInline static var countJoined: Int { 224 }
  /// What a freshly built chunk holds, so that the first changes cut nothing.
  @usableFromInline static var countBuilt: Int { 224 }

  @usableFromInline var scores: [Int64]
  @usableFromInline var members: [UInt32]

  /// No places and no memory: what stands in an array while a chunk is taken out.
  @usableFromInline static var none: RankChunk { RankChunk(scores: [], members: []) }

  @usableFromInline
  init(scores: [Int64], members: [UInt32]) {
    self.scores = scores
    self.members = members
  }

  @usableFromInline
  init() {
    self.init(scores: [], members: [])
    scores.reserveCapacity(RankChunk.countMax)
    members.reserveCapacity(RankChunk.countMax)
  }

  @usableFromInline
  init(score: Int64, member: UInt32) {
    self.init()
    scores.append(score)
    members.append(member)
  }

  @inlinable var count: Int { scores.count }

  @inlinable
  func entry(at offset: Int) -> RankEntry {
    RankEntry(score: scores[offset], member: members[offset])
  }

  @inlinable
  func holds(_ member: UInt32, score: Int64, at offset: Int) -> Bool {
    scores.indices.contains(offset) && members[offset] == member && scores[offset] == score
  }

  /// The first offset whose place does not come before (score, member).
  @inlinable
  func offset<Tie: TieOrder>(of member: UInt32, score: Int64, tie: Tie) -> Int {
    let equals = self.equals(of: score)
    return members.withUnsafeBufferPointer { members in
      boundary(in: equals) { !tie.precedes(members[$0], member) }
    }
  }

  /// The offset of a member that has this score, or nil; asks no tie order.
  @inlinable
  func offset(holding member: UInt32, score: Int64) -> Int? {
    // Walking along a few cache lines takes less than the waits of a search among equals.
    guard let offset = members.firstIndex(of: member), scores[offset] == score else { return nil }
    return offset
  }

  /// The offsets of the places with this score; where it would stand, when there are none.
  @inlinable
  func equals(of score: Int64) -> Range<Int> {
    let low = scores.boundary { $0 <= score }
    guard low < scores.count, scores[low] == score else { return low..<low }
    return low..<scores.boundary(from: low) { $0 < score }
  }

  @inlinable
  mutating func insert(_ member: UInt32, score: Int64, at offset: Int) {
    scores.insert(score, at: offset)
    members.insert(member, at: offset)
  }

  @inlinable
  mutating func remove(at offset: Int) {
    scores.remove(at: offset)
    members.remove(at: offset)
  }

  /// Takes the place at one offset and puts it, with a new score, before the place at another.
  @inlinable
  mutating func move(from source: Int, to target: Int, score: Int64) {
    let member = members[source]
    if source < target {
      for index in source..<(target - 1) {
        scores[index] = scores[index + 1]
        members[index] = members[index + 1]
      }
      scores[target - 1] = score
      members[target - 1] = member
    } else {
      for index in stride(from: source, to: target, by: -1) {
        scores[index] = scores[index - 1]
        members[index] = members[index - 1]
      }
      scores[target] = score
      members[target] = member
    }
  }

  /// Gives its last places to the front of the chunk after it.
  @usableFromInline
  mutating func give(last count: Int, to next: inout RankChunk) {
    next.scores.insert(contentsOf: scores.suffix(count), at: 0)
    next.members.insert(contentsOf: members.suffix(count), at: 0)
    scores.removeLast(count)
    members.removeLast(count)
  }

  /// Gives its first places to the end of the chunk before it.
  @usableFromInline
  mutating func give(first count: Int, to previous: inout RankChunk) {
    previous.scores.append(contentsOf: scores.prefix(count))
    previous.members.append(contentsOf: members.prefix(count))
    scores.removeFirst(count)
    members.removeFirst(count)
  }
}
