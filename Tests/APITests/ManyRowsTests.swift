import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("Calls of many rows: one fetch for all, and room for all together")
struct ManyRowsTests {
  /// A class whose days of work have closed, so that late rows need logs.
  private func closedWorld() -> World {
    let world = World.withClass()
    world.isStore = true
    for day in 1...5 {
      world.wall = World.instant("2026-09-\(10 + day)T04:00:00Z")
      for learner in ["s-1", "s-2"] {
        world.comment("\(learner)-\(day)", learner, at: "2026-09-\(10 + day)T10:00:00+08:00")
      }
    }
    world.wall = World.instant("2026-09-20T04:00:00Z")
    world.tick()
    return world
  }

  @Test("a roster asks once for the logs of all its rows")
  func roster() {
    let world = closedWorld()
    let answer = world.call(
      "roster.import",
      #"{"program":"class","learners":[{"id":"s-1","to":"2026-09-13"},"#
        + #"{"id":"s-2","to":"2026-09-13"},{"id":"s-2","tier":"gold"}]}"#)
    #expect(
      answer
        == #"{"rows":3,"changed":3,"refused":[],"effects":{"learners":1,"points":-6,"#
        + #""groupCount":1,"groups":[{"group":"g1","points":-6}],"followingCount":4,"#
        + #""following":["2026-W38","2026-09","term:autumn","all"],"standingCount":2,"#
        + #""standing":["2026-09-15","2026-09-14"]}}"#)
    #expect(world.rounds == 1)
  }

  @Test("a group asks once for the logs of all its members")
  func group() {
    let world = closedWorld()
    let answer = world.call(
      "group.put",
      #"{"program":"class","id":"g5","members":["s-1","s-2"],"from":"2026-09-12"}"#)
    #expect(answer.hasPrefix(#"{"group":"g5","changed":true,"members":2,"effects":{"learners":2,"#))
    #expect(world.rounds == 1)
  }

  @Test("a group that has room for each member, and not for all, takes none")
  func room() {
    let world = World()
    let huge = #"{"id":"huge","verbs":["won"],"perValue":{"points":1000000,"each":1}}"#
    _ = world.call(
      "program.apply",
      #"{"program":{"id":"class","name":"c","zone":"UTC","rules":[\#(huge)]}}"#)
    let members = (1...9).map { "m\($0)" }
    for id in members {
      _ = world.call("learner.put", #"{"program":"class","id":"\#(id)"}"#)
      let recorded = world.call(
        "facts.record",
        #"{"program":"class","facts":[{"source":"lms","id":"\#(id)","learner":"\#(id)","#
          + #""verb":"won","occurredAt":"2026-09-07T03:00:00Z","value":1000000000000}]}"#)
      #expect(recorded.contains(#""points":1000000000000000000"#), "\(recorded)")
    }
    let list = members.map { "\"\($0)\"" }.joined(separator: ",")
    let before = world.state.position
    let put = #"{"program":"class","id":"g","members":["#
    #expect(world.call("group.put", put + list + "]}") == "amount_too_large value")
    #expect(world.state.position == before)
    #expect(world.call("group.put", put + #""m1","m2"]}"#).contains(#""changed":true"#))
  }

  @Test("a history tells of a fact what a list of facts tells")
  func history() {
    let world = World.withClass()
    _ = world.call(
      "facts.record",
      #"{"program":"class","facts":[{"source":"lms","id":"q","learner":"s-1","verb":"quiz","#
        + #""object":{"id":"q1","kind":"quiz"},"occurredOn":"2026-09-07","value":95,"#
        + #""metadata":{"late":"false"}}]}"#)
    let deed =
      #""source":"lms","id":"q","verb":"quiz","object":{"id":"q1","kind":"quiz"},"#
      + #""occurredOn":"2026-09-07","day":"2026-09-07","value":95,"metadata":{"late":"false"},"#
      + #""status":"counted""#
    #expect(world.call("history.list", #"{"program":"class","learner":"s-1"}"#).contains(deed))
    #expect(world.call("fact.list", #"{"program":"class","learner":"s-1"}"#).contains(deed))
  }

  @Test("only people call a fact a mistake or misconduct")
  func causes() throws {
    func refused(_ cause: String, _ roles: Roles) throws -> RefusalReason? {
      let params = #"{"program":"class","source":"lms","id":"1"\#(cause)}"#
      return try withValue(of: params.utf8) { value in
        var fields = try Fields(value)
        return try ReverseFact(&fields).refusal(for: roles)?.reason
      }
    }
    #expect(try refused(#","cause":"source""#, .facts) == nil)
    for cause in ["", #","cause":"mistake""#, #","cause":"misconduct""#] {
      #expect(try refused(cause, .facts) == .forbidden)
      #expect(try refused(cause, [.facts, .admin]) == nil)
    }
  }
}
