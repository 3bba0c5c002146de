/// The open windows of one period: what each holds, by learner, rule and object.
///
/// Open addressing in 64 shards that grow one at a time, because the table of windows that never
/// close grows with the number of objects a learner touched. Nothing is removed; a period's table
/// goes as a whole when the period closes.
public struct WindowTable: ~Copyable {
  /// A window and what it holds.
  public struct Entry: BitwiseCopyable, Sendable {
    var learner: LearnerNumber
    var object: ObjectNumber
    var rule: RuleNumber
    var fold: WindowFold

    /// Joins the parts.
    public init(
      learner: LearnerNumber, object: ObjectNumber, rule: RuleNumber, fold: WindowFold
    ) {
      self.learner = learner
      self.object = object
      self.rule = rule
      self.fold = fold
    }
  }

  private static var shardCount: Int { 64 }
  private var shards: ContiguousArray<UnsafeMutableBufferPointer<Entry>>
  private var counts: ContiguousArray<Int>

  /// Makes an empty table.
  public init() {
    let none = UnsafeMutableBufferPointer<Entry>(start: nil, count: 0)
    shards = ContiguousArray(repeating: none, count: Self.shardCount)
    counts = ContiguousArray(repeating: 0, count: Self.shardCount)
  }

  deinit {
    for shard in shards { shard.deallocate() }
  }

  /// How many windows there are.
  public var count: Int { counts.reduce(0, +) }

  /// Bytes held.
  public var bytes: Int { shards.reduce(0) { $0 + $1.count * MemoryLayout<Entry>.stride } }

  /// What a window holds.
  public func fold(_ learner: LearnerNumber, _ rule: RuleNumber, _ object: ObjectNumber)
    -> WindowFold
  {
    let hash = Self.hash(learner, rule, object)
    let shard = shards[Int(hash >> 58)]
    guard shard.count > 0 else { return .empty }
    let slot = Self.slot(in: shard, hash, learner, rule, object)
    return shard[slot].learner.isNone ? .empty : shard[slot].fold
  }

  /// Changes what a window holds.
  public mutating func update(
    _ learner: LearnerNumber, _ rule: RuleNumber, _ object: ObjectNumber,
    _ body: (inout WindowFold) -> Void
  ) {
    let hash = Self.hash(learner, rule, object)
    let number = Int(hash >> 58)
    if counts[number] * 4 >= shards[number].count * 3 { grow(number) }
    let shard = shards[number]
    let slot = Self.slot(in: shard, hash, learner, rule, object)
    if shard[slot].learner.isNone {
      shard[slot] = Entry(learner: learner, object: object, rule: rule, fold: .empty)
      counts[number] += 1
    }
    body(&shard[slot].fold)
  }

  /// Adds windows that are not here: shard by shard, so that each stays in the processor's cache.
  mutating func insert(_ entries: ContiguousArray<Entry>) {
    var starts = ContiguousArray(repeating: 0, count: Self.shardCount + 1)
    let hashes = ContiguousArray(
      entries.lazy.map { Self.hash($0.learner, $0.rule, $0.object) })
    for hash in hashes { starts[Int(hash >> 58) + 1] += 1 }
    for shard in 0..<Self.shardCount { starts[shard + 1] += starts[shard] }
    var order = ContiguousArray(repeating: 0, count: entries.count)
    var next = starts
    for (index, hash) in hashes.enumerated() {
      order[next[Int(hash >> 58)]] = index
      next[Int(hash >> 58)] += 1
    }
    for index in order {
      let entry = entries[index]
      update(entry.learner, entry.rule, entry.object) { $0 = entry.fold }
    }
  }

  /// Visits every window.
  public func forEach(
    _ body: (LearnerNumber, RuleNumber, ObjectNumber, WindowFold) throws -> Void
  ) rethrows {
    for shard in shards {
      for entry in shard where !entry.learner.isNone {
        try body(entry.learner, entry.rule, entry.object, entry.fold)
      }
    }
  }

  private static func hash(
    _ learner: LearnerNumber, _ rule: RuleNumber, _ object: ObjectNumber
  ) -> UInt64 {
    // Dense numbers, not words from outside: a multiplicative mix spreads them well enough.
    var mix = UInt64(learner.rawValue) << 32 | UInt64(object.rawValue)
    mix = (mix ^ UInt64(rule.rawValue) &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    return (mix ^ mix >> 29) &* 0x94D0_49BB_1331_11EB
  }

  private static func slot(
    in shard: UnsafeMutableBufferPointer<Entry>, _ hash: UInt64, _ learner: LearnerNumber,
    _ rule: RuleNumber, _ object: ObjectNumber
  ) -> Int {
    let mask = shard.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 16) & mask
    while true {
      let entry = shard[slot]
      if entry.learner.isNone { return slot }
      if entry.learner == learner, entry.object == object, entry.rule == rule { return slot }
      slot = (slot + 1) & mask
    }
  }

  private mutating func grow(_ number: Int) {
    let old = shards[number]
    let count = max(8, old.count * 2)
    let empty = Entry(learner: .none, object: .none, rule: .none, fold: .empty)
    let new = UnsafeMutableBufferPointer<Entry>.allocate(capacity: count)
    new.initialize(repeating: empty)
    for entry in old where !entry.learner.isNone {
      let hash = Self.hash(entry.learner, entry.rule, entry.object)
      new[Self.slot(in: new, hash, entry.learner, entry.rule, entry.object)] = entry
    }
    old.deallocate()
    shards[number] = new
  }
}
