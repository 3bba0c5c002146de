import Client
import JSONRPC
import TestSupport

/// A disk that fills up, made by limiting the size of a process's files.
///
///     room for a little ─▶ write until refused ─▶ reads answer ─▶ restart: nothing lost, still refused
///                                                        ─▶ room again ─▶ writes go on by themselves
public struct FullDiskTrial {
  private static let program = "full"
  /// The server keeps 256 MiB of free disk; so much more is left to fill.
  private static let limitBytes = (256 + 4) << 20
  private let laurel: String

  /// Prepares a trial.
  public init(laurel: String) { self.laurel = laurel }

  /// Runs it; gives what must not be.
  public func run() throws -> [String] {
    let directory = try TrialDirectory("full")
    let store = directory.fresh("store")
    var failures: [String] = []
    let limited = try limitedServer(store, directory)
    let client = try limited.client()
    try TrialProgram.setUp(Self.program, learners: 60, cohortSize: 20, on: client) { "l-\($0)" }
    let (recorded, reason) = try fill(client)
    if reason != "storage_full" { failures.append("\(recorded) calls, then \(reason)") }
    let earned = try balances(client)
    try limited.stop()

    let again = try limitedServer(store, directory)
    let second = try again.client()
    if try balances(second) != earned { failures.append("a restart changed balances") }
    if try replays(recorded, on: second) != "storage_full" {
      failures.append("a server that starts on a full disk writes")
    }
    try raise(again.process, in: directory)
    // The server looks several times a second; a minute is for slow machines.
    let deadline = ContinuousClock.now + .seconds(60)
    var last = ""
    while last != "recorded", ContinuousClock.now < deadline {
      last = try replays(recorded, on: second)
    }
    if last != "recorded" { failures.append("with room again, a call was answered \(last)") }
    for number in stride(from: 0, to: recorded, by: 7) where failures.isEmpty {
      let answer = try replays(number, on: second)
      if answer != "replayed" { failures.append("call \(number) was lost: \(answer)") }
    }
    try again.stop()
    return failures
  }

  private func limitedServer(_ store: String, _ directory: TrialDirectory) throws -> ServerProcess {
    let server = try ServerProcess(
      laurel, store: store, in: directory,
      wrapper: ["prlimit", "--fsize=\(Self.limitBytes):unlimited"])
    try server.awaitReady()
    return server
  }

  private func raise(_ process: ChildProcess, in directory: TrialDirectory) throws {
    let (ending, output) = try ChildProcess.run(
      ["prlimit", "--pid", "\(process.pid)", "--fsize=unlimited:unlimited"], in: directory)
    guard ending == .code(0) else { throw TrialError("prlimit: \(output)") }
  }

  /// Records until a call is refused; gives how many calls were recorded, and why no more.
  private func fill(_ client: Client) throws -> (calls: Int, reason: String) {
    for number in 0..<1_000 {
      let answer = try replays(number, on: client)
      if answer != "recorded" { return (number, answer) }
    }
    return (1_000, "recorded")
  }

  /// Sends call `number`, always the same facts; answers what became of it.
  private func replays(_ number: Int, on client: Client) throws(ClientError) -> String {
    var generator = SeededGenerator(seed: UInt64(number))
    let facts = (0..<1_000).map { place in
      TrialFact.random(
        id: "f-\(number)-\(place)", learner: "l-\(generator.next(below: 60))",
        days: number / 3...number / 3, &generator)
    }
    client.send("facts.record") { Deed.record(facts).write(program: Self.program, to: &$0) }
    return try client.receive { (_, result) throws(ClientError) in
      switch result {
      case .success(let value):
        guard let answer = DeedAnswer(value) else { return "a fact was refused" }
        return answer.replayed.contains(false) ? "recorded" : "replayed"
      case .failure(.refused(let refusal)): return refusal.reason
      case .failure(let error): throw error
      }
    }
  }

  private func balances(_ client: Client) throws(ClientError) -> [Int64] {
    var all: [Int64] = []
    for learner in 0..<60 {
      all.append(
        try client.call("balance.get") { writer in
          writer.member("program", Self.program)
          writer.member("learner", "l-\(learner)")
        } read: {
          $0.object?["earned"]?.int64 ?? -1
        })
    }
    return all
  }
}
