import Glibc
import Trials

/// Redis with `appendfsync always`: one script call for each credit, over a Unix socket.
final class Redis {
  private let server: ChildProcess
  private let socket: String
  private let benchmark: String
  private let directory: TrialDirectory
  private let seconds: Int
  private let script: String

  private static let credit = """
    if redis.call('SET', KEYS[1], 1, 'NX') then \
    redis.call('HINCRBY', 'balance', ARGV[1], 3) \
    redis.call('HINCRBY', 'group', math.floor(ARGV[1] / 6), 3) \
    redis.call('ZINCRBY', 'board:day', 3, ARGV[1]) \
    redis.call('ZINCRBY', 'board:all', 3, ARGV[1]) end return 1
    """

  /// Starts a server of its own; nil where Redis is not installed.
  static func start(in directory: TrialDirectory, seconds: Int) throws -> Redis? {
    guard let program = Peers.program("redis-server"),
      let benchmark = Peers.program("redis-benchmark"), let client = Peers.program("redis-cli")
    else { return nil }
    return try Redis(program, benchmark, client, directory, seconds)
  }

  private init(
    _ program: String, _ benchmark: String, _ client: String, _ directory: TrialDirectory,
    _ seconds: Int
  ) throws {
    self.benchmark = benchmark
    self.directory = directory
    self.seconds = seconds
    socket = directory.fresh("redis")
    server = try ChildProcess(
      [
        program, "--port", "0", "--unixsocket", socket, "--dir", directory.path, "--appendonly",
        "yes", "--appendfsync", "always", "--save", "",
      ], output: directory.fresh("redis.log"))
    for _ in 0..<500 where access(socket, F_OK) != 0 { usleep(10_000) }
    let (ending, output) = try ChildProcess.run(
      [client, "-s", socket, "SCRIPT", "LOAD", Self.credit], in: directory)
    guard ending == .code(0) else { throw TrialError("redis-cli: \(output)") }
    script = String(output.prefix { $0.isHexDigit })
  }

  /// Credits a second.
  func run(clients: Int, pipeline: Int) throws -> Double {
    // A short run tells how many calls last long enough.
    let trial = try run(clients, pipeline, calls: max(20_000, clients * pipeline * 2))
    return try run(clients, pipeline, calls: max(20_000, Int(trial) * seconds))
  }

  private func run(_ clients: Int, _ pipeline: Int, calls: Int) throws -> Double {
    let (ending, output) = try ChildProcess.run(
      [
        "timeout", "120", benchmark, "-s", socket, "-c", "\(clients)", "-P", "\(pipeline)", "-n",
        "\(calls)", "-r", "10000", "--csv", "EVALSHA", script, "1",
        // Two random numbers of four digits make keys that seldom repeat.
        "key:__rand_int__:__rand_int__:__rand_int__", "__rand_int__",
      ], in: directory)
    guard ending == .code(0) else { throw TrialError("redis-benchmark: \(output)") }
    // The last line is: "test","requests per second",…
    let line = output.split(separator: "\n").last ?? ""
    let cells = line.split(separator: "\"").filter { $0 != "," }
    guard cells.count > 1, let rate = Double(cells[1]) else {
      throw TrialError("redis-benchmark wrote: \(output)")
    }
    return rate
  }

  func stop() { server.end(with: SIGTERM) }
}
