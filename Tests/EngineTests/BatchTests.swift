import Incentives
import Ledger
import Testing

@testable import Engine

/// Batches on a real store: a job takes one back between other calls, and goes on after a restart.
@Suite("Batches are taken back whole")
struct BatchTests {
  private func open(_ rig: Rig) throws {
    // Under a key: who uses one has a name, and a batch is its opener's.
    try rig.command(key: "open") { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      let opened = try decision.commit { buffer throws(Undecided) in
        try state.decide(
          BatchOpening(kind: .facts, fileName: "a.csv"), now: decision.wall, by: principal,
          into: &buffer)
      }
      return Array(opened.batch.description.utf8)
    }
  }

  private func reverse(_ rig: Rig) throws {
    try rig.command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      _ = try decision.commit { buffer throws(Undecided) in
        try state.decideReversal(
          of: BatchNumber(rawValue: 1), reason: "wrong", now: decision.wall, by: principal,
          into: &buffer)
      }
      return Array("{}".utf8)
    }
  }

  private func isReversed(_ rig: Rig) throws -> Bool {
    try rig.query { view throws(Undecided) in
      let done = view.state.batch(BatchNumber(rawValue: 1))?.reversal?.isDone == true
      return Array("\(done)".utf8)
    } == "true"
  }

  /// A class of so many learners, each with facts of their own and facts of the batch.
  private func fill(_ rig: Rig, learners: Int) throws {
    try rig.applyProgram()
    let ids = (0..<learners).map { "s\($0)" }
    try rig.roster(ids.map { LearnerRecord(id: $0, group: "g\($0.utf8.last ?? 0)") })
    _ = try rig.facts(ids.map { Story(id: "own-\($0)", learner: $0) })
    try open(rig)
    for round in 0..<3 {
      var call = rig.call(ids.map { Story(id: "\(round)-\($0)", learner: $0) })
      if case .facts(var facts) = call {
        facts.partOf = BatchNumber(rawValue: 1)
        call = .facts(facts)
      }
      _ = try rig.ask(call)
    }
  }

  @Test(
    "what a batch paid is gone when its job has ended, and a restart in the middle changes nothing")
  func resumes() throws {
    let rig = try Rig { $0.movesClocks = true }
    let learners = 700
    try fill(rig, learners: learners)
    let before = try rig.earned("s7")
    try reverse(rig)
    // The job is somewhere; it goes on by itself.
    try rig.restart()
    let deadline = ContinuousClock.now + .seconds(120)
    while try !isReversed(rig), ContinuousClock.now < deadline {}
    #expect(try isReversed(rig))
    #expect(before > 3)
    for learner in ["s0", "s7", "s699"] { #expect(try rig.earned(learner) == 3) }
    try rig.restart()
    #expect(try rig.earned("s350") == 3)
    try rig.stop()
  }

  @Test("nothing goes into a batch that is taken back, nor into one that is not there")
  func closed() throws {
    let rig = try Rig { $0.movesClocks = true }
    try fill(rig, learners: 3)
    try reverse(rig)
    for (number, reason) in [(UInt32(1), RefusalReason.alreadyReversed), (9, .notFound)] {
      guard case .facts(var facts) = rig.call([Story(id: "late", learner: "s1")]) else { return }
      facts.partOf = BatchNumber(rawValue: number)
      guard case .refused(let refusal, _) = try rig.ask(.facts(facts)).answer else {
        Issue.record("a fact went into batch \(number)")
        continue
      }
      #expect(refusal.reason == reason)
      #expect(refusal.field == "batch")
    }
    try rig.stop()
  }
}
