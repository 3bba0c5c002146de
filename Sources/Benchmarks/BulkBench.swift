import Trials

/// Bulk: eight connections, `facts.record` of 1,000, and what it leaves on the disk.
///
/// The same again behind a long history, whose ratio tells whether the past costs anything.
struct BulkBench {
  let bench: Bench

  /// The rows `bulk`, `disk` and, when asked for, `history`.
  func rows(withHistory: Bool) throws -> [BenchRow] {
    let sizes = bench.sizes
    let workload = Workload(learners: sizes.learnersFew)
    let server = try bench.server(learners: sizes.learnersFew)
    bench.say("bulk …")
    let (measured, _) = try bench.bulk(server, workload, from: 0, facts: sizes.bulkFacts)
    try bench.settle(server)
    try server.stop()
    let disk = disk(server.store, facts: measured.load.facts)
    TrialDirectory.remove(server.store)
    var rows = [try bulk(measured), disk]
    if withHistory { rows.append(try history(against: measured.load)) }
    return rows
  }

  private func bulk(_ measured: Measured) throws -> BenchRow {
    let rate = measured.load.factsPerSecond
    let floor = try RawAppend.factsPerSecond(measured, in: bench.directory)
    return BenchRow(
      name: "bulk", what: "bulk: 8 connections, `facts.record` of 1,000", must: "150,000 facts/s",
      aim: "300,000", measured: "\(Shown.rate(rate)) (\(measured.told))", floor: Shown.rate(floor),
      peers: try bench.peers.bulk(bench.directory),
      goals: [(rate, .atLeast(150_000), .atLeast(300_000))])
  }

  private func disk(_ store: String, facts: Int) -> BenchRow {
    let journal = Double(TrialDirectory.diskBytes(of: "\(store)/journal")) / Double(facts)
    let state = Double(TrialDirectory.diskBytes(of: "\(store)/state")) / Double(facts)
    return BenchRow(
      name: "disk", what: "disk per fact at bulk, journal and state together", must: "< 400 B",
      aim: "< 200 B",
      measured:
        "\(Shown.count(journal + state)) B (journal \(Shown.count(journal)), state \(Shown.count(state)))",
      goals: [(journal + state, .below(400), .below(200))])
  }

  private func history(against empty: Load.Result) throws -> BenchRow {
    let sizes = bench.sizes
    let workload = Workload(learners: sizes.learnersFew)
    let server = try bench.server(learners: sizes.learnersFew)
    let before = workload.days(for: sizes.factsBefore)
    var day = 0
    while day < before {
      // So many days at a time as memory holds.
      let days = day..<min(before, day + 20)
      let rate = try bench.load(server, workload, days: days).load.factsPerSecond
      bench.say("history: day \(days.upperBound) of \(before), \(Shown.rate(rate))")
      day = days.upperBound
    }
    let (measured, _) = try bench.bulk(server, workload, from: before, facts: sizes.bulkFacts)
    try bench.discard(server)
    let rate = measured.load.factsPerSecond
    let ratio = rate / empty.factsPerSecond
    let facts = Shown.count(Double(before * workload.factsPerDay))
    return BenchRow(
      name: "history", what: "bulk rate with \(facts) facts recorded before ÷ with none",
      must: "≥ 0.6", aim: "≥ 0.9",
      measured: "\(Shown.decimal(ratio)) (\(Shown.rate(rate)); \(measured.told))",
      floor: Shown.rate(try RawAppend.factsPerSecond(measured, in: bench.directory)),
      goals: [(ratio, .atLeast(0.6), .atLeast(0.9))])
  }
}
