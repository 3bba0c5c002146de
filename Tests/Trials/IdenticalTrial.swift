import Client
import JSONRPC
import TestSupport

/// R5: identical calls at the same time have one effect and the same outcome, byte for byte; the same
/// identity or key with other content is always refused.
public struct IdenticalTrial {
  private static let program = "same"
  private static let learners = 12
  private let server: ServerProcess
  private let seed: UInt64

  /// Prepares a trial against a server that runs.
  public init(server: ServerProcess, seed: UInt64) {
    self.server = server
    self.seed = seed
  }

  /// Makes each of `rounds` calls on `width` connections at once; gives what must not be.
  public func run(rounds: Int, width: Int, progress: (Int) -> Void = { _ in }) throws -> [String] {
    let clients = try (0..<width).map { _ in try server.client() }
    guard let first = clients.first else { return [] }
    try TrialProgram.setUp(Self.program, learners: Self.learners, on: first) { "l-\($0)" }
    var generator = SeededGenerator(seed: seed)
    var failures: [String] = []
    for round in 0..<rounds where failures.isEmpty {
      let before = try earned(first)
      let deed = deed(round, &generator)
      let answers = try ask(deed, on: clients)
      let after = try earned(first)
      failures += judge(deed, answers, gained: after - before)
      failures += try refusesAltered(deed, on: generator.pick(clients))
      if try earned(first) != after {
        failures.append("\(deed): an altered call changed a balance")
      }
      progress(round + 1)
    }
    return failures.map { "seed \(seed): \($0)" }
  }

  private func deed(_ round: Int, _ generator: inout SeededGenerator) -> Deed {
    func fact(_ part: Int) -> TrialFact {
      TrialFact.random(
        id: "f-\(round)-\(part)", learner: "l-\(generator.next(below: Self.learners))",
        days: 0...3, &generator)
    }
    switch round % 4 {
    case 0: return .record([fact(0)])
    case 1: return .record((0..<generator.next(in: 2...30)).map(fact))
    case 2:
      return .grant(learner: "l-\(generator.next(below: Self.learners))", key: "grant-\(round)")
    default: return .reverse(id: "f-\(round - 3)-0", key: "reverse-\(round)")
    }
  }

  private func ask(_ deed: Deed, on clients: [Client]) throws(ClientError) -> [DeedAnswer] {
    for client in clients {
      client.send(deed.method) { deed.write(program: Self.program, to: &$0) }
    }
    // All calls leave before any answer is awaited.
    for client in clients { try client.flush() }
    var answers: [DeedAnswer] = []
    for client in clients {
      let answer = try client.receive { (_, result) throws(ClientError) in
        DeedAnswer(try result.get())
      }
      guard let answer else { throw .malformed("no outcome") }
      answers.append(answer)
    }
    return answers
  }

  private func judge(_ deed: Deed, _ answers: [DeedAnswer], gained: Int64) -> [String] {
    var failures: [String] = []
    guard let first = answers.first else { return ["no answer"] }
    for answer in answers where answer.outcomes != first.outcomes {
      failures.append("\(deed) was answered \(first.outcomes) and \(answer.outcomes)")
    }
    for place in first.outcomes.indices {
      let effects = answers.count { !$0.replayed[place] }
      if effects != 1 { failures.append("\(deed), item \(place), took effect \(effects) times") }
    }
    if case .grant = deed, gained != 3 { failures.append("\(deed) paid \(gained)") }
    return failures
  }

  /// Sends the identities and keys again with other content.
  private func refusesAltered(_ deed: Deed, on client: Client) throws(ClientError) -> [String] {
    switch deed {
    case .record(let facts):
      return try alteredFacts(facts, on: client)
    case .grant(let learner, let key):
      let other = learner == "l-0" ? "l-1" : "l-0"
      return try expect(.grant(learner: other, key: key), "idempotency_key_reused", on: client)
    case .reverse(_, let key):
      return try expect(.reverse(id: "other", key: key), "idempotency_key_reused", on: client)
    case .advance: return []
    }
  }

  private func alteredFacts(_ facts: [TrialFact], on client: Client) throws(ClientError) -> [String]
  {
    guard let fact = facts.first else { return [] }
    var altered = [fact, fact, fact, fact, fact]
    altered[0].verb = fact.verb == "viewed:page" ? "viewed:quiz" : "viewed:page"
    altered[1].object += "x"
    altered[2].second = (fact.second + 1) % 86_400
    altered[3].value = (fact.value ?? 0) + 1
    altered[4].learner = fact.learner == "l-0" ? "l-1" : "l-0"
    client.send("facts.record") { Deed.record(altered).write(program: Self.program, to: &$0) }
    let reasons = try client.receive { (_, result) throws(ClientError) in
      try result.get().object?["outcomes"]?.array?.map {
        $0.object?["refused"]?.object?["reason"]?.text?.string ?? "recorded"
      } ?? []
    }
    let isRefused = reasons == Array(repeating: "fact_conflict", count: altered.count)
    return isRefused ? [] : ["\(fact), altered, was answered \(reasons)"]
  }

  private func expect(_ deed: Deed, _ reason: String, on client: Client) throws(ClientError)
    -> [String]
  {
    client.send(deed.method) { deed.write(program: Self.program, to: &$0) }
    return try client.receive { (_, result) in
      if case .failure(.refused(let refusal)) = result, refusal.reason == reason { return [] }
      return ["\(deed), altered, was answered \(result)"]
    }
  }

  private func earned(_ client: Client) throws(ClientError) -> Int64 {
    var sum: Int64 = 0
    for learner in 0..<Self.learners {
      sum += try client.call("balance.get") { writer in
        writer.member("program", Self.program)
        writer.member("learner", "l-\(learner)")
      } read: {
        $0.object?["earned"]?.int64 ?? 0
      }
    }
    return sum
  }
}
