import Client
import Glibc
import JSONRPC
import TestSupport

/// R1: the real server is killed at random moments while clients write; nothing acknowledged is lost,
/// nothing happens twice.
///
///     start ─▶ 8 clients write ─▶ kill -9 ─▶ start ─▶ what was in doubt is sent again,
///       ▲                                              what was acknowledged must replay,
///       └───────────────────────────────────────────── balances must equal the facts
///
/// Each client keeps its own log of acknowledgements, outside the server. Balances are recomputed from
/// the facts by the words of the rules. Every few kills, and at the end, the store verifies itself.
public struct KillTrial {
  /// What a run came to.
  public struct Report: Sendable {
    /// What must not be; empty where all is well.
    public var failures: [String] = []
    /// Kills done while clients wrote.
    public var kills = 0
    /// Kills done while the server was starting.
    public var killsOfStarts = 0
    /// Calls that were acknowledged.
    public var acknowledged = 0
    /// Calls on their way at a kill.
    public var inDoubt = 0
  }

  private let laurel: String
  private let seed: UInt64
  private let kills: Int
  private let clientCount: Int
  private let playing: ClosedRange<Int>
  private let progress: (Int, Report) -> Void

  /// Prepares a trial; `playing` is how many milliseconds the clients have between kills.
  public init(
    laurel: String, seed: UInt64, kills: Int, clients: Int = 8,
    playing: ClosedRange<Int> = 20...500, progress: @escaping (Int, Report) -> Void = { _, _ in }
  ) {
    self.laurel = laurel
    self.seed = seed
    self.kills = kills
    clientCount = clients
    self.playing = playing
    self.progress = progress
  }

  /// Runs it; throws where a server can not be started at all.
  public func run() throws -> Report {
    let directory = try TrialDirectory("kill")
    let store = directory.fresh("store")
    var chance = SeededGenerator(seed: seed)
    let clients = (0..<clientCount).map { KillClient($0, seed: seed) }
    var report = Report()
    try setUp(store, directory)
    while report.kills < kills, report.failures.isEmpty {
      if chance.happens(10) { try killWhileStarting(store, directory, &chance, &report) }
      let server = try ServerProcess(laurel, store: store, in: directory)
      try server.awaitReady()
      settle(clients, server, all: false, &report)
      let milliseconds = chance.next(in: playing)
      play(clients, server, killAfter: milliseconds)
      report.kills += 1
      note(server, &report)
      collect(clients, &report)
      progress(report.kills, report)
    }
    if report.failures.isEmpty { try finish(clients, store, directory, &report) }
    return report
  }

  private func setUp(_ store: String, _ directory: TrialDirectory) throws {
    let server = try ServerProcess(laurel, store: store, in: directory)
    try server.awaitReady()
    let each = KillClient.learnersEach
    try TrialProgram.setUp(
      KillClient.program, learners: 8 * each, cohortSize: 24, on: try server.client()
    ) { KillClient.learner($0 / each, $0 % each) }
    try server.stop()
  }

  private func killWhileStarting(
    _ store: String, _ directory: TrialDirectory, _ chance: inout SeededGenerator,
    _ report: inout Report
  ) throws {
    let server = try ServerProcess(laurel, store: store, in: directory)
    usleep(UInt32(chance.next(in: 1...40)) * 1_000)
    server.kill()
    report.killsOfStarts += 1
    note(server, &report)
  }

  /// A server that ended otherwise than by the kill crashed by itself, and nothing would tell it later:
  /// the next one starts and every promise seems kept.
  private func note(_ server: ServerProcess, _ report: inout Report) {
    guard let ended = server.process.ended, ended != .signal(SIGKILL) else { return }
    report.failures.append(
      "seed \(seed): the server ended by itself (\(ended)) before kill "
        + "\(report.kills + report.killsOfStarts): \(server.output)")
  }

