import Testing

@testable import API

@Suite("Awards over the wire")
struct AwardTests {
  /// The class with a star of the day, an honour, and works that peers nominate.
  private static func world() -> World {
    let world = World.withClass()
    let awards =
      #","awards":[{"id":"star","title":"每日之星","kind":"star","period":"day","points":5,"#
      + #""ties":"shared"},{"id":"chosen","title":"周星","kind":"star","period":"day","#
      + #""confirm":"staff","coolOff":0},{"id":"honour","title":"优秀学员","kind":"given","points":10},"#
      + #"{"id":"work","title":"优秀作业","kind":"excellentWork","peers":true,"quota":3}]}"#
    _ = world.call(
      "program.apply", #"{"program":\#(String(classProgram.dropLast()))\#(awards)}"#)
    // A star begins with the first day after it was declared.
    world.wall = World.instant("2026-09-08T04:00:00Z")
    world.tick()
    return world
  }

  @Test("a definition with awards is shown as it was declared")
  func declared() {
    let shown = Self.world().call("program.get", #"{"program":"class"}"#)
    #expect(
      shown.contains(
        #""awards":[{"id":"star","title":"每日之星","kind":"star","points":5,"period":"day","ties":"shared"},"#
      ))
    #expect(shown.contains(#""period":"day","coolOff":0,"confirm":"staff"}"#))
    #expect(
      shown.contains(
        #"{"id":"work","title":"优秀作业","kind":"excellentWork","peers":true,"quota":3}]"#))
  }

  @Test("a star is provisional, then final with its proof, and waits where staff choose")
  func stars() {
    let world = Self.world()
    world.comment("c-1", at: "2026-09-08T10:00:00+08:00")
    let open = world.call("award.list", #"{"program":"class"}"#)
    #expect(
      open.contains(
        #""provisional":[{"award":"star","title":"每日之星","period":"2026-09-08","#
          + #""closes":"2026-09-08T18:00:00Z","ties":"shared","tied":1,"candidates":[{"learner":"s-1","#
          + #""name":"王芳","score":3,"stars":0}],"coolingOff":[]}"#), "\(open)")
    world.wall = World.instant("2026-09-08T19:00:00Z")
    world.tick()
    let closed = world.call("award.list", #"{"program":"class","proof":true}"#)
    #expect(
      closed.contains(#""waiting":[{"decision":"D-0002","award":"chosen","title":"周星""#),
      "\(closed)")
    #expect(
      closed.contains(
        #""awards":[{"id":"A-0001","award":"star","title":"每日之星","learner":"s-1","name":"王芳","#
          + #""day":"2026-09-08","status":"standing","cause":"closing","points":5,"#
          + #""decision":"D-0001","period":"2026-09-08","closedAt":"2026-09-08T18:00:00Z","proof":{"#
          + #""ties":"shared","tied":1,"candidates":[{"learner":"s-1","name":"王芳","score":3,"stars":0}],"#
          + #""coolingOff":[]}}]"#), "\(closed)")
    #expect(
      world.call(
        "award.confirm",
        #"{"program":"class","idempotencyKey":"k","decision":"D-0002","learner":"s-1"}"#)
        == #"{"id":"A-0002","learner":"s-1"}"#)
    let history = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    #expect(
      history.contains(
        #""kind":"award","day":"2026-09-08","award":"A-0001","account":"bonus","reason":"每日之星 2026-09-08""#
      ), "\(history)")
  }

  @Test("without consent a list that is published names nobody")
  func consent() {
    let world = Self.world()
    _ = world.call(
      "award.grant",
      #"{"program":"class","idempotencyKey":"k","award":"honour","learners":["s-1","s-2"],"#
        + #""citation":"帮助同学"}"#)
    let hidden = world.call("award.list", #"{"program":"class","award":"honour","public":true}"#)
    #expect(hidden.contains(#""name":"王同学""#) && hidden.contains(#""name":"Leo""#), "\(hidden)")
    for word in ["王芳", "Li Lei", "s-1", "s-2", "帮助同学"] { #expect(!hidden.contains(word)) }
    _ = world.call(
      "learner.put", #"{"program":"class","idempotencyKey":"l","id":"s-1","publish":true}"#)
    let shown = world.call("award.list", #"{"program":"class","award":"honour","public":true}"#)
    #expect(shown.contains(#""learner":"s-1","name":"王芳""#) && shown.contains("帮助同学"), "\(shown)")
    #expect(!shown.contains("Li Lei"))
    _ = world.call(
      "learner.put",
      #"{"program":"class","idempotencyKey":"m","id":"s-1","publish":false,"from":"2026-09-08"}"#)
    let withdrawn = world.call("award.list", #"{"program":"class","public":true}"#)
    #expect(!withdrawn.contains("王芳"))
  }

  @Test("an award is revoked with what it paid, and a work goes from nomination to award")
  func revokedAndDecided() {
    let world = Self.world()
    let given = world.call(
      "award.grant",
      #"{"program":"class","idempotencyKey":"k","award":"honour","learners":["s-1"]}"#)
    #expect(given == #"{"awards":["A-0001"],"points":10}"#)
    #expect(
      world.call(
        "award.revoke",
        #"{"program":"class","idempotencyKey":"k","award":"A-0001","reason":"slip"}"#)
        == #"{"id":"A-0001","points":-10,"writtenOff":0,"runnersUp":[]}"#)
    #expect(
      world.call(
        "award.nominate",
        #"{"program":"class","idempotencyKey":"k","award":"work","learner":"s-1","#
          + #""work":{"kind":"essay","id":"7"},"nominator":"s-2"}"#)
        == #"{"nomination":"N-0001"}"#)
    #expect(
      world.call(
        "award.decide",
        #"{"program":"class","idempotencyKey":"k","nomination":"N-0001","accept":true,"#
          + #""reason":"清楚"}"#)
        == #"{"nomination":"N-0001","status":"accepted","id":"A-0002","points":0}"#)
    let list = world.call("award.list", #"{"program":"class"}"#)
    #expect(list.contains(#""status":"revoked""#) && list.contains(#""reason":"slip""#), "\(list)")
    #expect(
      list.contains(
        #""as":"peer","nominator":"s-2","by":"owner","day":"2026-09-08","object":"essay:7","#
          + #""mutual":false,"status":"accepted","decidedBy":"owner","decidedOn":"2026-09-08","#
          + #""reason":"清楚"}"#), "\(list)")
  }
}
