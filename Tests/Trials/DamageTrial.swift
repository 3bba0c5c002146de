import Client
import Glibc
import JSONRPC
import TestSupport

/// R7: one of a stopped store's data files is damaged; that is found and refused, or it is harmless.
///
/// Each trial takes a copy of the store, damages a file of it, lets `laurel verify` look, starts a
/// server on it and asks everything again. A process that dies of a signal, or an answer that is not the
/// one from before, is a failure; a refusal, and a failed start with advice, are not.
public struct DamageTrial {
  /// What a run came to.
  public struct Report: Sendable {
    /// What must not be; empty where all is well.
    public var failures: [String] = []
    /// Damages that verification or the start said something about.
    public var found = 0
    /// Damages that changed no answer and no check.
    public var harmless = 0
  }

  private static let program = "hurt"
  private static let learners = 60
  private let laurel: String
  private let seed: UInt64

  /// Prepares a trial.
  public init(laurel: String, seed: UInt64) {
    self.laurel = laurel
    self.seed = seed
  }

  /// Damages `count` copies.
  public func run(count: Int, progress: (Int, Report) -> Void = { _, _ in }) throws -> Report {
    let directory = try TrialDirectory("damage")
    let store = directory.fresh("store")
    let truth = try populate(store, directory)
    let files = Self.files(below: store)
    var generator = SeededGenerator(seed: seed)
    var report = Report()
    for number in 1...max(1, count) {
      let file = generator.pick(files)
      let damage = Damage(
        file, try TrialDirectory.bytes(of: "\(store)/\(file)"), &generator)
      let copy = directory.fresh("copy")
      try Self.copy(store, to: copy)
      try TrialDirectory.write(damage.bytes, to: "\(copy)/\(file)")
      try judge(damage, copy, truth, directory, &report)
      TrialDirectory.remove(copy)
      progress(number, report)
    }
    return report
  }

  private func judge(
    _ damage: Damage, _ store: String, _ truth: [String], _ directory: TrialDirectory,
    _ report: inout Report
  ) throws {
    func fail(_ what: String) { report.failures.append("seed \(seed): \(damage): \(what)") }
    let (ending, output) = try ChildProcess.run(
      [laurel, "verify", "--rules", "--data", store], in: directory)
    guard case .code(let code) = ending else {
      return fail("verify ended with \(ending) \(output)")
    }
    let server = try ServerProcess(laurel, store: store, in: directory)
    do {
      try server.awaitReady()
    } catch {
      guard case .code? = server.process.ended else { return fail("\(error)") }
      report.found += 1
      return
    }
    let answers: [String]
    do { answers = try ask(try server.client()) } catch {
      return fail("asking failed: \(error), \(String(describing: server.process.ended))")
    }
    if case .signal(let signal) = server.process.end(with: SIGTERM) {
      return fail("the server died of signal \(signal): \(server.output)")
    }
    var isRefused = false
    for (place, answer) in answers.enumerated() where answer != truth[place] {
      guard answer.hasPrefix("refused") else {
        return fail("wrong answer (verify: \(code)): \(answer) instead of \(truth[place])")
      }
      isRefused = true
    }
    if code != 0 || isRefused { report.found += 1 } else { report.harmless += 1 }
  }

  /// Fills a store and gives the answers to everything that is asked of it.
  private func populate(_ store: String, _ directory: TrialDirectory) throws -> [String] {
    let server = try ServerProcess(laurel, store: store, in: directory)
    try server.awaitReady()
    let client = try server.client()
    try TrialProgram.setUp(Self.program, learners: Self.learners, cohortSize: 20, on: client) {
      "l-\($0)"
    }
    var generator = SeededGenerator(seed: 5)
    for day in 0..<8 {
      let facts = (0..<400).map { number in
        TrialFact.random(
          id: "f-\(day)-\(number)", learner: "l-\(generator.next(below: Self.learners))",
          days: day...day, &generator)
      }
      try send(.record(facts), on: client)
      try send(.reverse(id: "f-\(day)-7", key: "reverse-\(day)"), on: client)
      try send(.advance(day: day + 1, key: "advance-\(day)"), on: client)
    }
    try awaitClosings(client)
    let answers = try ask(client)
    try server.stop()
    return answers
  }

  /// Answers name the program's position, which moves until the last day is closed.
  private func awaitClosings(_ client: Client) throws {
    for _ in 0..<6_000 {
      let isDone = try client.call("job.list") {
        $0.member("program", Self.program)
      } read: {
        $0.object?["jobs"]?.array?.isEmpty == true && $0.object?["due"]?.bool == false
      }
      if isDone { return }
      usleep(10_000)
    }
    throw TrialError("the days did not close")
  }

  private func send(_ deed: Deed, on client: Client) throws(ClientError) {
    client.send(deed.method) { deed.write(program: Self.program, to: &$0) }
    try client.receive { (_, result) throws(ClientError) in _ = try result.get() }
  }

  /// Every balance, some explanations and histories, open and closed boards.
  private func ask(_ client: Client) throws -> [String] {
    var answers: [String] = []
    func ask(_ method: String, _ members: (inout JSONWriter) -> Void) throws(ClientError) {
      client.send(method) { writer in
        writer.member("program", Self.program)
        members(&writer)
      }
      answers.append(
        try client.receive { (_, result) throws(ClientError) in
          switch result {
          case .success(let value): value.jsonText
          case .failure(.refused(let refusal)): "refused: \(refusal)"
          case .failure(let error): throw error
          }
        })
    }
    for learner in 0..<Self.learners {
      try ask("balance.get") { $0.member("learner", "l-\(learner)") }
    }
    for period in ["all", "2024-01-03", "2024-W01", "2024-01-08", "term:t"] {
      try ask("board.top") { writer in
        writer.member("period", period)
        writer.member("limit", 100)
      }
    }
    for day in 0..<8 {
      try ask("fact.explain") { writer in
        writer.member("source", "lms")
        writer.member("id", "f-\(day)-\(day == 3 ? 7 : 11)")
      }
      try ask("history.list") { $0.member("learner", "l-\(day)") }
    }
    return answers
  }

  /// The files of a store that hold data, below it.
  private static func files(below store: String) -> [String] {
    TrialDirectory.names(in: store).flatMap { name -> [String] in
      let inside = TrialDirectory.names(in: "\(store)/\(name)")
      return inside.isEmpty ? [name] : inside.map { "\(name)/\($0)" }
    }.filter { name in
      !name.contains("lock")
        && ((try? TrialDirectory.bytes(of: "\(store)/\(name)"))?.isEmpty == false)
    }
  }

  private static func copy(_ store: String, to copy: String) throws(TrialError) {
    mkdir(copy, 0o700)
    for name in TrialDirectory.names(in: store) {
      let path = "\(store)/\(name)"
      let inside = TrialDirectory.names(in: path)
      if inside.isEmpty {
        try TrialDirectory.write(try TrialDirectory.bytes(of: path), to: "\(copy)/\(name)")
        continue
      }
      mkdir("\(copy)/\(name)", 0o700)
      for file in inside {
        try TrialDirectory.write(
          try TrialDirectory.bytes(of: "\(path)/\(file)"), to: "\(copy)/\(name)/\(file)")
      }
    }
  }
}
