import ArgumentParser
import Client

/// A command that asks a server and tells what it answers.
protocol ServerCommand: ParsableCommand {
  /// Where the server is and how to answer.
  var global: GlobalOptions { get }
  /// The program as the command line says it; nil where it is left out or the command has none.
  var wantedProgram: String? { get }
  /// Does the work over an open conversation.
  func run(with session: Session) throws
}

/// A command that only asks: it leaves a store at rest exactly as it is.
protocol Question: ServerCommand {}

extension ServerCommand {
  var wantedProgram: String? { nil }

  /// Opens the conversation and does the work.
  func run() throws {
    try Doorway.withSession(
      global, program: wantedProgram, onlyAsks: self is any Question
    ) { try run(with: $0) }
  }
}

/// Finds a server to talk to: the one on the socket, else the store itself.
///
/// Where no server runs and the data directory holds a store, one is opened inside this process for as
/// long as the command takes; so `laurel balance` works on a stopped server's directory, through the
/// same methods. It never happens with `--connect` or `--socket`, which name a server.
enum Doorway {
  /// How long an answer may take: a closed window that is fetched from a slow disk takes long.
  private static let timeout = Duration.seconds(120)

  /// Lends a conversation with a server.
  ///
  /// A store that is opened for someone who only asks moves no clock and does no work that is due.
  static func withSession<Result>(
    _ global: GlobalOptions, program: String?, onlyAsks: Bool = false,
    _ body: (Session) throws -> Result
  ) throws -> Result {
    func converse(_ client: Client) throws -> Result {
      try body(
        Session(client, program: program, language: global.language, isJSON: global.json))
    }
    if let client = try runningServer(global) { return try converse(client) }
    guard FileText.exists("\(global.dataDirectory)/journal") else {
      throw nobodyListens(try global.endpoint(), global.language)
    }
    return try EmbeddedServer.whileServing(global.dataDirectory, movesClocks: !onlyAsks) { socket in
      try converse(connect(.unix(path: socket)))
    }
  }

  /// A connection with the server; nil when none runs and the store may be opened instead.
  ///
  /// Where `--connect` or `--socket` names a server, no other store will do: then it is a failure.
  static func runningServer(_ global: GlobalOptions) throws(CommandFailure) -> Client? {
    let endpoint = try global.endpoint()
    let key = try key(global)
    do throws(ClientError) {
      return try Client(endpoint, key: key, timeout: timeout)
    } catch .notRunning {
      guard global.connect == nil, global.socket == nil else {
        throw nobodyListens(endpoint, global.language)
      }
      return nil
    } catch {
      throw failure(error)
    }
  }

  /// A connection with a server that runs.
  static func connect(_ endpoint: Endpoint) throws(CommandFailure) -> Client {
    do throws(ClientError) {
      return try Client(endpoint, timeout: timeout)
    } catch { throw failure(error) }
  }

  /// A connection with a server that must run; nobody has said who they are yet.
  static func reach(_ global: GlobalOptions) throws(CommandFailure) -> Client {
    let endpoint = try global.endpoint()
    do throws(ClientError) {
      return try Client(endpoint, timeout: timeout)
    } catch .notRunning {
      throw nobodyListens(endpoint, global.language)
    } catch {
      throw failure(error)
    }
  }

  /// The key to begin with: over TCP the one at hand, at the owner's socket only one that is said.
  private static func key(_ global: GlobalOptions) throws(CommandFailure) -> String? {
    if let key = global.key { return key }
    return global.connect == nil ? nil : try PersonalKey.find()
  }

  private static func failure(_ error: ClientError) -> CommandFailure {
    CommandFailure(
      status: ExitStatus(rawValue: error.exitCode) ?? .failed, message: error.description)
  }

  private static func nobodyListens(_ endpoint: Endpoint, _ language: Language) -> CommandFailure {
    .failed(
      language(
        "no server listens on \(endpoint); start one: laurel serve --data DIR",
        "\(endpoint) 上没有服务器；启动：laurel serve --data 目录"))
  }
}
