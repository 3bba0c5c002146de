import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("The method table says who may call what")
struct MethodTableTests {
  @Test("roles and methods, as a matrix")
  func matrix() {
    let rows = MethodTable.entries.map { entry in
      let roles = entry.card.roles
      let words = Roles.words.filter { word in
        Roles(words: [word]).map { !roles.isDisjoint(with: $0) } ?? false
      }
      let who = words.isEmpty ? ["everybody"] : words
      let scope = entry.card.isServerWide ? ["server"] : []
      return "\(entry.card.name): \((who + scope).joined(separator: " "))"
    }
    #expect(
      rows == [
        "program.apply: admin",
        "program.get: read admin",
        "program.check: read admin",
        "program.list: read admin",
        "program.advance: admin",
        "calendar.import: admin",
        "program.clone: admin server",
        "program.drop: admin server",
        "batch.open: facts award admin",
        "batch.list: read admin",
        "batch.get: read admin",
        "batch.reverse: admin",
        "roster.import: admin",
        "learner.put: admin",
        "learner.get: read admin",
        "learner.find: read admin",
        "learner.erase: admin",
        "learner.merge: admin",
        "group.put: admin",
        "membership.transfer: admin",
        "membership.correct: admin",
        "staff.put: admin",
        "staff.list: admin",
        "session.put: award admin",
        "session.list: read award admin",
        "attendance.set: award admin",
        "attendance.get: read award admin",
        "attendance.excuse: award admin",
        "facts.record: facts admin",
        "fact.reverse: facts admin",
        "fact.explain: read admin",
        "fact.list: read admin",
        "balance.get: read admin",
        "history.list: read admin",
        "points.grant: award admin",
        "points.adjust: admin",
        "points.open: admin",
        "badge.list: read admin",
        "badge.award: award admin",
        "badge.revoke: award admin",
        "quest.get: read admin",
        "streak.list: read admin",
        "board.top: read admin",
        "board.around: read admin",
        "board.list: read admin",
        "award.list: read award admin",
        "award.grant: award admin",
        "award.confirm: award admin",
        "award.revoke: award admin",
        "award.nominate: award admin",
        "award.decide: award admin",
        "job.list: read admin",
        "audit.list: admin",
        "system.authenticate: everybody",
        "system.health: everybody",
        "system.stats: admin server",
        "system.verify: admin server",
        "system.backup: admin server",
        "key.create: admin server",
        "key.list: admin server",
        "key.revoke: admin server",
        "rpc.discover: everybody",
      ])
  }

  @Test("names are unique and of the form noun.verb, and commands take a key")
  func names() {
    let names = MethodTable.entries.map(\.card.name)
    #expect(Set(names).count == names.count)
    for entry in MethodTable.entries {
      #expect(entry.card.name.split(separator: ".").count == 2)
      #expect(!entry.card.summary.isEmpty)
      let params = entry.card.params.map(\.name)
      #expect(Set(params).count == params.count)
      switch entry.route {
      case .command:
        #expect(entry.card.changes)
        #expect(params.contains("idempotencyKey"))
      case .query: #expect(!entry.card.changes && !params.contains("idempotencyKey"))
      case .facts: #expect(entry.card.changes && !params.contains("idempotencyKey"))
      case .server: break
      }
    }
  }

  @Test("role bits are what is stored with keys, and never move")
  func bits() {
    let stored: [(String, UInt32)] = [
      ("facts", 1), ("read", 2), ("award", 4), ("settle", 8), ("redeem", 16), ("admin", 32),
      ("self", 64), ("leader", 128),
    ]
    for (word, bits) in stored {
      #expect(Roles(words: [word])?.rawValue == bits)
      #expect(Roles(rawValue: bits).words == [word])
    }
    #expect(Roles(words: ["root"]) == nil)
    #expect(Roles.all.words.count == stored.count)
  }

  @Test("a name that is no method leads nowhere")
  func unknown() throws {
    func found(_ name: String) throws -> String? {
      try withValue(of: "\"\(name)\"".utf8) { value in
        try MethodTable.entry(named: #require(value.text))?.card.name
      }
    }
    #expect(try found("facts.recorded") == nil)
    #expect(try found("facts.record") == "facts.record")
    #expect(try found("balance.get") == "balance.get")
  }
}
