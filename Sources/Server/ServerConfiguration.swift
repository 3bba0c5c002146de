import Engine
import Ledger

/// Everything a server is built from.
public struct ServerConfiguration: Sendable {
  /// The directory of the store.
  public var storePath: String
  /// The limits of the store.
  public var store = StoreOptions()
  /// The path of the Unix socket, the owner's door; nil for none.
  public var socketPath: String?
  /// Where TCP connections are taken, each with an API key; nil for nowhere.
  public var tcp: TCPAddress?
  /// Threads that parse and write: one carries more than a disk does.
  public var threadCount = 1
  /// The limits of the edge.
  public var limits = EdgeLimits()
  /// The engine's limits.
  public var engine = EngineConfiguration()

  /// A server of a store with the documented defaults.
  public init(storePath: String, socketPath: String? = nil, tcp: TCPAddress? = nil) {
    self.storePath = storePath
    self.socketPath = socketPath
    self.tcp = tcp
  }

  /// A host and a port to listen on.
  public struct TCPAddress: Hashable, Sendable {
    /// The host; by default only this machine can connect.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int

    /// Names a host and a port.
    public init(host: String = "127.0.0.1", port: Int) {
      self.host = host
      self.port = port
    }
  }
}

/// Why a server can not be built or started.
public enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Neither a socket nor a port was given.
  case noDoor
  /// The socket's path does not fit into an address.
  case socketPathTooLong(path: String, bytesMax: Int)
  /// Another server listens on the socket.
  case socketInUse(path: String)
  /// Something else than a socket is in the way.
  case notASocket(path: String)
  /// The system refused.
  case system(operation: String, path: String, reason: String)

  /// What is the matter and what to do.
  public var description: String {
    switch self {
    case .noDoor: "A server needs a socket or a port; give --socket or --listen."
    case .socketPathTooLong(let path, let max):
      "The socket's path has more than \(max) bytes: \(path). Choose a shorter one with --socket."
    case .socketInUse(let path):
      "Another server listens on \(path). Stop it, or choose another path with --socket."
    case .notASocket(let path):
      "\(path) is not a socket. Move it away, or choose another path with --socket."
    case .system(let operation, let path, let reason): "\(operation) \(path) failed: \(reason)."
    }
  }
}
