import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("A program's definition is read and written in one shape")
struct ProgramDefinitionTests {
  static let everything = """
    {"id":"school","name":"学校","zone":"Asia/Shanghai","dayStart":"04:30","clock":"manual",\
    "teachingDays":["monday","wednesday"],\
    "calendar":[{"day":"2026-10-01","kind":"holiday"},\
    {"day":"2026-10-10","kind":"workday","as":"wednesday","cohorts":["A"]},\
    {"day":"2026-10-12","kind":"cancelled"}],\
    "terms":[{"id":"autumn","from":"2026-09-01","to":"2026-12-31","cohorts":["A"],"grace":"0h"},\
    {"id":"spring","from":"2027-03-01","to":"2027-06-30"}],\
    "grace":{"day":"next teaching day 12:00"},\
    "reasons":[{"code":"spoke","title":"发言","points":2}],"grantBudget":50,\
    "rules":[{"id":"a","verbs":["viewed:*","read"],"kinds":["page"],"cohorts":["A"],"tiers":["t"],\
    "minimumValue":10,"where":{"late":"false","n":"3"},"points":5,"once":"object-day"},\
    {"id":"b","verbs":["quiz"],"perValue":{"points":1,"each":10},"best":"object"},\
    {"id":"c","verbs":["c"],"points":3,"cap":{"points":9,"per":"day"}},\
    {"id":"d","verbs":["d"],"points":3,"cap":{"times":2,"per":"term"}},\
    {"id":"e","verbs":["e"],"points":0}],\
    "levels":{"curve":"quadratic","base":50,"highest":12},\
    "streaks":[{"id":"daily","title":"连续打卡","verbs":["checked-in"],"cohorts":["A"],\
    "days":"workdays","passes":2,"milestones":[{"days":7,"points":5}]}],\
    "badges":[{"id":"active","title":"活跃","grades":[\
    {"name":"铜","points":5,"when":{"facts":{"verbs":["viewed:*"],"distinct":"days","atLeast":10}}},\
    {"name":"银","when":{"all":[{"facts":{"rule":"b","per":"week","atLeast":3}},\
    {"any":[{"streak":{"id":"daily","days":7}},{"badge":{"id":"rich","grade":"held"}}]}]}}]},\
    {"id":"rich","sticky":true,"grades":[{"name":"held","when":\
    {"some":{"atLeast":1,"of":[{"earned":100},{"level":3},{"badge":{"id":"keen"}}]}}}]},\
    {"id":"keen","grades":[{"name":"held","when":{"facts":{"verbs":["v"],"kinds":["page"],\
    "minimumValue":3,"where":{"late":"false"},"atLeast":1}}}]}],\
    "quests":[{"id":"start","title":"起步","countsBefore":false,"points":9,"steps":[\
    {"name":"hello","points":1,"when":{"facts":{"verbs":["posted"],"atLeast":1}}}]}],\
    "notice":"新学期"}
    """

  func read(_ text: String) throws -> ProgramDefinition {
    try withValue(of: text.utf8) { try $0.fields(ProgramFields.read) }
  }

  func write(_ definition: ProgramDefinition) -> String {
    var writer = JSONWriter()
    writer.object { $0.members(of: definition) }
    return writer.string
  }

  @Test("what was read is written again, member for member")
  func roundTrip() throws {
    #expect(try write(read(Self.everything)) == Self.everything)
    #expect(try write(read(classProgram)) == classProgram)
  }

  @Test("members mean what they say")
  func meaning() throws {
    let definition = try read(Self.everything)
    #expect(definition.dayStartMinutes == 270)
    #expect(definition.clock == .manual)
    #expect(definition.teachingDays == [.monday, .wednesday])
    #expect(definition.calendar[1].follows == .wednesday)
    #expect(definition.terms.map(\.graceMinutes) == [0, 48 * 60])
    #expect(definition.dayGrace == .nextTeachingDayNoon)
    #expect(
      definition.rules.map(\.limiter) == [
        .once(.objectDay), .best, .capPoints(9, .day), .capTimes(2, .term), .none,
      ])
    #expect(definition.rules[0].equals == ["late": "false", "n": "3"])
    #expect(definition.rules[1].payment == .perValue(points: 1, each: 10))
    let plain = try read(#"{"id":"p","name":"p","zone":"UTC","rules":[]}"#)
    #expect(plain == ProgramDefinition(id: "p", name: "p", zone: "UTC"))
  }

