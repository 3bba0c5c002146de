import JSONRPC

/// `system.health`: whether the server answers; needs no key.
public enum CheckHealth {
  /// What the table says of it.
  public static let card = MethodCard(
    "system.health", "Tells whether the server decides and reads; needs no key.", params: [],
    result: [.required("status", .word(["ok"]), "ok, or there is no answer.")], roles: [])

  /// The result, which only a running engine gives.
  public static let result = jsonObject { $0.member("status", "ok") }
}