  private func play(_ clients: [KillClient], _ server: ServerProcess, killAfter: Int) {
    let (process, endpoint) = (server.process, server.endpoint)
    onThreads(clients.count + 1) { thread in
      guard thread == clients.count else { return clients[thread].play(on: endpoint) }
      usleep(UInt32(killAfter) * 1_000)
      process.end(with: SIGKILL)
    }
  }

  private func settle(
    _ clients: [KillClient], _ server: ServerProcess, all: Bool, _ report: inout Report
  ) {
    let endpoint = server.endpoint
    onThreads(clients.count) { clients[$0].settle(on: endpoint, all: all) }
    collect(clients, &report)
    guard report.failures.isEmpty else { return }
    do {
      let client = try server.client()
      report.failures += try checkBalances(clients, client)
      if all || report.kills % 10 == 9 { report.failures += try verify(client) }
    } catch {
      report.failures.append("\(error)")
    }
  }

  private func collect(_ clients: [KillClient], _ report: inout Report) {
    report.failures += clients.flatMap(\.failures).map { "seed \(seed): \($0)" }
    report.acknowledged = clients.reduce(0) { $0 + $1.acknowledgedCount }
    report.inDoubt = clients.reduce(0) { $0 + $1.doubtfulCount }
  }

  private func finish(
    _ clients: [KillClient], _ store: String, _ directory: TrialDirectory,
    _ report: inout Report
  ) throws {
    let server = try ServerProcess(laurel, store: store, in: directory)
    try server.awaitReady()
    settle(clients, server, all: true, &report)
    try server.stop()
    let (ending, output) = try ChildProcess.run(
      [laurel, "verify", "--rules", "--data", store], in: directory)
    if ending != .code(0) { report.failures.append("seed \(seed): verify: \(ending) \(output)") }
  }
}

/// What must hold after every restart.
extension KillTrial {
  private func verify(_ client: Client) throws(ClientError) -> [String] {
    client.timeout = .seconds(3_600)
    return try client.call("system.verify") {
      $0.member("rules", true)
    } read: { result in
      result.object?["clean"]?.bool == true ? [] : ["seed \(seed): verify: \(result.jsonText)"]
    }
  }

  private func checkBalances(
    _ clients: [KillClient], _ client: Client
  ) throws(ClientError) -> [String] {
    var facts: [String: [String: TrialFact]] = [:]
    for one in clients {
      for fact in one.facts where !one.reversed.contains(fact.id) {
        facts[fact.learner, default: [:]][fact.id] = fact
      }
      for id in one.outcomes.keys where id.hasPrefix("shared-") {
        let shared = KillClient.shared(Int(id.dropFirst(7)) ?? 0)
        facts[shared.learner, default: [:]][id] = shared
      }
    }
    var failures = checkTwins(clients)
    for one in clients {
      for number in 0..<KillClient.learnersEach {
        let learner = KillClient.learner(one.number, number)
        let expected =
          TrialFact.points(of: facts[learner, default: [:]].values)
          + one.grants[learner, default: 0]
        let found = try client.call("balance.get") { writer in
          writer.member("program", KillClient.program)
          writer.member("learner", learner)
        } read: {
          $0.object?["earned"]?.int64
        }
        if found != expected {
          failures.append(
            "seed \(seed): \(learner) has \(found ?? -1) points and should have \(expected)")
        }
      }
    }
    return failures
  }

  /// A fact that several clients sent took effect once and has one outcome.
  private func checkTwins(_ clients: [KillClient]) -> [String] {
    var seen: [String: String] = [:]
    var effective: Set<String> = []
    var failures: [String] = []
    for one in clients {
      for id in one.effective where !effective.insert(id).inserted {
        failures.append("seed \(seed): fact \(id) took effect for two clients")
      }
      for (id, outcome) in one.outcomes where id.hasPrefix("shared-") {
        if let other = seen[id], other != outcome {
          failures.append("seed \(seed): fact \(id) was answered \(other) and \(outcome)")
        }
        seen[id] = outcome
      }
    }
    return failures
  }
}
