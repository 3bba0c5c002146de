import Glibc
import Trials

/// Other stores doing the same credit on this machine, where they are installed.
///
/// The same credit means: an idempotency key that pays once, the learner's balance, the group's score,
/// the learner's place on two boards, durable before the answer. They know no rules, no history and no
/// explanation; what they do is the least a credit is.
final class Peers {
  private let isWanted: Bool
  private let seconds: Int
  private var postgres: Postgres?
  private var redis: Redis?
  private var hasStarted = false

  init(seconds: Int, isWanted: Bool) {
    self.seconds = seconds
    self.isWanted = isWanted
  }

  func bulk(_ directory: TrialDirectory) throws -> String {
    try both(directory) {
      try $0.bulk()
    } redis: {
      try $0.run(clients: 8, pipeline: 1_000)
    }
  }

  func inFlight(_ directory: TrialDirectory) throws -> String {
    try both(directory) {
      try $0.singles(clients: 64)
    } redis: {
      try $0.run(clients: 64, pipeline: 16)
    }
  }

  func single(_ directory: TrialDirectory) throws -> String {
    try both(directory) {
      try $0.singles(clients: 32)
    } redis: {
      try $0.run(clients: 32, pipeline: 1)
    }
  }

  /// Ends what was started.
  func stop() {
    postgres?.stop()
    redis?.stop()
    (postgres, redis) = (nil, nil)
  }

  deinit { stop() }

  private func both(
    _ directory: TrialDirectory, postgres ask: (Postgres) throws -> Double,
    redis askRedis: (Redis) throws -> Double
  ) throws -> String {
    guard isWanted else { return "–" }
    if !hasStarted {
      hasStarted = true
      postgres = try Postgres.start(seconds: seconds)
      redis = try Redis.start(in: directory, seconds: seconds)
    }
    let first = try postgres.map { Shown.rate(try ask($0)) } ?? "not installed"
    let second = try redis.map { Shown.rate(try askRedis($0)) } ?? "not installed"
    return "PostgreSQL \(first), Redis \(second)"
  }

  /// The path of a program, from PATH or some directories; nil where it is not installed.
  static func program(_ name: String, in directories: [String] = []) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let places = directories + path.split(separator: ":").map(String.init)
    return places.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
