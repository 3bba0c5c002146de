/// The learners of a program: who they are, what is true of them in time, what they have.
public struct LearnerTable: ~Copyable {
  /// The resident row of a learner.
  public struct Row: BitwiseCopyable, Sendable {
    /// The accounts.
    public var accounts = Accounts()
    /// The last record that concerns the learner.
    public var lastPosition = Position.none
    /// The first local day of a fact or grant; later than `lastDay` while there is none.
    public var firstDay = LocalDay(number: .max)
    /// The last local day of a fact or grant.
    public var lastDay = LocalDay(number: .min)
    /// How many facts wait for the roster.
    public var pending: UInt32 = 0
    var context: UInt32 = 0

    /// Makes the row of a learner who did nothing yet.
    public init() {}
  }

  struct ContextNode: BitwiseCopyable {
    var row: ContextRow
    var older: UInt32
  }

  private var ids = NameTable()
  var rows = PagedArray<Row>(initial: Row())
  private var contexts: ContiguousArray<ContextNode> = []
  private var names: ContiguousArray<(name: TextRef, alias: TextRef)> = [(.empty, .empty)]
  private var nameText = ByteArena()
  /// The learners in the bytewise order of their external ids.
  public internal(set) var order = IdentifierOrder()

  init() { order.append("") }

  /// How many learners there are; also the greatest number.
  public var count: Int { ids.count }

  /// Bytes held.
  public var bytes: Int {
    ids.bytes + rows.bytes + contexts.capacity * MemoryLayout<ContextNode>.stride
      + names.capacity * 16 + nameText.bytes.capacity + order.count * 20
  }

  /// The number of an external id.
  public func number(of externalID: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber? {
    ids.number(of: externalID, hash: hash).map(LearnerNumber.init(rawValue:))
  }

  /// The row of a learner.
  public subscript(learner: LearnerNumber) -> Row { rows[learner.index] }

  /// The external id; for cold paths.
  public func externalID(_ learner: LearnerNumber) -> String { ids.word(learner.rawValue) }

  /// Lends the bytes of the external id.
  public func withExternalID<R>(
    _ learner: LearnerNumber, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R { try ids.withWord(learner.rawValue, body) }

  /// The name people read; empty where none was given.
  public func name(_ learner: LearnerNumber) -> String {
    nameText.string(names[learner.index].name)
  }

  /// The alias boards show; empty where none was given.
  public func alias(_ learner: LearnerNumber) -> String {
    nameText.string(names[learner.index].alias)
  }

  /// The rows of a learner's context.
  public func contextRows(of learner: LearnerNumber) -> ContextRows {
    var found: [ContextRow] = []
    var here = rows[learner.index].context
    while here != 0 {
      found.append(contexts[Int(here - 1)].row)
      here = contexts[Int(here - 1)].older
    }
    var rows = ContextRows()
    for row in found.reversed() { rows.add(row) }
    return rows
  }

  /// What is true of a learner on a local day.
  public func context(of learner: LearnerNumber, on day: LocalDay) -> Context {
    var resolver = ContextResolver(day: day)
    var here = rows[learner.index].context
    while here != 0 {
      let node = contexts[Int(here - 1)]
      resolver.see(node.row)
      here = node.older
    }
    return resolver.context
  }

  mutating func add(_ externalID: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber {
    let learner = addWithoutOrder(externalID, hash: hash)
    order.append(externalID)
    return learner
  }

  /// Adds a learner whose place in `order` is found with that of many others (`finishRestoring`).
  mutating func restore(_ externalID: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber {
    let learner = addWithoutOrder(externalID, hash: hash)
    order.appendUnplaced(externalID)
    return learner
  }

  private mutating func addWithoutOrder(
    _ externalID: UnsafeRawBufferPointer, hash: UInt64
  ) -> LearnerNumber {
    let learner = LearnerNumber(rawValue: ids.add(externalID, hash: hash))
    rows[learner.index] = Row()
    names.append((.empty, .empty))
    return learner
  }

  mutating func restore(_ row: Row, of learner: LearnerNumber) {
    rows.update(learner.index) { standing in
      let context = standing.context
      standing = row
      standing.context = context
    }
  }

  mutating func addContext(_ row: ContextRow, to learner: LearnerNumber) {
    let older = rows[learner.index].context
    var here = older
    while here != 0 {
      let index = Int(here - 1)
      if contexts[index].row.first == row.first {
        contexts[index].row.speaksOf.subtract(row.speaksOf)
      }
      here = contexts[index].older
    }
    contexts.append(ContextNode(row: row, older: older))
    let head = UInt32(contexts.count)
    rows.update(learner.index) { $0.context = head }
  }

  mutating func setName(
    _ name: UnsafeRawBufferPointer, alias: UnsafeRawBufferPointer, of learner: LearnerNumber
  ) {
    names[learner.index] = (nameText.append(name), nameText.append(alias))
  }
}
