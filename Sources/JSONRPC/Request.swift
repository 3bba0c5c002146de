/// One member of a message: a call, or what is no request and is answered with −32600.
public enum Request {
  case call(Call)
  case invalid(InvalidRequest)

  /// Reads one request object by section 4 of the specification; other members are tolerated.
  public init(_ value: JSONValue) {
    guard let object = value.object else {
      self = .invalid(InvalidRequest(.notAnObject, id: .null))
      return
    }
    var envelope = Envelope()
    for (key, member) in object { envelope.take(key, member) }
    self = envelope.request
  }
}

/// The four members the protocol defines, as they come by.
private struct Envelope {
  private var version: JSONValue?
  private var method: JSONValue?
  private var params: JSONValue?
  private var id: JSONValue?
  private var isDoubled = false

  mutating func take(_ key: JSONText, _ value: JSONValue) {
    let isSecond =
      switch key {
      case "jsonrpc": Self.set(&version, value)
      case "method": Self.set(&method, value)
      case "params": Self.set(&params, value)
      case "id": Self.set(&id, value)
      default: false
      }
    if isSecond { isDoubled = true }
  }

  /// Returns whether the member was there already.
  private static func set(_ member: inout JSONValue?, _ value: JSONValue) -> Bool {
    defer { member = value }
    return member != nil
  }

  /// In this order: doubled members make the id unknown, then the id, which every answer needs.
  var request: Request {
    if isDoubled { return .invalid(InvalidRequest(.duplicateMember, id: .null)) }
    let echo = id.map(RequestID.init)
    if case .some(.none) = echo { return .invalid(InvalidRequest(.id, id: .null)) }
    let known = echo ?? nil
    guard let version = version?.text, version == "2.0" else {
      return .invalid(InvalidRequest(.version, id: known ?? .null))
    }
    guard let method = method?.text else {
      return .invalid(InvalidRequest(.method, id: known ?? .null))
    }
    if let params, params.kind != .object, params.kind != .array {
      return .invalid(InvalidRequest(.params, id: known ?? .null))
    }
    return .call(Call(method: method, params: params, id: known))
  }
}
