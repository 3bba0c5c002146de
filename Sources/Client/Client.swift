import API
import Glibc
import JSONRPC

/// A JSON-RPC client for the command line and for tests: plain blocking calls on one connection.
///
///     let client = try Client(.unix(path: "/run/laurel.sock"))
///     let spendable = try client.call("balance.get") { params in
///       params.member("program", "class")
///       params.member("learner", "s-1")
///     } read: { result in
///       result.object?["spendable"]?.int64
///     }
///
/// `call` waits for its answer. `send` and `receive` pipeline: many calls are on their way, answers come
/// in any order, and no window is kept but the caller's; `pipeline` keeps one. Waiting ends after the
/// timeout with `timedOut`, after which the connection is of no more use. One thread uses a client.
public final class Client {
  /// Where the server listens.
  public let endpoint: Endpoint
  /// How long to wait for an answer.
  public var timeout: Duration

  private let socket: StreamSocket
  private let parser: JSONParser
  private var outgoing = JSONWriter(capacity: 64 * 1_024)
  private var sentCount = 0
  private var incoming = ReplyBuffer()
  private var lastID: Int64 = 0

  /// The longest reply that is read: the widest page of facts fits.
  static let replyBytesMax = 256 << 20

  /// Connects; with a key, authenticates first, which every TCP connection must.
  public init(
    _ endpoint: Endpoint, key: String? = nil, timeout: Duration = .seconds(30)
  ) throws(ClientError) {
    self.endpoint = endpoint
    self.timeout = timeout
    socket = try StreamSocket(to: endpoint, deadline: Deadline(in: timeout))
    do throws(JSONError) {
      parser = try JSONParser(byteCountMax: Self.replyBytesMax)
    } catch {
      throw .malformed(error.rawValue)
    }
    guard let key else { return }
    _ = try call("system.authenticate") { $0.member("key", key) }
  }

  // MARK: One call at a time

  /// Calls a method and reads its result; the value is valid until the closure returns.
  public func call<Result>(
    _ method: String, params: (inout JSONWriter) -> Void = { _ in },
    read: (JSONValue) -> Result
  ) throws(ClientError) -> Result {
    let id = send(method, params: params)
    return try receive { (other, result) throws(ClientError) in
      guard other == id else { throw .malformed("an answer to another call") }
      return read(try result.get())
    }
  }

  /// Calls a method and gives its result as JSON text.
  public func call(
    _ method: String, params: (inout JSONWriter) -> Void = { _ in }
  ) throws(ClientError) -> [UInt8] {
    try call(method, params: params) { result in
      var writer = JSONWriter()
      writer.value(result)
      return Array(writer.bytes)
    }
  }

  // MARK: Many calls at a time

  /// Puts a call into the buffer and returns its id; it leaves with `flush` or `receive`.
  @discardableResult
  public func send(_ method: String, params: (inout JSONWriter) -> Void = { _ in }) -> Int64 {
    lastID += 1
    outgoing.beginObject()
    outgoing.member("jsonrpc", "2.0")
    outgoing.member("id", lastID)
    outgoing.member("method", method)
    outgoing.object("params", params)
    outgoing.endObject()
    outgoing.endLine()
    return lastID
  }

  /// Puts a line as it is into the buffer; for tests that send what no client would.
  public func send(line: String) {
    var line = line
    line.withUTF8 { outgoing.raw(UnsafeRawBufferPointer($0)) }
    outgoing.endLine()
  }

  /// Sends what is in the buffer, reading what comes meanwhile.
  public func flush() throws(ClientError) {
    let deadline = Deadline(in: timeout)
    while sentCount < outgoing.count {
      let events = StreamSocket.wait(
        socket.descriptor, for: POLLIN | POLLOUT, until: deadline)
      guard events != 0 else { throw .timedOut(timeout) }
      if events & Int32(POLLIN) != 0 { try fill() }
      if events & Int32(POLLOUT) != 0 { try drain() }
      if events & Int32(POLLIN | POLLOUT) == 0 { throw .closed }
    }
    outgoing.removeAll()
    sentCount = 0
  }

  /// Waits for the next answer, whichever call it is to, and reads it.
  ///
  /// Answers to no call — to what the server could not read — have the id 0.
  public func receive<Result>(
    _ read: (Int64, Swift.Result<JSONValue, ClientError>) throws(ClientError) -> Result
  ) throws(ClientError) -> Result {
    try flush()
    let deadline = Deadline(in: timeout)
    while true {
      if let frame = incoming.nextLine() {
        let reply = try reply(in: frame)
        guard case .integer(let id) = reply.id else {
          return try read(0, Self.outcome(reply))
        }
        return try read(id, Self.outcome(reply))
      }
      guard StreamSocket.wait(socket.descriptor, for: POLLIN, until: deadline) != 0 else {
        throw .timedOut(timeout)
      }
      try fill()
    }
  }

  /// Makes `count` calls, at most `window` of them on their way at a time.
  ///
  /// `write` gets the number of the call, from 0, and writes its parameters; `read` gets the number of
  /// the call an answer is to.
  public func pipeline(
    _ method: String, count: Int, window: Int,
    write: (Int, inout JSONWriter) -> Void,
    read: (Int, Swift.Result<JSONValue, ClientError>) throws(ClientError) -> Void
  ) throws(ClientError) {
    precondition(window > 0, "a window of no calls never moves")
    let first = lastID + 1
    var sent = 0
    var received = 0
    while received < count {
      // Refill half a window at a time, so that calls leave together.
      if sent < count, sent - received <= window / 2 {
        while sent < count, sent - received < window {
          let number = sent
          send(method) { write(number, &$0) }
          sent += 1
        }
      }
      try receive { (id, result) throws(ClientError) in
        guard id >= first else { throw .malformed("an answer to no call") }
        try read(Int(id - first), result)
      }
      received += 1
    }
  }

  // MARK: Bytes

  private func reply(in frame: UnsafeRawBufferPointer) throws(ClientError) -> Reply {
    let value: JSONValue
    do throws(JSONError) { value = try parser.parse(frame) } catch {
      throw .malformed(error.rawValue)
    }
    do throws(Reply.Malformed) { return try Reply(value) } catch {
      throw .malformed(error.rawValue)
    }
  }

  private static func outcome(_ reply: Reply) -> Result<JSONValue, ClientError> {
    switch reply.outcome {
    case .result(let value): .success(value)
    case .error(let code, let message, let data):
      .failure(.refused(ServerRefusal(code: code, message: message, data: data)))
    }
  }

  private func drain() throws(ClientError) {
    let rest = UnsafeRawBufferPointer(rebasing: outgoing.bytes[sentCount...])
    let count = Glibc.send(
      socket.descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
    if count >= 0 {
      sentCount += count
    } else if errno != EAGAIN, errno != EINTR {
      throw .closed
    }
  }

  private func fill() throws(ClientError) {
    let count = incoming.fill { recv(socket.descriptor, $0.baseAddress, $0.count, 0) }
    if count == 0 { throw .closed }
    if count < 0, errno != EAGAIN, errno != EINTR { throw .closed }
  }
}
