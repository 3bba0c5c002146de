import Foundation
import Incentives
import Testing

@testable import API

@Suite("Methods decide and answer, as stories of one class")
struct MethodAnswerTests {
  let world = World.withClass()

  @Test("a program applied again changes nothing, and comes back as it was declared")
  func program() {
    #expect(
      world.call("program.apply", #"{"program":\#(classProgram)}"#)
        == #"{"program":"class","version":1,"changed":false}"#)
    let got = world.call("program.get", #"{"program":"class"}"#)
    #expect(got.hasPrefix(#"{"definition":\#(classProgram),"version":1,"clock":"#))
    #expect(got.hasSuffix(#""facts":0,"learners":2,"groups":1,"pending":0}"#))
    let other = classProgram.replacingOccurrences(of: #""points":3"#, with: #""points":4"#)
    #expect(
      world.call("program.apply", #"{"program":\#(other),"dryRun":true}"#)
        == #"{"program":"class","version":2,"changed":true,"effectiveFrom":"2026-09-07T04:00:00Z"}"#
    )
    #expect(world.state.version == 1)
    #expect(
      world.call("program.advance", #"{"program":"class","to":"2026-10-01"}"#)
        == "clock_not_manual program")
  }

  @Test("a check counts who has no cohort or group, and goes on where it stopped")
  func check() {
    #expect(
      world.call("program.check", #"{"program":"class"}"#)
        == #"{"learners":2,"withoutCohort":0,"withoutGroup":1,"#
        + #""groups":[{"group":"g1","members":1}],"unmatched":0,"verbs":[],"expiring":[],"#
        + #""notTaken":0,"sessions":[]}"#)
    #expect(
      world.call("program.check", #"{"program":"class","from":3}"#)
        == #"{"learners":0,"withoutCohort":0,"withoutGroup":0,"groups":[],"unmatched":0,"verbs":[],"#
        + #""expiring":[],"notTaken":0,"sessions":[]}"#)
  }

  @Test("a roster's rows stand for themselves")
  func roster() {
    #expect(
      world.call(
        "roster.import",
        #"{"program":"class","learners":[{"id":"s-1","cohort":"A","name":"王芳","group":"g1"},"#
          + #"{"id":"s-3","from":"2026-09-02","to":"2026-09-01"},{"id":"s-4"}]}"#)
        == #"{"rows":3,"changed":1,"refused":[{"index":1,"reason":"invalid_params","field":"to","#
        + #""advice":"The last day lies before the first."}]}"#)
    #expect(
      world.call("learner.put", #"{"program":"class","id":"s-4","flags":["test","staff"]}"#)
        == #"{"learner":"s-4","changed":true,"moved":0}"#)
    #expect(
      world.call("learner.get", #"{"program":"class","learner":"s-4"}"#)
        == #"{"learner":"s-4","rows":[{"roster":true,"flags":["staff","test"]}],"#
        + #""today":{"onRoster":true,"flags":["staff","test"]},"facts":{"pending":0}}"#)
    #expect(world.call("learner.get", #"{"program":"class","learner":"x"}"#) == "not_found learner")
  }

  @Test("learners are found by id, by a part of a name, whatever its case")
  func find() {
    #expect(
      world.call("learner.find", #"{"program":"class","text":"li LEI"}"#)
        == #"{"learners":[{"learner":"s-2","name":"Li Lei","alias":"Leo","cohort":"B"}]}"#)
    #expect(
      world.call("learner.find", #"{"program":"class","text":"芳"}"#)
        == #"{"learners":[{"learner":"s-1","name":"王芳","cohort":"A","group":"g1"}]}"#)
    let both = world.call("learner.find", #"{"program":"class","text":"s-2","limit":1}"#)
    #expect(both.contains(#""learner":"s-2""#))
    #expect(
      world.call("learner.find", #"{"program":"class","text":"nobody"}"#) == #"{"learners":[]}"#)
  }

  @Test("a group takes known learners only, and a transfer leaves history where it was")
  func groups() {
    #expect(
      world.call("group.put", #"{"program":"class","id":"g2","members":["s-2","x"]}"#)
        == "not_found members[1]")
    #expect(world.state.names.number(.group, "g2") == nil)
    #expect(
      world.call(
        "group.put",
        #"{"program":"class","id":"g2","title":"二组","leader":"s-2","members":["s-2"]}"#)
        == #"{"group":"g2","changed":true,"members":1}"#)
    world.comment("c1")
    #expect(
      world.call(
        "membership.transfer",
        #"{"program":"class","learner":"s-1","group":"g2","from":"2026-09-08"}"#)
        == #"{"learner":"s-1","group":"g2","from":"2026-09-08","changed":true,"moved":0}"#)
    #expect(
      world.call("board.top", #"{"program":"class","of":"groups","limit":1}"#)
        == #"{"period":"all","of":"groups","final":false,"ties":"shared","count":2,"#
        + #""places":[{"rank":1,"group":"g1","score":3}]}"#)
    #expect(
      world.call("membership.transfer", #"{"program":"class","learner":"s-1","group":"g9"}"#)
        == "not_found group")
    #expect(
      world.call("membership.transfer", #"{"program":"class","learner":"s-1","group":""}"#)
        .contains(#""group":"","from":"2026-09-07""#))
  }

  @Test("a reversal takes back what a fact paid; the cap lets the next one in")
  func reversal() {
    for id in ["c1", "c2", "c3", "c4"] { world.comment(id) }
    let reverse = #"{"program":"class","source":"lms","id":"c2""#
    let outcome =
      #"{"status":"reversed","fact":18,"learner":"s-1","points":0,"#
      + #""moves":[{"fact":18,"rule":"comment","points":-3},"#
      + #"{"fact":20,"rule":"comment","points":3}],"writtenOff":0,"debt":0}"#
    #expect(world.call("fact.reverse", reverse + #","dryRun":true}"#) == outcome)
    #expect(world.state.position.rawValue == 20)
    #expect(world.call("fact.reverse", reverse + "}") == outcome)
    #expect(world.call("fact.reverse", reverse + "}") == "already_reversed id")
    let explained = world.call("fact.explain", #"{"program":"class","fact":18}"#)
    #expect(explained.contains(#""status":"reversed","points":0"#))
    #expect(explained.contains(#""what":"reversed","cause":"mistake""#))
    #expect(explained.contains(#""what":"moved","rule":"comment","points":-3,"cause":"reversal""#))
    #expect(
      world.call("fact.explain", #"{"program":"class","source":"lms","id":"c4"}"#).contains(
        #""rules":[{"rule":"comment","worth":3,"points":3}]"#))
    #expect(world.call("fact.explain", #"{"program":"class","fact":1}"#) == "not_found fact")
    #expect(
      world.call("fact.explain", #"{"program":"class","source":"lms","id":"c9"}"#)
        == "not_found fact")
  }

  @Test("a reversal may come before its fact")
  func awaited() {
    let reverse = #"{"program":"class","source":"lms","id":"c1"}"#
    #expect(world.call("fact.reverse", reverse) == #"{"status":"awaited","points":0}"#)
    #expect(world.call("fact.reverse", reverse) == "already_reversed id")
    #expect(world.call("fact.explain", reverse) == "not_found id")
  }

  @Test("what a batch made is taken back, and told learner by learner")
  func batch() {
    let open = #"{"program":"class","kind":"facts","file":"a.csv"}"#
    #expect(world.call("batch.open", open) == #"{"batch":"B-0001","continued":false}"#)
    let one = #"{"program":"class","batch":"B-0001"}"#
    let shown = world.call("batch.get", one)
    #expect(shown.contains(#""batch":"B-0001","kind":"facts","by":"owner""#))
    #expect(shown.contains(#""facts":0,"records":0,"status":"open""#))
    let reverse = #"{"program":"class","batch":"B-0001","reason":"wrong file"}"#
    #expect(world.call("batch.reverse", reverse) == #"{"batch":"B-0001","facts":0,"job":1}"#)
    #expect(world.call("batch.get", one).contains(#""status":"reversing""#))
    world.work()
    #expect(world.call("batch.get", one).contains(#""status":"reversed""#))
    #expect(world.call("batch.get", one).contains(#""reason":"wrong file""#))
    #expect(world.call("batch.reverse", reverse) == "already_reversed batch")
    #expect(
      world.call("batch.reverse", #"{"program":"class","batch":"B-0009","reason":"x"}"#)
        == "not_found batch")
    let list = world.call("batch.list", #"{"program":"class"}"#)
    #expect(list.contains(#""batches":[{"batch":"B-0001""#))
    #expect(!list.contains("next"))
  }

  @Test("nobody is erased while a rehearsal holds them too")
  func erasureAndRehearsal() {
    let erase = #"{"program":"class","learner":"s-1"}"#
    world.rehearsals = [
      Rehearsal(
        number: ProgramNumber(rawValue: 2), source: ProgramNumber(rawValue: 1), id: "trial",
        stage: .standing, through: Position(rawValue: 1), clock: world.wall)
    ]
    #expect(world.call("learner.erase", erase) == "has_rehearsal program")
    world.rehearsals = []
    #expect(world.call("learner.erase", erase).contains(#""shownAs":"#))
  }

  @Test("a balance and its history agree, page by page")
  func history() {
    world.comment("c1")
    world.comment("c2")
    _ = world.call("points.grant", #"{"program":"class","learners":["s-1"],"reason":"spoke"}"#)
    _ = world.call(
      "points.grant", #"{"program":"class","learners":["s-1"],"reason":"spoke","counts":false}"#)
    let balance = world.call("balance.get", #"{"program":"class","learner":"s-1"}"#)
    #expect(
      balance == #"{"learner":"s-1","earned":8,"bonus":2,"prizes":0,"adjusted":0,"writtenOff":0,"#
        + #""returned":0,"redeemed":0,"expired":0,"spendable":10,"debt":0,"held":0,"pending":0,"#
        + #""lots":[]}"#)
    let all = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    #expect(all.contains(#""points":2,"earned":8,"spendable":10}"#))
    #expect(all.contains(#""points":2,"earned":8,"spendable":8}"#))
    #expect(all.contains(#""points":3,"earned":3,"spendable":3}"#))
    #expect(!all.contains("next"))
    let page = world.call("history.list", #"{"program":"class","learner":"s-1","limit":1}"#)
    #expect(page.contains(#""kind":"grant""#))
    let next = Int(page.split(separator: #""next":"#).last?.dropLast() ?? "") ?? 0
    let second = world.call(
      "history.list", #"{"program":"class","learner":"s-1","limit":3,"before":\#(next)}"#)
    #expect(second.contains(#""points":2,"earned":8,"spendable":8}"#))
    #expect(second.contains(#""id":"c1""#))
    #expect(!second.contains("next"))
  }

  @Test("the newest entry of a history is the balance, whatever happened")
  func statement() {
    var generator = SplitMix(seed: 5)
    for step in 0..<120 {
      let id = "f\(Int.random(in: 0...40, using: &generator))"
      let minute = Int.random(in: 10...59, using: &generator)
      switch Int.random(in: 0...5, using: &generator) {
      case 0: _ = world.call("fact.reverse", #"{"program":"class","source":"lms","id":"\#(id)"}"#)
      case 1:
        _ = world.call(
          "points.grant",
          #"{"program":"class","learners":["s-1"],"reason":"spoke","counts":\#(step % 2 == 0)}"#)
      case 2:
        _ = world.call(
          "learner.put", #"{"program":"class","id":"s-1","group":"g\#(step % 3)"}"#)
      default: world.comment(id, at: "2026-09-0\(5 + step % 3)T10:\(minute):00+08:00")
      }
      let newest = world.call("history.list", #"{"program":"class","learner":"s-1","limit":1}"#)
      let balance = world.call("balance.get", #"{"program":"class","learner":"s-1"}"#)
      guard newest.contains(#""entries":[{"#) else { continue }
      for account in [#""earned":"#, #""spendable":"#] {
        let shown = newest.components(separatedBy: account).last?.prefix { $0.isNumber }
        let held = balance.components(separatedBy: account).last?.prefix { $0.isNumber }
        #expect(shown == held, "step \(step)")
      }
    }
  }

  @Test("a grant gives all or nothing, for declared reasons")
  func grants() {
    #expect(
      world.call(
        "points.grant", #"{"program":"class","learners":["s-1","s-2"],"reason":"spoke"}"#)
        == #"{"learners":2,"points":2,"total":4}"#)
    #expect(
      world.call("points.grant", #"{"program":"class","learners":["s-1","x"],"reason":"spoke"}"#)
        == "not_found learners[1]")
    #expect(
      world.call("points.grant", #"{"program":"class","learners":["s-1"],"reason":"sang"}"#)
        == "invalid_params reason")
    #expect(
      world.call("points.grant", #"{"program":"class","reason":"spoke"}"#)
        == "invalid_params learners")
  }

  @Test("a teacher's grants to a class end with the week's budget, which is named")
  func grantBudget() {
    func grant() -> String {
      world.call("points.grant", #"{"program":"class","learners":["s-1"],"reason":"spoke"}"#)
    }
    for _ in 0..<100 { #expect(grant().contains("total")) }
    #expect(grant() == "over_budget learners")
    #expect(
      world.call("points.adjust", #"{"program":"class","learner":"s-1","points":9,"reason":"r"}"#)
        .contains(#""spendable":209"#))
  }

  @Test("balances are opened once; the rows that were refused are listed")
  func openings() {
    func open(_ balances: String) -> String {
      world.call("points.open", #"{"program":"class","balances":[\#(balances)]}"#)
    }
    let first = open(
      #"{"learner":"s-1","earned":50,"spendable":20},{"learner":"s-1","earned":1},"#
        + #"{"learner":"nobody","earned":1},{"learner":"s-2","earned":7}"#)
    #expect(
      first.hasPrefix(
        #"{"rows":4,"opened":2,"earned":57,"refused":[{"index":1,"reason":"already_opened","#))
    #expect(first.contains(#"{"index":2,"reason":"not_found","#))
    let again = open(#"{"learner":"s-1","earned":50,"spendable":20}"#)
    #expect(again.contains(#""opened":0"#) && again.contains("already_opened"))
    let balance = world.call("balance.get", #"{"program":"class","learner":"s-1"}"#)
    #expect(balance.contains(#""earned":50,"bonus":0,"prizes":0,"adjusted":-30"#))
    #expect(balance.contains(#""spendable":20,"debt":0"#))
    let history = world.call("history.list", #"{"program":"class","learner":"s-1"}"#)
    #expect(history.contains(#""kind":"opening""#))
  }

  @Test("an adjustment tells what there is after it, and the history why")
  func adjustments() {
    func adjust(_ rest: String) -> String {
      world.call("points.adjust", #"{"program":"class","learner":"s-1",\#(rest)}"#)
    }
    world.comment("c1")
    #expect(
      adjust(#""points":-2,"reason":"书券一张""#)
        == #"{"learner":"s-1","points":-2,"earned":3,"spendable":1,"debt":0}"#)
    #expect(adjust(#""points":-2,"reason":"again""#) == "insufficient_points points")
    #expect(
      adjust(#""points":-2,"reason":"again","allowDebt":true,"earned":true"#)
        == #"{"learner":"s-1","points":-2,"earned":1,"spendable":0,"debt":1}"#)
    #expect(adjust(#""points":0,"reason":"none""#) == "invalid_params points")
    let history = world.call("history.list", #"{"program":"class","learner":"s-1","limit":2}"#)
    #expect(history.contains(#""kind":"adjustment""#))
    #expect(history.contains(#""account":"adjusted","reason":"书券一张","by":"#))
    #expect(history.contains(#""account":"earned","reason":"again","by":"#))
    #expect(history.contains(#""points":-2,"earned":1,"spendable":0}"#))
  }

  @Test("facts are listed in the order they were recorded, as they were sent")
  func facts() {
    world.comment("c1")
    world.comment("c2", "x")
    _ = world.call(
      "facts.record",
      #"{"program":"class","facts":[{"source":"portal","id":"q","learner":"s-2","verb":"quiz","#
        + #""object":{"id":"q1","kind":"quiz"},"occurredOn":"2026-09-07","value":95,"#
        + #""metadata":{"b":true,"a":1}}]}"#)
    let page = world.call("fact.list", #"{"program":"class","limit":2}"#)
    #expect(page.contains(#""id":"c1""#))
    #expect(page.contains(#""id":"c2""#))
    #expect(page.contains(#""next":"#))
    #expect(
      world.call("fact.list", #"{"program":"class","source":"portal"}"#).contains(
        #""verb":"quiz","object":{"id":"q1","kind":"quiz"},"occurredOn":"2026-09-07","#
          + #""day":"2026-09-07","value":95,"metadata":{"a":"1","b":"true"},"#
          + #""status":"counted","points":9}]}"#))
    #expect(
      world.call("fact.list", #"{"program":"class","pending":true}"#).contains(#""id":"c2""#))
    #expect(world.call("fact.list", #"{"program":"class","source":"x"}"#) == "not_found source")
  }

  @Test("boards: everybody, a cohort, a term, around oneself")
  func boards() {
    world.comment("c1")
    #expect(
      world.call("board.top", #"{"program":"class"}"#)
        == #"{"period":"all","of":"learners","final":false,"ties":"shared","count":2,"places":["#
        + #"{"rank":1,"learner":"s-1","name":"王芳","score":3},"#
        + #"{"rank":2,"learner":"s-2","name":"Leo","score":0}]}"#)
    #expect(
      world.call("board.top", #"{"program":"class","cohort":"B","period":"term:autumn"}"#)
        == #"{"period":"term:autumn","of":"learners","final":false,"ties":"shared","count":1,"#
        + #""places":[{"rank":1,"learner":"s-2","name":"Leo","score":0}],"#
        + #""nextReset":"2026-12-31T16:00:00Z"}"#)
    #expect(
      world.call("board.around", #"{"program":"class","learner":"s-2","period":"2026-09-07"}"#)
        .hasSuffix(#""own":{"rank":2,"score":0,"percentile":0,"toNext":3}}"#))
    #expect(
      world.call("board.top", #"{"program":"class","period":"term:spring"}"#) == "not_found period")
    #expect(world.call("board.top", #"{"program":"class","cohort":"Z"}"#) == "not_found cohort")
    #expect(
      world.call("board.top", #"{"program":"class","of":"groups","tier":"x"}"#)
        == "invalid_params tier: invalid_value")
    #expect(
      world.call("board.around", #"{"program":"class","group":"g1"}"#).hasSuffix(
        #""own":{"rank":1,"score":3,"percentile":100}}"#))
  }

  @Test("asking for boards keeps nothing of periods that lie ahead")
  func ahead() {
    let count = world.state.periods.count
    #expect(
      world.call("board.top", #"{"program":"class","period":"2030-01-01"}"#)
        == "invalid_params period")
    #expect(
      world.call("board.top", #"{"program":"class","period":"2020-01-01"}"#).contains(
        #""final":true"#))
    #expect(world.state.periods.count == count)
    #expect(world.call("board.list", #"{"program":"class"}"#) == #"{"open":["all"],"closed":[]}"#)
    #expect(world.call("job.list", #"{"program":"class"}"#) == #"{"jobs":[],"due":false}"#)
  }

  @Test("what is not resident is asked for, and the answer is the same")
  func cold() {
    let (warm, cold) = (World.withClass(), World.withClass())
    cold.isStore = true
    for world in [warm, cold] {
      for day in 1...5 {
        world.wall = World.instant("2026-09-\(10 + day)T04:00:00Z")
        world.comment("c\(day)", at: "2026-09-\(10 + day)T10:00:00+08:00")
      }
    }
    let calls = [
      ("learner.put", #"{"program":"class","id":"s-1","group":"g2","from":"2026-09-11"}"#),
      ("fact.reverse", #"{"program":"class","source":"lms","id":"c1"}"#),
      ("fact.explain", #"{"program":"class","source":"lms","id":"c2"}"#),
      ("history.list", #"{"program":"class","learner":"s-1"}"#),
      ("group.put", #"{"program":"class","id":"g3","members":["s-1"],"from":"2026-09-12"}"#),
      ("roster.import", #"{"program":"class","learners":[{"id":"s-1","to":"2026-09-13"}]}"#),
      ("balance.get", #"{"program":"class","learner":"s-1"}"#),
    ]
    for (method, params) in calls {
      let answer = warm.call(method, params)
      #expect(cold.call(method, params) == answer, "\(method)")
      #expect(answer.hasPrefix("{"), "\(method): \(answer)")
    }
  }
}
