import Incentives
import LMDB

/// What 32 learners have: the resident rows, packed.
///
/// Each learner begins with a mask of the fields that differ from a learner's who did nothing:
///
///     bits 0–10   the accounts, in the order of `accounts`
///     bit  11     the last position          bit 12   the first day
///     bit  13     the last day               bit 14   the facts that wait
///     bit  15     the grants that boards know
///
/// followed by these fields; the last day, where there is a first, as the distance from it. So an
/// active learner takes about 16 bytes, and one who did nothing two.
struct LearnerBlock: ValueCodec {
  static let typeID: UInt32 = 2
  static let formatVersion: UInt8 = 2
  /// Learners to a row of the table.
  static let span: UInt32 = 32

  var rows: ContiguousArray<LearnerTable.Row>

  init() {
    rows = ContiguousArray(repeating: LearnerTable.Row(), count: Int(Self.span))
  }

  private static let hasPosition: UInt16 = 1 << 11
  private static let hasFirstDay: UInt16 = 1 << 12
  private static let hasLastDay: UInt16 = 1 << 13
  private static let hasPending: UInt16 = 1 << 14
  private static let hasGrants: UInt16 = 1 << 15

  var byteCount: Int {
    var sum = 0
    for row in rows { sum += Self.bytes(of: row) }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    for row in rows { Self.encode(row, into: &writer) }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    self.init()
    for index in rows.indices { rows[index] = try Self.row(&reader) }
  }

  private static func bytes(of row: LearnerTable.Row) -> Int {
    var sum = 2
    forEachAccount(of: row.accounts) { _, amount in
      if amount != 0 { sum += Packed.bytes(amount) }
    }
    let mask = mask(of: row)
    if mask & hasPosition != 0 { sum += Packed.bytes(row.lastPosition.rawValue) }
    if mask & hasFirstDay != 0 { sum += Packed.bytes(Int64(row.firstDay.number)) }
    if mask & hasLastDay != 0 { sum += Packed.bytes(lastDay(of: row)) }
    if mask & hasPending != 0 { sum += Packed.bytes(UInt64(row.pending)) }
    if mask & hasGrants != 0 { sum += Packed.bytes(UInt64(row.grants)) }
    return sum
  }

  private static func encode(_ row: LearnerTable.Row, into writer: inout ValueWriter) {
    let mask = mask(of: row)
    writer.append(mask)
    forEachAccount(of: row.accounts) { _, amount in
      if amount != 0 { writer.append(packed: amount) }
    }
    if mask & hasPosition != 0 { writer.append(packed: row.lastPosition.rawValue) }
    if mask & hasFirstDay != 0 { writer.append(packed: Int64(row.firstDay.number)) }
    if mask & hasLastDay != 0 { writer.append(packed: lastDay(of: row)) }
    if mask & hasPending != 0 { writer.append(packed: UInt64(row.pending)) }
    if mask & hasGrants != 0 { writer.append(packed: UInt64(row.grants)) }
  }

  private static func row(_ reader: inout ValueReader) throws(InvalidValue) -> LearnerTable.Row {
    var row = LearnerTable.Row()
    let mask = try reader.next(as: UInt16.self)
    try readAccounts(mask, &reader, into: &row.accounts)
    if mask & hasPosition != 0 { row.lastPosition = Position(rawValue: try reader.packed()) }
    if mask & hasFirstDay != 0 {
      row.firstDay = LocalDay(number: try reader.packedSigned(as: Int32.self))
    }
    if mask & hasLastDay != 0 {
      let first = mask & hasFirstDay != 0 ? Int64(row.firstDay.number) : 0
      let (day, overflow) = try reader.packedSigned().addingReportingOverflow(first)
      guard !overflow, let number = Int32(exactly: day) else { throw InvalidValue() }
      row.lastDay = LocalDay(number: number)
    }
    if mask & hasPending != 0 { row.pending = try reader.packed(as: UInt32.self) }
    if mask & hasGrants != 0 { row.grants = try reader.packed(as: UInt32.self) }
    return row
  }

  private static func lastDay(of row: LearnerTable.Row) -> Int64 {
    Int64(row.lastDay.number) - (row.firstDay.number == .max ? 0 : Int64(row.firstDay.number))
  }

  private static func mask(of row: LearnerTable.Row) -> UInt16 {
    var mask: UInt16 = 0
    forEachAccount(of: row.accounts) { bit, amount in
      if amount != 0 { mask |= 1 << bit }
    }
    if !row.lastPosition.isNone { mask |= hasPosition }
    if row.firstDay.number != .max { mask |= hasFirstDay }
    if row.lastDay.number != .min { mask |= hasLastDay }
    if row.pending != 0 { mask |= hasPending }
    if row.grants != 0 { mask |= hasGrants }
    return mask
  }

  @inline(__always)
  private static func forEachAccount(of accounts: Accounts, _ body: (UInt16, Int64) -> Void) {
    body(0, accounts.earned)
    body(1, accounts.bonus)
    body(2, accounts.prizes)
    body(3, accounts.adjusted)
    body(4, accounts.writtenOff)
    body(5, accounts.returned)
    body(6, accounts.redeemed)
    body(7, accounts.expired)
    body(8, accounts.spendable)
    body(9, accounts.debt)
    body(10, accounts.held)
  }

  private static func readAccounts(
    _ mask: UInt16, _ reader: inout ValueReader, into accounts: inout Accounts
  ) throws(InvalidValue) {
    if mask & 1 << 0 != 0 { accounts.earned = try reader.packedSigned() }
    if mask & 1 << 1 != 0 { accounts.bonus = try reader.packedSigned() }
    if mask & 1 << 2 != 0 { accounts.prizes = try reader.packedSigned() }
    if mask & 1 << 3 != 0 { accounts.adjusted = try reader.packedSigned() }
    if mask & 1 << 4 != 0 { accounts.writtenOff = try reader.packedSigned() }
    if mask & 1 << 5 != 0 { accounts.returned = try reader.packedSigned() }
    if mask & 1 << 6 != 0 { accounts.redeemed = try reader.packedSigned() }
    if mask & 1 << 7 != 0 { accounts.expired = try reader.packedSigned() }
    if mask & 1 << 8 != 0 { accounts.spendable = try reader.packedSigned() }
    if mask & 1 << 9 != 0 { accounts.debt = try reader.packedSigned() }
    if mask & 1 << 10 != 0 { accounts.held = try reader.packedSigned() }
  }
}
