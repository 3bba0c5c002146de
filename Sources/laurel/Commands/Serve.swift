import ArgumentParser
import Logging
import Server
import ServiceLifecycle

/// `laurel serve`: runs the server until it is asked to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the server until SIGTERM or Ctrl-C.",
    discussion: """
      The data directory is made when it is not there. The Unix socket is its owner's door; TCP
      needs keys (laurel keys create). Stopping answers what is in flight and closes the store.

        laurel serve --data /var/lib/laurel
        laurel serve --data /var/lib/laurel --listen 0.0.0.0:7411
      """)

  @Option(
    help: ArgumentHelp("The data directory; or set LAUREL_DATA.", valueName: "dir"),
    completion: .directory)
  var data: String?
  @Option(
    help: ArgumentHelp(
      "The Unix socket; default: laurel.sock in the data directory.", valueName: "path"),
    completion: .file())
  var socket: String?
  @Option(help: ArgumentHelp("Also listen on TCP.", valueName: "host:port"))
  var listen: String?
  @Option(
    help: ArgumentHelp(
      "The most the journal's file, and the tables', may grow to: address space, not disk.",
      valueName: "GiB"))
  var mapGib = 64
  @Option(help: "Threads that parse and write; one carries more than a disk does.")
  var loops = 1
  @Option(help: "How much is logged on standard error: debug, info, warning, error.")
  var log: LogLevel = .info

  /// The levels of the log.
  enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case debug, info, warning, error

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
  }

  func validate() throws {
    guard 1...64 ~= loops else { throw ValidationError("--loops is 1 to 64.") }
    guard 2...65_536 ~= mapGib else { throw ValidationError("--map-gib is 2 to 65536.") }
  }

  func run() async throws {
    let directory = data ?? environment("LAUREL_DATA") ?? "laurel-data"
    var configuration = ServerConfiguration(
      storePath: directory, socketPath: socket ?? "\(directory)/laurel.sock")
    if let listen {
      let place = try HostPort(listen)
      configuration.tcp = .init(host: place.host, port: place.port)
    }
    configuration.threadCount = loops
    configuration.store.mapBytes = mapGib << 30
    let logger = ServerLog.logger(level: log.level)
    let server = try EmbeddedServer.building {
      try Server.build(configuration, services: StoreServices.all, logger: logger)
    }
    let group = ServiceGroup(
      services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    do {
      try await group.run()
    } catch {
      throw CommandFailure.failed("\(error)")
    }
  }
}
