/// The exact order of a board: members by score from the highest, equals by a tie order.
///
/// A sorted list cut into chunks of at most 256 places, with a Fenwick tree over the chunk lengths:
///
///     firstScores        90            41             41              7
///     firstMembers       17             3             88             61
///                        │              │              │              │
///     chunks       ┌ 90  #17      ┌ 41  #3       ┌ 41  #88      ┌  7  #61
///                  │ 88   #2      │ 41  #5       │ 30  #9       │  0   #1
///                  └ 52  #40      └ 41  #64      └ 12  #11      └  0   #8
///     Fenwick            3              6              3              12
///
/// A search looks at the first places of the chunks, then inside one chunk; the tree says how many
/// places lie before it. Reading and changing cost O(log n) comparisons and moves of at most
/// 3 KB. Scores and members lie in separate arrays, so a member takes 12 bytes at full chunks and
/// about 17 after random changes.
///
/// Ranks are never estimated. The index holds a member once and does not know who has which score: the
/// caller says so when it removes or updates, and is told when it was wrong. Inserting a member who
/// is there under another score is the caller's error and is not noticed.
/// Every call takes the tie order, and all calls on one index must mean the same order.
///
/// A value: copying it copies references to the chunks, and a chunk when either copy changes it.
public struct RankIndex: Sendable {
  @usableFromInline var chunks: [RankChunk] = []
  @usableFromInline var firstScores: [Int64] = []
  @usableFromInline var firstMembers: [UInt32] = []
  @usableFromInline var lengths = PrefixCounts()

  @usableFromInline var memberCount = 0

  /// An index without members.
  public init() {}

  /// The number of members.
  @inlinable
  public var count: Int { memberCount }

  /// Whether there is no member.
  @inlinable
  public var isEmpty: Bool { memberCount == 0 }

  /// The memory the index holds, in bytes, without what the allocator adds.
  public var memoryBytes: Int {
    // 12 bytes a place and two array headers for a chunk; two references, a first place and a
    // length for its entry in the list.
    let chunkBytes = chunks.reduce(0) { $0 + $1.scores.capacity * 8 + $1.members.capacity * 4 + 64 }
    return chunkBytes + chunks.capacity * 16 + firstScores.capacity * 8
      + firstMembers.capacity * 4 + lengths.nodes.capacity * 8
  }
}

/// One place of a board.
@frozen
public struct RankEntry: Hashable, Sendable {
  /// The score.
  public let score: Int64
  /// The member's number.
  public let member: UInt32

  /// A member with its score.
  @inlinable
  public init(score: Int64, member: UInt32) {
    self.score = score
    self.member = member
  }
}

// MARK: - Reading

extension RankIndex {
  /// The rank of a score where equals share a rank: 1 + how many have strictly more.
  @inlinable
  public func rank(of score: Int64) -> Int { 1 + countAbove(score) }

  /// How many members have strictly more.
  @inlinable
  public func countAbove(_ score: Int64) -> Int {
    // The last chunk that begins above the score is the only one that can also hold lower places.
    let following = firstScores.boundary { $0 <= score }
    guard following > 0 else { return 0 }
    let inside = chunks[following - 1].scores.boundary { $0 <= score }
    return lengths.sum(before: following - 1) + inside
  }

  /// How many members have strictly less.
  @inlinable
  public func countBelow(_ score: Int64) -> Int {
    let following = firstScores.boundary { $0 < score }
    guard following > 0 else { return count }
    let inside = chunks[following - 1].scores.boundary { $0 < score }
    return count - lengths.sum(before: following - 1) - inside
  }

  /// Percentile of a score: ⌊100 × members strictly below ÷ (n − 1)⌋.
  @inlinable
  public func percentile(of score: Int64) -> Int {
    RankIndex.percentile(below: countBelow(score), of: count)
  }

  /// Percentile of somebody in a segment of n with so many strictly below; alone it is 100.
  @inlinable
  public static func percentile(below: Int, of count: Int) -> Int {
    guard count > 1 else { return 100 }
    return min(100, 100 * below / (count - 1))
  }

  /// A member's place counted from 0, or nil when it is not in the index with this score.
  @inlinable
  public func position<Tie: TieOrder>(
    of member: UInt32, score: Int64, tie: Tie
  ) -> Int? {
    guard let place = place(holding: member, score: score, tie: tie) else { return nil }
    return lengths.sum(before: place.chunk) + place.offset
  }

  /// The member at a place counted from 0, or nil beyond the last.
  @inlinable
  public func entry(at position: Int) -> RankEntry? {
    guard position >= 0, position < count else { return nil }
    let place = lengths.find(position)
    return chunks[place.index].entry(at: place.rest)
  }

  /// Up to so many members from a place counted from 0, in order; places that do not exist are left
  /// out.
  @inlinable
  public func entries(from position: Int, count wanted: Int) -> [RankEntry] {
    var result: [RankEntry] = []
    result.reserveCapacity(max(0, min(wanted, count - max(0, position))))
    forEach(from: position, count: wanted) { result.append($0) }
    return result
  }

  /// Hands up to so many members, in order from a place counted from 0, to a closure.
  @inlinable
  public func forEach(
    from position: Int = 0, count wanted: Int = .max, _ body: (RankEntry) throws -> Void
  ) rethrows {
    let start = max(0, position)
    var remaining = min(wanted - (start - position), count - start)
    guard remaining > 0 else { return }
    var (chunk, offset) = lengths.find(start)
    while remaining > 0 {
      let end = min(chunks[chunk].count, offset + remaining)
      for index in offset..<end { try body(chunks[chunk].entry(at: index)) }
      remaining -= end - offset
      offset = 0
      chunk += 1
    }
  }
}

// MARK: - Changing

extension RankIndex {
  /// Adds a member; false, and nothing changes, when it is there with this score already.
  @inlinable
  @discardableResult
  public mutating func insert<Tie: TieOrder>(
    _ member: UInt32, score: Int64, tie: Tie
  ) -> Bool {
    guard !chunks.isEmpty else {
      insertChunk(RankChunk(score: score, member: member), at: 0)
      rebuildLengths()
      memberCount = 1
      return true
    }
    let place = self.place(of: member, score: score, tie: tie)
    guard !chunks[place.chunk].holds(member, score: score, at: place.offset) else { return false }
    insert(member, score: score, at: place)
    return true
  }

  /// Takes a member out; false, and nothing changes, when it is not there with this score.
  @inlinable
  @discardableResult
  public mutating func remove<Tie: TieOrder>(
    _ member: UInt32, score: Int64, tie: Tie
  ) -> Bool {
    guard let place = place(holding: member, score: score, tie: tie) else { return false }
    remove(at: place)
    return true
  }

  /// Moves a member from one score to another; false, and nothing changes, when it lacks the old
  /// one.
  @inlinable
  @discardableResult
  public mutating func update<Tie: TieOrder>(
    _ member: UInt32, from old: Int64, to new: Int64, tie: Tie
  ) -> Bool {
    guard let source = place(holding: member, score: old, tie: tie) else { return false }
    guard old != new else { return true }
    let target = place(of: member, score: new, tie: tie)
    if source.chunk == target.chunk {
      chunks[source.chunk].move(from: source.offset, to: target.offset, score: new)
      refreshFirst(of: source.chunk)
    } else if source.chunk < target.chunk {
      // The later place first: it does not move the earlier one.
      insert(member, score: new, at: target)
      remove(at: source)
    } else {
      // The same: what is removed, joined or dropped lies behind the target.
      remove(at: source)
      insert(member, score: new, at: target)
    }
    return true
  }
}
