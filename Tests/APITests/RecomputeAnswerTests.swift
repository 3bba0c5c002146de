import Testing

@testable import API
@testable import Incentives

@Suite("program.apply judges the past anew")
struct RecomputeAnswerTests {
  /// The class program with another payment for comments and a notice.
  private func program(_ points: Int) -> String {
    classProgram.replacing(
      #""points":3,"cap":{"points":9,"per":"day"}}"#, with: #""points":\#(points)}"#
    ).dropLast() + #","notice":"评论 \#(points) 分"}"#
  }

  private func apply(_ points: Int, _ more: String) -> String {
    #"{"program":\#(program(points)),"effectiveFrom":"2026-09-07"\#(more)}"#
  }

  @Test("a dry run shows every sum; what is then posted is that")
  func shown() {
    let world = World.withClass()
    world.comment("1")
    world.comment("2", "s-2")
    #expect(world.call("program.apply", apply(5, "")) == "recompute_required effectiveFrom")
    let told = world.call(
      "program.apply", apply(5, #","recompute":"since","dryRun":true"#))
    let position = world.state.position.rawValue
    func line(_ id: String) -> String {
      #"{"learner":"\#(id)","earnedBefore":3,"earnedAfter":5,"spendableBefore":3,"spendableAfter":5}"#
    }
    #expect(
      told == #"{"program":"class","version":2,"changed":true,"#
        + #""effectiveFrom":"2026-09-06T16:00:00Z","notice":"评论 5 分","#
        + #""effects":{"learners":2,"up":4,"down":0,"kept":0,"net":4,"writtenOff":0,"#
        + #""position":\#(position),"first":[\#(line("s-1")),\#(line("s-2"))]}}"#
    )
    let done = world.call("program.apply", apply(5, #","recompute":"since""#))
    #expect(done.contains(#""job":"#) && !done.contains("effects"), "\(done)")
    let jobs = world.call("job.list", #"{"program":"class"}"#)
    #expect(jobs.contains(#""kind":"recompute","cursor":0,"of":2"#), "\(jobs)")
    world.work()
    let balance = world.call("balance.get", #"{"program":"class","learner":"s-1"}"#)
    #expect(balance.contains(#""earned":5"#), "\(balance)")
  }

  @Test("what lowers waits for a second person who makes the same call")
  func proposed() {
    let world = World.withClass()
    world.comment("1")
    let lower = apply(1, #","recompute":"since","floor":"none""#)
    #expect(
      world.call("program.apply", apply(1, #","floor":"none""#))
        == "invalid_params floor: invalid_value")
    let proposed = world.call("program.apply", lower)
    #expect(proposed.contains(#""awaitsSecondPerson":true"#), "\(proposed)")
    #expect(proposed.contains(#""version":1,"changed":false"#), "\(proposed)")
    #expect(world.call("program.apply", lower) == "same_signer floor")
    world.principal = PrincipalNumber(rawValue: 2)
    #expect(world.call("program.apply", lower).contains(#""version":2,"changed":true"#))
    world.work()
    let balance = world.call("balance.get", #"{"program":"class","learner":"s-1"}"#)
    #expect(balance.contains(#""earned":1"#), "\(balance)")
    let history = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    #expect(history.contains(#""cause":"recompute""#), "\(history)")
  }

  @Test("what the floor gives back is an entry of its own")
  func floor() {
    let world = World.withClass()
    world.comment("1")
    _ = world.call("program.apply", apply(1, #","recompute":"since""#))
    world.work()
    let history = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    #expect(history.contains(#""kind":"floor","day":"2026-09-07""#), "\(history)")
    #expect(history.contains(#""points":2,"earned":3,"spendable":3"#), "\(history)")
  }
}
