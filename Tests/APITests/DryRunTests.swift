import TestSupport
import Testing

@testable import API
@testable import Incentives

@Suite("A dry run tells what is then posted")
struct DryRunTests {
  /// The first seeds of runs of ten.
  static let runs = Array(stride(from: 0, to: 60, by: 10))

  @Test("ask 5: random changes of the past, first for nobody, then in earnest", arguments: runs)
  func random(_ first: Int) {
    for seed in first..<(first + 10) {
      var world = ChangingClass(seed: UInt64(seed))
      for step in 0..<24 {
        let (method, params) = world.change()
        let before = world.world.state.position
        let told = world.world.call(method, "{\(params),\"dryRun\":true}")
        #expect(world.world.state.position == before, "seed \(seed), step \(step): \(method)")
        let done = world.world.call(method, "{\(params)}")
        #expect(told == done, "seed \(seed), step \(step): \(method) {\(params)}")
        if told != done { break }
        world.goOn()
      }
    }
  }

  @Test("rows of one learner build on each other, also where nobody is known yet")
  func newcomers() {
    let world = World.withClass()
    world.comment("1", "stranger")
    let rows =
      #"{"program":"class","learners":[{"id":"stranger","group":"new","from":"2026-09-07"},"#
      + #"{"id":"stranger","group":"newer","from":"2026-09-07"},"#
      + #"{"id":"stranger","name":"Zoë"},{"id":"other","group":"newer"}]"#
    let told = world.call("roster.import", rows + #","dryRun":true}"#)
    #expect(told.contains(#""changed":4"#), "\(told)")
    #expect(told.contains(#""groups":[{"group":"newer","points":3}]"#), "\(told)")
    #expect(world.state.learnerNumber("other") == nil)
    #expect(world.call("roster.import", rows + "}") == told)
  }

  @Test("staff leave the boards of open periods; what is closed stands and is listed")
  func flags() {
    let world = World.withClass()
    world.comment("1", "s-1", at: "2026-09-07T10:00:00+08:00")
    world.wall = World.instant("2026-09-08T04:00:00Z")
    world.tick()
    world.comment("2", "s-1", at: "2026-09-08T10:00:00+08:00")
    let put = #"{"program":"class","id":"s-1","flags":["staff"]"#
    let told = world.call("learner.put", put + #","dryRun":true}"#)
    #expect(told.contains(#""groups":[{"group":"g1","points":-6}]"#), "\(told)")
    #expect(told.contains(#""standing":["2026-09-07"]"#), "\(told)")
    #expect(world.call("learner.put", put + "}") == told)
    let board = #"{"program":"class","of":"groups"}"#
    #expect(world.call("board.top", board).contains(#""group":"g1","score":0"#))
  }

  @Test("a correction stops at a frozen term, a transfer's answer says what a correction's says")
  func frozen() {
    let world = World.withClass()
    world.comment("1", "s-1")
    _ = world.call("group.put", #"{"program":"class","id":"g2"}"#)
    let params = #"{"program":"class","learner":"s-1","group":"g2","from":"2026-09-07""#
    let moved = world.call("membership.transfer", params + #","dryRun":true}"#)
    #expect(moved.contains(#"[{"group":"g1","points":-3},{"group":"g2","points":3}]"#), "\(moved)")
    world.state.frozenTerms.insert(TermNumber(rawValue: 1))
    #expect(world.call("membership.correct", params + "}") == "term_frozen from")
  }
}

/// A small class to which random things happen, drawn from a seed.
private struct ChangingClass {
  let world: World
  private var generator: SeededGenerator
  private var count = 0
  private let learners = ["s-1", "s-2", "x", "y", "new"]
  private let groups = ["g1", "g2", "g3"]

  init(seed: UInt64) {
    world = World.withClass()
    world.isStore = true
    generator = SeededGenerator(seed: seed)
    for group in groups { _ = world.call("group.put", #"{"program":"class","id":"\#(group)"}"#) }
    for _ in 0..<12 { goOn() }
  }

  /// A fact or a grant comes, or a day passes.
  mutating func goOn() {
    count += 1
    switch generator.next(below: 6) {
    case 0:
      world.wall = world.wall.advanced(byMicroseconds: 30 * 3_600_000_000)
      world.tick()
    case 1:
      _ = world.call(
        "points.grant",
        #"{"program":"class","learners":["\#(generator.pick(learners))"],"reason":"spoke"}"#)
    default:
      let today = world.state.day(at: world.wall)
      let day = today.advanced(by: Int32(generator.next(in: -3 ... -1)))
      world.comment("\(count)", generator.pick(learners), at: "\(day)T10:00:00+08:00")
    }
  }

  private mutating func day() -> String {
    "\(world.state.day(at: world.wall).advanced(by: Int32(generator.next(in: -6...0))))"
  }

  private mutating func row(_ id: String) -> String {
    var row = #""id":"\#(id)""#
    if generator.happens(60) { row += #","from":"\#(day())""# }
    if generator.happens(60) { row += #","group":"\#(generator.pick(groups))""# }
    if generator.happens(30) { row += #","cohort":"\#(generator.pick(["A", "B"]))""# }
    if generator.happens(20) { row += #","tier":"gold""# }
    if generator.happens(20) { row += #","flags":[\#(generator.pick(["", "\"staff\""]))]"# }
    return row
  }

  /// The next change and its parameters.
  mutating func change() -> (method: String, params: String) {
    let learner = generator.pick(learners)
    let program = #""program":"class""#
    let group = generator.pick(groups)
    if generator.happens(8) {
      let other = generator.pick(learners)
      return (
        "learner.merge", #"\#(program),"from":"\#(learner)","into":"\#(other)","reason":"two ids""#
      )
    }
    switch generator.next(below: 5) {
    case 0: return ("learner.put", "\(program),\(row(learner))")
    case 1:
      let rows = (0..<generator.next(in: 1...4)).map { _ in "{\(row(generator.pick(learners)))}" }
      return ("roster.import", "\(program),\"learners\":[\(rows.joined(separator: ","))]")
    case 2:
      return (
        "group.put",
        #"\#(program),"id":"\#(group)","members":["s-1","s-2"],"from":"\#(day())""#
      )
    case 3:
      return (
        "membership.transfer",
        #"\#(program),"learner":"\#(learner)","group":"\#(group)","from":"\#(day())""#
      )
    default:
      return (
        "membership.correct",
        #"\#(program),"learner":"\#(learner)","group":"\#(group)","from":"\#(day())""#
      )
    }
  }
}
