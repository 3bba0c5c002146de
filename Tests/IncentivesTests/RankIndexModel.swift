@testable import Incentives

/// A board as a plain sorted array: slow, obvious, and what `RankIndex` must agree with.
struct NaiveBoard<Tie: TieOrder> {
  private(set) var entries: [RankEntry] = []
  let tie: Tie

  init(tie: Tie) {
    self.tie = tie
  }

  mutating func set(_ member: UInt32, to score: Int64?) {
    entries.removeAll { $0.member == member }
    guard let score else { return }
    let entry = RankEntry(score: score, member: member)
    let index = entries.firstIndex { comesBefore(entry, $0) } ?? entries.endIndex
    entries.insert(entry, at: index)
  }

  func rank(of score: Int64) -> Int { 1 + entries.count { $0.score > score } }

  func countBelow(_ score: Int64) -> Int { entries.count { $0.score < score } }

  func window(from position: Int, count: Int) -> [RankEntry] {
    (0..<count).map { position + $0 }.filter(entries.indices.contains).map { entries[$0] }
  }

  private func comesBefore(_ left: RankEntry, _ right: RankEntry) -> Bool {
    left.score == right.score
      ? tie.precedes(left.member, right.member) : left.score > right.score
  }
}

/// A tie order that is anything but the order of numbers.
struct ShuffledOrder: TieOrder {
  let places: [UInt32]
  let answersPlaces: Bool

  init(count: Int, seed: UInt64, answersPlaces: Bool = true) {
    var numbers = SeededNumbers(seed: seed)
    places = (0..<UInt32(count)).shuffled(using: &numbers)
    self.answersPlaces = answersPlaces
  }

  func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
    places[Int(left)] < places[Int(right)]
  }

  func place(of member: UInt32) -> UInt32? { answersPlaces ? places[Int(member)] : nil }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension RankIndex {
  /// What the parts of the index owe each other; the first promise that is broken, or nil.
  func brokenPromise() -> String? {
    let lengths = chunks.map(\.count)
    if lengths.reduce(0, +) != count { return "the chunks hold another number of members" }
    if lengths.contains(0) { return "a chunk is empty" }
    if lengths.contains(where: { $0 >= RankChunk.countMax }) { return "a chunk is too long" }
    if firstScores != chunks.map({ $0.scores[0] }) { return "a first score is stale" }
    if firstMembers != chunks.map({ $0.members[0] }) { return "a first member is stale" }
    for index in lengths.indices
    where self.lengths.sum(before: index) != lengths[..<index].reduce(0, +) {
      return "the tree is wrong before chunk \(index)"
    }
    return nil
  }
}
