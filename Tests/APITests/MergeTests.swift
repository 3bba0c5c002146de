import JSONRPC
import Testing

@testable import API
@testable import Incentives

/// Two ids of one person, as a portal and an office see them.
@Suite("Merging learners")
struct MergeTests {
  private let world = World.withClass()
  private let merge = #"{"program":"class","from":"s-2","into":"s-1","reason":"复学后重新建号""#

  @Test("a dry run shows what is then posted; the answer names the surviving learner")
  func shown() {
    world.comment("c1", "s-1", at: "2026-09-07T10:00:00+08:00")
    world.comment("c2", "s-2", at: "2026-09-07T11:00:00+08:00")
    let told = world.call("learner.merge", merge + #","dryRun":true}"#)
    #expect(world.state.learnerNumber("s-1") != world.state.learnerNumber("s-2"))
    let done = world.call("learner.merge", merge + "}")
    #expect(told == done)
    #expect(done.hasPrefix(#"{"learner":"s-1","alsoKnownAs":"s-2","facts":2,"factsOfFrom":1,"#))
    #expect(world.call("learner.merge", merge + "}") == "invalid_params from")
    let back = #"{"program":"class","from":"s-1","into":"s-2","reason":"r"}"#
    #expect(world.call("learner.merge", back) == "invalid_params into")
  }

  @Test("either id reaches the surviving learner in every method that names one")
  func eitherID() {
    world.comment("c1", "s-2", at: "2026-09-07T11:00:00+08:00")
    _ = world.call("learner.merge", merge + "}")
    let own = #"{"program":"class","learner":"s-2"}"#
    for method in ["learner.get", "balance.get"] {
      #expect(world.call(method, own).hasPrefix(#"{"learner":"s-1""#), "\(method)")
    }
    #expect(world.call("learner.get", own).contains(#""alsoKnownAs":["s-2"]"#))
    let found = world.call("learner.find", #"{"program":"class","text":"s-2"}"#)
    #expect(found.hasPrefix(#"{"learners":[{"learner":"s-1""#))
    let history = world.call("history.list", own)
    #expect(history.contains(#""kind":"merge","from":"s-2","day":"#))
    #expect(history.contains(#""reason":"复学后重新建号""#))
    #expect(history.contains(#""id":"c1""#))
    #expect(world.call("fact.list", own).contains(#""learner":"s-1","source":"lms","id":"c1""#))
    let around = world.call(
      "board.around", #"{"program":"class","learner":"s-2","period":"2026-09-07"}"#)
    #expect(around.contains(#""own":{"rank":1"#), "\(around)")
    #expect(
      world.call(
        "points.adjust", #"{"program":"class","learner":"s-2","points":4,"reason":"r"}"#
      ).hasPrefix(#"{"learner":"s-1","points":4"#))
    #expect(
      world.call("learner.put", #"{"program":"class","id":"s-2","tier":"gold"}"#)
        .hasPrefix(#"{"learner":"s-1","changed":true"#))
    #expect(
      world.call("fact.reverse", #"{"program":"class","source":"lms","id":"c1"}"#)
        .contains(#""learner":"s-1""#))
    #expect(
      world.call("learner.erase", own).hasPrefix(#"{"shownAs":"#))
    for id in ["s-1", "s-2"] {
      #expect(
        world.call("balance.get", #"{"program":"class","learner":"\#(id)"}"#)
          == "not_found learner")
    }
  }

  @Test("a closed board names the surviving learner in the place of the account that was merged")
  func closedBoard() {
    world.comment("c1", "s-2", at: "2026-09-07T11:00:00+08:00")
    world.wall = World.instant("2026-09-08T04:00:00Z")
    world.tick()
    #expect(world.call("program.get", #"{"program":"class"}"#).contains(#""learners":2"#))
    _ = world.call("learner.merge", merge + "}")
    #expect(world.call("program.get", #"{"program":"class"}"#).contains(#""learners":1"#))
    for id in ["s-1", "s-2"] {
      let around = world.call(
        "board.around", #"{"program":"class","learner":"\#(id)","period":"2026-09-07"}"#)
      #expect(around.contains(#""final":true"#))
      #expect(around.contains(#"{"rank":1,"learner":"s-1""#), "\(around)")
      #expect(around.contains(#""own":{"rank":1,"score":3"#), "\(around)")
    }
  }

  @Test("who sees some cohorts only merges nobody of another")
  func sight() throws {
    _ = world.call("learner.put", #"{"program":"class","id":"s-1","cohort":"A"}"#)
    _ = world.call("learner.put", #"{"program":"class","id":"s-2","cohort":"B"}"#)
    let cohort = world.state.names.number(.cohort, "A") ?? 0
    let sight = Sight.cohorts([CohortNumber(rawValue: UInt16(cohort))])
    let seen = try withValue(of: (merge + #","dryRun":true}"#).utf8) { value -> String in
      var fields = try Fields(value)
      let call = try MergeLearners(&fields)
      do throws(Undecided) {
        try call.check(sight, in: world.state, wall: world.wall)
        return "both"
      } catch {
        guard case .refused(let refusal) = error else { return "\(error)" }
        return "\(refusal.reason.rawValue) \(refusal.field)"
      }
    }
    #expect(seen == "not_found from")
  }

  @Test("nothing moves into or out of a frozen term")
  func frozen() {
    world.comment("c1", "s-1", at: "2026-09-07T10:00:00+08:00")
    world.comment("c2", "s-2", at: "2026-09-07T11:00:00+08:00")
    _ = world.call("group.put", #"{"program":"class","id":"g2"}"#)
    _ = world.call(
      "membership.correct", #"{"program":"class","learner":"s-1","group":"g2"}"#)
    world.state.frozenTerms.insert(TermNumber(rawValue: 1))
    #expect(world.call("learner.merge", merge + "}") == "term_frozen from")
  }
}
