import Incentives
import LMDB

/// 512 places of a closed board, best first, with the rank of the first.
struct StandingsBlock: ValueCodec {
  static let typeID: UInt32 = 11
  static let formatVersion: UInt8 = 1
  /// Places to a row of the table.
  static let span: UInt32 = 512

  /// The rank of the first place; equals share a rank: 1, 1, 3.
  var firstRank: UInt32
  var places: ContiguousArray<Standing> = []

  init(firstRank: UInt32) { self.firstRank = firstRank }

  /// The ranks of the places, `first` being the place of the first from 0.
  func ranks(first: UInt32) -> ContiguousArray<UInt32> {
    var ranks: ContiguousArray<UInt32> = []
    ranks.reserveCapacity(places.count)
    for (index, place) in places.enumerated() {
      let isEqual = index > 0 && places[index - 1].score == place.score
      ranks.append(
        index == 0 ? firstRank : isEqual ? ranks[index - 1] : first + UInt32(index) + 1)
    }
    return ranks
  }

  var byteCount: Int {
    var sum = 4
    var before: Int64 = 0
    for place in places {
      sum += Packed.bytes(before &- place.score) + Packed.bytes(UInt64(place.member))
      sum += Packed.bytes(UInt64(place.cohort.rawValue)) + Packed.bytes(UInt64(place.tier.rawValue))
      sum += Packed.bytes(UInt64(place.group.rawValue))
      before = place.score
    }
    return sum
  }

  func encode(into writer: inout ValueWriter) {
    writer.append(firstRank)
    var before: Int64 = 0
    for place in places {
      writer.append(packed: before &- place.score)
      writer.append(packed: UInt64(place.member))
      writer.append(packed: UInt64(place.cohort.rawValue))
      writer.append(packed: UInt64(place.tier.rawValue))
      writer.append(packed: UInt64(place.group.rawValue))
      before = place.score
    }
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    firstRank = try reader.next()
    var score: Int64 = 0
    while reader.remaining > 0 {
      score &-= try reader.packedSigned()
      let member = try reader.packed(as: UInt32.self)
      let cohort = CohortNumber(rawValue: try reader.packed(as: UInt16.self))
      let tier = TierNumber(rawValue: try reader.packed(as: UInt16.self))
      let group = GroupNumber(rawValue: try reader.packed(as: UInt32.self))
      places.append(
        Standing(member: member, score: score, cohort: cohort, tier: tier, group: group))
    }
  }
}
