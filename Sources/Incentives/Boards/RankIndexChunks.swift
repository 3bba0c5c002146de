/// How an index finds its chunks and keeps them between too small and too large.
extension RankIndex {
  /// A chunk and an offset in it; the offset may be the chunk's end.
  @usableFromInline
  struct Place {
    @usableFromInline var chunk: Int
    @usableFromInline var offset: Int

    @inlinable
    init(chunk: Int, offset: Int) {
      self.chunk = chunk
      self.offset = offset
    }
  }

  /// Where (score, member) is or would be put; the index is not empty.
  @inlinable
  func place<Tie: TieOrder>(of member: UInt32, score: Int64, tie: Tie) -> Place {
    let chunk = chunkIndex(of: member, score: score, tie: tie)
    return Place(chunk: chunk, offset: chunks[chunk].offset(of: member, score: score, tie: tie))
  }

  /// Where (score, member) is, or nil.
  @inlinable
  func place<Tie: TieOrder>(holding member: UInt32, score: Int64, tie: Tie) -> Place? {
    guard !chunks.isEmpty else { return nil }
    let chunk = chunkIndex(of: member, score: score, tie: tie)
    guard let offset = chunks[chunk].offset(holding: member, score: score) else { return nil }
    return Place(chunk: chunk, offset: offset)
  }

  /// The last chunk whose first place does not come after (score, member), else the first.
  @inlinable
  func chunkIndex<Tie: TieOrder>(of member: UInt32, score: Int64, tie: Tie) -> Int {
    var end = firstScores.boundary { $0 <= score }
    if end < firstScores.count, firstScores[end] == score {
      let equals = end..<firstScores.boundary(from: end) { $0 < score }
      end = firstMembers.withUnsafeBufferPointer { members in
        boundary(in: equals) { tie.precedes(member, members[$0]) }
      }
    }
    return max(0, end - 1)
  }

  @inlinable
  mutating func insert(_ member: UInt32, score: Int64, at place: Place) {
    chunks[place.chunk].insert(member, score: score, at: place.offset)
    if place.offset == 0 { refreshFirst(of: place.chunk) }
    memberCount += 1
    lengths.add(1, at: place.chunk)
    if chunks[place.chunk].count == RankChunk.countMax { relieve(place.chunk) }
  }

  @inlinable
  mutating func remove(at place: Place) {
    chunks[place.chunk].remove(at: place.offset)
    memberCount -= 1
    lengths.add(-1, at: place.chunk)
    if chunks[place.chunk].count == 0 {
      removeChunk(at: place.chunk)
      rebuildLengths()
      return
    }
    if place.offset == 0 { refreshFirst(of: place.chunk) }
    if chunks[place.chunk].count < RankChunk.countLow { join(place.chunk) }
  }

  @inlinable
  mutating func refreshFirst(of chunk: Int) {
    firstScores[chunk] = chunks[chunk].scores[0]
    firstMembers[chunk] = chunks[chunk].members[0]
  }

  @usableFromInline
  mutating func insertChunk(_ chunk: RankChunk, at index: Int) {
    firstScores.insert(chunk.scores[0], at: index)
    firstMembers.insert(chunk.members[0], at: index)
    chunks.insert(chunk, at: index)
  }

  /// Makes room in a full chunk: a roomy neighbour takes some places, or a new one half of them.
  @usableFromInline
  mutating func relieve(_ index: Int) {
    if index + 1 < chunks.count, chunks[index + 1].count <= RankChunk.countRoomy {
      let surplus = (chunks[index].count - chunks[index + 1].count) / 2
      give(last: surplus, of: index)
      lengths.add(-surplus, at: index)
      lengths.add(surplus, at: index + 1)
    } else if index > 0, chunks[index - 1].count <= RankChunk.countRoomy {
      let surplus = (chunks[index].count - chunks[index - 1].count) / 2
      give(first: surplus, of: index)
      lengths.add(-surplus, at: index)
      lengths.add(surplus, at: index - 1)
    } else {
      var second = RankChunk()
      chunks[index].give(last: chunks[index].count / 2, to: &second)
      insertChunk(second, at: index + 1)
      rebuildLengths()
    }
  }

  /// Joins a chunk that lost a member with a neighbour, if the two have few enough together.
  @usableFromInline
  mutating func join(_ index: Int) {
    for first in max(0, index - 1)...index where first + 1 < chunks.count {
      let total = chunks[first].count + chunks[first + 1].count
      guard total <= RankChunk.countJoined else { continue }
      give(first: chunks[first + 1].count, of: first + 1)
      removeChunk(at: first + 1)
      rebuildLengths()
      return
    }
  }

  /// Moves the last places of a chunk to the one after it.
  private mutating func give(last count: Int, of index: Int) {
    // Two elements of an array cannot be changed at once; taking one out copies nothing.
    var next = RankChunk.none
    swap(&next, &chunks[index + 1])
    chunks[index].give(last: count, to: &next)
    swap(&next, &chunks[index + 1])
    refreshFirst(of: index + 1)
  }

  /// Moves the first places of a chunk, or all, to the one before it.
  private mutating func give(first count: Int, of index: Int) {
    var previous = RankChunk.none
    swap(&previous, &chunks[index - 1])
    chunks[index].give(first: count, to: &previous)
    swap(&previous, &chunks[index - 1])
    if chunks[index].count > 0 { refreshFirst(of: index) }
  }

  @usableFromInline
  mutating func removeChunk(at index: Int) {
    chunks.remove(at: index)
    firstScores.remove(at: index)
    firstMembers.remove(at: index)
  }

  @usableFromInline
  mutating func rebuildLengths() {
    lengths.rebuild(chunks.lazy.map(\.count))
  }
}
