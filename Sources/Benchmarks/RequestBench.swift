import Trials

/// Single-fact requests: many in flight, and one at a time.
struct RequestBench {
  let bench: Bench

  /// The rows `inflight` and `single`.
  func rows(_ wanted: (String) -> Bool) throws -> [BenchRow] {
    let sizes = bench.sizes
    let workload = Workload(learners: sizes.learnersFew)
    let server = try bench.server(learners: sizes.learnersFew)
    let days = workload.days(for: sizes.inFlightRequests)
    var many: Measured?
    var one: Measured?
    if wanted("inflight") {
      bench.say("64 connections, 16 in flight …")
      many = try bench.load(
        server, workload, days: 0..<days, connections: 64, factsEach: 1, window: 16)
      try bench.settle(server)
    }
    if wanted("single") {
      bench.say("32 connections, one at a time …")
      let more = workload.days(for: sizes.singleRequests)
      one = try bench.load(
        server, workload, days: days..<days + more, connections: 32, factsEach: 1, window: 1)
    }
    // The floor and the others are measured on a machine that does nothing else.
    try bench.discard(server)
    return [try many.map(inFlight), try one.map(single)].compactMap(\.self)
  }

  private func inFlight(_ measured: Measured) throws -> BenchRow {
    let rate = measured.load.factsPerSecond
    let floor = try RawAppend.factsPerSecond(measured, in: bench.directory)
    return BenchRow(
      name: "inflight", what: "64 connections, 16 single-fact requests in flight each",
      must: "50,000/s", aim: "120,000",
      measured: "\(Shown.rate(rate)), \(Self.times(measured)) (\(measured.told))",
      floor: Shown.rate(floor), peers: try bench.peers.inFlight(bench.directory),
      goals: [(rate, .atLeast(50_000), .atLeast(120_000))])
  }

  private func single(_ measured: Measured) throws -> BenchRow {
    let rate = measured.load.factsPerSecond
    let floor = try RawAppend.factsPerSecond(measured, in: bench.directory)
    var latencies = measured.load.latencies
    return BenchRow(
      name: "single", what: "32 connections, one single-fact request at a time",
      must: "6,000/s, p99 < 15 ms", aim: "12,000/s, p99 < 6 ms",
      measured: "\(Shown.rate(rate)), \(Self.times(measured))", floor: Shown.rate(floor),
      peers: try bench.peers.single(bench.directory),
      goals: [
        (rate, .atLeast(6_000), .atLeast(12_000)),
        (latencies.percentile(99), .below(15), .below(6)),
      ])
  }

  private static func times(_ measured: Measured) -> String {
    var latencies = measured.load.latencies
    return "p50 \(Shown.decimal(latencies.percentile(50), 1)) ms, "
      + "p99 \(Shown.decimal(latencies.percentile(99), 1)) ms"
  }
}
