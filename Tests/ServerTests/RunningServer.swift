import API
import Client
import Engine
import Foundation
import Incentives
import JSONRPC
import Ledger
import Logging
import Server
import ServiceLifecycle
import Testing

/// A whole server in the test's own directory, behind a Unix socket and a free TCP port.
final class RunningServer {
  let directory: String
  let port: Int
  private let group: ServiceGroup
  private let running: Task<Void, any Error>

  var socketPath: String { directory + "/s" }
  var unix: Endpoint { .unix(path: socketPath) }
  var tcp: Endpoint { .tcp(host: "127.0.0.1", port: port) }

  private init(directory: String, configure: (inout ServerConfiguration) -> Void) async throws {
    self.directory = directory
    var configuration = ServerConfiguration(
      storePath: directory + "/store", socketPath: directory + "/s",
      tcp: ServerConfiguration.TCPAddress(port: 0))
    configuration.engine.diskReserveBytes = 0
    configure(&configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = try Server.build(
      configuration,
      services: ServerServices(
        verify: { _, question in
          [
            VerifyStore.Check("chain", .ok),
            VerifyStore.Check(
              "rules", question.judgesRules ? .difference : .unchecked, "not asked"),
          ]
        },
        backup: { _, directory in
          if directory.hasSuffix("full") { throw ServerError.noDoor }
          return BackUpStore.Outcome(
            programs: [.init(program: "class", position: Position(rawValue: 7), head: "ab")],
            bytes: 11)
        }), logger: logger)
    let group = ServiceGroup(services: [server], logger: logger)
    self.group = group
    running = Task { try await group.run() }
    port = try await #require(server.doors()?.port)
  }

  /// Starts a server, runs a test with it, and stops it.
  static func run(
    keys: [(APIKey, APIKeyRecord)] = [], in given: String? = nil,
    configure: (inout ServerConfiguration) -> Void = { _ in },
    _ test: (RunningServer) async throws -> Void
  ) async throws {
    let directory = try given ?? freshDirectory()
    defer { if given == nil { try? FileManager.default.removeItem(atPath: directory) } }
    if !keys.isEmpty {
      let store = try Store.open(at: directory + "/store")
      for (key, record) in keys { try store.vault.createAPIKey(key.id, record) }
      try store.close()
    }
    let server = try await RunningServer(directory: directory, configure: configure)
    do {
      try await test(server)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  /// A directory whose name leaves room for a socket's path.
  static func freshDirectory() throws -> String {
    let directory = "/tmp/laurel-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    return directory
  }

  /// Asks for a graceful shutdown and waits until it is done.
  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await running.value
  }

  /// A connection of the owner.
  func owner() throws -> Talk { Talk(try Client(unix)) }

  /// A TCP connection with a key.
  func stranger(_ key: String? = nil) throws -> Talk { Talk(try Client(tcp, key: key)) }
}

/// A conversation in JSON texts: what a test says and hears.
struct Talk {
  let client: Client

  init(_ client: Client) { self.client = client }

  /// Calls a method and gives the result, or reason and field of the refusal.
  @discardableResult
  func call(_ method: String, _ params: String = "{}") throws -> String {
    client.send(
      line: #"{"jsonrpc":"2.0","id":"\#(method)","method":"\#(method)","params":\#(params)}"#)
    return try hear()
  }

  /// The next answer: its result, or reason and field of its refusal.
  func hear() throws -> String {
    try client.receive { (_, result) throws(ClientError) in
      switch result {
      case .success(let value):
        var writer = JSONWriter()
        writer.value(value)
        return writer.string
      case .failure(.refused(let refusal)): return "\(refusal.reason) \(refusal.field)"
      case .failure(let error): throw error
      }
    }
  }

  /// The balance of a learner of the class.
  func earned(_ learner: String) throws -> String {
    try call("balance.get", #"{"program":"class","learner":"\#(learner)"}"#)
  }

  /// Declares the class and its two learners.
  func declareClass() throws {
    try call("program.apply", #"{"program":\#(classProgram),"idempotencyKey":"apply"}"#)
    try call(
      "roster.import",
      #"{"program":"class","idempotencyKey":"roster","learners":[{"id":"s-1","cohort":"A"},"#
        + #"{"id":"s-2","cohort":"B"}]}"#)
  }
}

/// A class that pays for each comment.
let classProgram = """
  {"id":"class","name":"一班","zone":"Asia/Shanghai",\
  "reasons":[{"code":"spoke","title":"发言","points":2}],\
  "rules":[{"id":"comment","verbs":["commented"],"points":3}],\
  "badges":[{"id":"keen","grades":[{"name":"held","when":\
  {"facts":{"verbs":["commented"],"atLeast":1}}}]}],\
  "awards":[{"id":"honour","title":"荣誉","kind":"given","points":1},\
  {"id":"work","title":"佳作","kind":"excellentWork"}]}
  """

/// The parameters of a call that records one comment.
func comment(_ id: String, program: String = "class", learner: String = "s-1") -> String {
  #"{"program":"\#(program)","facts":[{"source":"lms","id":"\#(id)","learner":"\#(learner)","#
    + #""verb":"commented","occurredAt":"\#(today)"}]}"#
}

/// The moment at which all comments are made: while the tests run, so that their day is open.
let today = "\(Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))"

/// A new key with its record.
func key(_ name: String, _ roles: Roles, program: UInt32) -> (APIKey, APIKeyRecord) {
  let key = APIKey.random()
  let record = APIKeyRecord(
    name: name, program: ProgramNumber(rawValue: program), roles: roles.rawValue,
    digest: key.digest, created: Instant(seconds: 1_700_000_000))
  return (key, record)
}
