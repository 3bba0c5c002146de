import Incentives
import Ledger
import Testing

@testable import Engine

/// Stories of the engine on a real store: what is answered is durable, and happens once.
@Suite struct EngineStoryTests {
  @Test func aFactTravelsToADurableReply() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna", cohort: "A", group: "g1")])
    let answer = try rig.facts([
      Story(id: "1", learner: "anna"),
      Story(id: "2", learner: "anna", verb: "submitted:quiz", object: "quiz-1", value: 60),
    ])
    #expect(answer.items.count == 2)
    #expect(try rig.earned("anna") == 9)
    try rig.restart()
    #expect(try rig.earned("anna") == 9)
    try rig.stop()
  }

  @Test func aFactPaysOnceHoweverOftenItComes() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    let fact = Story(id: "1", learner: "anna")
    let first = try rig.facts([fact, fact])
    #expect(replays(first) == [false, true])
    #expect(replays(try rig.facts([fact])) == [true])
    try rig.restart()
    #expect(replays(try rig.facts([fact])) == [true])
    #expect(try rig.earned("anna") == 3)
    var other = fact
    other.verb = "submitted:quiz"
    let conflict = try rig.facts([other])
    #expect(conflict.refusals.map(\.reason) == [.factConflict])
    #expect(conflict.refusals.map(\.field) == ["facts[0].verb"])
    try rig.stop()
  }

  @Test func anAtomicCallIsRecordedWholeOrNotAtAll() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    let reply = try rig.ask(
      rig.call(
        [
          Story(id: "1", learner: "anna"),
          Story(id: "2", learner: "anna", at: "2026-09-07T10:00:00Z", value: 1_000_000_000_001),
        ], isAtomic: true))
    guard case .refused(let refusal, _) = reply.answer else {
      Issue.record("an impossible value was recorded")
      return
    }
    #expect(refusal.reason == .amountTooLarge)
    #expect(refusal.field == "facts[1].value")
    #expect(try rig.earned("anna") == 0)
    try rig.stop()
  }

  @Test func aKeyAnswersTheSameForEver() throws {
    let rig = try Rig()
    try rig.applyProgram()
    func put() throws -> Reply {
      try rig.command(key: "click-1") { decision throws(Undecided) in
        let state = decision.state
        try decision.commit { buffer throws(Undecided) in
          try state.decide(LearnerRecord(id: "anna"), into: &buffer)
        }
        return Array("{\"learners\":\(state.learners.count)}".utf8)
      }
    }
    let first = try put()
    let second = try put()
    try rig.restart()
    let third = try put()
    #expect(outcome(first) == "{\"learners\":1}")
    #expect(outcome(second) == outcome(first))
    #expect(outcome(third) == outcome(first))
    guard case .outcome(_, isReplayed: true) = third.answer else {
      Issue.record("a replay is marked")
      return
    }
    try rig.stop()
  }

  @Test func aLateFactIsDecidedFromHistory() throws {
    let rig = try Rig()
    let weekly = Rule(
      id: "weekly", verbs: ["commented"], payment: .points(3), limiter: .capPoints(9, .week))
    try rig.applyProgram(rules: [weekly])
    try rig.roster([LearnerRecord(id: "anna")])
    for day in 8...11 {
      _ = try rig.facts([
        Story(id: "d\(day)", learner: "anna", at: "2026-09-\(day < 10 ? "0" : "")\(day)T10:00:00Z")
      ])
    }
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        try state.decideAdvance(to: Instant("2026-09-11T00:00:00Z"), into: &buffer)
      }
      return []
    }
    #expect(try rig.earned("anna") == 9)
    // Monday's comment comes when Monday to Wednesday have closed: it pays, Thursday's gives way.
    let late = try rig.facts([Story(id: "d7", learner: "anna", at: "2026-09-07T10:00:00Z")])
    #expect(late.outcomes.map(\.points) == [3])
    #expect(try rig.earned("anna") == 9)
    try rig.stop()
  }

  private func replays(_ answer: FactsAnswer) -> [Bool] {
    answer.items.map { item in
      if case .recorded(_, let isReplayed) = item { return isReplayed }
      return false
    }
  }

  private func outcome(_ reply: Reply) -> String {
    guard case .outcome(let bytes, _) = reply.answer else { return "\(reply.answer)" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
