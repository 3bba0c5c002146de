import TestSupport
import Testing

/// The rule of rules: what a set of facts pays does not depend on the order in which it arrives.
@Suite("Order of arrival")
struct GameOrderTests {
  /// The first seeds of runs of twenty.
  static let runs = Array(stride(from: 0, to: 300, by: 20))

  @Test("ask 1, ask 7: any order, any repeats, late or in time: the same world", arguments: runs)
  func anyOrder(_ first: Int) {
    for seed in first..<(first + 20) {
      var trial = OrderTrial(seed: UInt64(seed))
      let differences = trial.run(orders: 4)
      #expect(differences.isEmpty, "\(differences)")
    }
  }

  @Test("ask 3: a reversal leaves the world in which the fact never came", arguments: runs)
  func undo(_ first: Int) {
    for seed in first..<(first + 20) {
      var trial = OrderTrial(seed: UInt64(seed))
      let differences = trial.undo()
      #expect(differences.isEmpty, "\(differences)")
    }
  }

  @Test(
    "ask 11: delivered in any order before anything closes, with repeats and restarts: the same stars",
    arguments: [0, 10, 20, 30, 40, 50])
  func stars(_ first: Int) {
    var stars = 0
    for seed in first..<(first + 10) {
      var trial = StarOrderTrial(seed: UInt64(seed))
      let (count, failures) = trial.run(orders: 3)
      stars += count
      #expect(failures.isEmpty, "\(failures)")
    }
    #expect(stars > 60, "\(stars) stars")
  }
}
