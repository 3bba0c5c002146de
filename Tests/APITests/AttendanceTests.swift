import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("Sessions and attendance, as callers see them")
struct AttendanceTests {
  private static let program = """
    {"id":"class","name":"一班","zone":"Asia/Shanghai",\
    "terms":[{"id":"autumn","from":"2026-08-31","to":"2026-12-31"}],\
    "rules":[{"id":"there","verbs":["attended"],"points":5,"once":"object"}],\
    "attendance":{"excuses":{"personal":"pauses"},"perfect":[\
    {"period":"week","points":20,"late":{"toAbsence":3}},\
    {"id":"strict","period":"week","late":"breaks","minimumAttended":100,"counts":true}]}}
    """

  private func world() -> World {
    let world = World()
    _ = world.call("program.apply", #"{"program":\#(Self.program)}"#)
    _ = world.call(
      "roster.import",
      #"{"program":"class","learners":[{"id":"s-1","name":"王芳","cohort":"A"},"#
        + #"{"id":"s-2","name":"Li Lei","cohort":"A"},{"id":"s-3","cohort":"B"}]}"#)
    return world
  }

  private func set(_ world: World, _ rows: String, _ more: String = "") -> String {
    world.call(
      "attendance.set",
      #"{"program":"class","session":"S-0001","rows":[\#(rows)]\#(more)}"#)
  }

  private func putSession(_ world: World) -> String {
    world.call(
      "session.put",
      #"{"program":"class","cohort":"A","lesson":"L1","startsAt":"2026-09-01T09:00","#
        + #""endsAt":"2026-09-01T10:30"}"#)
  }

  @Test("what is declared of attendance is written as it was read")
  func definition() {
    let world = world()
    let told = world.call("program.get", #"{"program":"class"}"#)
    #expect(
      told.contains(
        #""attendance":{"excuses":{"sick":"pauses","business":"pauses","personal":"pauses"},"#
          + #""perfect":[{"period":"week","late":{"toAbsence":3},"points":20},"#
          + #"{"id":"strict","period":"week","late":"breaks","minimumAttended":100,"#
          + #""counts":true}]}"#), "\(told)")
  }

  @Test("a sheet, a correction, and the roll with its notes")
  func sheet() {
    let world = world()
    #expect(putSession(world) == #"{"session":"S-0001"}"#)
    let rows =
      #"{"learner":"s-1","status":"present"},{"learner":"s-2","status":"late","minutes":70,"note":"车晚点"}"#
    let rehearsed = set(world, rows, #","dryRun":true"#)
    #expect(
      rehearsed
        == #"{"rows":2,"changed":2,"points":10,"changes":[{"learner":"s-1","before":"none","#
        + #""status":"present","points":5},{"learner":"s-2","before":"none","status":"late","#
        + #""points":5}]}"#)
    #expect(set(world, rows) == #"{"rows":2,"changed":2,"points":10}"#)
    #expect(set(world, rows) == #"{"rows":2,"changed":0,"points":0}"#)
    #expect(
      set(world, #"{"learner":"s-1","status":"sick"}"#) == #"{"rows":1,"changed":1,"points":-5}"#)
    let roll = world.call("attendance.get", #"{"program":"class","session":"S-0001"}"#)
    #expect(
      roll.contains(
        #"{"learner":"s-2","name":"Li Lei","status":"late","minutes":70,"origin":"person","#),
      "\(roll)")
    #expect(roll.contains(#""note":"车晚点"}]"#), "\(roll)")
    let history = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    for word in [#""attendance":"present""#, #""attendance":"sick""#, #""kind":"reversal""#] {
      #expect(history.contains(word), "\(history)")
    }
  }

  @Test("a learner sees what is owed, and by which session a week is lost")
  func learner() {
    let world = world()
    _ = putSession(world)
    _ = set(world, #"{"learner":"s-2","status":"present"}"#)
    let told = world.call(
      "attendance.get", #"{"program":"class","learner":"s-1","from":"2026-09-01"}"#)
    #expect(told.contains(#""status":"none","own":true,"owed":true,"attended":false"#), "\(told)")
    #expect(
      told.contains(
        #"{"award":"perfect-week","period":"2026-W36","perfect":false,"closed":true,"#
          + #""granted":false,"points":20,"attended":0,"held":1,"minimumAttended":80,"#
          + #""enough":false,"lost":["S-0001"],"made":[]}"#), "\(told)")
    #expect(
      world.call(
        "attendance.excuse",
        #"{"program":"class","learner":"s-1","kind":"sick","from":"2026-09-01"}"#)
        == #"{"changed":true}"#)
    let excused = world.call("attendance.get", #"{"program":"class","learner":"s-1"}"#)
    #expect(excused.contains(#""made":[{"session":"S-0001","how":"paused"}]"#), "\(excused)")
  }

  @Test("a fact names its session by the short form too; nobody else is attendance")
  func facts() {
    let world = world()
    _ = putSession(world)
    _ = world.call(
      "facts.record",
      #"{"program":"class","facts":[{"source":"lms","id":"1","learner":"s-1","verb":"attended","#
        + #""object":"session:S-0001","occurredAt":"2026-09-01T09:00","metadata":{"late":true}}]}"#)
    let roll = world.call("attendance.get", #"{"program":"class","session":"S-0001"}"#)
    #expect(roll.contains(#""status":"late","origin":"facts""#), "\(roll)")
    #expect(
      world.call(
        "facts.record",
        #"{"program":"class","facts":[{"source":"attendance","id":"1","learner":"s-1","#
          + #""verb":"attended","occurredAt":"2026-09-01T09:00"}]}"#)
        == "invalid_params facts[0].source: invalid_value")
  }

  @Test("whoever is limited to a cohort sees and sets its sessions only")
  func limited() throws {
    let world = world()
    _ = putSession(world)
    _ = world.call(
      "session.put", #"{"program":"class","session":"B-1","cohort":"B","day":"2026-09-01"}"#)
    let cohort = try #require(world.state.names.number(.cohort, "A"))
    let sight = Sight.cohorts([CohortNumber(rawValue: UInt16(cohort))])
    func refusal(_ method: any ProgramMethod.Type, _ params: String) throws -> String {
      try withValue(of: params.utf8) { value in
        var fields = try Fields(value)
        let call = try method.init(&fields)
        do throws(Undecided) {
          try call.check(sight, in: world.state, wall: world.wall)
          return "seen"
        } catch {
          guard case .refused(let refusal) = error else { return "\(error)" }
          return "\(refusal.reason.rawValue) \(refusal.field)"
        }
      }
    }
    #expect(
      try refusal(GetAttendance.self, #"{"program":"class","session":"B-1"}"#)
        == "not_found session")
    #expect(
      try refusal(GetAttendance.self, #"{"program":"class","session":"S-0001"}"#) == "seen")
    #expect(
      try refusal(
        SetAttendance.self,
        #"{"program":"class","session":"S-0001","rows":[{"learner":"s-3","status":"late"}]}"#)
        == "not_found rows[0].learner")
    #expect(
      try refusal(PutSession.self, #"{"program":"class","session":"B-1","state":"waived"}"#)
        == "not_found session")
    #expect(
      try refusal(PutSession.self, #"{"program":"class","cohort":"B","day":"2026-09-01"}"#)
        == "not_found cohort")
    #expect(
      try refusal(PutSession.self, #"{"program":"class","cohort":"A","day":"2026-09-01"}"#)
        == "seen")
    world.sight = sight
    let listed = world.call("session.list", #"{"program":"class"}"#)
    #expect(listed.contains("S-0001") && !listed.contains("B-1"), "\(listed)")
  }

  @Test("check names the sessions that were not taken")
  func check() {
    let world = world()
    _ = putSession(world)
    let told = world.call("program.check", #"{"program":"class"}"#)
    #expect(told.contains(#""notTaken":1,"sessions":["S-0001"]"#), "\(told)")
    #expect(
      world.call("session.list", #"{"program":"class","notTaken":true}"#).contains("S-0001"))
  }
}
