import JSONRPC

/// `system.authenticate`: a TCP connection's first call; says who the caller is from then on.
public struct Authenticate: Sendable {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.authenticate", "Presents an API key; the first call of a TCP connection.",
    params: [.required("key", .text(bytesMax: CallLimits.identifierBytesMax), "The API key.")],
    result: [
      .required("principal", .identifier, "Who the caller is."),
      .optional("program", .identifier, "The program the key is for; absent: the whole server."),
      .required("roles", .list(.word(Roles.words), max: 8), "What the key may do."),
    ], roles: [])

  /// The key as presented.
  public let key: String

  /// Reads the parameters.
  public init(_ params: JSONValue?) throws(ParameterError) {
    var fields = try Fields(params)
    key = try fields.string("key", max: CallLimits.identifierBytesMax)
    try fields.finish()
  }

  /// The result for a key that is good.
  public static func result(principal: String, program: String?, roles: Roles) -> [UInt8] {
    jsonObject { writer in
      writer.member("principal", principal)
      if let program { writer.member("program", program) }
      writer.member("roles", roles.words)
    }
  }
}
