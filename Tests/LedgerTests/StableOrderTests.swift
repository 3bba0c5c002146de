import Testing

@testable import Ledger

/// Events come into the order of their rows, whatever bits their keys differ in.
struct StableOrderTests {
  @Test("Keys are in order, and equal ones in the order of the log", arguments: 1...50)
  func order(seed: UInt64) {
    var random = StateRandom(seed: seed)
    let shifts = [0, 3, 11, 20, 32, 43, 54, 63]
    let keys = ContiguousArray(
      (0..<random.below(40)).map { _ in
        (UInt64(random.below(4)) << UInt64(random.pick(shifts)))
          | (UInt64(random.below(3)) << UInt64(random.pick(shifts)))
      })
    let order = StableOrder(keys)
    let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    #expect(order.indices.map(Int.init) == expected)
    #expect(Array(order.keys) == expected.map { keys[$0] })
  }

  @Test("A digit in which the keys differ is found though a later key hides it")
  func hiddenDigit() {
    // Days and learners of a stretch, as the log's rows are keyed.
    let keys: ContiguousArray<UInt64> = [27, 17, 27 | 1 << 32]
    #expect(Array(StableOrder(keys).keys) == keys.sorted())
  }
}
