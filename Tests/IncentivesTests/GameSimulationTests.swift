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

  @Test("the workloads decide stars, between equals too, and revoke some")
  func decidesStars() {
    let (stars, tied, revoked) = starsSimulated(seeds: 1..<25, steps: 200)
    #expect(stars > 60 && tied > 3 && revoked > 20, "\(stars), \(tied), \(revoked)")
  }
}
