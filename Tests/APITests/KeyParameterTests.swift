import JSONRPC
import Testing

@testable import API

@Suite("Keys: what may be said of them, and that the cards say so")
struct KeyParameterTests {
  private let limit = CallLimits.idempotencyKeyBytesMax

  private func create(
    name: String = "lms", roles: String = #"["facts"]"#, key: String = "k"
  ) -> String {
    said(
      #"{"name":"\#(name)","program":"class","roles":\#(roles),"idempotencyKey":"\#(key)"}"#
    ) { value throws(ParameterError) in _ = try CreateKey(value) }
  }

  private func said(
    _ params: String, _ read: (JSONValue) throws(ParameterError) -> Void
  ) -> String {
    do {
      try withValue(of: params.utf8) { try read($0) }
      return ""
    } catch let error as ParameterError {
      return "\(error.field): \(error.reason.rawValue)"
    } catch {
      return "\(error)"
    }
  }

  @Test("nobody acts under the owner's name but the owner")
  func owner() {
    #expect(create() == "")
    #expect(create(name: CreateKey.ownersName) == "name: invalid_value")
    #expect(create(name: "Owner") == "")
  }

  @Test("a key is of one person or of one system, and only a system speaks for sources")
  func holders() {
    func create(_ holder: String) -> String {
      said(#"{"program":"class","idempotencyKey":"k",\#(holder)}"#) {
        value throws(ParameterError) in
        _ = try CreateKey(value)
      }
    }
    #expect(create(#""staff":"T-1""#) == "")
    #expect(create(#""staff":"T-1","name":"phone""#) == "")
    #expect(create(#""system":"moodle","sources":["a","b"],"roles":["facts"]"#) == "")
    #expect(create(#""roles":["facts"]"#) == "staff: missing")
    #expect(create(#""staff":"T-1","system":"m""#) == "system: invalid_value")
    #expect(create(#""staff":"T-1","sources":["m"]"#) == "sources: invalid_value")
    #expect(create(#""staff":"T-1","roles":["read"]"#) == "roles: invalid_value")
    #expect(create(#""system":"owner","roles":["read"]"#) == "system: invalid_value")
    #expect(create(#""system":"m""#).hasPrefix("roles: "))
  }

  @Test("roles are known words, at least one")
  func roles() {
    #expect(create(roles: #"["read","self"]"#) == "")
    #expect(create(roles: "[]") == "roles: invalid_value")
    #expect(create(roles: #"["root"]"#) == "roles: invalid_value")
  }

  @Test("an idempotency key is what it is everywhere: 1 to 255 printable ASCII characters")
  func idempotencyKeys() {
    #expect(create(key: String(repeating: "x", count: limit)) == "")
    #expect(create(key: String(repeating: "x", count: limit + 1)) == "idempotencyKey: too_long")
    #expect(create(key: "ключ") == "idempotencyKey: invalid_value")
    for key in ["é", String(repeating: "x", count: limit + 1)] {
      #expect(
        said(#"{"id":"0","idempotencyKey":"\#(key)"}"#) { value throws(ParameterError) in
          _ = try RevokeKey(value)
        }.hasPrefix("idempotencyKey: "))
    }
    #expect(
      said(#"{"id":"0","idempotencyKey":null}"#) { value throws(ParameterError) in
        _ = try RevokeKey(value)
      } == "")
    for card in [CreateKey.card, RevokeKey.card] {
      guard case .text(limit)? = card.params.first(where: { $0.name == "idempotencyKey" })?.schema
      else {
        Issue.record("\(card.name) says another length than it takes")
        continue
      }
    }
  }
}
