import API
import Client
import Foundation
import Ledger
import Testing

@testable import Server

@Suite("Keys over the wire: made once, listed, and good until they are revoked")
struct KeyMethodTests {
  private func create(_ name: String, _ idempotencyKey: String, roles: String = "read") -> String {
    #"{"name":"\#(name)","program":"class","roles":["\#(roles)"],"#
      + #""idempotencyKey":"\#(idempotencyKey)"}"#
  }

  /// The member of an answer, up to its closing quote.
  private func member(_ name: String, of answer: String) throws -> String {
    let rest = try #require(answer.components(separatedBy: "\"\(name)\":\"").dropFirst().first)
    return String(rest.prefix { $0 != "\"" })
  }

  @Test("a key is shown once, a retry finds it made, another call does not get its idempotency key")
  func made() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      try owner.declareClass()
      let made = try owner.call("key.create", create("board", "k1"))
      let reader = try server.stranger(try member("key", of: made))
      #expect(
        try reader.call("balance.get", #"{"program":"class","learner":"s-1"}"#).contains("earned"))

      let again = try owner.call("key.create", create("board", "k1"))
      #expect(again.hasSuffix(#""replayed":true}"#))
      #expect(!again.contains(#""key":"#))
      #expect(try member("id", of: again) == member("id", of: made))
      #expect(
        try owner.call("key.create", create("other", "k1"))
          == "idempotency_key_reused idempotencyKey")
      #expect(
        try owner.call(
          "key.create",
          create("x", "k2").replacingOccurrences(of: #""class""#, with: #""none""#))
          == "not_found program")
      #expect(try owner.call("key.create", create("owner", "k3")) == "invalid_params name")

      let list = try owner.call("key.list")
      #expect(list.contains(#""name":"board","system":"board","program":"class","roles":["read"]"#))
      #expect(!list.contains("lk_"))
      #expect(list.components(separatedBy: #""name":"#).count == 2)
    }
  }

  @Test("a revoked key acts no more, not even where it was presented before")
  func revoked() async throws {
    let (lms, other) = (key("lms", [.facts], program: 1), key("other", [.facts], program: 1))
    let admin = key("admin", [.admin], program: 0)
    try await RunningServer.run(keys: [lms, other, admin]) { server in
      try server.owner().declareClass()
      let first = try server.stranger(lms.0.text)
      let second = try server.stranger(lms.0.text)
      let good = try server.stranger(other.0.text)
      #expect(try first.call("facts.record", comment("c1")).contains("counted"))
      #expect(try second.call("facts.record", comment("c2")).contains("counted"))

      let chief = try server.stranger(admin.0.text)
      let revoke = #"{"id":"\#(lms.0.id)"}"#
      #expect(
        try chief.call("key.revoke", revoke)
          == #"{"outcome":{"id":"\#(lms.0.id)","changed":true}}"#)
      for talk in [first, second] {
        #expect(try talk.call("facts.record", comment("c3")) == "unauthenticated ")
        #expect(
          try talk.call("system.authenticate", #"{"key":"\#(lms.0.text)"}"#)
            == "unauthenticated key")
      }
      #expect(try good.call("facts.record", comment("c3")).contains("counted"))
      #expect(try chief.call("key.revoke", revoke).contains(#""changed":false"#))
      #expect(try chief.call("key.list").contains(#""revoked":"#))
      #expect(try chief.call("key.revoke", #"{"id":"0"}"#) == "not_found id")
    }
  }

  @Test("who revokes their own key is told so, and then is nobody")
  func suicide() async throws {
    let admin = key("admin", [.admin], program: 0)
    try await RunningServer.run(keys: [admin]) { server in
      let talk = try server.stranger(admin.0.text)
      #expect(
        try talk.call("key.revoke", #"{"id":"\#(admin.0.id)"}"#).contains(#""changed":true"#))
      #expect(try talk.call("key.list") == "unauthenticated ")
      #expect(try talk.call("system.health") == #"{"status":"ok"}"#)
    }
  }

  @Test("the calls of one key in flight are limited; what is beyond is told to come back")
  func inFlight() async throws {
    let lms = key("lms", [.facts], program: 1)
    try await RunningServer.run(keys: [lms], configure: { $0.limits.inFlightMax = 4 }) { server in
      try server.owner().declareClass()
      let talk = try server.stranger(lms.0.text)
      for number in 0..<10 {
        let params = comment("b\(number)")
        talk.client.send(
          line: #"{"jsonrpc":"2.0","id":1,"method":"facts.record","params":\#(params)}"#)
      }
      // They leave together, so that they are read before any is durable.
      let answers = try (0..<10).map { _ in try talk.hear() }
      #expect(answers.filter { $0.contains("counted") }.count == 4)
      #expect(answers.filter { $0 == "busy " }.count == 6)
      // The places are free again.
      #expect(try talk.call("facts.record", comment("b9")).contains("counted"))
    }
  }

  @Test("one key has one use, whoever presents it; a place is given back once")
  func uses() {
    let keys = KeysInUse()
    let id = APIKeyID(high: 1, low: 2)
    let (one, two) = (keys.use(of: id), keys.use(of: id))
    #expect(one.takePlace(of: 2) && two.takePlace(of: 2))
    #expect(!one.takePlace(of: 2))
    two.leavePlace()
    #expect(one.takePlace(of: 2))
    #expect(keys.use(of: APIKeyID(high: 1, low: 3)).takePlace(of: 1))
    #expect(keys.revocations == 0)
    keys.revoked()
    #expect(keys.revocations == 1)
  }

  @Test("an integration takes back what its source withdrew, and accuses nobody")
  func causes() async throws {
    let lms = key("lms", [.facts], program: 1)
    try await RunningServer.run(keys: [lms]) { server in
      try server.owner().declareClass()
      let talk = try server.stranger(lms.0.text)
      _ = try talk.call("facts.record", comment("c1"))
      func reverse(_ cause: String) throws -> String {
        try talk.call(
          "fact.reverse",
          #"{"program":"class","source":"lms","id":"c1","cause":"\#(cause)","idempotencyKey":"r"}"#)
      }
      #expect(try reverse("misconduct") == "forbidden cause")
      #expect(try reverse("mistake") == "forbidden cause")
      #expect(try reverse("source").contains(#""status":"reversed""#))
    }
  }
}
