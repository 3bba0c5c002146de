/// How much is measured: the sizes of the table, or small ones to see that all works.
struct BenchSizes: Sendable {
  /// Facts of a bulk figure; more where the follower ran fewer stretches meanwhile than it must.
  var bulkFacts = 1_600_000
  /// Stretches of the follower that a bulk figure spans.
  var stretches = 3
  /// Single-fact requests with 16 in flight on 64 connections.
  var inFlightRequests = 1_280_000
  /// Single-fact requests one at a time on 32 connections.
  var singleRequests = 160_000
  /// Learners of the small store.
  var learnersFew = 10_000
  /// Learners of the large store.
  var learnersMany = 1_000_000
  /// Facts of the large store, one of each learner on the last day.
  var factsMany = 5_000_000
  /// Facts before the second bulk figure.
  var factsBefore = 20_000_000
  /// Seconds that each peer is measured.
  var peerSeconds = 8

  static let full = BenchSizes()

  static let quick = BenchSizes(
    bulkFacts: 80_000, stretches: 0, inFlightRequests: 40_000, singleRequests: 4_000,
    learnersFew: 2_000, learnersMany: 20_000, factsMany: 100_000, factsBefore: 160_000,
    peerSeconds: 2)
}
