import Client
import Foundation
import Incentives
import JSONRPC
import Testing

@Suite("A connection: calls in, durable answers out")
struct SocketCallTests {
  @Test("a class is declared, facts are recorded, a balance is read; a retry gets the same bytes")
  func hello() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      try talk.declareClass()
      let first = try talk.call("facts.record", comment("c1"))
      #expect(first.contains(#""points":3"#))
      let again = try talk.call("facts.record", comment("c1"))
      #expect(again.contains(#""replayed":true"#))
      let outcome = first.prefix { $0 != "]" } + "]}"
      #expect(again.hasPrefix(outcome))
      #expect(try talk.earned("s-1").contains(#""earned":3,"#))
      let grant = #"{"program":"class","learners":["s-1"],"reason":"spoke","idempotencyKey":"g"}"#
      let granted = try talk.call("points.grant", grant)
      #expect(granted.hasPrefix(#"{"outcome":{"learners":1,"points":2,"total":2},"position":"#))
      #expect(
        try talk.call("points.grant", grant).hasPrefix(
          #"{"outcome":{"learners":1,"points":2,"total":2},"replayed":true,"#))
      let other = grant.replacingOccurrences(of: "s-1", with: "s-2")
      #expect(try talk.call("points.grant", other) == "idempotency_key_reused idempotencyKey")
      let keyless = grant.replacingOccurrences(of: #","idempotencyKey":"g""#, with: "")
      #expect(try talk.call("points.grant", keyless) == "invalid_params idempotencyKey")
      #expect(try talk.call("program.list").contains(#""program":"class""#))
      #expect(
        try talk.call("balance.get", #"{"program":"x","learner":"s"}"#) == "not_found program")
    }
  }

  @Test("many more calls than may be in flight are all answered, once each")
  func pipeline() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      try talk.declareClass()
      var answered = Set<Int>()
      try talk.client.pipeline(
        "facts.record", count: 5_000, window: 4_000,
        write: { number, params in
          params.member("program", "class")
          params.array("facts") { facts in
            facts.object { fact in
              fact.member("source", "lms")
              fact.member("id", "f\(number % 4_000)")
              fact.member("learner", number % 2 == 0 ? "s-1" : "s-2")
              fact.member("verb", "commented")
              fact.member("occurredAt", today)
            }
          }
        },
        read: { (number, result) throws(ClientError) in
          _ = try result.get()
          answered.insert(number)
        })
      #expect(answered.count == 5_000)
      #expect(try talk.earned("s-1").contains(#""earned":6000,"#))
    }
  }

  @Test("batches: answers in one array, nothing for notifications, errors among them")
  func batches() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      let lines = try RawLines(server.socketPath)
      try talk.declareClass()
      let health = #""method":"system.health""#
      #expect(
        try lines.ask("[1,2]")
          == #"[\#(RawLines.notAnObject),\#(RawLines.notAnObject)]"#)
      #expect(
        try lines.ask(#"[{"jsonrpc":"2.0","id":1,"method":"no.such"}]"#).hasPrefix(
          #"[{"jsonrpc":"2.0","id":1,"error":{"code":-32601"#))
      #expect(
        try lines.ask(#"[{"jsonrpc":"2.0",\#(health)},{"jsonrpc":"2.0","id":7,\#(health)}]"#)
          == #"[{"jsonrpc":"2.0","id":7,"result":{"status":"ok"}}]"#)
      // A batch of notifications is not answered: the next answer is the next call's.
      #expect(
        try lines.ask(
          "[{\"jsonrpc\":\"2.0\",\(health)}]\n{\"jsonrpc\":\"2.0\",\"id\":8,\(health)}")
          == #"{"jsonrpc":"2.0","id":8,"result":{"status":"ok"}}"#)
      #expect(try lines.ask("[]").contains(#""code":-32600"#))
      let calls = (0..<1_000).map {
        #"{"jsonrpc":"2.0","id":\#($0),"method":"facts.record","params":\#(comment("b\($0)"))}"#
      }
      let answer = try lines.ask("[\(calls.joined(separator: ","))]")
      #expect(answer.components(separatedBy: #""status":"counted""#).count == 1_001)
      #expect(
        try lines.ask("[\((calls + calls.prefix(1)).joined(separator: ","))]").contains(
          "batch_too_large"))
    }
  }

  @Test("what is no JSON is answered, and the next line is read as usual")
  func garbage() async throws {
    try await RunningServer.run { server in
      let lines = try RawLines(server.socketPath)
      let health = #"{"jsonrpc":"2.0","id":1,"method":"system.health"}"#
      #expect(try lines.ask("{").contains(#""code":-32700"#))
      #expect(try lines.ask("\r\n\n" + health).contains(#""status":"ok""#))
      #expect(try lines.ask(#"{"id":1}"#).contains(#""id":1,"error":{"code":-32600"#))
      #expect(
        try lines.ask(#"{"jsonrpc":"2.0","id":1,"method":"system.health","params":[1]}"#).contains(
          #""code":-32602"#))
      #expect(
        try lines.ask(#"{"jsonrpc":"2.0","id":1,"method":"balance.get","params":{"program":"p"}}"#)
          .contains(#""field":"learner","advice":"Add the field.","problem":"missing""#))
    }
  }

  @Test("a frame beyond the limit is answered and the connection closed")
  func tooLong() async throws {
    try await RunningServer.run(configure: { $0.limits.frameBytesMax = 1_024 }) { server in
      let pad = String(repeating: " ", count: 1_024)
      let lines = try RawLines(server.socketPath)
      let health = #"{"jsonrpc":"2.0","id":1,"method":"system.health"}"#
      #expect(try lines.ask(health + pad.dropLast(health.utf8.count)).contains("ok"))
      #expect(try lines.ask(pad + " ").contains("too_large"))
      #expect(try lines.isClosed())
    }
  }

  @Test("a peer that has said all it will is answered before the connection closes")
  func halfClosed() async throws {
    try await RunningServer.run { server in
      let lines = try RawLines(server.socketPath)
      try lines.say(#"{"jsonrpc":"2.0","id":1,"method":"system.health"}"#, newline: false)
      lines.finish()
      #expect(try lines.hear().contains("ok"))
      #expect(try lines.isClosed())
      let silent = try RawLines(server.socketPath)
      silent.finish()
      #expect(try silent.isClosed())
    }
  }

  @Test("a frame that does not come to its end closes the connection; an idle one stays")
  func slow() async throws {
    try await RunningServer.run(configure: { $0.limits.frameTimeout = .milliseconds(1) }) {
      server in
      let (idle, slow) = (try RawLines(server.socketPath), try RawLines(server.socketPath))
      try slow.say("{", newline: false)
      #expect(try slow.isClosed())
      #expect(
        try idle.ask(#"{"jsonrpc":"2.0","id":1,"method":"system.health"}"#).contains("ok"))
    }
  }

  @Test("a peer that reads nothing holds up nobody, and gets every answer when it reads")
  func deaf() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      try talk.declareClass()
      let deaf = try RawLines(server.socketPath)
      let call = #"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"# + "\n"
      let sent = try deaf.sayUntilFull(call, max: 100_000)
      #expect(sent < 100_000)
      #expect(try talk.call("system.health") == #"{"status":"ok"}"#)
      // What was cut off in the middle follows once the answers before it are heard.
      for _ in 1..<sent { #expect(isAnswer(try deaf.hear())) }
      try deaf.sayRest()
      #expect(isAnswer(try deaf.hear()))
    }
  }

  /// The document, or that too many of them are unread.
  private func isAnswer(_ line: String) -> Bool {
    line.utf8.count > 10_000 || line.contains(#""reason":"busy""#)
  }

  @Test("one connection too many is told so and closed")
  func tooMany() async throws {
    try await RunningServer.run(configure: { $0.limits.connectionsMax = 2 }) { server in
      let (first, second) = (try server.owner(), try server.owner())
      for talk in [first, second] { try talk.call("system.health") }
      let third = try RawLines(server.socketPath)
      #expect(try third.hear().contains("limit_reached"))
      #expect(try third.isClosed())
      #expect(try second.call("system.stats").contains(#""connections":2"#))
    }
  }

  @Test("learners are looked for in the store, the exact id first")
  func find() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      try talk.declareClass()
      try talk.call(
        "learner.put", #"{"program":"class","id":"s-10","name":"Li Lei","idempotencyKey":"n"}"#)
      func find(_ text: String, limit: Int = 10) throws -> [Substring] {
        try talk.call("learner.find", #"{"program":"class","text":"\#(text)","limit":\#(limit)}"#)
          .components(separatedBy: #""learner":""#).dropFirst().map { $0.prefix { $0 != "\"" } }
      }
      #expect(try find("li LEI") == ["s-10"])
      #expect(try find("S-1") == ["s-1", "s-10"])
      #expect(try find("s-10", limit: 1) == ["s-10"])
      #expect(try find("s-", limit: 2) == ["s-1", "s-2"])
      #expect(try find("nobody") == [])
    }
  }

  @Test("verify and backup run beside the engine and answer like every method")
  func services() async throws {
    try await RunningServer.run { server in
      let talk = try server.owner()
      #expect(
        try talk.call("system.verify")
          == #"{"clean":false,"checks":[{"check":"chain","status":"ok"},"#
          + #"{"check":"rules","status":"unchecked","detail":"not asked"}]}"#)
      #expect(try talk.call("system.verify", #"{"rules":true}"#).hasPrefix(#"{"clean":false"#))
      #expect(
        try talk.call("system.backup", #"{"directory":"/x"}"#)
          == #"{"programs":[{"program":"class","position":7,"head":"ab"}],"bytes":11}"#)
      #expect(try talk.call("system.backup", #"{"directory":"/full"}"#) == "unavailable ")
      #expect(
        try talk.call("system.backup", #"{"directory":"x"}"#) == "invalid_params directory")
    }
  }
}
