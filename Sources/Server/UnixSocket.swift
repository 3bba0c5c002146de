import Glibc

/// A Unix socket that is bound and that only its owner can open.
enum UnixSocket {
  /// Binds a path and returns the socket, which does not listen yet.
  ///
  /// A socket file that a dead server left behind is taken away; one that answers is not.
  static func bind(_ path: String) throws(ServerError) -> Int32 {
    var address = try address(of: path)
    try clear(path, &address)
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("Making the socket", path) }
    // The mode of the socket itself becomes that of its file: there is no moment when others can connect.
    guard fchmod(descriptor, 0o600) == 0, call(Glibc.bind, descriptor, &address) == 0 else {
      let error = failure("Binding the socket", path)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Takes the file of a closed socket away.
  static func remove(_ path: String) { unlink(path) }

  private static func address(of path: String) throws(ServerError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytesMax = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard 1...bytesMax ~= path.utf8.count else {
      throw .socketPathTooLong(path: path, bytesMax: bytesMax)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }

  /// Takes away what a dead server left; refuses to take away anything else.
  private static func clear(_ path: String, _ address: inout sockaddr_un) throws(ServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw failure("Making the socket", path) }
    defer { close(probe) }
    if call(Glibc.connect, probe, &address) == 0 { throw .socketInUse(path: path) }
    guard errno == ECONNREFUSED else { throw failure("Looking at the socket", path) }
    guard unlink(path) == 0 || errno == ENOENT else {
      throw failure("Taking away the old socket", path)
    }
  }

  private static func call(
    _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32,
    _ address: inout sockaddr_un
  ) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func failure(_ operation: String, _ path: String) -> ServerError {
    .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
  }
}
