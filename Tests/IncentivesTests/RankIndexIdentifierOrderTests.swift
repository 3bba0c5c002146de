import Testing

@testable import Incentives

@Suite("Members are ordered by their external ids, bytewise")
struct RankIndexIdentifierOrderTests {
  @Test("Shorter before longer, capitals before small letters, bytes and not characters")
  func bytewise() {
    let order = order(of: ["b", "a", "ab", "B", "", "é", "z", "张伟", "a\u{0}"])
    #expect(sorted(order) == [4, 3, 1, 8, 2, 0, 6, 5, 7])
  }

  @Test("Equal ids stand in the order of their numbers")
  func equalIds() {
    let order = order(of: ["x", "x", "w", "x"])
    #expect(sorted(order) == [2, 0, 1, 3])
    #expect(!order.precedes(1, 1))
  }

  @Test("Thousands of ids in any order: comparing, placing and merging agree with sorting")
  func merging() {
    var numbers = SeededNumbers(seed: 5)
    var order = IdentifierOrder()
    var ids: [String] = []
    for count in 1...9_000 {
      let id = "learner-\(Int.random(in: 0..<4_000, using: &numbers))"
      ids.append(id)
      let number = order.append(id)
      #expect(number == UInt32(count - 1))
      guard count % 50 == 0 else { continue }
      let left = Int.random(in: 0..<count, using: &numbers)
      let right = Int.random(in: 0..<count, using: &numbers)
      #expect(order.precedes(UInt32(left), UInt32(right)) == comesBefore(left, right, in: ids))
    }
    #expect(order.place(of: 0) == nil)
    order.reorder()
    let expected = ids.indices.sorted { comesBefore($0, $1, in: ids) }
    for (place, member) in expected.enumerated() {
      #expect(order.place(of: UInt32(member)) == UInt32(place))
    }
  }

  @Test("An id can be read back until it is erased, and not a byte of it after")
  func reading() {
    var order = order(of: ["anna", "bo"])
    #expect(order.withIdentifier(of: 1) { Array($0) } == Array("bo".utf8))
    order.erase(1)
    #expect(order.isErased(1) && !order.isErased(0))
    #expect(order.withIdentifier(of: 1) { $0.count } == 0)
    #expect(order.arena == Array("anna".utf8) + [0, 0])
  }

  @Test("An erased member keeps its place; later ones stand behind it or before its anchor")
  func erasing() {
    var order = order(of: ["bo", "cy", "anna"])
    let anchor = order.erase(0)
    #expect(anchor == 2)
    order.append("bea")
    order.append("aaron")
    #expect(sorted(order) == [4, 2, 0, 3, 1])
    order.reorder()
    #expect(sorted(order) == [4, 2, 0, 3, 1])
  }

  @Test("The first member can be erased, and its neighbour too: both stay in front")
  func erasingTheFirst() {
    var order = order(of: ["anna", "bo", "cy"])
    let anchors = [0, 1, 1].map { order.erase($0) }
    #expect(anchors == [nil, 0, 0])
    order.append("aaron")
    #expect(sorted(order) == [0, 1, 3, 2])
  }

  @Test("Anchors build the same order again, whenever places were computed", arguments: [1, 2, 3])
  func rebuilding(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    var order = IdentifierOrder()
    var eager = IdentifierOrder()
    var members: [IdentifierOrder.Member] = []
    for _ in 0..<600 {
      if members.count > 3, Int.random(in: 0..<3, using: &numbers) == 0 {
        let member = UInt32.random(in: 0..<UInt32(members.count), using: &numbers)
        let anchor = order.erase(member)
        let eagerAnchor = eager.erase(member)
        #expect(eagerAnchor == anchor)
        members[Int(member)] = .erased(anchor: anchor)
      } else {
        let id = "id\(Int.random(in: 0..<500, using: &numbers))"
        order.append(id)
        eager.append(id)
        eager.reorder()
        members.append(.living(id: Array(id.utf8)))
      }
    }
    let rebuilt = IdentifierOrder(members: members)
    #expect(sorted(eager) == sorted(order))
    #expect(sorted(rebuilt) == sorted(order))
  }

  @Test("A board of equals stands in the order of ids")
  func board() {
    let order = order(of: ["w3", "w1", "w2"])
    let index = RankIndex((0..<3).map { RankEntry(score: 10, member: $0) }, tie: order)
    #expect(index.entries(from: 0, count: 3).map(\.member) == [1, 2, 0])
  }

  private func order(of ids: [String]) -> IdentifierOrder {
    var order = IdentifierOrder()
    for id in ids { order.append(id) }
    return order
  }

  private func sorted(_ order: IdentifierOrder) -> [UInt32] {
    (0..<UInt32(order.count)).sorted { order.precedes($0, $1) }
  }

  private func comesBefore(_ left: Int, _ right: Int, in ids: [String]) -> Bool {
    ids[left] == ids[right]
      ? left < right : ids[left].utf8.lexicographicallyPrecedes(ids[right].utf8)
  }
}
