import API
import JSONRPC

/// Why a call gave no result: the server said no, or it could not be asked.
public enum ClientError: Error, Equatable, Sendable {
  /// Nobody listens there.
  case notRunning(Endpoint)
  /// The place can not be reached; the text says why.
  case unreachable(Endpoint, String)
  /// No answer came in time. Whether the call took effect is not known: repeat it with the same key.
  case timedOut(Duration)
  /// The server closed the connection. As with `timedOut`, a repeated call is safe.
  case closed
  /// What came back is no reply to what was asked.
  case malformed(String)
  /// The server's error: a refusal, or one of the protocol's own.
  case refused(ServerRefusal)
}

/// A server's error as it came over the wire.
public struct ServerRefusal: Error, Equatable, Sendable {
  /// The JSON-RPC code.
  public var code: Int32
  /// One short sentence.
  public var message: String
  /// The stable word; empty where the server gave none.
  public var reason: String
  /// The field concerned; empty where it is the call as a whole.
  public var field: String
  /// What to do.
  public var advice: String
  /// Whether the answer is remembered from an earlier call with the same key.
  public var isReplayed: Bool
  /// How long to wait before trying again; nil unless the server is busy.
  public var retryAfter: Duration?

  /// Reads an error's parts.
  public init(code: ErrorCode, message: String, data: JSONValue?) {
    let members = data?.object
    self.code = code.rawValue
    self.message = message
    reason = members?["reason"]?.text?.string ?? ""
    field = members?["field"]?.text?.string ?? ""
    advice = members?["advice"]?.text?.string ?? ""
    isReplayed = members?["replayed"]?.bool ?? false
    retryAfter = members?["retryAfter"]?.int64.map { .milliseconds($0) }
  }
}

extension ClientError {
  /// The exit code of a command that ends with this error: 1 refused, 2 failed, 3 needs attention.
  public var exitCode: Int32 {
    guard case .refused(let refusal) = self else { return 2 }
    switch ErrorCode(rawValue: refusal.code) {
    case .internalError: return 2
    case let code: return RefusalCodes.exitCode(of: code) ?? 1
    }
  }
}

extension ClientError: CustomStringConvertible {
  /// What is the matter and what to do, in one or two lines.
  public var description: String {
    switch self {
    case .notRunning(.unix(let path)):
      "No server listens on \(path). Start it with `laurel serve`, or name another with --socket."
    case .notRunning(let endpoint):
      "No server listens on \(endpoint). Start it with `laurel serve`, or check host and port."
    case .unreachable(let endpoint, let why):
      "The server at \(endpoint) can not be reached: \(why)."
    case .timedOut(let span):
      "No answer within \(span). Repeat the command: it takes effect at most once."
    case .closed:
      "The server closed the connection. Repeat the command: it takes effect at most once."
    case .malformed(let what): "The answer can not be read (\(what)); is this a Laurel server?"
    case .refused(let refusal): refusal.description
    }
  }
}

extension ServerRefusal: CustomStringConvertible {
  /// The message with its field, and the advice.
  public var description: String {
    let head = field.isEmpty ? message : "\(message): \(field)"
    let word = reason.isEmpty ? "" : " (\(reason))"
    return advice.isEmpty ? "\(head)\(word)." : "\(head)\(word). \(advice)"
  }
}
