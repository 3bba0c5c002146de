import API
import Client
import Foundation
import Testing

@testable import Server

@Suite("Keys of people and systems: what the holder may, on that day, in the holder's cohorts")
struct StaffKeyTests {
  /// Makes a key and gives its text.
  private func key(_ owner: Talk, _ holder: String, _ once: String) throws -> String {
    let answer = try owner.call(
      "key.create", #"{"program":"class","idempotencyKey":"\#(once)",\#(holder)}"#)
    let rest = try #require(
      answer.components(separatedBy: #""key":""#).dropFirst().first, "\(answer)")
    return String(rest.prefix { $0 != "\"" })
  }

  private func put(_ owner: Talk, _ fields: String, _ once: String) throws -> String {
    try owner.call("staff.put", #"{"program":"class","idempotencyKey":"\#(once)",\#(fields)}"#)
  }

  private func grant(_ learner: String, _ once: String) -> String {
    #"{"program":"class","learners":["\#(learner)"],"reason":"spoke","idempotencyKey":"\#(once)"}"#
  }

  @Test("what lies outside a person's cohorts does not exist for their key")
  func cohorts() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      try owner.declareClass()
      _ = try owner.call("facts.record", comment("c1", learner: "s-1"))
      _ = try owner.call("facts.record", comment("c2", learner: "s-2"))
      _ = try put(owner, #""id":"T-1","roles":["award","read","facts"],"cohorts":["A"]"#, "t1")
      let teacher = try server.stranger(key(owner, #""staff":"T-1""#, "k1"))

      #expect(try teacher.call("points.grant", grant("s-1", "g1")).contains(#""total":2"#))
      #expect(try teacher.call("points.grant", grant("s-2", "g2")) == "not_found learners[0]")
      #expect(try teacher.earned("s-1").contains(#""earned":5"#))
      for method in ["balance.get", "history.list", "learner.get"] {
        for unseen in ["s-2", "nobody"] {
          #expect(
            try teacher.call(method, #"{"program":"class","learner":"\#(unseen)"}"#)
              == "not_found learner", "\(method)")
        }
      }
      let found = try teacher.call("learner.find", #"{"program":"class","text":"s-"}"#)
      #expect(found.contains("s-1") && !found.contains("s-2"))
      let facts = try teacher.call("fact.list", #"{"program":"class"}"#)
      #expect(facts.contains("c1") && !facts.contains("c2"))
      #expect(
        try teacher.call("fact.explain", #"{"program":"class","source":"lms","id":"c1"}"#)
          .contains(#""points":3"#))
      for id in ["c2", "c9"] {
        #expect(
          try teacher.call("fact.explain", #"{"program":"class","source":"lms","id":"\#(id)"}"#)
            == "not_found fact")
        let reversal =
          #"{"program":"class","source":"lms","id":"\#(id)","cause":"source","idempotencyKey":"\#(id)"}"#
        #expect(try teacher.call("fact.reverse", reversal) == "not_found id")
      }
      #expect(
        try teacher.call("facts.record", comment("c3", learner: "s-2"))
          == "not_found facts[0].learner")
      #expect(try teacher.call("facts.record", comment("c3")).contains("counted"))

      #expect(try teacher.call("board.top", #"{"program":"class"}"#) == "forbidden cohort")
      #expect(
        try teacher.call("board.top", #"{"program":"class","cohort":"B"}"#) == "not_found cohort")
      let board = try teacher.call("board.top", #"{"program":"class","cohort":"A"}"#)
      #expect(board.contains("s-1") && !board.contains("s-2"))
      #expect(
        try teacher.call("board.around", #"{"program":"class","cohort":"A","learner":"s-2"}"#)
          == "not_found learner")

      // What is beyond the roles is beyond them in every cohort.
      #expect(
        try teacher.call(
          "learner.put", #"{"program":"class","id":"s-1","name":"x","idempotencyKey":"l"}"#)
          == "forbidden ")
      #expect(try teacher.call("key.list") == "forbidden ")
      #expect(try teacher.call("program.list").contains(#""program":"class""#))
    }
  }

  @Test("a person is the same with every key, and what they did is theirs")
  func rotation() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      try owner.declareClass()
      _ = try put(owner, #""id":"T-1","roles":["award"]"#, "t1")
      let first = try server.stranger(key(owner, #""staff":"T-1""#, "k1"))
      let second = try server.stranger(key(owner, #""staff":"T-1","name":"phone""#, "k2"))
      #expect(try !first.call("points.grant", grant("s-1", "g")).contains("replayed"))
      #expect(try second.call("points.grant", grant("s-1", "g")).contains(#""replayed":true"#))
      #expect(
        try owner.call("history.list", #"{"program":"class","learner":"s-1"}"#)
          .contains(#""by":"T-1""#))
      let listed = try owner.call("key.list")
      #expect(listed.contains(#""name":"phone","staff":"T-1","program":"class","roles":[]"#))
    }
  }

  @Test("roles are the person's at the moment of the call; an end ends the keys for good")
  func moments() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      try owner.declareClass()
      #expect(
        try owner.call(
          "key.create", #"{"program":"class","staff":"T-1","idempotencyKey":"k0"}"#)
          == "not_found staff")
      _ = try put(owner, #""id":"T-1","roles":["award"]"#, "t1")
      _ = try put(owner, #""id":"T-9","roles":["award"]"#, "t9")
      let text = try key(owner, #""staff":"T-1""#, "k1")
      let talk = try server.stranger(text)
      #expect(try talk.earned("s-1") == "forbidden ")
      _ = try put(owner, #""id":"T-1","roles":["award","read"]"#, "t2")
      #expect(try talk.earned("s-1").contains("earned"))

      _ = try put(owner, #""id":"T-1","to":"2020-01-01","successor":"T-9""#, "t3")
      #expect(try talk.earned("s-1") == "unauthenticated key")
      // Nor is what the key once did told again.
      #expect(try talk.call("points.grant", grant("s-1", "g")) == "unauthenticated key")
      #expect(throws: ClientError.self) { try server.stranger(text) }
      let staff = try owner.call("staff.list", #"{"program":"class"}"#)
      #expect(staff.contains(#""to":"2020-01-01","successor":"T-9","acts":false"#))

      #expect(try owner.call("key.list").contains(#""revoked":"#))

      // Who comes back gets new keys.
      _ = try put(owner, #""id":"T-1","to":"2099-01-01""#, "t4")
      #expect(try talk.earned("s-1") == "unauthenticated key")
      let again = try server.stranger(key(owner, #""staff":"T-1""#, "k2"))
      #expect(try again.earned("s-1").contains("earned"))

      _ = try put(owner, #""id":"T-9","from":"2099-01-01""#, "t5")
      #expect(throws: ClientError.self) {
        try server.stranger(key(owner, #""staff":"T-9""#, "k9"))
      }
    }
  }

  @Test("a system records and takes back what its own sources report, and nothing else")
  func sources() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      try owner.declareClass()
      _ = try owner.call("facts.record", comment("c1"))
      let moodle = try server.stranger(
        key(owner, #""system":"moodle","roles":["facts"]"#, "k1"))
      let bridge = try server.stranger(
        key(owner, #""system":"bridge","sources":["lms","forum"],"roles":["facts"]"#, "k2"))
      let reversal =
        #"{"program":"class","source":"lms","id":"c1","cause":"source","idempotencyKey":"r"}"#
      #expect(try moodle.call("facts.record", comment("c2")) == "forbidden facts[0].source")
      #expect(try moodle.call("fact.reverse", reversal) == "forbidden source")
      #expect(try bridge.call("facts.record", comment("c2")).contains("counted"))
      #expect(try bridge.call("fact.reverse", reversal).contains("reversed"))
      let own = comment("c3").replacingOccurrences(of: #""lms""#, with: #""moodle""#)
      #expect(try moodle.call("facts.record", own).contains("counted"))

      // A person and a system never share a name.
      #expect(
        try owner.call(
          "staff.put", #"{"program":"class","id":"bridge","roles":["read"],"idempotencyKey":"b"}"#)
          == "invalid_params id")
      _ = try put(owner, #""id":"T-1","roles":["award"]"#, "t1")
      #expect(
        try owner.call(
          "key.create",
          #"{"program":"class","system":"T-1","roles":["facts"],"idempotencyKey":"s"}"#)
          == "invalid_params system")
    }
  }

  @Test("a method that asks for a person refuses everybody else, the owner at the socket too")
  func persons() {
    let card = MethodCard(
      "test.sign", "Signs.", params: [], result: [], roles: [.settle], changes: true,
      needsPerson: true)
    let refusal = Caller.owner.refusal(of: card)
    #expect(refusal?.reason == .personRequired)
    #expect(refusal?.advice.contains("laurel login") == true)
    let system = Caller(principal: "lms", program: "class", roles: [.settle])
    #expect(system.refusal(of: card)?.reason == .personRequired)
    let reader = Caller(principal: "lms", program: "class", roles: [.read])
    #expect(reader.refusal(of: card)?.reason == .forbidden)
    let person = Caller(
      principal: "T-1", program: "class", roles: [.settle],
      person: StaffKey(staff: "T-1", created: .distantPast))
    #expect(person.refusal(of: card) == nil)
  }

  @Test("staff and their keys survive a restart")
  func restart() async throws {
    let directory = try RunningServer.freshDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var text = ""
    var before = ""
    try await RunningServer.run(in: directory) { server in
      let owner = try server.owner()
      try owner.declareClass()
      _ = try put(
        owner, #""id":"T-1","name":"王老师","roles":["award","read"],"cohorts":["A"]"#, "t1")
      text = try key(owner, #""staff":"T-1""#, "k1")
      before = try owner.call("staff.list", #"{"program":"class"}"#)
      #expect(before.contains(#""name":"王老师""#))
    }
    try await RunningServer.run(in: directory) { server in
      func list() throws -> String {
        try server.owner().call("staff.list", #"{"program":"class"}"#)
      }
      let after = try list()
      #expect(after.prefix { $0 != "]" } == before.prefix { $0 != "]" })
      let talk = try server.stranger(text)
      #expect(try talk.earned("s-1").contains("earned"))
      #expect(try talk.earned("s-2") == "not_found learner")
    }
  }
}
