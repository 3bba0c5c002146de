/// The facts of one open day, by learner, in canonical order (rules.md §2).
///
/// Only an open day has sheets: they are what a fact that comes out of order is decided against. When
/// the day closes they go, and such a fact is then decided from history. A learner's facts hang in a
/// list, latest first, so that a fact in order costs one comparison.
public struct DaySheets: ~Copyable {
  /// A fact on a sheet: what deciding its neighbours needs.
  public struct Fact: BitwiseCopyable {
    /// Where it stands in the journal.
    public var position: Position
    /// When it happened.
    public var occurredAt: Instant
    /// Its value.
    public var value: Int64
    /// The rules of its rule set that its own content matches, by bit.
    public var matches: UInt64
    /// What it is about.
    public var object: ObjectNumber
    /// The source's id of it, in the day's arena.
    public var id: TextRef
    /// The next earlier fact of the learner, as index + 1.
    public var earlier: UInt32
    /// Who reported it.
    public var source: SourceNumber
    /// Whether it counts.
    public var status: FactStatus
    /// Whether it has a value.
    public var hasValue: Bool
  }

  private var heads = PagedArray<UInt32>(initial: 0)
  private var facts: PagedArray<Fact>
  /// The ids of the day's facts.
  public private(set) var text = ByteArena()

  /// Makes sheets without facts.
  public init() {
    facts = PagedArray(
      initial: Fact(
        position: .none, occurredAt: .distantPast, value: 0, matches: 0, object: .none, id: .empty,
        earlier: 0, source: .none, status: .counted, hasValue: false))
  }

  /// How many facts the day has.
  public var count: Int { facts.count }

  /// Bytes held.
  public var bytes: Int { heads.bytes + facts.bytes + text.bytes.capacity }

  /// The index of a learner's latest fact; nil without facts.
  public func latest(of learner: LearnerNumber) -> Int? {
    let head = heads[learner.index]
    return head == 0 ? nil : Int(head - 1)
  }

  /// The fact at an index.
  public subscript(index: Int) -> Fact { facts[index] }

  /// The index of the next earlier fact of the same learner.
  public func earlier(than index: Int) -> Int? {
    let earlier = facts[index].earlier
    return earlier == 0 ? nil : Int(earlier - 1)
  }

  /// Puts a fact of a learner behind the latest fact that comes before it.
  ///
  /// `comesBefore` tells whether the fact at an index comes before the new one.
  public mutating func insert(
    _ fact: Fact, of learner: LearnerNumber, id: UnsafeRawBufferPointer,
    comesBefore: (Fact, borrowing DaySheets) -> Bool
  ) {
    var fact = fact
    fact.id = text.append(id)
    let index = facts.count
    var later: Int?
    var here = latest(of: learner)
    while let candidate = here, !comesBefore(facts[candidate], self) {
      later = candidate
      here = earlier(than: candidate)
    }
    fact.earlier = here.map { UInt32($0 + 1) } ?? 0
    facts[index] = fact
    if let later {
      facts.update(later) { $0.earlier = UInt32(index + 1) }
    } else {
      heads[learner.index] = UInt32(index + 1)
    }
  }

  /// Hangs facts under a learner, given from the latest to the earliest.
  mutating func relink(_ order: [Int], of learner: LearnerNumber) {
    heads[learner.index] = order.first.map { UInt32($0 + 1) } ?? 0
    for (place, index) in order.enumerated() {
      let earlier = place + 1 < order.count ? UInt32(order[place + 1] + 1) : 0
      facts.update(index) { $0.earlier = earlier }
    }
  }

  /// Changes whether a fact counts.
  public mutating func setStatus(
    _ status: FactStatus, of position: Position, learner: LearnerNumber
  ) {
    var here = latest(of: learner)
    while let index = here {
      if facts[index].position == position {
        facts.update(index) { $0.status = status }
        return
      }
      here = earlier(than: index)
    }
  }
}
