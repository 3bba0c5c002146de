import Glibc
import Trials

/// One connection of the load: keeps so many calls in flight and times each.
///
/// Reads no more of a reply than its id and whether it is an error, because the client's work is done on
/// the same cores as the server's.
final class LoadConnection {
  /// What came of reading.
  enum Reply {
    case answered(frame: Int)
    case busy(frame: Int)
  }

  let descriptor: Int32
  let frames: Frames
  let window: Int
  private(set) var inFlight = 0
  private(set) var next = 0
  private var writing: Range<Int>?
  private var written = 0
  private var retries: [Int] = []
  private var sentAt: [Int64]
  private var incoming = [UInt8](repeating: 0, count: 1 << 18)
  private var filled = 0
  /// Microseconds of each answered call.
  private(set) var latencies: [UInt32] = []

  init(to path: String, frames: Frames, window: Int) throws(TrialError) {
    self.frames = frames
    self.window = window
    sentAt = [Int64](repeating: 0, count: frames.count)
    latencies.reserveCapacity(frames.count)
    descriptor = try Self.connect(path)
  }

  deinit { close(descriptor) }

  var isDone: Bool { next == frames.count && inFlight == 0 }
  var wantsToWrite: Bool { writing != nil }

  /// Queues what the window and the day allow, and writes what the socket takes.
  func pump(through frameEnd: Int, now: Int64) throws(TrialError) {
    while true {
      if writing == nil { queue(through: frameEnd, now: now) }
      guard let run = writing else { return }
      let bytes = frames.bytes(run)
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { return }
        throw TrialError("the server closed a connection: \(String(cString: strerror(errno)))")
      }
      written += count
      if written == bytes.count { writing = nil }
    }
  }

  private func queue(through frameEnd: Int, now: Int64) {
    written = 0
    if let retry = retries.popLast() {
      writing = retry..<retry + 1
      return
    }
    let end = min(frameEnd, next + window - inFlight)
    guard end > next else { return }
    writing = next..<end
    for frame in next..<end { sentAt[frame] = now }
    inFlight += end - next
    next = end
  }

  /// Sends a call again that was turned away.
  func retry(_ frame: Int) { retries.append(frame) }

  /// Reads what has come.
  func read(now: () -> Int64) throws(TrialError) -> [Reply] {
    var replies: [Reply] = []
    while true {
      if filled == incoming.count { incoming += [UInt8](repeating: 0, count: incoming.count) }
      let room = incoming.count - filled
      let count = incoming.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress.map { $0 + filled }, room, 0)
      }
      if count < 0, errno == EAGAIN || errno == EINTR { return replies }
      guard count > 0 else { throw TrialError("the server closed a connection") }
      let searched = filled
      filled += count
      try takeLines(searchedTo: searched, now: now(), into: &replies)
      if count < room { return replies }
    }
  }

  private func takeLines(
    searchedTo: Int, now: Int64, into replies: inout [Reply]
  ) throws(TrialError) {
    var start = 0
    let first = replies.count
    var failure: TrialError?
    incoming.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var searched = searchedTo
      while let newline = memchr(base + searched, 10, filled - searched) {
        let end = UnsafeRawPointer(newline) - base
        do throws(TrialError) {
          replies.append(try reply(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
        } catch { failure = failure ?? error }
        start = end + 1
        searched = start
      }
    }
    if let failure { throw failure }
    for case .answered(let frame) in replies[first...] {
      inFlight -= 1
      latencies.append(UInt32(clamping: now - sentAt[frame]))
    }
    guard start > 0 else { return }
    let rest = filled - start
    incoming.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      memmove(base, base + start, rest)
    }
    filled = rest
  }

  /// Reads the head of a reply: `{"jsonrpc":"2.0","id":7,"result":…` or `…"error":…`.
  private func reply(_ line: UnsafeRawBufferPointer) throws(TrialError) -> Reply {
    let prefix = #"{"jsonrpc":"2.0","id":"#.utf8.count
    var place = prefix
    var id = 0
    while place < line.count, 48...57 ~= line[place] {
      id = id * 10 + Int(line[place] - 48)
      place += 1
    }
    // Behind the id comes `,"result"` or `,"error"`.
    guard place > prefix, place + 2 < line.count, id < frames.count else {
      throw TrialError("not a reply: \(String(decoding: line.prefix(200), as: UTF8.self))")
    }
    if line[place + 2] == UInt8(ascii: "r") { return .answered(frame: id) }
    let text = String(decoding: line, as: UTF8.self)
    guard text.contains(#""busy""#) else { throw TrialError("a call was refused: \(text)") }
    return .busy(frame: id)
  }

  private static func connect(_ path: String) throws(TrialError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0, result == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
      throw TrialError("no server at \(path): \(String(cString: strerror(errno)))")
    }
    return descriptor
  }
}
