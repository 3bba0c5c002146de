import Client
import Glibc
import JSONRPC
import TestSupport
import Trials

/// A million learners: the bulk rate, ranks while writes go on, memory, and a restart.
struct MillionBench {
  let bench: Bench

  /// The rows `learners`, `board`, `memory` and `restart`; the first needs the rate with few learners.
  func rows(_ wanted: (String) -> Bool) throws -> [BenchRow] {
    let sizes = bench.sizes
    let few = wanted("learners") ? try rateWithFew() : nil
    let workload = Workload(learners: sizes.learnersMany)
    let server = try bench.server(learners: sizes.learnersMany)
    bench.say("bulk …")
    // Behind it come one fact of each learner, and a day while ranks are asked for.
    let facts = sizes.factsMany - sizes.learnersMany - workload.factsPerDay
    let (bulk, day) = try bench.bulk(server, workload, from: 0, facts: facts)
    let asked = try askWhileWriting(server, workload, day: day)
    let total = bulk.load.facts + sizes.learnersMany + asked.measured.load.facts
    let bytes = server.anonymousBytes
    let (restart, bytesAfter) = try restart(server, facts: total)
    var rows = [board(asked, try floor(under: asked.measured)), restart]
    rows.append(memory(max(bytes, bytesAfter), facts: total))
    if let few { rows.append(try learners(bulk, few: few)) }
    return rows.filter { wanted($0.name) }
  }

  private func rateWithFew() throws -> Double {
    let workload = Workload(learners: bench.sizes.learnersFew)
    let server = try bench.server(learners: bench.sizes.learnersFew)
    let (measured, _) = try bench.bulk(
      server, workload, from: 0, facts: bench.sizes.bulkFacts)
    try bench.discard(server)
    return measured.load.factsPerSecond
  }

  private func learners(_ measured: Measured, few: Double) throws -> BenchRow {
    let rate = measured.load.factsPerSecond
    let ratio = rate / few
    return BenchRow(
      name: "learners",
      what: "bulk rate with \(Shown.count(Double(bench.sizes.learnersMany))) learners ÷ with "
        + Shown.count(Double(bench.sizes.learnersFew)), must: "≥ 0.6", aim: "≥ 0.9",
      measured: "\(Shown.decimal(ratio)) (\(Shown.rate(rate)) ÷ \(Shown.rate(few)); "
        + "\(measured.told))",
      floor: Shown.rate(try RawAppend.factsPerSecond(measured, in: bench.directory)),
      goals: [(ratio, .atLeast(0.6), .atLeast(0.9))])
  }

  /// What asking for ranks came to.
  private struct Asked {
    var measured: Measured
    /// Microseconds of the first question, which orders the board.
    var first: Int64
    var times: Latencies
  }

  /// Brings everybody on every board, then asks for ranks on one connection while eight write.
  private func askWhileWriting(
    _ server: ServerProcess, _ workload: Workload, day: Int
  ) throws -> Asked {
    var everybody = Workload(learners: workload.learners, activePerDay: workload.learners)
    everybody.factsEach = 1
    bench.say("one fact of every learner …")
    _ = try bench.load(server, everybody, days: day..<day + 1)
    try bench.settle(server)
    bench.say("board.around while writes go on …")
    let (endpoint, learners) = (server.endpoint, workload.learners)
    let began = Load.now()
    try Self.ask(0, try Client(endpoint))
    let first = Load.now() - began
    let asking = Meanwhile { isOver in
      let client = try Client(endpoint)
      var generator = SeededGenerator(seed: 11)
      var times = Latencies()
      while !isOver() {
        let began = Load.now()
        try Self.ask(generator.next(below: learners), client)
        times.add(Load.now() - began)
        // A portal asks now and then; without a pause the client would measure itself.
        usleep(1_000)
      }
      return times
    }
    let measured = Result {
      try bench.load(
        server, workload, days: day + 1..<day + 2, factsEach: 200, window: 1, closesLastDay: false,
        countsStretches: false)
    }
    let times = try asking.end()
    return Asked(measured: try measured.get(), first: first, times: times)
  }

  private static func ask(_ learner: Int, _ client: Client) throws(ClientError) {
    try client.call("board.around") { writer in
      writer.member("program", Workload.program)
      writer.member("learner", Workload.learner(learner))
    } read: { _ in
    }
  }

  /// How long the raw disk takes for a commit like the run's.
  private func floor(under measured: Measured) throws -> String {
    let seconds = try RawAppend.secondsPerBlock(like: measured.figures, in: bench.directory)
    return "\(Shown.decimal(seconds * 1_000, 1)) ms a commit"
  }

  private func board(_ asked: Asked, _ floor: String) -> BenchRow {
    var times = asked.times
    let service = asked.measured.figures.queryTimes.percentile(99)
    let commit = asked.measured.figures.commitTimes.percentile(99)
    let whole = times.percentile(99)
    let rate = Shown.rate(asked.measured.load.factsPerSecond)
    return BenchRow(
      name: "board",
      what: "`board.around` among \(Shown.count(Double(bench.sizes.learnersMany))) learners while "
        + "writes go on: service time on the engine thread; end to end",
      must: "p99 < 1 ms; < the run's commit p99 + 5 ms", aim: "< 100 µs; + 2 ms",
      measured: "p99 \(Shown.decimal(service * 1_000, 0)) µs; "
        + "\(Shown.decimal(whole, 1)) ms, commit p99 \(Shown.decimal(commit, 1)) ms "
        + "(\(times.count) questions at \(rate) facts; the first, which orders the board, "
        + "\(Shown.decimal(Double(asked.first) / 1_000, 0)) ms)",
      floor: floor,
      goals: [
        (service, .below(1), .below(0.1)), (whole - commit, .below(5), .below(2)),
      ])
  }

  private func memory(_ bytes: Int, facts: Int) -> BenchRow {
    let mebibytes = Double(bytes) / 1_048_576
    return BenchRow(
      name: "memory",
      what: "anonymous resident memory, \(Shown.count(Double(bench.sizes.learnersMany))) learners "
        + "on all boards, \(Shown.count(Double(facts))) facts",
      must: "< 1.5 GiB", aim: "< 700 MiB", measured: "\(Shown.count(mebibytes)) MiB",
      goals: [(mebibytes, .below(1_536), .below(700))])
  }

  /// Restarts after a kill and after an orderly stop; the slower counts.
  private func restart(_ server: ServerProcess, facts: Int) throws -> (BenchRow, Int) {
    bench.say("restarts …")
    try bench.settle(server)
    server.kill()
    let second = try ServerProcess(bench.laurel, store: server.store, in: bench.directory)
    let killed = try second.awaitReady(within: .seconds(300)).milliseconds
    let bytes = second.anonymousBytes
    try second.stop()
    let third = try ServerProcess(bench.laurel, store: server.store, in: bench.directory)
    let stopped = try third.awaitReady(within: .seconds(300)).milliseconds
    try bench.discard(third)
    let row = BenchRow(
      name: "restart",
      what: "restart with \(Shown.count(Double(bench.sizes.learnersMany))) learners and "
        + "\(Shown.count(Double(facts))) facts", must: "< 5 s", aim: "< 1.5 s",
      measured: "\(Shown.decimal(killed / 1_000)) s after kill -9, "
        + "\(Shown.decimal(stopped / 1_000)) s after a stop",
      goals: [(max(killed, stopped), .below(5_000), .below(1_500))])
    return (row, bytes)
  }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
  }
}
