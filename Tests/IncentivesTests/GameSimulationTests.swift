import TestSupport
import Testing

/// Random workloads against a model that recomputes everything from the whole set (R4).
///
/// `laurel-bench soak` runs the same with more seeds and longer ones.
@Suite("Simulation")
struct GameSimulationTests {
  @Test(
    "ask 12, ask 13: after every step balances, ranks, windows and explanations are the model's",
    arguments: [1, 6, 11, 16, 21, 26, 31, 36])
  func agreesWithTheModel(_ first: UInt64) {
    let failures = simulate(seeds: first..<(first + 5), steps: 200)
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}
