import API
import Client
import Foundation
import Ledger
import Testing

@Suite("Nobody reads or writes outside their scope")
struct AuthorityTests {
  @Test("a TCP connection may do nothing before it presents a key")
  func strangers() async throws {
    try await RunningServer.run { server in
      let talk = try server.stranger()
      #expect(try talk.call("system.health") == #"{"status":"ok"}"#)
      #expect(try talk.call("rpc.discover").hasPrefix(#"{"openrpc":"#))
      for entry in MethodTable.entries where !entry.card.roles.isEmpty {
        #expect(try talk.call(entry.card.name) == "unauthenticated ")
      }
      #expect(try talk.call("system.authenticate", #"{"key":"hello"}"#) == "unauthenticated key")
      let other = APIKey.random()
      #expect(
        try talk.call("system.authenticate", #"{"key":"\#(other.text)"}"#) == "unauthenticated key")
      #expect(try talk.call("program.list") == "unauthenticated ")
    }
  }

  @Test("a key opens its own program, for its own roles, and nothing else")
  func scope() async throws {
    let lms = key("lms", [.facts], program: 1)
    let board = key("board", [.read], program: 1)
    let whole = key("whole", [.admin], program: 0)
    let lost = key("lost", [.admin], program: 9)
    try await RunningServer.run(keys: [lms, board, whole, lost]) { server in
      let owner = try server.owner()
      try owner.declareClass()
      let other = classProgram.replacingOccurrences(of: #""id":"class""#, with: #""id":"other""#)
      try owner.call("program.apply", #"{"program":\#(other),"idempotencyKey":"o"}"#)

      let source = try server.stranger(lms.0.text)
      #expect(try source.call("facts.record", comment("c1")).contains(#""points":3"#))
      #expect(
        try source.call("facts.record", comment("c1", program: "other")) == "not_found program")
      #expect(
        try source.call("facts.record", comment("c1", program: "none")) == "not_found program")
      #expect(
        try source.call("balance.get", #"{"program":"class","learner":"s-1"}"#) == "forbidden ")
      #expect(try source.call("system.stats") == "forbidden ")

      let reader = try server.stranger(board.0.text)
      #expect(
        try reader.call("balance.get", #"{"program":"class","learner":"s-1"}"#).contains(
          #""earned":3"#))
      #expect(try reader.call("facts.record", comment("c2")) == "forbidden ")
      #expect(
        try reader.call("balance.get", #"{"program":"other","learner":"s-1"}"#)
          == "not_found program")
      let list = try reader.call("program.list")
      #expect(list.contains(#""program":"class""#))
      #expect(!list.contains("other"))

      let admin = try server.stranger(whole.0.text)
      #expect(try admin.call("program.list").contains("other"))
      #expect(try admin.call("system.stats").contains(#""programs":2"#))
      #expect(throws: ClientError.self) { try server.stranger(lost.0.text) }
    }
  }

  @Test("authenticating tells who one is")
  func identity() async throws {
    let lms = key("lms", [.facts, .read], program: 1)
    let whole = key("whole", [.admin], program: 0)
    try await RunningServer.run(keys: [lms, whole]) { server in
      try server.owner().declareClass()
      let talk = try server.stranger()
      #expect(
        try talk.call("system.authenticate", #"{"key":"\#(lms.0.text)"}"#)
          == #"{"principal":"lms","program":"class","roles":["facts","read"]}"#)
      #expect(
        try talk.call("system.authenticate", #"{"key":"\#(whole.0.text)"}"#)
          == #"{"principal":"whole","roles":["admin"]}"#)
    }
  }

  @Test("an idempotency key belongs to who used it")
  func keysOfPrincipals() async throws {
    let (one, two) = (key("one", [.award], program: 1), key("two", [.award], program: 1))
    try await RunningServer.run(keys: [one, two]) { server in
      try server.owner().declareClass()
      let grant = #"{"program":"class","learners":["s-1"],"reason":"spoke","idempotencyKey":"g"}"#
      for (key, _) in [one, two] {
        let talk = try server.stranger(key.text)
        #expect(try !talk.call("points.grant", grant).contains("replayed"))
        #expect(try talk.call("points.grant", grant).contains(#""replayed":true"#))
      }
    }
  }

  @Test("a connection that presents no key in time is closed; the owner's stays")
  func patience() async throws {
    try await RunningServer.run(
      configure: { $0.limits.authenticationTimeout = .milliseconds(1) }
    ) { server in
      let (owner, silent) = (try server.owner(), try server.stranger())
      #expect(throws: ClientError.closed) { try silent.hear() }
      #expect(try owner.call("system.health") == #"{"status":"ok"}"#)
    }
  }
}
