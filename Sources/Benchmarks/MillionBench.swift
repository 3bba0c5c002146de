import Client
import Glibc
import JSONRPC
import Synchronization
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
    // One fact of each learner on the last day brings everybody on every board.
    let days = max(1, (sizes.factsMany - sizes.learnersMany) / workload.factsPerDay)
    bench.say("bulk …")
    let (load, figures) = try bench.load(server, workload, days: 0..<days)
    var rows: [BenchRow] = []
    if let few { rows.append(learners(load, figures, few: few)) }
    rows.append(try board(server, workload, day: days))
    let facts = days * workload.factsPerDay + sizes.learnersMany
    let bytes = server.anonymousBytes
    let (restart, bytesAfter) = try restart(server, facts: facts)
    rows.append(memory(max(bytes, bytesAfter), facts: facts))
    rows.append(restart)
    return rows.filter { wanted($0.name) }
  }

  private func rateWithFew() throws -> Double {
    let workload = Workload(learners: bench.sizes.learnersFew)
    let server = try bench.server(learners: bench.sizes.learnersFew)
    let (load, _) = try bench.load(
      server, workload, days: 0..<workload.days(for: bench.sizes.bulkFacts))
    try bench.discard(server)
    return load.factsPerSecond
  }

  private func learners(_ load: Load.Result, _ figures: ServerFigures, few: Double) -> BenchRow {
    let ratio = load.factsPerSecond / few
    return BenchRow(
      name: "learners",
      what: "bulk rate with \(Shown.count(Double(bench.sizes.learnersMany))) learners ÷ with "
        + Shown.count(Double(bench.sizes.learnersFew)), must: "≥ 0.6", aim: "≥ 0.9",
      measured: "\(Shown.decimal(ratio)) (\(Shown.rate(load.factsPerSecond)) ÷ "
        + "\(Shown.rate(few)); \(BulkBench.told(load, figures)))",
      goals: [(ratio, .atLeast(0.6), .atLeast(0.9))])
  }

  /// Asks for ranks on one connection while eight write.
  private func board(_ server: ServerProcess, _ workload: Workload, day: Int) throws -> BenchRow {
    bench.say("board.around while writes go on …")
    var everybody = Workload(learners: workload.learners, activePerDay: workload.learners)
    everybody.factsEach = 1
    let frames = Frames.deal(everybody, days: day..<day + 1, connections: 8, factsEach: 1_000)
    let client = try server.client()
    let before = try ServerFigures(client)
    let asking = Asking(endpoint: server.endpoint, learners: workload.learners)
    var load = try Load(server, frames, window: 4, firstDay: day, closesLastDay: false)
    asking.start()
    defer { asking.stop() }
    let written = try load.run()
    asking.stop()
    let figures = try ServerFigures(client) - before
    var times = try asking.times()
    let service = figures.queryTimes.percentile(99)
    let commit = figures.commitTimes.percentile(99)
    let whole = times.percentile(99)
    return BenchRow(
      name: "board",
      what: "`board.around` among \(Shown.count(Double(workload.learners))) learners while writes "
        + "go on: service time on the engine thread; end to end",
      must: "p99 < 1 ms; < the run's commit p99 + 5 ms", aim: "< 100 µs; + 2 ms",
      measured: "p99 \(Shown.decimal(service * 1_000, 0)) µs; "
        + "\(Shown.decimal(whole, 1)) ms, commit p99 \(Shown.decimal(commit, 1)) ms "
        + "(\(times.count) questions at \(Shown.rate(written.factsPerSecond)) facts)",
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

/// A thread that asks for ranks of random learners, one question at a time, and times each.
private final class Asking: Sendable {
  private let endpoint: Endpoint
  private let learners: Int
  private let isOver = Atomic(false)
  private let result = Mutex<Result<Latencies, any Error>?>(nil)
  private let thread = Mutex<BackgroundThread?>(nil)

  init(endpoint: Endpoint, learners: Int) {
    self.endpoint = endpoint
    self.learners = learners
  }

  func start() {
    let started = BackgroundThread { [self] in
      let times = Result { try ask() }
      result.withLock { $0 = times }
    }
    thread.withLock { $0 = started }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    thread.withLock { $0.take() }?.join()
  }

  func times() throws -> Latencies { try result.withLock { try $0?.get() } ?? Latencies() }

  private func ask() throws -> Latencies {
    let client = try Client(endpoint)
    var generator = SeededGenerator(seed: 11)
    var times = Latencies()
    while !isOver.load(ordering: .relaxed) {
      let began = Load.now()
      try client.call("board.around") { writer in
        writer.member("program", Workload.program)
        writer.member("learner", Workload.learner(generator.next(below: learners)))
      } read: { _ in
      }
      times.add(Load.now() - began)
      // A portal asks now and then; without a pause the client would measure itself.
      usleep(2_000)
    }
    return times
  }
}
