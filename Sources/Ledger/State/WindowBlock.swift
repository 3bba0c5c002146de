import Incentives
import LMDB

/// The windows of 8 learners over 8 objects in one period, in the order of learner, rule, object.
///
/// Most windows hold one fact, and most facts happened at a whole second. So an entry is
///
///     shape     bits 0–2 the object, 3–5 the learner, 6 whole seconds, 7 one fact of a positive worth
///     rule      varint
///     last      when the latest fact happened, zigzag
///     sum       zigzag; with bit 7 it is also the largest, and the count is 1
///     [largest zigzag, count varint]
struct WindowBlock: ValueCodec {
  static let typeID: UInt32 = 4
  static let formatVersion: UInt8 = 1
  /// Learners and objects to a row of the table.
  static let span: UInt32 = 8

  struct Entry: Hashable {
    var learner: UInt8
    var object: UInt8
    var rule: RuleNumber
    var fold: WindowFold

    /// The order of entries in a row.
    var order: UInt32 { UInt32(learner) << 24 | UInt32(rule.rawValue) << 8 | UInt32(object) }
  }

  private(set) var entries: ContiguousArray<Entry> = []

  init() {}

  /// Whether no window holds anything; such a row is not kept.
  var isEmpty: Bool { entries.isEmpty }

  /// Changes what a window holds; a window that then holds nothing is not kept.
  mutating func update(
    learner: UInt8, rule: RuleNumber, object: UInt8, _ body: (inout WindowFold) -> Void
  ) {
    var entry = Entry(learner: learner, object: object, rule: rule, fold: .empty)
    var index = entries.count
    while index > 0, entries[index - 1].order > entry.order { index -= 1 }
    let isKnown = index > 0 && entries[index - 1].order == entry.order
    if isKnown { entry.fold = entries[index - 1].fold }
    body(&entry.fold)
    switch (isKnown, entry.fold == .empty) {
    case (true, true): entries.remove(at: index - 1)
    case (true, false): entries[index - 1] = entry
    case (false, true): break
    case (false, false): entries.insert(entry, at: index)
    }
  }

  private static let wholeSeconds: UInt8 = 1 << 6
  private static let single: UInt8 = 1 << 7

  private static func shape(of entry: Entry) -> UInt8 {
    var shape = entry.learner << 3 | entry.object
    if entry.fold.last.microseconds % Instant.microsecondsPerSecond == 0 { shape |= wholeSeconds }
    if entry.fold.count == 1, entry.fold.sum == entry.fold.largest { shape |= single }
    return shape
  }

  private static func last(of entry: Entry, _ shape: UInt8) -> Int64 {
    let last = entry.fold.last.microseconds
    return shape & wholeSeconds != 0 ? last / Instant.microsecondsPerSecond : last
  }

  var byteCount: Int {
    var sum = 0
    for entry in entries {
      let shape = Self.shape(of: entry)
      sum += 1 + Packed.bytes(UInt64(entry.rule.rawValue))
      sum += Packed.bytes(Self.last(of: entry, shape)) + Packed.bytes(entry.fold.sum)
      guard shape & Self.single == 0 else { continue }
      sum += Packed.bytes(entry.fold.largest) + Packed.bytes(UInt64(entry.fold.count))
    }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    for entry in entries {
      let shape = Self.shape(of: entry)
      writer.append(shape)
      writer.append(packed: UInt64(entry.rule.rawValue))
      writer.append(packed: Self.last(of: entry, shape))
      writer.append(packed: entry.fold.sum)
      guard shape & Self.single == 0 else { continue }
      writer.append(packed: entry.fold.largest)
      writer.append(packed: UInt64(entry.fold.count))
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    while reader.remaining > 0 { entries.append(try Self.entry(&reader)) }
  }

  private static func entry(_ reader: inout ValueReader) throws(InvalidValue) -> Entry {
    let shape = try reader.next(as: UInt8.self)
    let rule = RuleNumber(rawValue: try reader.packed(as: UInt16.self))
    let unit = shape & wholeSeconds != 0 ? Instant.microsecondsPerSecond : 1
    let (last, overflow) = try reader.packedSigned().multipliedReportingOverflow(by: unit)
    guard !overflow else { throw InvalidValue() }
    var fold = WindowFold(last: Instant(microseconds: last), sum: 0, largest: 0, count: 1)
    fold.sum = try reader.packedSigned()
    fold.largest = fold.sum
    if shape & single == 0 {
      fold.largest = try reader.packedSigned()
      fold.count = try reader.packed(as: UInt32.self)
    }
    return Entry(learner: shape >> 3 & 7, object: shape & 7, rule: rule, fold: fold)
  }
}
