import Dispatch
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
    try rig.advance(to: "2026-09-11T00:00:00Z")
    #expect(try rig.earned("anna") == 9)
    // Monday's comment comes when Monday to Wednesday have closed: it pays, Thursday's gives way.
    let late = try rig.facts([Story(id: "d7", learner: "anna", at: "2026-09-07T10:00:00Z")])
    #expect(late.outcomes.map(\.points) == [3])
    #expect(try rig.earned("anna") == 9)
    try rig.stop()
  }

  @Test func aFactOfAnOpenDayWhoseTermHasClosedIsDecidedFromHistory() throws {
    let rig = try Rig()
    let once = Rule(
      id: "once", verbs: ["commented"], payment: .points(3), limiter: .once(.term))
    let term = ProgramDefinition.Term(
      id: "short", first: day("2026-09-01"), last: day("2026-09-10"), graceMinutes: 0)
    try rig.applyProgram(terms: [term], rules: [once])
    try rig.roster([LearnerRecord(id: "anna"), LearnerRecord(id: "bob")])
    _ = try rig.facts([Story(id: "1", learner: "anna", at: "2026-09-08T10:00:00Z")])
    // The term ended with the day; the day itself stays open for two hours.
    try rig.advance(to: "2026-09-11T00:30:00Z")
    let call = [
      Story(id: "2", learner: "bob", at: "2026-09-10T10:00:00Z"),
      Story(id: "3", learner: "anna", at: "2026-09-10T10:00:00Z"),
    ]
    let answer = try rig.facts(call, isAtomic: true)
    #expect(answer.outcomes.map(\.reason) == [.paid, .alreadyPaid])
    try rig.stop()
  }

  @Test func anAtomicCallThatWasRecordedAsksForNoRoom() throws {
    let rig = try Rig()
    let huge = Rule(
      id: "huge", verbs: ["commented"], payment: .perValue(points: 1_000_000, each: 1))
    try rig.applyProgram(rules: [huge])
    try rig.roster([LearnerRecord(id: "anna")])
    let call = (1...3).map { Story(id: "\($0)", learner: "anna", value: 1_000_000_000_000) }
    #expect(replays(try rig.facts(call, isAtomic: true)) == [false, false, false])
    #expect(replays(try rig.facts(call, isAtomic: true)) == [true, true, true])
    try rig.stop()
  }

  @Test func aQuestionOvertakesWhatWaitsUnlessItsCallerChangedSomething() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    let gate = DispatchSemaphore(value: 0)
    let held = rig.submit(
      .command(
        Command(
          program: "class", principal: "owner", key: nil, fingerprint: Digest128(high: 1, low: 1),
          decide: { _ throws(Undecided) in
            gate.wait()
            return []
          })))
    let fact = rig.submit(rig.call([Story(id: "1", learner: "anna")]))
    let count = Request.query(
      Query(program: "class") { view throws(Undecided) in Array("\(view.state.factCount)".utf8) })
    let patient = rig.submit(count)
    let urgent = rig.submit(count, mayOvertake: true)
    gate.signal()
    for token in [held, fact] { _ = try #require(rig.door.wait(for: token)) }
    #expect(outcome(try #require(rig.door.wait(for: urgent))) == "0")
    #expect(outcome(try #require(rig.door.wait(for: patient))) == "1")
    try rig.stop()
  }

  private func replays(_ answer: FactsAnswer) -> [Bool] {
    answer.items.map { item in
      if case .recorded(_, let isReplayed) = item { return isReplayed }
      return false
    }
  }

  private func outcome(_ reply: Reply) -> String {
    switch reply.answer {
    case .outcome(let bytes, _), .result(let bytes): String(decoding: bytes, as: UTF8.self)
    default: "\(reply.answer)"
    }
  }
}
