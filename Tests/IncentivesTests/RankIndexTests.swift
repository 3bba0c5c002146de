import Testing

@testable import Incentives

@Suite("A rank index orders members by score, then by tie order")
struct RankIndexTests {
  private let tie = NumberOrder()

  @Test("An empty board has no places, and whoever looked would be first")
  func empty() {
    let index = RankIndex()
    #expect(index.isEmpty)
    #expect(index.rank(of: 10) == 1)
    #expect(index.countBelow(10) == 0)
    #expect(index.entry(at: 0) == nil)
    #expect(index.entries(from: 0, count: 5).isEmpty)
    #expect(index.position(of: 1, score: 10, tie: tie) == nil)
  }

  @Test("Equals share a rank: 1, 1, 3")
  func sharedRank() {
    var index = RankIndex()
    for (member, score) in [(1, 50), (2, 50), (3, 40)] as [(UInt32, Int64)] {
      index.insert(member, score: score, tie: tie)
    }
    #expect(index.rank(of: 50) == 1)
    #expect(index.rank(of: 40) == 3)
    #expect(index.rank(of: 45) == 3)
    #expect(index.countAbove(40) == 2)
    #expect(index.entries(from: 0, count: 9).map(\.member) == [1, 2, 3])
    #expect(index.position(of: 2, score: 50, tie: tie) == 1)
  }

  @Test("A member is neither added twice nor taken out under a score it does not have")
  func wrongCaller() {
    var index = RankIndex()
    let isAdded = index.insert(7, score: 5, tie: tie)
    let isAddedTwice = index.insert(7, score: 5, tie: tie)
    let isRemovedFromSix = index.remove(7, score: 6, tie: tie)
    let isStrangerRemoved = index.remove(8, score: 5, tie: tie)
    let isUpdatedFromFour = index.update(7, from: 4, to: 9, tie: tie)
    #expect(isAdded && !isAddedTwice)
    #expect(!isRemovedFromSix && !isStrangerRemoved && !isUpdatedFromFour)
    #expect(index.count == 1)
    let isRemoved = index.remove(7, score: 5, tie: tie)
    let isRemovedTwice = index.remove(7, score: 5, tie: tie)
    #expect(isRemoved && !isRemovedTwice)
    #expect(index.isEmpty)
  }

  @Test("A window that reaches beyond the board is cut to it")
  func windowAtTheEdges() {
    let index = RankIndex((0..<10).map { RankEntry(score: 0, member: $0) }, tie: tie)
    #expect(index.entries(from: -2, count: 5).map(\.member) == [0, 1, 2])
    #expect(index.entries(from: 8, count: 5).map(\.member) == [8, 9])
    #expect(index.entries(from: 10, count: 5).isEmpty)
    #expect(index.entries(from: 3, count: -1).isEmpty)
    var seen: [UInt32] = []
    index.forEach { seen.append($0.member) }
    #expect(seen == Array(0..<10))
  }

  @Test("A copy keeps its places while the original moves on")
  func copies() {
    var index = RankIndex((0..<2_000).map { RankEntry(score: Int64($0), member: $0) }, tie: tie)
    let copy = index
    for member in 0..<UInt32(2_000) {
      index.update(member, from: Int64(member), to: -Int64(member), tie: tie)
    }
    #expect(copy.entry(at: 0) == RankEntry(score: 1_999, member: 1_999))
    #expect(index.entry(at: 0) == RankEntry(score: 0, member: 0))
    #expect(copy.brokenPromise() == nil)
  }

  @Test("The extreme scores of Int64 are scores like others")
  func extremes() {
    let scores: [Int64] = [.min, .max, 0, -1, 1, .min + 1, .max - 1]
    let entries = (0..<700).map { RankEntry(score: scores[$0 % 7], member: UInt32($0)) }
    let index = RankIndex(entries, tie: tie)
    #expect(index.entry(at: 0)?.score == .max)
    #expect(index.entry(at: 699)?.score == .min)
    #expect(index.rank(of: .min) == 601)
    #expect(index.countBelow(.max) == 600)
    #expect(index.position(of: 0, score: .min, tie: tie) == 600)
  }

  @Test(
    "Percentile is the floor of 100 × below ÷ (n − 1), and 100 alone",
    arguments: [(0, 1, 100), (0, 0, 100), (0, 5, 0), (4, 5, 100), (2, 4, 66), (999, 1_001, 99)])
  func percentile(below: Int, count: Int, expected: Int) {
    #expect(RankIndex.percentile(below: below, of: count) == expected)
  }
}

