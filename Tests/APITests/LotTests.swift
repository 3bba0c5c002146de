import Incentives
import Testing

@testable import API

@Suite("Points of a term that expires, as methods tell of them")
struct LotTests {
  private let world = World()

  /// A class whose autumn can be spent until the end of February; anna has ten points of it.
  init() {
    let program = #"""
      {"id":"class","name":"一班","zone":"Asia/Shanghai","terms":[\#
      {"id":"autumn","from":"2026-09-01","to":"2027-01-15","expires":"2027-03-01"},\#
      {"id":"spring","from":"2027-02-15","to":"2027-06-30"}],\#
      "rules":[{"id":"comment","verbs":["commented"],"points":10}]}
      """#
    _ = world.call("program.apply", #"{"program":\#(program)}"#)
    _ = world.call(
      "roster.import", #"{"program":"class","learners":[{"id":"anna","group":"g"}]}"#)
    _ = world.comment("c1", "anna")
  }

  private func balance() -> String {
    world.call("balance.get", #"{"program":"class","learner":"anna"}"#)
  }

  @Test("a balance names what expires, and shows none of it when its day has come, posted or not")
  func balances() {
    #expect(
      balance().hasSuffix(
        #""lots":[{"term":"autumn","points":10,"expires":"2027-03-01"}]}"#))
    #expect(
      world.call("program.get", #"{"program":"class"}"#).contains(
        #""to":"2027-01-15","expires":"2027-03-01""#))
    world.wall = World.instant("2027-02-28T15:59:59Z")
    #expect(balance().contains(#""expired":0,"spendable":10"#))
    // Midnight in Shanghai; nothing has been journaled yet.
    world.wall = World.instant("2027-02-28T16:00:00Z")
    #expect(world.state.learners[LearnerNumber(rawValue: 1)].accounts.spendable == 10)
    let masked = balance()
    #expect(masked.contains(#""expired":10,"spendable":0"#))
    #expect(masked.hasSuffix(#""lots":[]}"#))
    #expect(world.state.nextClosing < world.wall)
    world.tick()
    #expect(world.state.learners[LearnerNumber(rawValue: 1)].accounts.spendable == 0)
    #expect(balance() == masked)
    #expect(!world.state.hasWork && world.state.lotProblem == nil)
  }

  @Test("the day itself brings the clock forward, though no day or term closes then")
  func closing() {
    world.wall = World.instant("2027-02-28T10:00:00Z")
    world.tick()
    #expect(world.state.nextClosing == World.instant("2027-02-28T16:00:00Z"))
  }

  @Test("a check tells what expires within thirty days, and with whom")
  func check() {
    let told =
      #""expiring":[{"term":"autumn","expires":"2027-03-01","points":10,"learners":1}]"#
    func isTold() -> Bool {
      world.call("program.check", #"{"program":"class"}"#).contains(told)
    }
    world.wall = World.instant("2027-01-29T04:00:00Z")
    #expect(!isTold())
    world.wall = World.instant("2027-01-30T04:00:00Z")
    #expect(isTold())
    world.wall = World.instant("2027-02-28T16:00:00Z")
    #expect(!isTold())
  }

  @Test("a history tells what expired, and a fact that came too late says why it can not be spent")
  func history() {
    world.wall = World.instant("2027-03-02T04:00:00Z")
    world.tick()
    let late = world.comment("c2", "anna", at: "2026-09-08T10:00:00+08:00")
    #expect(late.contains(#"{"rule":"comment","points":10,"reason":"lot_expired"}"#))
    let history = world.call("history.list", #"{"program":"class","learner":"anna"}"#)
    #expect(
      history.contains(
        #""kind":"expiry","day":"2027-03-01","expired":10,"term":"autumn","points":0,"#
          + #""earned":10,"spendable":0}"#))
    #expect(history.contains(#""points":10,"earned":20,"spendable":0}"#))
    #expect(history.components(separatedBy: "expiry").count == 2)
    let explained = world.call(
      "fact.explain", #"{"program":"class","source":"lms","id":"c2"}"#)
    #expect(explained.contains(#""points":10,"reason":"lot_expired"}"#))
    #expect(balance().contains(#""earned":20"#))
  }

  @Test("what is spent leaves its lot, and what expired can not be spent")
  func spent() {
    _ = world.call(
      "points.adjust", #"{"program":"class","learner":"anna","points":-4,"reason":"pen"}"#)
    #expect(balance().hasSuffix(#"[{"term":"autumn","points":6,"expires":"2027-03-01"}]}"#))
    #expect(
      world.call(
        "points.adjust", #"{"program":"class","learner":"anna","points":-7,"reason":"bag"}"#)
        == "insufficient_points points")
    world.wall = World.instant("2027-03-02T04:00:00Z")
    world.tick()
    #expect(
      world.call(
        "points.adjust", #"{"program":"class","learner":"anna","points":-1,"reason":"bag"}"#)
        == "insufficient_points points")
  }
}
