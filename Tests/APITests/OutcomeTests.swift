import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("What a fact paid is told in the same bytes for ever")
struct OutcomeTests {
  @Test("a first outcome, its replay, a conflict and what a cap withheld")
  func facts() {
    let world = World.withClass()
    let first =
      #"{"outcome":{"fact":17,"status":"counted","points":3,"rules":[{"rule":"comment","points":3}]}"#
    #expect(world.comment("c1") == #"{"outcomes":[\#(first)}]}"#)
    #expect(world.comment("c1") == #"{"outcomes":[\#(first),"replayed":true}]}"#)
    _ = world.comment("c2")
    _ = world.comment("c3")
    #expect(
      world.comment("c4").contains(
        #""points":0,"rules":[{"rule":"comment","points":0,"reason":"cap_reached"}]}"#))
    #expect(world.comment("c1") == #"{"outcomes":[\#(first),"replayed":true}]}"#)
  }

  @Test("who is not on the roster waits, and says so")
  func pending() {
    let world = World.withClass()
    #expect(
      world.comment("c1", "stranger").hasSuffix(
        #""status":"pending","points":0,"rules":[],"reason":"not_on_roster"}}]}"#))
  }

  @Test("a refusal names reason, field and advice in the place of the outcome")
  func refused() {
    let world = World.withClass()
    let said = world.comment("c1", at: "2026-09-07T13:00:00+08:00")
    #expect(
      said.hasPrefix(#"{"outcomes":[{"refused":{"reason":"fact_in_future","field":"occurredAt","#))
  }

  @Test("an envelope goes around an answer without touching it")
  func envelope() {
    let envelope = Envelope(position: Position(rawValue: 7), head: "ab")
    var writer = JSONWriter()
    writer.reply(
      to: .integer(1), outcome: Array(#"{"b":1,"a":[ 2 ]}"#.utf8), isReplayed: true, in: envelope)
    writer.endLine()
    writer.reply(to: .integer(2), result: Array(#"{"a":1}"#.utf8), in: envelope)
    writer.endLine()
    writer.reply(to: .integer(3), result: Array(#"{"a":1}"#.utf8), in: envelope, withHead: true)
    writer.endLine()
    writer.reply(to: .null, refused: Refusal(.busy, "Wait."), isReplayed: true)
    writer.endLine()
    writer.reply(to: .null, malformed: ParameterError("facts", .missing, "Add the field."))
    #expect(
      writer.string == """
        {"jsonrpc":"2.0","id":1,"result":{"outcome":{"b":1,"a":[ 2 ]},"replayed":true,"position":7,"head":"ab"}}
        {"jsonrpc":"2.0","id":2,"result":{"a":1,"position":7}}
        {"jsonrpc":"2.0","id":3,"result":{"a":1,"position":7,"head":"ab"}}
        {"jsonrpc":"2.0","id":null,"error":{"code":-32011,"message":"The server is busy","data":\
        {"reason":"busy","advice":"Wait.","replayed":true,"retryAfter":250}}}
        {"jsonrpc":"2.0","id":null,"error":{"code":-32602,"message":"Invalid params","data":\
        {"reason":"invalid_params","field":"facts","advice":"Add the field.","problem":"missing"}}}
        """)
  }

  @Test("every reason has its own code, and codes lead back")
  func codes() {
    let codes = RefusalReason.allCases.map { RefusalCodes(of: $0) }
    #expect(Set(codes.map(\.rpc)).count == RefusalReason.allCases.count)
    for reason in RefusalReason.allCases {
      #expect(RefusalCodes.reason(of: RefusalCodes(of: reason).rpc) == reason)
      #expect(400..<600 ~= RefusalCodes(of: reason).httpStatus)
      #expect(1...3 ~= RefusalCodes(of: reason).exitCode)
    }
    #expect(RefusalCodes(of: .factConflict).rpc.rawValue == -32002)
    #expect(RefusalCodes(of: .unavailable).rpc.rawValue == -32016)
    #expect(RefusalCodes.reason(of: .parseError) == nil)
  }
}
