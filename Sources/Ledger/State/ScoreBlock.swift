import Incentives
import LMDB

/// The points of 64 members in an open period, or of a lot: a bit for each who has any, then their points.
struct ScoreBlock: ValueCodec {
  static let typeID: UInt32 = 3
  static let formatVersion: UInt8 = 1
  /// Members to a row of the table.
  static let span: UInt32 = 64

  var scores: ContiguousArray<Int64>

  init() { scores = ContiguousArray(repeating: 0, count: Int(Self.span)) }

  /// Whether nobody has points; such a row is not kept.
  var isEmpty: Bool { scores.allSatisfy { $0 == 0 } }

  var byteCount: Int {
    var sum = 8
    for score in scores where score != 0 { sum += Packed.bytes(score) }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    var mask: UInt64 = 0
    for (index, score) in scores.enumerated() where score != 0 { mask |= 1 << UInt64(index) }
    writer.append(mask)
    for score in scores where score != 0 { writer.append(packed: score) }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    self.init()
    var mask = try reader.next(as: UInt64.self)
    while mask != 0 {
      scores[mask.trailingZeroBitCount] = try reader.packedSigned()
      mask &= mask &- 1
    }
  }
}

/// Which places 64 members hold on a closed board: a bit for each who is on it, then their places.
struct PlacesBlock: ValueCodec {
  static let typeID: UInt32 = 12
  static let formatVersion: UInt8 = 1
  /// Members to a row of the table.
  static let span: UInt32 = 64

  /// The place of each member from 0; nil for who is not on the board.
  var places: ContiguousArray<UInt32?>

  init() { places = ContiguousArray(repeating: nil, count: Int(Self.span)) }

  var byteCount: Int {
    var sum = 8
    for case .some(let place) in places { sum += Packed.bytes(UInt64(place)) }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    var mask: UInt64 = 0
    for (index, place) in places.enumerated() where place != nil { mask |= 1 << UInt64(index) }
    writer.append(mask)
    for case .some(let place) in places { writer.append(packed: UInt64(place)) }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    self.init()
    var mask = try reader.next(as: UInt64.self)
    while mask != 0 {
      places[mask.trailingZeroBitCount] = try reader.packed(as: UInt32.self)
      mask &= mask &- 1
    }
  }
}
