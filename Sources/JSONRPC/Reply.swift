/// One reply as a client reads it: whose it is, and the result or the error.
///
/// The result is a cursor into the parser's memory; the error is owned.
public struct Reply {
  /// The result of a call or its error.
  public enum Outcome {
    case result(JSONValue)
    case error(code: ErrorCode, message: String, data: JSONValue?)
  }

  /// Why a value is no reply.
  public enum Malformed: String, Error, Sendable {
    case notAnObject = "not_an_object"
    case version
    case id
    case outcome
  }

  /// The id of the call; null when the server could not read it.
  public let id: RequestID

  /// What came of the call.
  public let outcome: Outcome

  /// Reads a reply by section 5 of the specification.
  public init(_ value: JSONValue) throws(Malformed) {
    guard let object = value.object else { throw .notAnObject }
    guard object["jsonrpc"]?.text?.string == "2.0" else { throw .version }
    guard let id = object["id"].flatMap(RequestID.init) else { throw .id }
    self.id = id
    switch (object["result"], object["error"]) {
    case (let result?, nil):
      outcome = .result(result)
    case (nil, let error?):
      guard let code = error.object?["code"]?.int64.flatMap(Int32.init(exactly:)),
        let message = error.object?["message"]?.text
      else { throw .outcome }
      outcome = .error(
        code: ErrorCode(rawValue: code), message: message.string, data: error.object?["data"])
    default:
      throw .outcome
    }
  }
}