  /// The member `rules` with one rule.
  static func rule(_ members: String) -> String {
    #""rules":[{"id":"r","verbs":["v"],\#(members)}]"#
  }

  /// The member `badges` with one badge of one grade.
  static func badge(_ when: String) -> String {
    #""badges":[{"id":"b","grades":[{"name":"g","when":\#(when)}]}]"#
  }

  @Test(
    "what can not be is named",
    arguments: [
      (#""dayStart":"24:00""#, "dayStart: invalid_value"),
      (#""dayStart":"4:00""#, "dayStart: invalid_value"),
      (#""clock":"sun""#, "clock: invalid_value"),
      (#""teachingDays":["Mon"]"#, "teachingDays[0]: invalid_value"),
      (#""calendar":[{"day":"x","kind":"holiday"}]"#, "calendar[0].day: invalid_value"),
      (
        #""calendar":[{"day":"2026-01-01","kind":"workday","as":"x"}]"#,
        "calendar[0].as: invalid_value"
      ),
      (#""terms":[{"id":"t","from":"2026-01-01"}]"#, "terms[0].to: missing"),
      (
        #""terms":[{"id":"t","from":"2026-01-01","to":"2026-02-01","grace":"-1h"}]"#,
        "terms[0].grace: invalid_value"
      ),
      (#""grace":{"day":"noon"}"#, "grace.day: invalid_value"),
      (#""grace":{"week":"2h"}"#, "grace.day: missing"),
      (#""reasons":[{"code":"c","title":"t"}]"#, "reasons[0].points: missing"),
      (#""rules":[{"id":"r","points":1}]"#, "rules[0].verbs: missing"),
      (#""rules":[{"id":"r","verbs":["v"]}]"#, "rules[0].points: missing"),
      (rule(#""points":1.5"#), "rules[0].points: not_an_integer"),
      (rule(#""points":1,"perValue":{"points":1,"each":1}"#), "rules[0].perValue: invalid_value"),
      (rule(#""perValue":{"points":1}"#), "rules[0].perValue.each: missing"),
      (rule(#""points":1,"once":"hour""#), "rules[0].once: invalid_value"),
      (rule(#""points":1,"best":"day""#), "rules[0].best: invalid_value"),
      (rule(#""points":1,"cap":{"points":1}"#), "rules[0].cap.per: missing"),
      (rule(#""points":1,"cap":{"per":"day"}"#), "rules[0].cap.points: missing"),
      (
        rule(#""points":1,"cap":{"points":1,"times":1,"per":"day"}"#),
        "rules[0].cap.times: invalid_value"
      ),
      (rule(#""points":1,"once":"day","best":"object""#), "rules[0]: invalid_value"),
      (rule(#""points":1,"where":{"a":[]}"#), "rules[0].where.a: wrong_type"),
      (rule(#""points":1,"pays":1"#), "rules[0].pays: unknown_field"),
      (#""levels":{"curve":"linear"}"#, "levels: invalid_value"),
      (#""levels":{"list":[0,-1]}"#, "levels.list[1]: out_of_range"),
      (#""streaks":[{"id":"s"}]"#, "streaks[0].verbs: missing"),
      (badge("{}"), "badges[0].grades[0].when: invalid_value"),
      (badge(#"{"earned":1,"level":2}"#), "badges[0].grades[0].when: invalid_value"),
      (badge(#"{"all":[{"earned":"x"}]}"#), "badges[0].grades[0].when.all[0].earned: wrong_type"),
      (badge(#"{"facts":{"verbs":["v"]}}"#), "badges[0].grades[0].when.facts.atLeast: missing"),
      (badge(#"{"luck":1}"#), "badges[0].grades[0].when: invalid_value"),
    ])
  func mistakes(member: String, said: String) throws {
    let rules = member.hasPrefix(#""rules""#) ? "" : #","rules":[]"#
    let text = #"{"id":"p","name":"p","zone":"UTC",\#(member)\#(rules)}"#
    let error = #expect(throws: ParameterError.self) { try read(text) }
    #expect(error.map { "\($0.field): \($0.reason.rawValue)" } == said)
  }

  @Test("a zone that is not known is refused with its field")
  func zone() throws {
    let text = #"{"program":{"id":"p","name":"p","zone":"Asia/Shangha","rules":[]}}"#
    let error = #expect(throws: ParameterError.self) {
      try withValue(of: text.utf8) { value in
        try value.fields { fields throws(ParameterError) in try ApplyProgram(&fields) }
      }
    }
    #expect(error?.field == "program.zone")
  }
}
