import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("Every method says exactly what is wrong with its parameters, and its card tells the truth")
struct MethodParameterTests {
  /// A call of each method with all its parameters, but those that exclude each other.
  static let examples: [String: String] = [
    "program.apply":
      #"{"program":\#(classProgram),"effectiveFrom":"2026-09-01T00:00:00Z","dryRun":false}"#,
    "program.get": #"{"program":"class"}"#,
    "program.check": #"{"program":"class","from":1}"#,
    "program.advance": #"{"program":"class","to":"2026-09-02"}"#,
    "calendar.import": """
    {"program":"class","calendar":[{"day":"2026-09-20","kind":"workday","as":"wednesday"}],\
    "dryRun":true}
    """,
    "roster.import": #"{"program":"class","learners":[{"id":"s-1"}]}"#,
    "learner.put": """
    {"program":"class","id":"s-1","name":"n","alias":"a","number":"2025-1","cohort":"A","tier":"t","group":"g",\
    "leads":true,"flags":["test"],"publish":true,"from":"2026-09-01","to":"2026-10-01"}
    """,
    "learner.get": #"{"program":"class","learner":"s-1"}"#,
    "learner.erase": #"{"program":"class","learner":"s-1"}"#,
    "learner.merge":
      #"{"program":"class","from":"s-1","into":"s-2","reason":"two accounts","dryRun":true}"#,
    "learner.find": #"{"program":"class","text":"wang","limit":5}"#,
    "group.put": """
    {"program":"class","id":"g","title":"t","cohort":"A","leader":"s-1","members":["s-1"],\
    "from":"2026-09-01","to":"2026-10-01"}
    """,
    "membership.transfer":
      #"{"program":"class","learner":"s-1","group":"g","from":"2026-09-01","leads":true,"dryRun":true}"#,
    "membership.correct": """
    {"program":"class","learner":"s-1","group":"g","from":"2026-09-01","to":"2026-09-02",\
    "leads":true,"dryRun":true}
    """,
    "badge.list": #"{"program":"class","learner":"s-1"}"#,
    "badge.award":
      #"{"program":"class","learner":"s-1","badge":"b","grade":"g","reason":"r"}"#,
    "badge.revoke": #"{"program":"class","learner":"s-1","badge":"b","reason":"r"}"#,
    "quest.get": #"{"program":"class","learner":"s-1","quest":"q"}"#,
    "streak.list": #"{"program":"class","learner":"s-1"}"#,
    "staff.put": """
    {"program":"class","id":"T-7","name":"n","roles":["award"],"cohorts":["A"],\
    "from":"2026-09-01","to":"2026-10-01","successor":"T-9"}
    """,
    "staff.list": #"{"program":"class"}"#,
    "session.put": """
    {"program":"class","session":"S-0004","cohort":"A","lesson":"L3","day":"2026-09-01",\
    "startsAt":"2026-09-01T09:00:00+08:00","endsAt":"2026-09-01T10:30:00+08:00","minutes":90,\
    "state":"planned","required":true}
    """,
    "session.list": """
    {"program":"class","cohort":"A","lesson":"L3","from":"2026-09-01","to":"2026-09-30",\
    "notTaken":true,"after":"S-0004"}
    """,
    "attendance.set": """
    {"program":"class","session":"S-0004","rows":[{"learner":"s-1","status":"late","minutes":80,\
    "note":"bus"}],"dryRun":true}
    """,
    "attendance.get":
      #"{"program":"class","learner":"s-1","from":"2026-09-01","to":"2026-09-30"}"#,
    "attendance.excuse": """
    {"program":"class","learner":"s-1","kind":"sick","from":"2026-09-01","to":"2026-09-02",\
    "note":"flu"}
    """,
    "fact.reverse":
      #"{"program":"class","source":"lms","id":"1","cause":"source","dryRun":true}"#,
    "fact.explain": #"{"program":"class","source":"lms","id":"1"}"#,
    "fact.list":
      #"{"program":"class","learner":"s-1","source":"lms","pending":true,"from":1,"limit":10}"#,
    "balance.get": #"{"program":"class","learner":"s-1"}"#,
    "history.list": #"{"program":"class","learner":"s-1","before":9,"limit":20}"#,
    "points.grant": """
    {"program":"class","learners":["s-1"],"groups":["g"],"reason":"spoke",\
    "occurredOn":"2026-09-01","counts":false}
    """,
    "points.open": """
    {"program":"class","balances":[{"learner":"s-1","earned":50,"spendable":20}],\
    "occurredOn":"2026-09-01"}
    """,
    "points.adjust": """
    {"program":"class","learner":"s-1","points":-5,"reason":"voucher","occurredOn":"2026-09-01",\
    "earned":true,"allowDebt":true}
    """,
    "board.top":
      #"{"program":"class","period":"2026-W36","of":"learners","cohort":"A","limit":3}"#,
    "board.around":
      #"{"program":"class","learner":"s-1","period":"all","tier":"t","neighbours":1}"#,
    "batch.open":
      #"{"program":"class","kind":"facts","file":"a.csv","sha256":"\#(String(repeating: "e3", count: 32))"}"#,
    "batch.get": #"{"program":"class","batch":"B-0012","from":9,"limit":5}"#,
    "batch.reverse": """
    {"program":"class","batch":"B-0012","reason":"wrong file","dryRun":true,"from":7,"limit":5}
    """,
    "batch.list": #"{"program":"class","before":"B-0012","limit":5}"#,
    "board.list": #"{"program":"class"}"#,
    "job.list": #"{"program":"class"}"#,
    "audit.list": """
    {"program":"class","by":"T-1","learner":"s-1","action":"points.grant","from":"2026-09-01",\
    "to":"2026-09-02T08:00:00+08:00","refused":true,"before":"9.1.1","limit":5}
    """,
    "award.list": """
    {"program":"class","award":"star","period":"2026-09-01","learner":"s-1","proof":true,\
    "public":true,"before":"A-0012","limit":5}
    """,
    "award.grant": """
    {"program":"class","award":"honour","learners":["s-1"],"groups":["g"],\
    "occurredOn":"2026-09-01","citation":"c"}
    """,
    "award.confirm": #"{"program":"class","decision":"D-0003","learner":"s-1"}"#,
    "award.revoke": #"{"program":"class","award":"A-0012","reason":"slip"}"#,
    "award.nominate": """
    {"program":"class","award":"work","learner":"s-1","work":{"kind":"essay","id":"7"},\
    "nominator":"s-2"}
    """,
    "award.decide": """
    {"program":"class","nomination":"N-0004","accept":true,"reason":"r","citation":"c",\
    "decider":"s-2"}
    """,
  ]

