import Foundation
import Glibc
import Testing

/// A Unix socket without a client's manners: lines as they are, half-closing, not reading.
final class RawLines {
  static let notAnObject = """
    {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request","data":\
    {"reason":"not_an_object","advice":"Send an object, or an array of objects."}}}
    """

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32
  private var heard: [UInt8] = []
  private var unsaid: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw Failure(description: "connect: \(errno)") }
    // Nothing here waits for ever: what does not come within a minute is a failure.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { close(descriptor) }

  /// Says a line and gives the next line that comes.
  func ask(_ line: some StringProtocol) throws -> String {
    try say(line)
    return try hear()
  }

  func say(_ text: some StringProtocol, newline: Bool = true) throws {
    unsaid += Array(text.utf8) + (newline ? [10] : [])
    try sayRest()
  }

  /// Says what is left, however long the peer takes.
  func sayRest() throws {
    while !unsaid.isEmpty {
      let count = send(descriptor, unsaid, unsaid.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { throw Failure(description: "send: \(errno)") }
      unsaid.removeFirst(count)
    }
  }

  /// Says a text again and again until the peer takes no more; tells how many times.
  func sayUntilFull(_ text: String, max: Int) throws -> Int {
    for count in 1...max {
      let bytes = Array(text.utf8)
      let sent = send(
        descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      if sent < bytes.count {
        unsaid = Array(bytes[Swift.max(0, sent)...])
        return count
      }
    }
    return max
  }

  /// Says that nothing more will be said.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next line.
  func hear() throws -> String {
    while true {
      if let end = heard.firstIndex(of: 10) {
        let line = String(decoding: heard[..<end], as: UTF8.self)
        heard.removeSubrange(...end)
        return line
      }
      guard try read() else { throw Failure(description: "the server closed the connection") }
    }
  }

  /// Whether the connection ends without another line.
  func isClosed() throws -> Bool {
    while heard.isEmpty { if try !read() { return true } }
    return false
  }

  /// Whether the server hangs up, within a minute, though nothing is read.
  func isHungUp() -> Bool {
    var look = pollfd(fd: descriptor, events: 0, revents: 0)
    return poll(&look, 1, 60_000) == 1
  }

  private func read() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 256 * 1_024)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count < 0, errno != ECONNRESET { throw Failure(description: "recv: \(errno)") }
    guard count > 0 else { return false }
    heard += chunk[..<count]
    return true
  }
}
