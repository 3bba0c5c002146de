import ArgumentParser
import Client

extension Language: ExpressibleByArgument {}

/// What every command understands: where the server is, and how to answer.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The server's Unix socket.", valueName: "path"), completion: .file())
  var socket: String?

  @Option(help: ArgumentHelp("A server on TCP instead; needs a key.", valueName: "host:port"))
  var connect: String?

  @Option(
    help: ArgumentHelp(
      "The API key to act with; for TCP also LAUREL_KEY or `laurel login`.", valueName: "key"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "The data directory; or set LAUREL_DATA. Its socket is tried first; where no server runs, the "
        + "command opens the store itself.", valueName: "dir"), completion: .directory)
  var data: String?

  @Flag(help: "Answer in JSON, for machines.")
  var json = false

  @Option(help: ArgumentHelp("The language of tables and messages: zh or en.", valueName: "zh|en"))
  var lang: Language?

  /// The language people are told in; machines read the same words wherever they run.
  var language: Language { json ? .en : lang ?? .ofEnvironment }

  /// The data directory in use.
  var dataDirectory: String { data ?? environment("LAUREL_DATA") ?? "laurel-data" }

  /// The Unix socket in use.
  var socketPath: String { socket ?? "\(dataDirectory)/laurel.sock" }

  /// Where the server is asked.
  func endpoint() throws(CommandFailure) -> Endpoint {
    guard let connect else { return .unix(path: socketPath) }
    return try HostPort(connect).endpoint
  }
}

/// The program a command is about.
struct ProgramOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The program; or set LAUREL_PROGRAM. Not needed where there is only one.", valueName: "id"))
  var program: String?

  /// The id as said; nil for the only one.
  var wanted: String? { program ?? environment("LAUREL_PROGRAM") }
}

/// The key under which a change is remembered.
struct KeyOption: ParsableArguments {
  @Option(
    name: .customLong("idempotency-key"),
    help: ArgumentHelp(
      "Repeat a command under the same key and it takes effect once. Default: a fresh key.",
      valueName: "key"))
  var idempotencyKey: String?
}

/// A host and a port as `host:port` or `[::1]:port`.
struct HostPort: Sendable, Hashable {
  /// The host's name or address.
  let host: String
  /// The port.
  let port: Int

  /// Reads the text form.
  init(_ text: String) throws(CommandFailure) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      0...65_535 ~= port
    else { throw .refused("“\(text)” is not host:port, such as 127.0.0.1:7411") }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { throw .refused("“\(text)” names no host") }
    self.host = String(host)
    self.port = port
  }

  /// Where a client connects.
  var endpoint: Endpoint { .tcp(host: host, port: port) }
}
