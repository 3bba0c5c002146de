import Glibc
import Testing
import Trials

@testable import laurel

/// A server that answers as a test tells it, to see what a command does about answers that a real one
/// gives seldom: busy, half way, gone.
final class ScriptedServer: Sendable {
  /// What is answered: the members of the reply behind its id; nil hangs up.
  typealias Script = @Sendable (_ number: Int, _ method: String, _ params: Answer) -> String?

  /// The socket.
  let path: String
  private let directory: TrialDirectory
  private let listener: Int32
  private let thread: BackgroundThread

  /// Listens for one connection; calls are numbered from 0.
  init(_ script: @escaping Script) throws {
    directory = try TrialDirectory("script")
    path = directory.fresh("s")
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { [path] in $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(listener >= 0 && bound == 0 && listen(listener, 8) == 0)
    thread = BackgroundThread { Self.serve(listener, script) }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    thread.join()
    close(listener)
  }

  private static func serve(_ listener: Int32, _ script: Script) {
    let connection = accept(listener, nil, nil)
    guard connection >= 0, let file = fdopen(connection, "r") else { return }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    defer { free(line) }
    var (room, number) = (0, 0)
    while true {
      let count = getline(&line, &room, file)
      guard count > 0, let line,
        let call = try? Answer(Array(UnsafeRawBufferPointer(start: line, count: count))),
        let params = call["params"],
        let reply = script(number, call.text("method"), params)
      else { return }
      number += 1
      let text = "{\"jsonrpc\":\"2.0\",\"id\":\(call.int("id")),\(reply)}\n"
      guard send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
    }
  }

  /// `facts.record`, every fact recorded for a point, but those with some ids busy.
  static func recorded(_ params: Answer, busy: Set<String> = []) -> String {
    let outcomes = params.items("facts").map { fact in
      busy.contains(fact.text("id"))
        ? #"{"refused":{"reason":"busy","field":"id","advice":"Send it again."}}"#
        : #"{"outcome":{"status":"counted","points":1}}"#
    }
    return #""result":{"outcomes":[\#(outcomes.joined(separator: ","))]}"#
  }

  /// A call that is turned away and may come again in a millisecond.
  static let busy =
    #""error":{"code":-32011,"message":"Busy","data":{"reason":"busy","retryAfter":1}}"#

  /// The answer to `batch.open`.
  static let opened = #""result":{"outcome":{"batch":"B-0001","continued":false}}"#

  /// A call that is refused.
  static let notFound =
    #""error":{"code":-32002,"message":"Not found","data":{"reason":"not_found"}}"#
}
