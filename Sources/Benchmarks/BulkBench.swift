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
    let days = workload.days(for: sizes.bulkFacts)
    bench.say("bulk …")
    let (load, figures) = try bench.load(server, workload, days: 0..<days)
    var rows = [try bulk(load, figures)]
    try server.stop()
    rows.append(disk(server.store, facts: load.facts))
    TrialDirectory.remove(server.store)
    if withHistory { rows.append(try history(against: load)) }
    return rows
  }

  private func bulk(_ load: Load.Result, _ figures: ServerFigures) throws -> BenchRow {
    let floor = try RawAppend.factsPerSecond(like: figures, facts: load.facts, in: bench.directory)
    let rate = load.factsPerSecond
    return BenchRow(
      name: "bulk", what: "bulk: 8 connections, `facts.record` of 1,000", must: "150,000 facts/s",
      aim: "300,000",
      measured: "\(Shown.rate(rate)) (\(Self.told(load, figures)))", floor: Shown.rate(floor),
      peers: try bench.peers.bulk(bench.directory),
      goals: [(rate, .atLeast(150_000), .atLeast(300_000))])
  }

  /// How a figure came about: how many facts and stretches of the follower, and who had to wait.
  static func told(_ load: Load.Result, _ figures: ServerFigures) -> String {
    let stretches = Double(figures.changes) / Double(BenchSizes.stretchChanges)
    let busy = load.busy == 0 ? "" : ", \(load.busy) calls told busy"
    return "\(Shown.count(Double(load.facts))) facts, \(Shown.decimal(stretches, 1)) stretches, "
      + "\(figures.commits) commits\(busy)"
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
      let (load, _) = try bench.load(server, workload, days: days)
      bench.say("history: day \(days.upperBound) of \(before), \(Shown.rate(load.factsPerSecond))")
      day = days.upperBound
    }
    let days = workload.days(for: sizes.bulkFacts)
    let (load, figures) = try bench.load(server, workload, days: before..<before + days)
    try bench.discard(server)
    let ratio = load.factsPerSecond / empty.factsPerSecond
    let facts = Shown.count(Double(before * workload.factsPerDay))
    return BenchRow(
      name: "history", what: "bulk rate with \(facts) facts recorded before ÷ with none",
      must: "≥ 0.6", aim: "≥ 0.9",
      measured: "\(Shown.decimal(ratio)) (\(Shown.rate(load.factsPerSecond)); "
        + "\(Self.told(load, figures)))",
      goals: [(ratio, .atLeast(0.6), .atLeast(0.9))])
  }
}
