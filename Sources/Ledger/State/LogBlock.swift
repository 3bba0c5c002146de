import Incentives
import LMDB

/// The records that speak of 16 learners on one local day: for each, the positions, ascending.
///
///     base      the smallest position of the row, varint
///     a learner number within the row, 1 byte; how many positions, varint;
///               the first less the base, then each less the one before, varints
struct LogBlock: ValueCodec {
  static let typeID: UInt32 = 5
  static let formatVersion: UInt8 = 1
  /// Learners to a row of the table.
  static let span: UInt32 = 16

  struct Entry: Hashable {
    var learner: UInt8
    var position: Position
  }

  /// The entries in the order of learner, position.
  private(set) var entries: ContiguousArray<Entry> = []

  init() {}

  /// Adds entries in the order of the row, each later than what its learner has.
  mutating func append(contentsOf new: ContiguousArray<Entry>) {
    guard let last = entries.last, let first = new.first, first.learner < last.learner else {
      entries.append(contentsOf: new)
      return
    }
    var merged: ContiguousArray<Entry> = []
    merged.reserveCapacity(entries.count + new.count)
    var next = 0
    for entry in entries {
      while next < new.count, new[next].learner < entry.learner {
        merged.append(new[next])
        next += 1
      }
      merged.append(entry)
    }
    merged.append(contentsOf: new[next...])
    entries = merged
  }

  /// The positions of a learner, ascending.
  func positions(of learner: UInt8) -> some Sequence<Position> {
    entries.lazy.filter { $0.learner == learner }.map(\.position)
  }

  private var base: UInt64 { entries.lazy.map(\.position.rawValue).min() ?? 0 }

  /// Calls with each learner's run of entries.
  @inline(__always)
  private func forEachRun(_ body: (ArraySlice<Entry>.Index, ArraySlice<Entry>.Index) -> Void) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].learner == entries[start].learner { end += 1 }
      body(start, end)
      start = end
    }
  }

  var byteCount: Int {
    let base = base
    var sum = Packed.bytes(base)
    forEachRun { start, end in
      sum += 1 + Packed.bytes(UInt64(end - start))
      var before = base
      for index in start..<end {
        sum += Packed.bytes(entries[index].position.rawValue - before)
        before = entries[index].position.rawValue
      }
    }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    let base = base
    writer.append(packed: base)
    forEachRun { start, end in
      writer.append(entries[start].learner)
      writer.append(packed: UInt64(end - start))
      var before = base
      for index in start..<end {
        writer.append(packed: entries[index].position.rawValue - before)
        before = entries[index].position.rawValue
      }
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    let base = try reader.packed()
    while reader.remaining > 0 {
      let learner = try reader.next(as: UInt8.self)
      let count = try reader.packed()
      guard count <= UInt64(reader.remaining) else { throw InvalidValue() }
      var position = base
      for _ in 0..<count {
        position &+= try reader.packed()
        entries.append(Entry(learner: learner, position: Position(rawValue: position)))
      }
    }
  }
}
