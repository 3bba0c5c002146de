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
    /// How many grants and the like boards know; they follow the roster of their days.
    public var grants: UInt32 = 0
    var context: UInt32 = 0

    /// Makes the row of a learner who did nothing yet.
    public init() {}
  }

  struct ContextNode: BitwiseCopyable {
    var row: ContextRow
    /// What the row spoke of before later rows silenced it.
    let spoke: ContextRow.Attributes
    let older: UInt32
    let learner: LearnerNumber
    /// The node before that named the same group.
    let olderOfGroup: UInt32
    /// The node before that named the same cohort.
    let olderOfCohort: UInt32
    /// The record that said it.
    let position: Position
    /// The record that withdrew it; beyond all while it stands.
    var withdrawn = Position(rawValue: .max)

    /// Whether it was true when the record at `cut` was made.
    func stood(at cut: Position) -> Bool { position <= cut && cut < withdrawn }
  }

  private var ids = NameTable()
  var rows = PagedArray<Row>(initial: Row())
  private var contexts: ContiguousArray<ContextNode> = []
  /// The record that withdrew a row last.
  private var lastWithdrawal = Position.none
  /// The latest node that named each group.
  private var latestOfGroup = PagedArray<UInt32>(initial: 0)
  /// The latest node that named each cohort.
  private var latestOfCohort = PagedArray<UInt32>(initial: 0)
  private var names: ContiguousArray<(name: TextRef, alias: TextRef)> = [(.empty, .empty)]
  private var nameText = ByteArena()
  /// The numbers that learners have beside their ids.
  private var rolls = RollNumbers()
  /// Whose records the records of a learner are since a merge; 0 where they are its own.
  var survivors = PagedArray<UInt32>(initial: 0)
  /// Who was merged into a learner, directly or with another, in the order that happened.
  var merged: [LearnerNumber: [LearnerNumber]] = [:]
  /// The learners who were erased, in the order that happened.
  public private(set) var erased: [LearnerNumber] = []
  /// The learners in the bytewise order of their external ids.
  public internal(set) var order = IdentifierOrder()

  init() { order.append("") }

  /// How many learners there are; also the greatest number.
  public var count: Int { ids.count }

  /// Whether no further learner or name can be taken (`limit_reached`).
  public var isFull: Bool { ids.isFull || nameText.isFull }

  /// Bytes held.
  public var bytes: Int {
    ids.bytes + rows.bytes + contexts.capacity * MemoryLayout<ContextNode>.stride
      + latestOfGroup.bytes
      + survivors.bytes + names.capacity * 16 + nameText.bytes.capacity + rolls.bytes
      + order.count * 20
  }

  /// The number of whom an external id stands for: of one that was merged, the surviving learner's.
  public func number(of externalID: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber? {
    ownNumber(of: externalID, hash: hash).map { surviving($0) }
  }

  /// The number that an external id got, though its learner was merged into another.
  func ownNumber(of externalID: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber? {
    ids.number(of: externalID, hash: hash).map(LearnerNumber.init(rawValue:))
  }

  /// The row of a learner.
  public subscript(learner: LearnerNumber) -> Row { rows[learner.index] }

  /// The external id; for cold paths.
  public func externalID(_ learner: LearnerNumber) -> String { ids.word(learner.rawValue) }

  /// The id that stands for a learner whose own is gone: no organisation has ids with a zero byte.
  public static func placeholder(for learner: LearnerNumber) -> [UInt8] {
    [0] + Array("#\(learner.rawValue)".utf8)
  }

  /// Whether a learner's own id is gone: erased, or imported without names.
  public func isNameless(_ learner: LearnerNumber) -> Bool {
    withExternalID(learner) { $0.first == 0 }
  }

  /// The external id as answers show it: the surviving learner's; `#` and the number where it is gone.
  public func shownID(_ learner: LearnerNumber) -> String {
    let learner = surviving(learner)
    return isNameless(learner) ? "#\(learner.rawValue)" : externalID(learner)
  }

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

  /// The number a learner has beside the id; empty where none was given.
  public func rollNumber(_ learner: LearnerNumber) -> String { rolls.text(of: learner) }

  /// The learner who has a number beside the id; nil where nobody has it.
  func holder(ofRollNumber text: UnsafeRawBufferPointer, hash: UInt64) -> LearnerNumber? {
    rolls.holder(of: text, hash: hash)
  }

  /// Gives a learner a number beside the id; an empty one takes it away.
  mutating func setRollNumber(
    _ text: UnsafeRawBufferPointer, hash: UInt64, of learner: LearnerNumber
  ) { rolls.set(text, hash: hash, of: learner) }

  /// The rows of a learner's context; as they were when the record at `cut` was made, where one is given.
  public func contextRows(of learner: LearnerNumber, asOf cut: Position? = nil) -> ContextRows {
    var rows = ContextRows()
    for said in said(of: learner, asOf: cut) { rows.add(said.row) }
    return rows
  }

  /// What records said of a learner's context, oldest first, without what was withdrawn.
  func said(
    of learner: LearnerNumber, asOf cut: Position? = nil
  ) -> [(position: Position, row: ContextRow)] {
    var found: [(position: Position, row: ContextRow)] = []
    var here = rows[learner.index].context
    while here != 0 {
      let node = contexts[Int(here - 1)]
      here = node.older
      guard node.stood(at: cut ?? Position(rawValue: .max - 1)) else { continue }
      var row = node.row
      row.speaksOf = node.spoke
      found.append((node.position, row))
    }
    return found.reversed()
  }

  /// The records that ever said something of a learner's context, newest first, withdrawn ones too.
  func everSaid(of learner: LearnerNumber) -> [Position] {
    var found: [Position] = []
    var here = rows[learner.index].context
    while here != 0 {
      found.append(contexts[Int(here - 1)].position)
      here = contexts[Int(here - 1)].older
    }
    return found
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

  /// What was true of a learner on a local day when the record at `cut` was made, whatever came later.
  public func context(of learner: LearnerNumber, on day: LocalDay, asOf cut: Position) -> Context {
    let newest = rows[learner.index].context
    guard newest != 0, contexts[Int(newest - 1)].position > cut || lastWithdrawal > cut else {
      return context(of: learner, on: day)
    }
    return contextRows(of: learner, asOf: cut).context(on: day)
  }

  /// The learners that some row ever put into a group, each once, ascending.
  func everIn(_ group: GroupNumber) -> [LearnerNumber] {
    var found: Set<LearnerNumber> = []
    var here = latestOfGroup[group.index]
    while here != 0 {
      found.insert(contexts[Int(here - 1)].learner)
      here = contexts[Int(here - 1)].olderOfGroup
    }
    return found.sorted()
  }

  /// The learners that some row ever put into a cohort, each once, ascending.
  func everIn(_ cohort: CohortNumber) -> [LearnerNumber] {
    var found: Set<LearnerNumber> = []
    var here = latestOfCohort[cohort.index]
    while here != 0 {
      found.insert(contexts[Int(here - 1)].learner)
      here = contexts[Int(here - 1)].olderOfCohort
    }
    return found.sorted()
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

  mutating func addContext(_ row: ContextRow, to learner: LearnerNumber, at position: Position) {
    let older = rows[learner.index].context
    var here = older
    while here != 0 {
      let index = Int(here - 1)
      if contexts[index].row.first == row.first {
        contexts[index].row.speaksOf.subtract(row.speaksOf)
      }
      here = contexts[index].older
    }
    let namesGroup = row.speaksOf.contains(.group) && !row.group.isNone
    let namesCohort = row.speaksOf.contains(.cohort) && !row.cohort.isNone
    contexts.append(
      ContextNode(
        row: row, spoke: row.speaksOf, older: older, learner: learner,
        olderOfGroup: namesGroup ? latestOfGroup[row.group.index] : 0,
        olderOfCohort: namesCohort ? latestOfCohort[row.cohort.index] : 0, position: position))
    let head = UInt32(contexts.count)
    if namesCohort { latestOfCohort[row.cohort.index] = head }
    rows.update(learner.index) { $0.context = head }
    if namesGroup { latestOfGroup[row.group.index] = head }
  }

  /// Withdraws what a record said of a learner; what it silenced speaks again.
  mutating func withdrawContext(
    _ record: Position, of learner: LearnerNumber, at position: Position
  ) {
    lastWithdrawal = position
    var nodes: [Int] = []
    var here = rows[learner.index].context
    while here != 0 {
      let index = Int(here - 1)
      nodes.append(index)
      if contexts[index].position == record { contexts[index].withdrawn = position }
      here = contexts[index].older
    }
    // Newest first: a row speaks of what no later row of the same first day speaks of.
    var spoken: [LocalDay: ContextRow.Attributes] = [:]
    for index in nodes {
      let node = contexts[index]
      let stands = node.stood(at: position)
      contexts[index].row.speaksOf =
        stands ? node.spoke.subtracting(spoken[node.row.first] ?? []) : []
      if stands { spoken[node.row.first, default: []].formUnion(node.spoke) }
    }
  }

  /// Takes what identifies a learner, who keeps number and place.
  mutating func erase(
    _ learner: LearnerNumber, placeholder: UnsafeRawBufferPointer, hash: UInt64,
    after anchor: LearnerNumber
  ) {
    erased.append(learner)
    ids.replace(learner.rawValue, by: placeholder, hash: hash)
    nameText.clear(names[learner.index].name)
    nameText.clear(names[learner.index].alias)
    rolls.clear(learner)
    names[learner.index] = (.empty, .empty)
    order.erase(learner.rawValue, after: anchor.rawValue)
  }

  mutating func setName(
    _ name: UnsafeRawBufferPointer, alias: UnsafeRawBufferPointer, of learner: LearnerNumber
  ) {
    names[learner.index] = (nameText.append(name), nameText.append(alias))
  }
}