@Suite("A rank index agrees with a sorted array")
struct RankIndexPropertyTests {
  @Test(
    "After every kind of change: inserts, removals, updates, ties, emptying",
    arguments: [
      // Members, highest score, operations: many ties, few ties, all equal.
      (60, 4, 3_000), (900, 30, 4_000), (1_500, 1_000_000, 4_000), (1_200, 1, 4_000),
    ])
  func randomChanges(members: Int, scoreMax: Int64, operations: Int) {
    var numbers = SeededNumbers(seed: UInt64(members))
    let tie = ShuffledOrder(count: members, seed: 7)
    var scores = [Int64?](repeating: nil, count: members)
    var index = RankIndex()
    var board = NaiveBoard(tie: tie)
    for operation in 0..<operations {
      let member = UInt32.random(in: 0..<UInt32(members), using: &numbers)
      // The board grows, then shrinks to nothing, then grows again.
      let isLeaving = operation % 2_000 > 1_400 && Int.random(in: 0..<5, using: &numbers) > 0
      let new: Int64? = isLeaving ? nil : .random(in: 0...scoreMax, using: &numbers)
      let isDone =
        switch (scores[Int(member)], new) {
        case (nil, let new?): index.insert(member, score: new, tie: tie)
        case (let old?, nil): index.remove(member, score: old, tie: tie)
        case (let old?, let new?): index.update(member, from: old, to: new, tie: tie)
        case (nil, nil): true
        }
      #expect(isDone)
      scores[Int(member)] = new
      board.set(member, to: new)
      if operation % 97 == 0 { compare(index, board, probe: new ?? scoreMax / 2) }
    }
    compare(index, board, probe: 0)
    for (member, score) in scores.enumerated() {
      guard let score else { continue }
      index.remove(UInt32(member), score: score, tie: tie)
    }
    #expect(index.isEmpty && index.chunks.isEmpty)
    #expect(index.brokenPromise() == nil)
  }

  @Test("Chunks are cut and joined: 6,000 members come, and leave again from the top, in order")
  func cutsAndJoins() {
    let tie = NumberOrder()
    var index = RankIndex()
    for member in 0..<UInt32(6_000) { index.insert(member, score: Int64(member % 90), tie: tie) }
    #expect(index.chunks.count > 11)
    #expect(index.brokenPromise() == nil)
    while index.count > 100, let entry = index.entry(at: index.count / 3) {
      index.remove(entry.member, score: entry.score, tie: tie)
    }
    #expect(index.brokenPromise() == nil)
    #expect(index.chunks.count < 4)
  }

  @Test("Built at once or one by one, by places or by comparisons: the same board")
  func building() {
    let members = 5_000
    let byPlace = ShuffledOrder(count: members, seed: 3)
    let byComparison = ShuffledOrder(count: members, seed: 3, answersPlaces: false)
    var numbers = SeededNumbers(seed: 11)
    let entries = (0..<UInt32(members)).map { member in
      RankEntry(score: .random(in: -3...70_000, using: &numbers) / 40, member: member)
    }
    var grown = RankIndex()
    for entry in entries { grown.insert(entry.member, score: entry.score, tie: byPlace) }
    let built = RankIndex(entries, tie: byPlace)
    let compared = RankIndex(entries.reversed(), tie: byComparison)
    let expected = grown.entries(from: 0, count: members)
    #expect(built.entries(from: 0, count: members) == expected)
    #expect(compared.entries(from: 0, count: members) == expected)
    #expect(built.brokenPromise() == nil)
    for (position, entry) in expected.enumerated() where position % 37 == 0 {
      #expect(built.position(of: entry.member, score: entry.score, tie: byPlace) == position)
    }
  }

  private func compare(
    _ index: RankIndex, _ board: NaiveBoard<ShuffledOrder>, probe: Int64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let middle = board.entries.count / 2
    #expect(index.brokenPromise() == nil, sourceLocation: sourceLocation)
    #expect(
      index.entries(from: 0, count: .max) == board.entries, sourceLocation: sourceLocation)
    #expect(index.rank(of: probe) == board.rank(of: probe), sourceLocation: sourceLocation)
    #expect(
      index.countBelow(probe) == board.countBelow(probe), sourceLocation: sourceLocation)
    #expect(
      index.entries(from: middle - 2, count: 5) == board.window(from: middle - 2, count: 5),
      sourceLocation: sourceLocation)
    guard let entry = board.entries.dropFirst(middle).first else { return }
    #expect(index.entry(at: middle) == entry, sourceLocation: sourceLocation)
    let position = index.position(of: entry.member, score: entry.score, tie: board.tie)
    #expect(position == middle, sourceLocation: sourceLocation)
  }
}
