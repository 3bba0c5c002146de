import JSONRPC
import Testing

@Suite("Messages: what is a request, and whose id an answer echoes")
struct MessageTests {
  let parser: JSONParser

  init() throws { parser = try JSONParser() }

  /// One line for what became of a single request.
  func outcome(_ text: String) -> String {
    switch parser.message(text) {
    case .single(.call(let call)):
      let id = call.id.map { id in written { $0.id(id) } } ?? "none"
      return "\(call.method.string) \(id)"
    case .single(.invalid(let invalid)):
      return "\(invalid.reason.rawValue) \(written { $0.id(invalid.id) })"
    case .batch(let batch): return "batch \(batch.count)"
    case .rejected(let error): return "\(error.code.rawValue) \(error.reason ?? "")"
    }
  }

  @Test(
    "requests",
    arguments: [
      (#"{"jsonrpc":"2.0","method":"a","id":1}"#, "a 1"),
      (#"{"jsonrpc":"2.0","method":"a","id":-5}"#, "a -5"),
      (#"{"jsonrpc":"2.0","method":"a"}"#, "a none"),
      (#"{"jsonrpc":"2.0","method":"a","id":null}"#, "a null"),
      (#"{"jsonrpc":"2.0","method":"a","id":"x\u0041\"\u0001"}"#, #"a "xA\"\u0001""#),
      (#"{"jsonrpc":"2.0","method":"a","id":1.50}"#, "a 1.50"),
      (#"{"jsonrpc":"2.0","method":"a","id":-0}"#, "a -0"),
      (#"{"jsonrpc":"2.0","method":"a","id":1e999}"#, "a 1e999"),
      (
        #"{"jsonrpc":"2.0","method":"a","id":123456789012345678901234567890}"#,
        "a 123456789012345678901234567890"
      ),
      (#"{"jsonrpc":"2.0","method":"a","id":18446744073709551615}"#, "a 18446744073709551615"),
      (#"{"id":1,"params":{},"method":"a","jsonrpc":"2.0","more":[1]}"#, "a 1"),
      (#"{"jsonrpc":"2.0","method":"a","params":[],"id":1}"#, "a 1"),
      (#"{"jsonrpc":"2.0","method":"","id":1}"#, " 1"),
      (#"{"jsonrpc":"2.1","method":"a","id":1}"#, "version 1"),
      (#"{"jsonrpc":2.0,"method":"a","id":1}"#, "version 1"),
      (#"{"method":"a","id":"q"}"#, #"version "q""#),
      (#"{"jsonrpc":"2.0","id":1}"#, "method 1"),
      (#"{"jsonrpc":"2.0","method":1}"#, "method null"),
      (#"{"jsonrpc":"2.0","method":"a","params":"bar","id":1}"#, "params 1"),
      (#"{"jsonrpc":"2.0","method":"a","params":null,"id":1}"#, "params 1"),
      (#"{"jsonrpc":"2.0","method":"a","params":1}"#, "params null"),
      (#"{"jsonrpc":"2.0","method":"a","id":true}"#, "id null"),
      (#"{"jsonrpc":"2.0","method":"a","id":{}}"#, "id null"),
      (#"{"jsonrpc":"2.0","method":"a","id":[1]}"#, "id null"),
      (#"{"jsonrpc":"2.0","method":"a","id":1,"id":1}"#, "duplicate_member null"),
      (#"{"jsonrpc":"2.0","method":"a","method":"b","id":1}"#, "duplicate_member null"),
      (#"{"foo":"boo"}"#, "version null"), ("1", "not_an_object null"),
      ("\"x\"", "not_an_object null"), ("null", "not_an_object null"), ("[]", "-32600 empty_batch"),
      ("[1]", "batch 1"), ("", "-32700 empty"), ("{", "-32700 structure"),
      ("[01]", "-32700 number"), ("\"\\ud800\"", "-32700 string"), ("[nul]", "-32700 literal"),
    ])
  func requests(_ text: String, _ expected: String) {
    #expect(outcome(text) == expected)
  }

  @Test("names beginning with rpc. are the protocol's")
  func reserved() throws {
    for (method, isReserved) in [
      ("rpc.discover", true), ("rpc.", true), ("rpc", false), ("a", false),
    ] {
      guard
        case .single(.call(let call)) = parser.message(
          "{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\"}")
      else {
        Issue.record("\(method) was not read")
        continue
      }
      #expect(call.isReserved == isReserved)
      #expect(call.isNotification)
    }
  }

  @Test("an id is never echoed longer than it was sent")
  func echoLength() throws {
    for id in [#""\u0001\u001f\b\n\"\\""#, #""积分😀""#, #""\/\u00e9""#, "1.5e3"] {
      let value = try parser.parse(id)
      let echo = try #require(RequestID(value))
      #expect(written { $0.id(echo) }.utf8.count <= id.utf8.count)
    }
  }

  @Test("what a client writes, the server reads")
  func clientToServer() {
    var writer = JSONWriter()
    writer.array { writer in
      writer.call("balance.get", id: .integer(7)) { $0.member("learner", "s-1") }
      writer.call("system.health", id: RequestID("r-\"1"))
      writer.notification("facts.record") { $0.member("n", 1) }
    }
    guard case .batch(let batch) = parser.message(writer.string) else {
      Issue.record("no batch")
      return
    }
    let calls = batch.compactMap { request -> String? in
      guard case .call(let call) = request else { return nil }
      let id = call.id.map { id in written { $0.id(id) } } ?? "-"
      return "\(call.method.string) \(id) \(call.params?.object?.count ?? -1)"
    }
    #expect(calls == ["balance.get 7 1", #"system.health "r-\"1" -1"#, "facts.record - 1"])
  }

  @Test("what a server writes, the client reads")
  func serverToClient() throws {
    let good = written { $0.reply(to: .integer(1)) { $0.int(5) } }
    let reply = try Reply(parser.parse(good))
    #expect(reply.id == .integer(1))
    guard case .result(let value) = reply.outcome else {
      Issue.record("no result")
      return
    }
    #expect(value.int64 == 5)

    let code = ErrorCode(rawValue: 4001)
    let bad = written { writer in
      writer.reply(to: RequestID("a"), error: ErrorObject(code: code, message: "Not enough")) {
        $0.member("spendable", 3)
      }
    }
    let refusal = try Reply(parser.parse(bad))
    #expect(refusal.id == RequestID("a"))
    guard case .error(code, "Not enough", let data?) = refusal.outcome else {
      Issue.record("no error")
      return
    }
    #expect(data.object?["spendable"]?.int64 == 3)
    #expect(!code.isReserved && ErrorCode.parseError.isReserved)
  }

  @Test(
    "what is no reply is told apart",
    arguments: [
      ("1", Reply.Malformed.notAnObject), (#"{"id":1,"result":1}"#, .version),
      (#"{"jsonrpc":"2.0","result":1}"#, .id),
      (#"{"jsonrpc":"2.0","id":1}"#, .outcome),
      (#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}"#, .outcome),
      (#"{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":""}}"#, .outcome),
      (#"{"jsonrpc":"2.0","id":1,"error":{"code":99999999999,"message":""}}"#, .outcome),
    ])
  func malformedReplies(_ text: String, _ expected: Reply.Malformed) {
    #expect(throws: expected) { _ = try Reply(parser.parse(text)) }
  }
}
