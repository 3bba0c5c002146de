/// The number of an error; the protocol's own are here, an application's are its own.
///
/// The protocol keeps −32768 to −32000; of these, −32000 to −32099 are for servers to define.
@frozen
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: Int32

  /// Makes a code of a number.
  @inlinable
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The text is not JSON, or not within the limits.
  public static let parseError = ErrorCode(rawValue: -32700)

  /// The JSON is not a request.
  public static let invalidRequest = ErrorCode(rawValue: -32600)

  /// There is no such method.
  public static let methodNotFound = ErrorCode(rawValue: -32601)

  /// The method cannot read its parameters.
  public static let invalidParams = ErrorCode(rawValue: -32602)

  /// The server failed.
  public static let internalError = ErrorCode(rawValue: -32603)

  /// Whether the number is one the protocol keeps for itself.
  public var isReserved: Bool { (-32768 ... -32000).contains(rawValue) }
}

/// An error as it travels: code, message, and the details this server always gives.
///
/// `data` holds a stable `reason`, the `field` concerned if there is one, and `advice`. More data is
/// written by a closure at the moment the reply is: see `JSONWriter.reply(to:error:data:)`.
public struct ErrorObject: Error, Equatable, Sendable {
  /// The number clients act on.
  public var code: ErrorCode

  /// One short sentence.
  public var message: String

  /// The stable word, or nil when there is no more to say than the code does.
  public var reason: String?

  /// The path of the field concerned.
  public var field: String?

  /// What to do about it.
  public var advice: String?

  /// Puts an error together.
  public init(
    code: ErrorCode, message: String, reason: String? = nil, field: String? = nil,
    advice: String? = nil
  ) {
    self.code = code
    self.message = message
    self.reason = reason
    self.field = field
    self.advice = advice
  }

  /// The text could not be parsed.
  public init(_ error: JSONError) {
    self.init(
      code: .parseError, message: "Parse error", reason: error.rawValue, advice: error.advice)
  }

  /// The value is not a request.
  public init(_ invalid: InvalidRequest) {
    self.init(
      code: .invalidRequest, message: "Invalid Request", reason: invalid.reason.rawValue,
      advice: invalid.advice)
  }

  /// A parameter could not be read.
  public init(_ error: ParameterError) {
    self.init(
      code: .invalidParams, message: "Invalid params", reason: error.reason.rawValue,
      field: error.field.isEmpty ? nil : error.field, advice: error.advice)
  }

  /// There is no method of that name.
  public static func methodNotFound(advice: String? = nil) -> ErrorObject {
    ErrorObject(
      code: .methodNotFound, message: "Method not found", reason: "method_not_found",
      advice: advice)
  }

  /// The server failed, and the caller cannot help it.
  public static func internalError(advice: String? = nil) -> ErrorObject {
    ErrorObject(
      code: .internalError, message: "Internal error", reason: "internal_error", advice: advice)
  }

  var hasData: Bool { reason != nil || field != nil || advice != nil }

  func writeHead(to writer: inout JSONWriter) {
    writer.member("code", code.rawValue)
    writer.member("message", message)
  }

  func writeData(to writer: inout JSONWriter) {
    if let reason { writer.member("reason", reason) }
    if let field { writer.member("field", field) }
    if let advice { writer.member("advice", advice) }
  }
}
