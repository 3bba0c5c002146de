import API
import Client
import Foundation
import Testing

@Suite("The audit: who did what, when, to whom, refusals included")
struct AuditTests {
  private func key(_ owner: Talk, _ holder: String, _ once: String) throws -> String {
    let answer = try owner.call(
      "key.create", #"{"program":"class","idempotencyKey":"\#(once)",\#(holder)}"#)
    let rest = try #require(
      answer.components(separatedBy: #""key":""#).dropFirst().first, "\(answer)")
    return String(rest.prefix { $0 != "\"" })
  }

  /// A line as tests compare it: who, what, whom, refused.
  private func lines(_ owner: Talk, _ filter: String = "") throws -> [String] {
    let page = try owner.call("audit.list", #"{"program":"class"\#(filter)}"#)
    guard let data = page.data(using: .utf8),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let entries = object["entries"] as? [[String: Any]]
    else { return [page] }
    return entries.map { entry in
      let learners = (entry["learners"] as? [String])?.joined(separator: "+")
      let parts = [
        entry["by"] as? String ?? entry["source"] as? String ?? "?", entry["action"] as? String,
        learners, entry["staff"] as? String, entry["batch"] as? String,
        (entry["refused"] as? String).map { "refused \($0)" },
        (entry["count"] as? Int).map { "×\($0)" },
      ]
      return parts.compactMap { $0 }.joined(separator: " ")
    }
  }

  private func next(_ owner: Talk, _ filter: String) throws -> String? {
    let page = try owner.call("audit.list", #"{"program":"class"\#(filter)}"#)
    return page.components(separatedBy: #""next":""#).dropFirst().first.map {
      String($0.prefix { $0 != "\"" })
    }
  }

  @Test("commands, facts, refusals, keys and logins stand in one list, also after a restart")
  func everything() async throws {
    let directory = try RunningServer.freshDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let told = [
      "? system.authenticate refused unauthenticated ×2", "owner key.revoke",
      "owner staff.put T-1", "T-1 points.adjust refused forbidden",
      "T-1 points.grant refused not_found", "T-1 points.grant s-1", "lms ×3",
      "owner points.adjust refused person_required", "owner key.create", "owner staff.put T-1",
      "owner roster.import s-1+s-2", "owner program.apply",
    ]
    var expected = told
    expected[6] = "lms facts.record ×3"
    try await RunningServer.run(in: directory) { server in
      let owner = try server.owner()
      try owner.declareClass()
      let staff = #"{"program":"class","id":"T-1","roles":["award","read"],"cohorts":["A"]"#
      try owner.call("staff.put", staff + #","idempotencyKey":"t"}"#)
      let teacherKey = try key(owner, #""staff":"T-1""#, "k1")
      let adjustment =
        #"{"program":"class","learner":"s-1","points":5,"reason":"x","idempotencyKey":"a"}"#
      #expect(try owner.call("points.adjust", adjustment) == "person_required ")
      for id in ["c1", "c2", "c3"] { try owner.call("facts.record", comment(id)) }
      let teacher = try server.stranger(teacherKey)
      func grant(_ learner: String) -> String {
        #"{"program":"class","learners":["\#(learner)"],"reason":"spoke","idempotencyKey":"\#(learner)"}"#
      }
      try teacher.call("points.grant", grant("s-1"))
      #expect(try teacher.call("points.grant", grant("s-2")) == "not_found learners[0]")
      #expect(try teacher.call("points.adjust", adjustment) == "forbidden ")
      try owner.call(
        "staff.put", #"{"program":"class","id":"T-1","to":"2020-01-01","idempotencyKey":"e"}"#)
      let listed = try owner.call("key.list")
      let id = try #require(
        listed.components(separatedBy: #""id":""#).dropFirst().first?.prefix { $0 != "\"" })
      try owner.call("key.revoke", #"{"id":"\#(id)"}"#)
      for _ in 0..<2 {
        #expect(
          try server.stranger().call("system.authenticate", #"{"key":"nonsense"}"#)
            == "unauthenticated key")
      }
      // Neighbours in the same moment may stand either way round: what was noted has no position.
      #expect(try lines(owner).sorted() == expected.sorted())
    }
    try await RunningServer.run(in: directory) { server in
      let owner = try server.owner()
      #expect(try lines(owner).sorted() == expected.sorted())
      #expect(
        try lines(owner, #","by":"T-1""#).sorted()
          == [
            "T-1 points.adjust refused forbidden", "T-1 points.grant refused not_found",
            "T-1 points.grant s-1",
          ])
      #expect(try lines(owner, #","by":"lms""#) == ["lms facts.record ×3"])
      #expect(
        try lines(owner, #","learner":"s-1""#) == [
          "T-1 points.grant s-1", "owner roster.import s-1+s-2",
        ])
      #expect(
        try lines(owner, #","action":"staff.put""#) == [
          "owner staff.put T-1", "owner staff.put T-1",
        ])
      #expect(try lines(owner, #","refused":true"#).count == 4)
      #expect(try lines(owner, #","refused":false"#).count == 8)
      #expect(try lines(owner, #","to":"2020-01-01""#) == [])
      #expect(try lines(owner, #","from":"2099-01-01""#) == [])
      #expect(try lines(owner, #","from":"2020-01-01","to":"2099-01-01""#).count == 12)
      #expect(try lines(owner, #","action":"no.such""#) == ["invalid_params action"])
      #expect(try lines(owner, #","before":"1.2""#) == ["invalid_params before"])
      #expect(try lines(owner, #","learner":"nobody""#) == ["not_found learner"])
      // Pages meet without a gap and without an overlap.
      var paged: [String] = []
      var cursor = ""
      repeat {
        let filter = #","limit":1\#(cursor)"#
        paged += try lines(owner, filter)
        cursor = try next(owner, filter).map { #","before":"\#($0)""# } ?? ""
      } while !cursor.isEmpty
      #expect(paged == (try lines(owner)))
    }
  }

  @Test("the audit is for the admins of a program, of what is in it")
  func authority() async throws {
    let reader = ServerTests.key("board", [.read], program: 1)
    let admin = ServerTests.key("chief", [.admin], program: 1)
    try await RunningServer.run(keys: [reader, admin]) { server in
      try server.owner().declareClass()
      #expect(
        try server.stranger(reader.0.text).call("audit.list", #"{"program":"class"}"#)
          == "forbidden ")
      _ = try server.stranger().call("system.authenticate", #"{"key":"nonsense"}"#)
      let chief = try server.stranger(admin.0.text)
      // Who knocks at the server's door is no matter of one program.
      #expect(try lines(chief, #","refused":true"#) == ["board audit.list refused forbidden"])
      #expect(
        try lines(server.owner(), #","refused":true"#).sorted()
          == [
            "? system.authenticate refused unauthenticated", "board audit.list refused forbidden",
          ])
    }
  }
}
