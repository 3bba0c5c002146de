import Foundation
import Incentives
import Testing

@testable import API

@Suite("Closing a period changes nobody's place")
struct ClosingTests {
  let world = World.withClass()

  /// Groups with 8, 4 and 0 points, and five learners, one of them with 0.
  private func play() {
    _ = world.call(
      "roster.import",
      #"{"program":"class","learners":[{"id":"a","cohort":"A","group":"ga"},"#
        + #"{"id":"b","cohort":"A","group":"gb"},{"id":"c","cohort":"A","group":"gc"}]}"#)
    for group in ["ga", "gb", "gc"] {
      _ = world.call("group.put", #"{"program":"class","id":"\#(group)","cohort":"A"}"#)
    }
    world.comment("1", "a", at: "2026-09-07T10:00:00+08:00")
    world.comment("2", "a", at: "2026-09-07T10:01:00+08:00")
    world.comment("3", "b", at: "2026-09-07T10:02:00+08:00")
  }

  private func around(_ who: String, _ segment: String = "") -> [String: Int] {
    let answer = world.call(
      "board.around", #"{"program":"class","period":"2026-09-07",\#(who)\#(segment)}"#)
    let parsed = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
    var told = parsed?["own"] as? [String: Int] ?? [:]
    told["count"] = parsed?["count"] as? Int
    return told
  }

  @Test("rank, percentile and the number of all are the same before and after, zeros included")
  func samePlaces() {
    play()
    let questions = [
      (#""group":"ga""#, ""), (#""group":"gb""#, ""), (#""group":"gc""#, ""),
      (#""group":"gb""#, #","cohort":"A""#), (#""learner":"a""#, ""), (#""learner":"b""#, ""),
      (#""learner":"c""#, ""), (#""learner":"c""#, #","cohort":"A""#),
      (#""learner":"c""#, #","group":"gc""#),
    ]
    let open = questions.map { around($0.0, $0.1) }
    #expect(open[1]["percentile"] == 66)
    #expect(open[2] == ["rank": 3, "score": 0, "percentile": 0, "toNext": 3, "count": 4])
    world.wall = World.instant("2026-09-08T04:00:00Z")
    world.tick()
    #expect(world.state.periods[.day(LocalDay(number: 20_703))] == nil)
    for (place, question) in questions.enumerated() {
      #expect(around(question.0, question.1) == open[place], "\(question)")
    }
  }

  @Test("who was not on the roster when the board was cut has no place on it, whatever came later")
  func lateRows() {
    play()
    world.wall = World.instant("2026-09-08T04:00:00Z")
    world.tick()
    _ = world.call("roster.import", #"{"program":"class","learners":[{"id":"late","cohort":"A"}]}"#)
    _ = world.call("learner.put", #"{"program":"class","id":"c","flags":["staff"]}"#)
    #expect(around(#""learner":"late""#) == [:])
    #expect(around(#""learner":"c""#)["rank"] == 3)
  }
}

@Suite("Who is put on the roster")
struct RosterEntryTests {
  @Test("a new name of somebody whose facts wait pays nothing; a cohort puts them on the roster")
  func rename() {
    let world = World.withClass()
    world.comment("1", "stranger")
    #expect(
      world.call("learner.put", #"{"program":"class","id":"stranger","name":"Zoë"}"#)
        == #"{"learner":"stranger","changed":true,"moved":0}"#)
    #expect(world.state.pendingCount == 1)
    #expect(
      world.call("learner.put", #"{"program":"class","id":"stranger","cohort":"A"}"#)
        .hasPrefix(#"{"learner":"stranger","changed":true,"moved":3,"effects":{"learners":1,"#))
    #expect(world.state.pendingCount == 0)
  }

  @Test("a stay is ended with the day it began; without, the end would end nothing")
  func endWithoutBeginning() {
    let world = World.withClass()
    _ = world.call(
      "roster.import", #"{"program":"class","learners":[{"id":"x","from":"2026-09-02"}]}"#)
    let ended = #"{"program":"class","id":"x","to":"2026-09-05""#
    #expect(world.call("learner.put", ended + "}") == "invalid_params from")
    #expect(
      world.call("learner.put", ended + #","from":"2026-09-02"}"#)
        == #"{"learner":"x","changed":true,"moved":0}"#)
  }

  @Test("a row that covers a grant asks for the log, also where no day has closed")
  func grantInTheLog() {
    let world = World.withClass()
    world.isStore = true
    _ = world.call(
      "points.grant",
      #"{"program":"class","learners":["s-1"],"reason":"spoke","occurredOn":"2026-09-07"}"#)
    #expect(
      world.call(
        "roster.import",
        #"{"program":"class","learners":[{"id":"s-1","group":"g2","from":"2026-09-07"}]}"#
      )
      .contains(#"[{"group":"g1","points":-2},{"group":"g2","points":2}]"#))
    let board = #"{"program":"class","of":"groups","period":"2026-09-07"}"#
    #expect(
      world.call("board.top", board).contains(
        #""places":[{"rank":1,"group":"g2","score":2},{"rank":2,"group":"g1","score":0}]"#))
    #expect(
      world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
        .contains(#""kind":"move""#))
  }
}
