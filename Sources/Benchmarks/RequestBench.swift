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
    var rows: [BenchRow] = []
    if wanted("inflight") {
      bench.say("64 connections, 16 in flight …")
      var (load, figures) = try bench.load(
        server, workload, days: 0..<days, connections: 64, factsEach: 1, window: 16)
      rows.append(try inFlight(&load, figures))
    }
    if wanted("single") {
      bench.say("32 connections, one at a time …")
      let more = workload.days(for: sizes.singleRequests)
      var (load, figures) = try bench.load(
        server, workload, days: days..<days + more, connections: 32, factsEach: 1, window: 1)
      rows.append(try single(&load, figures))
    }
    try bench.discard(server)
    return rows
  }

  private func inFlight(_ load: inout Load.Result, _ figures: ServerFigures) throws -> BenchRow {
    let rate = load.factsPerSecond
    let floor = try RawAppend.factsPerSecond(like: figures, facts: load.facts, in: bench.directory)
    return BenchRow(
      name: "inflight", what: "64 connections, 16 single-fact requests in flight each",
      must: "50,000/s", aim: "120,000",
      measured: "\(Shown.rate(rate)), \(Self.times(&load)) (\(BulkBench.told(load, figures)))",
      floor: Shown.rate(floor), peers: try bench.peers.inFlight(bench.directory),
      goals: [(rate, .atLeast(50_000), .atLeast(120_000))])
  }

  private func single(_ load: inout Load.Result, _ figures: ServerFigures) throws -> BenchRow {
    let rate = load.factsPerSecond
    let floor = try RawAppend.factsPerSecond(like: figures, facts: load.facts, in: bench.directory)
    return BenchRow(
      name: "single", what: "32 connections, one single-fact request at a time",
      must: "6,000/s, p99 < 15 ms", aim: "12,000/s, p99 < 6 ms",
      measured: "\(Shown.rate(rate)), \(Self.times(&load))", floor: Shown.rate(floor),
      peers: try bench.peers.single(bench.directory),
      goals: [
        (rate, .atLeast(6_000), .atLeast(12_000)),
        (load.latencies.percentile(99), .below(15), .below(6)),
      ])
  }

  private static func times(_ load: inout Load.Result) -> String {
    "p50 \(Shown.decimal(load.latencies.percentile(50), 1)) ms, "
      + "p99 \(Shown.decimal(load.latencies.percentile(99), 1)) ms"
  }
}