  static let methods = MethodTable.entries.filter { entry in
    switch entry.route {
    case .command, .query: true
    case .facts, .server: false
    }
  }

  /// What reading parameters says: nothing, or field and reason.
  func read(_ entry: MethodTable.Entry, _ params: String) throws -> String {
    try withValue(of: params.utf8) { value in
      do throws(ParameterError) {
        var fields = try Fields(value)
        switch entry.route {
        case .command(let method):
          _ = try method.init(&fields)
          _ = fields.optionalValue("idempotencyKey")
          if method.takesBatch { _ = try fields.optionalBatch() }
        case .query(let method): _ = try method.init(&fields)
        case .facts, .server: return "read elsewhere"
        }
        try fields.finish()
        return ""
      } catch {
        return "\(error.field): \(error.reason.rawValue)"
      }
    }
  }

  /// The members of an example as JSON texts, in order.
  func members(_ params: String) throws -> [(key: String, json: String)] {
    try withValue(of: params.utf8) { value in
      try #require(value.object).map { key, value in
        var writer = JSONWriter()
        writer.value(value)
        return (key.string, writer.string)
      }
    }
  }

  func text(_ members: [(key: String, json: String)]) -> String {
    "{\(members.map { "\"\($0.key)\":\($0.json)" }.joined(separator: ","))}"
  }

  @Test("an example of each method is read", arguments: methods.map(\.card.name))
  func examples(name: String) throws {
    let entry = try #require(MethodTable.entries.first { $0.card.name == name })
    let example = try #require(Self.examples[name], "\(name) needs an example")
    #expect(try read(entry, example) == "")
    let given = try Set(members(example).map(\.key))
    for property in entry.card.params where property.isRequired {
      #expect(given.contains(property.name) || property.name == "idempotencyKey")
    }
  }

  @Test("a required parameter that is absent or null is named", arguments: methods.map(\.card.name))
  func required(name: String) throws {
    let entry = try #require(MethodTable.entries.first { $0.card.name == name })
    let members = try members(Self.examples[name] ?? "{}")
    for property in entry.card.params
    where property.isRequired && property.name != "idempotencyKey" {
      let without = members.filter { $0.key != property.name }
      #expect(try read(entry, text(without)) == "\(property.name): missing")
      let null = members.map { ($0.key, $0.key == property.name ? "null" : $0.json) }
      #expect(try read(entry, text(null)) == "\(property.name): missing")
    }
  }

  @Test("an optional parameter may be absent or null", arguments: methods.map(\.card.name))
  func optional(name: String) throws {
    let entry = try #require(MethodTable.entries.first { $0.card.name == name })
    let members = try members(Self.examples[name] ?? "{}")
    // Who leads a group must say which; source and id go together.
    let needed = [
      "learner.put.group", "fact.explain.source", "fact.explain.id",
      "board.around.learner", "attendance.get.learner",
    ]
    for property in entry.card.params
    where !property.isRequired && !needed.contains("\(name).\(property.name)") {
      let without = members.filter { $0.key != property.name }
      #expect(try read(entry, text(without)) == "", "\(property.name)")
      let null = without + [(property.name, "null")]
      #expect(try read(entry, text(null)) == "", "\(property.name)")
    }
  }

  @Test("a value of another type or beyond a limit is named", arguments: methods.map(\.card.name))
  func limits(name: String) throws {
    let entry = try #require(MethodTable.entries.first { $0.card.name == name })
    let members = try members(Self.examples[name] ?? "{}")
    for property in entry.card.params where members.contains(where: { $0.key == property.name }) {
      for (value, reason) in Self.mistakes(property.schema) {
        let wrong = members.map { ($0.key, $0.key == property.name ? value : $0.json) }
        let said = try read(entry, text(wrong))
        #expect(said == "\(property.name): \(reason)", "\(name) \(value.prefix(40))")
      }
      for value in Self.extremes(property.schema) {
        let right = members.map { ($0.key, $0.key == property.name ? value : $0.json) }
        #expect(try read(entry, text(right)) == "", "\(name) \(property.name) \(value.prefix(40))")
      }
    }
  }

  @Test("a parameter that no card lists is refused", arguments: methods.map(\.card.name))
  func unknown(name: String) throws {
    let entry = try #require(MethodTable.entries.first { $0.card.name == name })
    let members = try members(Self.examples[name] ?? "{}")
    #expect(try read(entry, text(members + [("extra", "1")])) == "extra: unknown_field")
    #expect(try read(entry, "[]") == ": wrong_type")
  }

  /// Values just beyond what a schema allows, and what is said of them.
  static func mistakes(_ schema: Schema) -> [(String, String)] {
    switch schema {
    case .text(let max):
      [
        ("7", "wrong_type"), (#""a\u0000b""#, "contains_nul"),
        ("\"\(String(repeating: "x", count: max + 1))\"", "too_long"),
      ]
    case .instant, .moment: [("7", "wrong_type"), (#""yesterday""#, "invalid_value")]
    case .day: [("7", "wrong_type"), (#""2026-02-30""#, "invalid_value")]
    case .period: [("7", "wrong_type"), (#""2026-W54""#, "invalid_value")]
    case .shaped: [("7", "wrong_type"), (#""nonsense""#, "invalid_value")]
    case .integer(let range):
      [(#""7""#, "wrong_type"), ("1.5", "not_an_integer")]
        + (range.lowerBound > .min ? [("\(range.lowerBound - 1)", "out_of_range")] : [])
        + (range.upperBound < .max ? [("\(range.upperBound + 1)", "out_of_range")] : [])
    case .boolean: [("1", "wrong_type")]
    case .word: [("7", "wrong_type"), (#""nonsense""#, "invalid_value")]
    case .list(_, let max):
      [("7", "wrong_type")]
        + (max < 10_000 ? [(list(of: max + 1), "too_many")] : [])
    case .object, .map, .criterion: [("7", "wrong_type")]
    case .either: []
    }
  }

  private static func list(of count: Int) -> String {
    "[\(repeatElement("7", count: count).joined(separator: ","))]"
  }

  /// Values that a schema just allows.
  static func extremes(_ schema: Schema) -> [String] {
    switch schema {
    case .text(let max): ["\"\(String(repeating: "x", count: max))\""]
    case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
    case .boolean: ["true", "false"]
    case .word(let words): words.map { "\"\($0)\"" }
    default: []
    }
  }
}
