import Foundation
import JSONRPC
import Testing

/// The little server that section 7 of the specification talks to.
private struct ExampleServer {
  let parser: JSONParser

  /// The bytes to send back, or nil when nothing may be sent.
  func answer(_ text: String) -> String? {
    switch parser.message(text) {
    case .rejected(let error):
      return written { $0.reply(to: .null, error: error) }
    case .single(let request):
      guard Self.wantsAnswer(request) else { return nil }
      return written { Self.answer(request, to: &$0) }
    case .batch(let batch):
      let gathered = BatchReply()
      let requests = Array(batch).filter(Self.wantsAnswer)
      for _ in requests { gathered.expect() }
      gathered.seal()
      for request in requests.reversed() { gathered.add { Self.answer(request, to: &$0) } }
      var sent: String?
      gathered.finish { sent = String(decoding: $0, as: UTF8.self) }
      return sent
    }
  }

  static func wantsAnswer(_ request: Request) -> Bool {
    guard case .call(let call) = request else { return true }
    return !call.isNotification
  }

  static func answer(_ request: Request, to writer: inout JSONWriter) {
    switch request {
    case .invalid(let invalid): writer.reply(to: invalid.id, error: ErrorObject(invalid))
    case .call(let call): answer(call, id: call.id ?? .null, to: &writer)
    }
  }

  static func answer(_ call: Call, id: RequestID, to writer: inout JSONWriter) {
    switch call.method {
    case "subtract":
      let operands = call.params?.array?.compactMap(\.int64) ?? []
      let named = call.params?.object
      let minuend = named?["minuend"]?.int64 ?? operands.first ?? 0
      let subtrahend = named?["subtrahend"]?.int64 ?? operands.last ?? 0
      writer.reply(to: id) { $0.int(minuend - subtrahend) }
    case "sum":
      let sum = call.params?.array?.compactMap(\.int64).reduce(0, +) ?? 0
      writer.reply(to: id) { $0.int(sum) }
    case "get_data":
      writer.reply(to: id) { writer in
        writer.array { writer in
          writer.string("hello")
          writer.int(5)
        }
      }
    default:
      writer.reply(to: id, error: .methodNotFound())
    }
  }
}

@Suite("The examples of the JSON-RPC 2.0 specification, section 7")
struct SpecificationTests {
  struct Example: CustomTestStringConvertible {
    var name: String
    var request: String
    var response: String?
    var testDescription: String { name }
  }

  static let error32600 =
    #"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#
  static let error32700 =
    #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#

  static let examples: [Example] = [
    Example(
      name: "positional",
      request: #"{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}"#,
      response: #"{"jsonrpc":"2.0","result":19,"id":1}"#),
    Example(
      name: "named",
      request:
        #"{"jsonrpc":"2.0","method":"subtract","params":{"subtrahend":23,"minuend":42},"id":3}"#,
      response: #"{"jsonrpc":"2.0","result":19,"id":3}"#),
    Example(
      name: "notification", request: #"{"jsonrpc":"2.0","method":"update","params":[1,2,3]}"#,
      response: nil),
    Example(
      name: "notification of no method", request: #"{"jsonrpc":"2.0","method":"foobar"}"#,
      response: nil),
    Example(
      name: "no method", request: #"{"jsonrpc":"2.0","method":"foobar","id":"1"}"#,
      response:
        #"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"}"#),
    Example(
      name: "no JSON", request: #"{"jsonrpc":"2.0","method":"foobar, "params":"bar", "baz]"#,
      response: error32700),
    Example(
      name: "no request", request: #"{"jsonrpc":"2.0","method":1,"params":"bar"}"#,
      response: error32600),
    Example(
      name: "batch, no JSON",
      request:
        #"[{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"]"#,
      response: error32700),
    Example(name: "empty batch", request: "[]", response: error32600),
    Example(name: "batch of one invalid", request: "[1]", response: "[\(error32600)]"),
    Example(
      name: "batch of invalid ones", request: "[1,2,3]",
      response: "[\(error32600),\(error32600),\(error32600)]"),
    Example(
      name: "mixed batch",
      request: """
        [{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},\
        {"jsonrpc":"2.0","method":"notify_hello","params":[7]},\
        {"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":"2"},{"foo":"boo"},\
        {"jsonrpc":"2.0","method":"foo.get","params":{"name":"myself"},"id":"5"},\
        {"jsonrpc":"2.0","method":"get_data","id":"9"}]
        """,
      response: """
        [{"jsonrpc":"2.0","result":7,"id":"1"},{"jsonrpc":"2.0","result":19,"id":"2"},\(error32600),\
        {"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"5"},\
        {"jsonrpc":"2.0","result":["hello",5],"id":"9"}]
        """),
    Example(
      name: "batch of notifications",
      request: """
        [{"jsonrpc":"2.0","method":"notify_sum","params":[1,2,4]},\
        {"jsonrpc":"2.0","method":"notify_hello","params":[7]}]
        """,
      response: nil),
  ]

  @Test("as we tell them", arguments: examples)
  func ownExamples(_ example: Example) throws {
    try check(example)
  }

  @Test("as the fixture quotes them", .enabled(if: Fixtures.hasExamples))
  func quotedExamples() throws {
    let parser = try JSONParser()
    let file = Tree(try parser.parse(bytes: Array(Data(contentsOf: Fixtures.examples))))
    guard case .array(let cases) = file["cases"] else {
      Issue.record("the fixture has no cases")
      return
    }
    #expect(cases.count == 15)
    for item in cases {
      guard case .string(let name) = item["name"], case .string(let request) = item["request"]
      else {
        Issue.record("a case without name or request")
        continue
      }
      var response: String?
      if case .string(let text) = item["response"] { response = text }
      try check(Example(name: name, request: request, response: response))
    }
  }

  private func check(_ example: Example) throws {
    let parser = try JSONParser()
    let answer = ExampleServer(parser: parser).answer(example.request)
    let received = try answer.map { Self.comparable(Tree(try parser.parse($0))) }
    let expected = try example.response.map { Self.comparable(Tree(try parser.parse($0))) }
    #expect(received == expected, "\(example.name): \(answer ?? "nothing")")
  }

  /// Without the data an error may add; a batch as a bag, because its order is free.
  private static func comparable(_ reply: Tree) -> [Tree: Int] {
    guard case .array(let replies) = reply else { return [withoutData(reply): -1] }
    return replies.map(withoutData).reduce(into: [:]) { bag, reply in bag[reply, default: 0] += 1 }
  }

  private static func withoutData(_ reply: Tree) -> Tree {
    guard case .object(var members) = reply, case .object(var error) = members["error"] else {
      return reply
    }
    error["data"] = nil
    members["error"] = .object(error)
    return .object(members)
  }
}
