import Incentives

/// The resident index of known facts: from the digest of an identity to the numbers of the records
/// that may carry it.
///
/// It answers "have we seen this fact?" without touching the disk when the answer is no. When a
/// candidate turns up, the caller confirms it against the full identity in the journal: only 88 bits
/// of the digest are kept, so a candidate is a strong hint and never proof. No fact that was
/// inserted is ever missed.
///
/// Why not a table on disk or a `Dictionary`: random keys never coalesce in a B-tree, and one large
/// hash table stops the engine for seconds when it grows. Here 2,048 shards grow one at a time:
///
///     digest.low   │ 11 bits: shard │ 53 bits: place in the shard │
///     shard  412   [slot slot · · │ slot slot slot slot │ slot · · · │ …      at most 4/5 full
///
/// A full shard becomes half as large again. Sizes are staggered so that shards take turns, which
/// holds the whole at about 25 bytes a fact whatever its size.
///
/// It forgets nothing and removes nothing. The digest covers the program, so one index serves all
/// programs of a store. It belongs to one thread, and is rebuilt at start from `FactIndexChunk`s.
public struct FactIndex: ~Copyable {
  /// The largest record number that fits: 40 bits, less the two values that zero and "plus one" take.
  public static let numberMax: UInt64 = 1 << 40 - 2

  static let numberBits = 40
  static let shardBits = 11
  static let shardCount = 1 << shardBits
  private static let baseMin = 16

  /// A record that may carry the identity asked for, and where to look for the next.
  public struct Candidate: Sendable, BitwiseCopyable {
    /// The record's number, as given to `insert`.
    public let number: UInt64
    let position: Int
  }

  /// How many facts were inserted.
  public private(set) var count = 0
  private let shards: UnsafeMutablePointer<FactIndexShard>
  private var touched: UInt64 = 0

  /// An empty index; shards take memory from their first fact on.
  public init() {
    shards = .allocate(capacity: Self.shardCount)
    shards.initialize(repeating: FactIndexShard(), count: Self.shardCount)
  }

  deinit {
    for index in 0..<Self.shardCount { shards[index].deallocate() }
    shards.deallocate()
  }

  /// Bytes of memory in use, summed up over the shards.
  public var bytes: Int {
    var sum = Self.shardCount * MemoryLayout<FactIndexShard>.stride
    for index in 0..<Self.shardCount { sum += shards[index].bytes }
    return sum
  }

  /// The first record that may carry the identity with this digest, or nil if surely none does.
  public func firstCandidate(for digest: Digest128) -> Candidate? {
    let shard = shards[Self.shard(of: digest)]
    guard let position = shard.find(digest) else { return nil }
    return Candidate(number: shard[position].number, position: position)
  }

  /// The record to try when `last` turned out to carry another identity.
  ///
  /// `last` must come from the same digest, and nothing may have been inserted in between: ask for
  /// the first candidate again after an insertion.
  public func nextCandidate(for digest: Digest128, after last: Candidate) -> Candidate? {
    let shard = shards[Self.shard(of: digest)]
    guard let position = shard.find(digest, from: last.position + 1) else { return nil }
    return Candidate(number: shard[position].number, position: position)
  }

  /// Adds a record under its digest.
  ///
  /// The caller has made sure that the identity is new: the index keeps what it is given, twice if
  /// given twice. `number` must not exceed `numberMax`.
  public mutating func insert(_ digest: Digest128, number: UInt64) {
    precondition(number <= Self.numberMax, "record number beyond 40 bits")
    let shard = Self.shard(of: digest)
    put(FactIndexShard.Slot(digest, number: number), into: shard)
    count += 1
  }

  /// Adds all records of a chunk, the order of which lets the memory accesses overlap.
  public mutating func insert(_ chunk: FactIndexChunk) {
    chunk.forEach { digest, _ in touch(digest) }
    chunk.forEach { digest, number in insert(digest, number: number) }
  }

  /// Makes room for `factCount` facts in all, so that hardly a shard has to grow on the way there.
  ///
  /// Meant for the start, when the number is known; it takes a while for a large number.
  public mutating func reserve(_ factCount: Int) {
    growAll(toBase: max(Self.baseMin, factCount / Self.shardCount * 5 / 4 + 1))
  }

  /// Fetches the memory a digest will need, without waiting for it.
  ///
  /// One access outside the caches costs more than everything else a lookup does. Touching the
  /// digests of a whole call first lets the processor overlap these waits.
  @inline(never)
  public mutating func touch(_ digest: Digest128) {
    // The sum is kept only so that the access is not optimised away.
    touched ^= shards[Self.shard(of: digest)].touch(digest)
  }

  /// Calls `body` with every record in no useful order; of the digest only the lower 88 bits are left.
  public func forEach<Failure: Error>(
    _ body: (Digest128, _ number: UInt64) throws(Failure) -> Void
  ) throws(Failure) {
    for index in 0..<Self.shardCount {
      try shards[index].forEach { slot throws(Failure) in try body(slot.digest, slot.number) }
    }
  }

  private static func shard(of digest: Digest128) -> Int {
    Int(truncatingIfNeeded: digest.low &>> UInt64(64 - shardBits))
  }

  // Shards stand behind a pointer, and what changes them is not `mutating`: Swift 6.3 under
  // `-sanitize=thread` compiles no access through a stored pointer of a noncopyable `inout self`.

  @inline(__always)
  private func put(_ slot: FactIndexShard.Slot, into shard: Int) {
    if shards[shard].isFull { grow(shard) }
    shards[shard].insert(slot)
  }

  private func growAll(toBase base: Int) {
    for shard in 0..<Self.shardCount where shards[shard].base < base {
      shards[shard].grow(toBase: base, shard: shard)
    }
  }

  @inline(never)
  private func grow(_ shard: Int) {
    let base = shards[shard].base
    shards[shard].grow(toBase: max(Self.baseMin, base + base / 2), shard: shard)
  }
}
