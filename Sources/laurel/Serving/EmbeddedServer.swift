import Dispatch
import Ledger
import Logging
import Server
import ServiceLifecycle
import Synchronization

/// A server inside this process, for as long as a piece of work lasts.
///
/// It listens on the Unix socket of its data directory like any other, so that what a command says to
/// it, and what another terminal says to it meanwhile, takes the usual way. The calling thread is the
/// command's own; the server runs on threads of its own.
enum EmbeddedServer {
  /// Opens the store, serves it, lends the socket's path, and stops when the work is done.
  ///
  /// Without `movesClocks` time stands still in it, and the store's heads stay where they are unless
  /// the work changes something.
  static func whileServing<Result>(
    _ directory: String, listen: HostPort? = nil, movesClocks: Bool = true,
    _ body: (String) throws -> Result
  ) throws -> Result {
    let (socket, ownDirectory) = try socketPlace(directory)
    defer { if let ownDirectory { FileText.remove(ownDirectory) } }
    var configuration = ServerConfiguration(storePath: directory, socketPath: socket)
    configuration.engine.movesClocks = movesClocks
    configuration.tcp = listen.map { .init(host: $0.host, port: $0.port) }
    let logger = ServerLog.logger(level: .error)
    let server = try building {
      try Server.build(configuration, services: StoreServices.all, logger: logger)
    }
    let group = ServiceGroup(services: [server], gracefulShutdownSignals: [], logger: logger)
    let end = Letter<Swift.Result<Void, any Error>>()
    Task.detached {
      do {
        try await group.run()
        end.send(.success(()))
      } catch {
        end.send(.failure(error))
      }
    }
    let doors = Letter<Server.Doors?>()
    Task.detached { doors.send(await server.doors()) }
    guard doors.receive() != nil else {
      try building { try end.receive().get() }
      throw CommandFailure.failed("the server ended before it began")
    }
    let result = Swift.Result { try body(socket) }
    Task.detached { await group.triggerGracefulShutdown() }
    try building { try end.receive().get() }
    return try result.get()
  }

  /// The socket in the data directory; in one of its own, to be removed, where the path would not fit
  /// into an address.
  private static func socketPlace(
    _ directory: String
  ) throws(CommandFailure) -> (socket: String, ownDirectory: String?) {
    let path = try FileText.absolute(directory) + "/laurel.sock"
    guard path.utf8.count > 100 else { return (path, nil) }
    let own = try FileText.temporaryDirectory("laurel")
    return (own + "/laurel.sock", own)
  }

  /// Turns what starting and stopping may throw into the command's failure.
  static func building<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as CommandFailure {
      throw error
    } catch let error as ServerError {
      throw CommandFailure.failed("\(error)")
    } catch {
      throw CommandFailure.failed("\(error)")
    }
  }
}

/// One value on its way from a task to the thread that waits for it.
private final class Letter<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let hasCome = DispatchSemaphore(value: 0)

  func send(_ value: Value) {
    self.value.withLock { $0 = value }
    hasCome.signal()
  }

  func receive() -> Value {
    while true {
      hasCome.wait()
      if let value = value.withLock({ $0 }) { return value }
    }
  }
}
