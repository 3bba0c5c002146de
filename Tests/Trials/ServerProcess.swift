import Client
import Glibc

/// A real `laurel serve` on a Unix socket, as a trial's child.
public final class ServerProcess {
  /// The store's directory.
  public let store: String
  /// Where it listens.
  public let endpoint: Endpoint
  /// The process.
  public let process: ChildProcess
  private let log: String
  private let started: ContinuousClock.Instant

  /// Starts a server on a store; `wrapper` is a program and its options that executes it.
  public init(
    _ laurel: String, store: String, in directory: TrialDirectory, wrapper: [String] = []
  ) throws(TrialError) {
    self.store = store
    // A socket's path may have 107 bytes.
    let socket = directory.fresh("s")
    endpoint = .unix(path: socket)
    log = directory.fresh("server.log")
    started = ContinuousClock.now
    process = try ChildProcess(
      wrapper + [laurel, "serve", "--data", store, "--socket", socket], output: log)
  }

  /// Waits until the server answers; gives the time since it was started.
  @discardableResult
  public func awaitReady(within limit: Duration = .seconds(60)) throws(TrialError) -> Duration {
    while ContinuousClock.now - started < limit {
      if let ended = process.ended {
        throw TrialError("the server ended (\(ended)) before it answered: \(output)")
      }
      if let client = try? Client(endpoint), (try? isHealthy(client)) == true {
        return ContinuousClock.now - started
      }
      usleep(1_000)
    }
    throw TrialError("the server did not answer within \(limit): \(output)")
  }

  private func isHealthy(_ client: Client) throws -> Bool {
    try client.call("system.health") { _ in
    } read: {
      $0.object?["status"]?.text?.string == "ok"
    }
  }

  /// A new connection.
  public func client(timeout: Duration = .seconds(60)) throws(ClientError) -> Client {
    try Client(endpoint, timeout: timeout)
  }

  /// What it wrote.
  public var output: String { TrialDirectory.text(of: log) }

  /// Kills it as a power cut of the process would.
  public func kill() { process.end(with: SIGKILL) }

  /// Asks it to stop and waits; throws where it does not end well.
  public func stop() throws(TrialError) {
    let ending = process.end(with: SIGTERM)
    guard ending == .code(0) else { throw TrialError("the server ended with \(ending): \(output)") }
  }

  /// Its anonymous resident memory, in bytes: what it holds itself, without mapped files.
  public var anonymousBytes: Int {
    let status = TrialDirectory.text(of: "/proc/\(process.pid)/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1_024
  }
}

/// The built program, for trials.
public enum LaurelBinary {
  /// Its path: `LAUREL_BIN`, or beside the running program; nil where it was not built.
  public static var path: String? {
    if let named = getenv("LAUREL_BIN") { return String(cString: named) }
    var bytes = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    let own = String(
      decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let beside = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/laurel"
    return [beside, ".build/debug/laurel"].first { access($0, X_OK) == 0 }
  }
}
