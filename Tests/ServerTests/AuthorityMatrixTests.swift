import API
import Client
import Foundation
import JSONRPC
import Testing

/// Every method, called by a person with each role: of the whole program, and of one cohort only.
@Suite("What a key may not see does not exist for it, in every method")
struct AuthorityMatrixTests {
  /// How a method treats who acts in cohort A only.
  private enum Scope {
    /// Own cohort: done. Another's: refused in the words for what is not there.
    case seen(String)
    /// Shows or does only what is the caller's.
    case anybody(String)
    /// Concerns the whole program.
    case whole(String)
    /// Concerns the whole server.
    case server
    /// Asks for no role.
    case everybody
  }

  /// What a call is about; templates name its parts.
  private struct Subject {
    var learner: String
    var group: String
    var cohort: String
    var fact: String
    var batch: String

    func fill(_ template: String, once: String) -> String {
      [
        "LL": learner, "GG": group, "CC": cohort, "FF": fact, "BB": batch, "KK": once,
        "TT": today,
      ].reduce(template) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    /// A refusal without what it names.
    func blur(_ text: String) -> String {
      [learner, group, fact, batch].reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
    }
  }

  private static let key = #","idempotencyKey":"KK""#

  private static let scopes: [String: Scope] = [
    "program.apply": .whole(#""program":\#(classProgram),"dryRun":true"#),
    "program.get": .anybody(""), "program.check": .anybody(""), "program.list": .anybody("-"),
    "program.advance": .whole(#""to":"2026-09-02"\#(key)"#),
    "calendar.import": .whole(#""calendar":[{"day":"2026-09-20","kind":"workday"}],"dryRun":true"#),
    "batch.open": .anybody(#""kind":"run"\#(key)"#), "batch.list": .anybody(""),
    "batch.get": .seen(#""batch":"BB""#),
    "batch.reverse": .seen(#""batch":"BB","reason":"x"\#(key)"#),
    "roster.import": .whole(#""learners":[{"id":"s-1"}]\#(key)"#),
    "learner.put": .whole(#""id":"s-1","name":"n"\#(key)"#),
    "learner.get": .seen(#""learner":"LL""#), "learner.find": .anybody(#""text":"s-""#),
    "learner.erase": .whole(#""learner":"nobody"\#(key)"#),
    "group.put": .whole(#""id":"gA","title":"t"\#(key)"#),
    "membership.transfer": .seen(#""learner":"LL","group":"GG","dryRun":true"#),
    "membership.correct": .seen(#""learner":"LL","group":"GG","dryRun":true"#),
    "staff.put": .whole(#""id":"T-new","name":"n"\#(key)"#), "staff.list": .whole(""),
    "facts.record": .seen(
      #""facts":[{"source":"lms","id":"KK","learner":"LL","verb":"commented","occurredAt":"TT"}]"#),
    "fact.reverse": .seen(#""source":"lms","id":"FF","cause":"source","dryRun":true"#),
    "fact.explain": .seen(#""source":"lms","id":"FF""#), "fact.list": .seen(#""learner":"LL""#),
    "balance.get": .seen(#""learner":"LL""#), "history.list": .seen(#""learner":"LL""#),
    "points.grant": .seen(#""learners":["LL"],"reason":"spoke"\#(key)"#),
    "points.adjust": .seen(#""learner":"LL","points":1,"reason":"x"\#(key)"#),
    "points.open": .whole(#""balances":[{"learner":"s-1","earned":5,"spendable":5}]\#(key)"#),
    "session.list": .anybody(""),
    "session.put": .seen(#""session":"KK","cohort":"CC","day":"2026-09-01"\#(key)"#),
    "attendance.set": .anybody(
      #""session":"none","rows":[{"learner":"s-1","status":"present"}],"dryRun":true"#),
    "attendance.get": .seen(#""learner":"LL""#),
    "attendance.excuse": .seen(#""learner":"LL","kind":"sick","from":"2026-09-01"\#(key)"#),
    "badge.list": .seen(#""learner":"LL""#), "quest.get": .seen(#""learner":"LL""#),
    "streak.list": .seen(#""learner":"LL""#),
    "badge.award": .seen(#""learner":"LL","badge":"keen","reason":"x"\#(key)"#),
    "badge.revoke": .seen(#""learner":"LL","badge":"keen","reason":"x"\#(key)"#),
    "award.list": .seen(#""learner":"LL""#),
    "award.grant": .seen(#""award":"honour","learners":["LL"]\#(key)"#),
    "award.confirm": .anybody(#""decision":"D-0999","learner":"s-1"\#(key)"#),
    "award.nominate": .seen(
      #""award":"work","learner":"LL","work":{"kind":"essay","id":"KK"}\#(key)"#),
    "award.revoke": .anybody(#""award":"A-0999","reason":"x"\#(key)"#),
    "award.decide": .anybody(#""nomination":"N-0999","accept":false\#(key)"#),
    "learner.merge": .anybody(#""from":"nobody","into":"s-1","reason":"x","dryRun":true"#),
    "program.clone": .server, "program.drop": .server,
    "board.top": .seen(#""cohort":"CC""#),
    "board.around": .seen(#""cohort":"CC","learner":"LL""#),
    "board.list": .anybody(""), "job.list": .anybody(""), "audit.list": .whole(""),
    "system.authenticate": .everybody, "system.health": .everybody, "rpc.discover": .everybody,
    "system.stats": .server, "system.verify": .server, "system.backup": .server,
    "key.create": .server, "key.list": .server, "key.revoke": .server,
  ]

  /// "ok", or reason, field and advice of the refusal.
  private func told(_ talk: Talk, _ method: String, _ params: String) throws -> String {
    talk.client.send(
      line: #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
    return try talk.client.receive { (_, result) throws(ClientError) in
      switch result {
      case .success(let value):
        guard let outcome = value.object?["outcomes"]?.array?.first(where: { _ in true })?.object,
          let refused = outcome["error"]
        else { return "ok" }
        var writer = JSONWriter()
        writer.value(refused)
        return writer.string
      case .failure(.refused(let refusal)):
        return "\(refusal.reason) \(refusal.field): \(refusal.advice)"
      case .failure(let error): throw error
      }
    }
  }

  private func params(_ members: String) -> String {
    if members == "-" { return "{}" }
    if members.hasPrefix(#""program":"#) { return "{\(members)}" }
    return #"{"program":"class"\#(members.isEmpty ? "" : ",")\#(members)}"#
  }

  /// A person with a role, in cohort A only or in the whole program, and their connection.
  private func person(
    _ role: String, isLimited: Bool, _ server: RunningServer, _ owner: Talk
  ) throws -> Talk {
    let id = "T-\(role)-\(isLimited)"
    let cohorts = isLimited ? #","cohorts":["A"]"# : ""
    try owner.call(
      "staff.put",
      #"{"program":"class","id":"\#(id)","roles":["\#(role)"]\#(cohorts),"idempotencyKey":"\#(id)"}"#
    )
    let made = try owner.call(
      "key.create", #"{"program":"class","staff":"\#(id)","idempotencyKey":"\#(id)"}"#)
    let key = try #require(made.components(separatedBy: #""key":""#).dropFirst().first, "\(made)")
    return try server.stranger(String(key.prefix { $0 != "\"" }))
  }

  private func open(_ talk: Talk, _ once: String) throws -> String? {
    let opened = try talk.call(
      "batch.open", #"{"program":"class","kind":"run","idempotencyKey":"\#(once)"}"#)
    return opened.components(separatedBy: #""batch":""#).dropFirst().first.map {
      String($0.prefix { $0 != "\"" })
    }
  }

  private func declare(_ owner: Talk) throws -> String {
    try owner.declareClass()
    for (cohort, group, learner) in [("A", "gA", "s-1"), ("B", "gB", "s-2")] {
      try owner.call(
        "group.put",
        #"{"program":"class","id":"\#(group)","cohort":"\#(cohort)","members":["\#(learner)"],"#
          + #""idempotencyKey":"\#(group)"}"#)
      try owner.call("facts.record", comment("f-\(cohort)", learner: learner))
    }
    let batch = try #require(try open(owner, "of the owner"))
    try owner.call(
      "facts.record",
      comment("b-1", learner: "s-2").replacingOccurrences(
        of: #""facts""#, with: #""batch":"\#(batch)","facts""#))
    return batch
  }

  @Test("every method, every role, own and other cohort")
  func matrix() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      let foreign = try declare(owner)
      for word in Roles.words {
        for isLimited in [true, false] {
          let talk = try person(word, isLimited: isLimited, server, owner)
          let role = try #require(Roles(words: [word]))
          let batch = try open(talk, "\(word) \(isLimited)")
          for entry in MethodTable.entries {
            let method = entry.card.name
            let scope = try #require(Self.scopes[method], "\(method) has no scope here")
            let may = !entry.card.roles.isDisjoint(with: role)
            let place = "\(method) by \(word), limited: \(isLimited)"
            var own = Subject(
              learner: "s-1", group: "gA", cohort: "A", fact: "f-A", batch: batch ?? "-")
            let (other, nobody) = (
              Subject(learner: "s-2", group: "gB", cohort: "B", fact: "f-B", batch: foreign),
              Subject(learner: "s-9", group: "gX", cohort: "X", fact: "f-X", batch: "B-0999")
            )
            var count = 0
            func call(_ template: String, _ subject: Subject) throws -> String {
              count += 1
              let once = "\(word)-\(isLimited)-\(method)-\(count)"
              return try told(talk, method, subject.fill(params(template), once: once))
            }
            switch scope {
            case .everybody: #expect(entry.card.roles.isEmpty)
            case .server:
              #expect(entry.card.isServerWide)
              #expect(try call("-", own).hasPrefix("forbidden"), "\(place)")
            case .anybody(let template), .whole(let template):
              let answer = try call(template, own)
              var isOpen = may
              if case .whole = scope { isOpen = may && !isLimited }
              #expect(answer.hasPrefix("forbidden") == !isOpen, "\(place): \(answer)")
            case .seen(let template):
              if template.contains("BB"), batch == nil { own = other }
              let (mine, theirs, none) = (
                try call(template, own), try call(template, other), try call(template, nobody)
              )
              guard may else {
                for answer in [mine, theirs, none] {
                  #expect(answer.hasPrefix("forbidden"), "\(place): \(answer)")
                }
                continue
              }
              if own.learner == "s-1" {
                #expect(mine == "ok" || mine.hasPrefix("already"), "\(place): \(mine)")
              }
              if isLimited {
                #expect(theirs.hasPrefix("not_found"), "\(place): \(theirs)")
                #expect(other.blur(theirs) == nobody.blur(none), "\(place)")
              } else {
                #expect(theirs == "ok" || theirs.hasPrefix("already"), "\(place): \(theirs)")
              }
            }
          }
        }
      }
    }
  }

  @Test("what was another cohort's in its time is not put right by this one")
  func formerCohort() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      _ = try declare(owner)
      // s-3 changed class: B until the end of August, A from September on.
      for (cohort, from) in [("B", "2020-01-01"), ("A", "2025-09-01")] {
        try owner.call(
          "learner.put",
          #"{"program":"class","id":"s-3","cohort":"\#(cohort)","from":"\#(from)","#
            + #""idempotencyKey":"\#(from)"}"#)
      }
      let talk = try person("admin", isLimited: true, server, owner)
      func correct(_ from: String, _ group: String, _ learner: String = "s-3") throws -> String {
        let answer = try talk.call(
          "membership.correct",
          #"{"program":"class","learner":"\#(learner)","group":"\#(group)","from":"\#(from)","#
            + #""dryRun":true}"#)
        return answer.hasPrefix("{") ? "ok" : answer
      }
      #expect(try correct("2025-09-01", "gA") == "ok")
      #expect(try correct("2025-08-31", "gA") == "forbidden from")
      #expect(try correct("2025-09-01", "gB") == "not_found group")
      #expect(try correct("2025-09-01", "gA", "s-2") == "not_found learner")
      for (day, answer) in [("2025-08-31", "forbidden occurredOn"), ("2025-09-01", "ok")] {
        let told = try talk.call(
          "points.adjust",
          #"{"program":"class","learner":"s-3","points":2,"reason":"x","occurredOn":"\#(day)","#
            + #""idempotencyKey":"\#(day)"}"#)
        #expect((told.hasPrefix("{") ? "ok" : told) == answer)
      }
      let check = try talk.call("program.check", #"{"program":"class"}"#)
      #expect(check.contains(#""learners":2"#) && check.contains(#""unmatched":0"#), "\(check)")
      #expect(check.contains("gA") && !check.contains("gB"))
      #expect(try talk.call("batch.list", #"{"program":"class"}"#).contains(#""batches":[]"#))
      #expect(try owner.call("batch.list", #"{"program":"class"}"#).contains("B-0001"))
      #expect(
        try talk.call(
          "learner.erase", #"{"program":"class","learner":"s-1","idempotencyKey":"e"}"#)
          == "forbidden ")
    }
  }

  @Test(
    "a batch is its opener's: others add nothing, and learners who left are not theirs")
  func batches() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      let foreign = try declare(owner)
      let (chief, lead) = (
        try person("admin", isLimited: false, server, owner),
        try person("admin", isLimited: true, server, owner)
      )
      func record(_ talk: Talk, _ id: String, _ batch: String) throws -> String {
        let answer = try talk.call(
          "facts.record",
          comment(id).replacingOccurrences(
            of: #""facts""#, with: #""batch":"\#(batch)","facts""#))
        return answer.hasPrefix("{") ? "ok" : answer
      }
      #expect(try record(chief, "c-1", foreign) == "forbidden batch")
      #expect(try record(lead, "c-1", foreign) == "not_found batch")
      #expect(
        try chief.call(
          "roster.import",
          #"{"program":"class","batch":"\#(foreign)","learners":[{"id":"s-1"}],"#
            + #""idempotencyKey":"r"}"#) == "forbidden batch")
      let own = try #require(try open(lead, "mine"))
      #expect(try record(lead, "c-1", own) == "ok")
      #expect(try record(owner, "c-2", own) == "forbidden batch")
      let get = #"{"program":"class","batch":"\#(own)"}"#
      #expect(try lead.call("batch.get", get).contains(#""facts":1"#))
      // The learner moves to another class: the batch holds somebody who is not theirs any more.
      try owner.call(
        "learner.put", #"{"program":"class","id":"s-1","cohort":"B","idempotencyKey":"m"}"#)
      let reverse = #"{"program":"class","batch":"\#(own)","reason":"x","idempotencyKey":"u"}"#
      #expect(try lead.call("batch.get", get) == "forbidden batch")
      #expect(try lead.call("batch.reverse", reverse) == "forbidden batch")
      let rehearse = #"{"program":"class","batch":"\#(own)","reason":"x","dryRun":true"#
      #expect(try lead.call("batch.reverse", rehearse + "}") == "forbidden batch")
      #expect(
        try chief.call("batch.reverse", rehearse + "}").contains(
          #""learners":[{"learner":"s-1","facts":1,"grants":0,"rows":0,"corrected":0,"points":-3,"#)
      )
      #expect(try chief.call("batch.reverse", reverse).contains(#""facts":1"#))
      #expect(try chief.call("batch.reverse", rehearse + "}") == "already_reversed batch")
    }
  }

  @Test("a dry run of taking back a batch goes learner by learner, page by page")
  func rehearsal() async throws {
    try await RunningServer.run { server in
      let owner = try server.owner()
      _ = try declare(owner)
      let chief = try person("admin", isLimited: false, server, owner)
      let batch = try #require(try open(chief, "mine"))
      for learner in ["s-1", "s-2"] {
        try chief.call(
          "facts.record",
          comment("r-\(learner)", learner: learner).replacingOccurrences(
            of: #""facts""#, with: #""batch":"\#(batch)","facts""#))
      }
      let page = #"{"program":"class","batch":"\#(batch)","reason":"x","dryRun":true,"limit":1"#
      let first = try chief.call("batch.reverse", page + "}")
      #expect(first.contains("s-1") && !first.contains("s-2") && first.contains(#""next":2"#))
      let second = try chief.call("batch.reverse", page + #","from":2}"#)
      #expect(second.contains("s-2") && !second.contains("s-1") && !second.contains("next"))
      #expect(
        try chief.call("batch.get", #"{"program":"class","batch":"\#(batch)"}"#).contains("open"))
    }
  }
}
