import Glibc

/// Where a server listens.
public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket: the owner's door, which needs no key.
  case unix(path: String)
  /// A TCP port: every connection begins with an API key.
  case tcp(host: String, port: Int)

  /// The path, or host and port.
  public var description: String {
    switch self {
    case .unix(let path): path
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

/// A connected stream socket that never blocks; closed when it goes away.
struct StreamSocket: ~Copyable {
  let descriptor: Int32

  deinit { close(descriptor) }

  /// Connects, waiting for the peer until a deadline.
  init(to endpoint: Endpoint, deadline: Deadline) throws(ClientError) {
    switch endpoint {
    case .unix(let path): descriptor = try Self.connectUnix(path, endpoint, deadline)
    case .tcp(let host, let port):
      descriptor = try Self.connectTCP(host, port, endpoint, deadline)
    }
  }

  private static func connectUnix(
    _ path: String, _ endpoint: Endpoint, _ deadline: Deadline
  ) throws(ClientError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room, !path.isEmpty else {
      throw .unreachable(endpoint, "a socket's path has 1 to \(room - 1) bytes")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | nonBlocking, 0)
    guard descriptor >= 0 else { throw .unreachable(endpoint, lastError()) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return try settle(result, descriptor, endpoint, deadline)
  }

  private static func connectTCP(
    _ host: String, _ port: Int, _ endpoint: Endpoint, _ deadline: Deadline
  ) throws(ClientError) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0 else {
      throw .unreachable(endpoint, "the host's name is not known")
    }
    defer { freeaddrinfo(found) }
    var failure = ClientError.unreachable(endpoint, "the host has no address")
    var next = found
    while let address = next?.pointee {
      next = address.ai_next
      let descriptor = socket(
        address.ai_family, address.ai_socktype | nonBlocking, address.ai_protocol)
      guard descriptor >= 0 else { continue }
      do throws(ClientError) {
        let result = connect(descriptor, address.ai_addr, address.ai_addrlen)
        let connected = try settle(result, descriptor, endpoint, deadline)
        var isOn: Int32 = 1
        setsockopt(
          connected, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        return connected
      } catch {
        failure = error
      }
    }
    throw failure
  }

  /// Waits for a connection that is being made; closes the socket if it fails.
  private static func settle(
    _ result: Int32, _ descriptor: Int32, _ endpoint: Endpoint, _ deadline: Deadline
  ) throws(ClientError) -> Int32 {
    if result == 0 { return descriptor }
    var code = errno
    if code == EINPROGRESS {
      guard wait(descriptor, for: POLLOUT, until: deadline) != 0 else {
        close(descriptor)
        throw .timedOut(deadline.span)
      }
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
      if code == 0 { return descriptor }
    }
    close(descriptor)
    switch code {
    case ECONNREFUSED, ENOENT: throw .notRunning(endpoint)
    default: throw .unreachable(endpoint, String(cString: strerror(code)))
    }
  }

  /// Waits until one of the events comes and returns those that did; 0 when the time is over.
  static func wait(_ descriptor: Int32, for events: Int32, until deadline: Deadline) -> Int32 {
    while true {
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let count = poll(&entry, 1, deadline.millisecondsLeft)
      if count > 0 { return Int32(entry.revents) }
      if count == 0 { return 0 }
      guard errno == EINTR else { return Int32(POLLERR) }
    }
  }

  static func lastError() -> String { String(cString: strerror(errno)) }

  private static var nonBlocking: Int32 {
    Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
  }
}

/// A moment on the monotonic clock after which waiting is pointless.
struct Deadline {
  let span: Duration
  private let end: ContinuousClock.Instant

  init(in span: Duration) {
    self.span = span
    end = ContinuousClock.now + span
  }

  /// What `poll` takes: 0 when the time is over.
  var millisecondsLeft: Int32 {
    let left = (end - .now).components
    guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
    let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
    return Int32(clamping: milliseconds + 1)
  }
}
