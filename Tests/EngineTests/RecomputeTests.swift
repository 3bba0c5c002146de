import Incentives
import Ledger
import Testing

@testable import Engine

/// Judging the past anew on a real store: shown first, done by a job between other calls, resumed after a
/// restart, and right to the last record.
@Suite("The past is judged anew")
struct RecomputeTests {
  private static let since = Instant("2026-09-07T00:00:00Z")

  private func definition(_ points: Int64, cap: Int64) -> ProgramDefinition {
    ProgramDefinition(
      id: "class", name: "A class", zone: "UTC", clock: .manual,
      terms: [
        ProgramDefinition.Term(id: "autumn", first: day("2026-09-01"), last: day("2027-01-31"))
      ],
      rules: [
        Rule(
          id: "comment", verbs: ["commented"], payment: .points(points),
          limiter: .capPoints(cap, .day)),
        Rule(
          id: "quiz", verbs: ["submitted:*"], payment: .perValue(points: 1, each: 10),
          limiter: .best),
      ])
  }

  private func application(_ floor: RecomputeFloor) -> ProgramApplication {
    ProgramApplication(
      definition: definition(4, cap: 8), zone: .utc, effectiveFrom: Self.since, recompute: floor)
  }

  /// Learners of whom each has as many comments as the last digit of their number, on two days, and a quiz.
  private func fill(_ rig: Rig, learners: Int) throws {
    try rig.applyProgram()
    try rig.roster((0..<learners).map { LearnerRecord(id: "s\($0)", group: "g\($0 % 7)") })
    for round in 0..<9 {
      let busy = (0..<learners).filter { $0 % 10 > round }
      _ = try rig.facts(
        busy.map { number in
          Story(
            id: "\(round)-\(number)", learner: "s\(number)",
            at: "2026-09-0\(6 + round % 2)T1\(round):00:00Z")
        })
    }
    _ = try rig.facts(
      (0..<learners).map {
        Story(id: "quiz-\($0)", learner: "s\($0)", verb: "submitted:quiz", object: "q", value: 50)
      })
  }

  private func apply(_ rig: Rig, _ floor: RecomputeFloor) throws {
    let application = application(floor)
    try rig.command { decision throws(Undecided) in
      let (state, wall) = (decision.state, decision.wall)
      try decision.commit { buffer throws(Undecided) in
        try state.decide(application, wall: wall, into: &buffer)
      }
      return []
    }
  }

  private func awaitEnd(_ rig: Rig) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      let isDone = try rig.query { view throws(Undecided) in
        Array("\(view.state.lastLearnerToRecompute == nil)".utf8)
      }
      if isDone == "true" { return }
    }
    Issue.record("the job did not end")
  }

  private func sums(_ rig: Rig) throws -> [Int64] {
    try rig.query { view throws(Undecided) in
      var sums: [Int64] = [0, 0, 0]
      for number in 0..<UInt32(view.state.learners.count) {
        let accounts = view.state.learners[LearnerNumber(rawValue: number + 1)].accounts
        sums[0] += accounts.earned
        sums[1] += accounts.spendable
        sums[2] += accounts.writtenOff
      }
      return Array(sums.map { "\($0)" }.joined(separator: " ").utf8)
    }.split(separator: " ").compactMap { Int64($0) }
  }

  @Test(
    "ask 5: the difference that a dry run shows is the one that is then posted, also of spent points",
    arguments: RecomputeFloor.allCases)
  func dryRun(_ floor: RecomputeFloor) throws {
    let rig = try Rig { $0.movesClocks = true }
    try fill(rig, learners: 60)
    // Somebody has spent all there is, somebody a part of it.
    for (learner, points) in [("s9", Int64(23)), ("s8", 20), ("s19", 23)] {
      try rig.command { decision throws(Undecided) in
        let (state, wall) = (decision.state, decision.wall)
        try decision.commit { buffer throws(Undecided) in
          _ = try state.decide(
            AdjustRequest(learner: learner, points: -points, reason: "a book"), now: wall,
            by: .none, into: &buffer)
        }
        return []
      }
    }
    let before = try sums(rig)
    let application = application(floor)
    let shown = try rig.ask(
      .command(
        Command(
          program: "class", principal: "owner", key: nil, fingerprint: Digest128(high: 1, low: 2)
        ) { decision throws(Undecided) in
          guard case .recompute(let preview) = try decision.cold(.recompute(application)) else {
            return []
          }
          let kept = preview.kept > 0
          return Array(
            "\(preview.learners) \(preview.net) \(preview.writtenOff) \(kept)".utf8)
        }))
    guard case .outcome(let bytes, _) = shown.answer else {
      Issue.record("refused: \(shown.answer)")
      return
    }
    #expect(try sums(rig) == before)
    try apply(rig, floor)
    try awaitEnd(rig)
    let after = try sums(rig)
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    #expect(Int64(words[1]) == after[0] - before[0])
    #expect(Int64(words[2]) == after[2] - before[2])
    #expect((words[3] == "true") == (floor == .keep))
    #expect(after[0] != before[0])
    if floor == .keep { #expect(after[0] > before[0] && after[2] == before[2]) }
    if floor == .none { #expect(after[2] > before[2]) }
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.isClean, "\(report.firstProblem)")
    try rig.stop()
  }

  @Test("a restart in the middle changes nothing; what comes meanwhile is judged by the new rules")
  func resumes() throws {
    let rig = try Rig { $0.movesClocks = false }
    let learners = 900
    try fill(rig, learners: learners)
    try apply(rig, .none)
    // Nothing moves by itself: everybody waits. Whoever is spoken of is judged anew first.
    let during = rig.store.verifyJournal(rules: true)
    #expect(during.isClean, "\(during.firstProblem)")
    let late = Story(id: "late", learner: "s899", at: "2026-09-07T08:00:00Z")
    let answer = try rig.facts([late, Story(id: "first", learner: "new")])
    #expect(answer.recordedCount == 2)
    // The caps of both days, and the quiz: the late comment only moves what is paid on the 7th.
    #expect(try rig.earned("s899") == 9 + 8 + 5)
    let ahead = rig.store.verifyJournal(rules: true)
    #expect(ahead.isClean, "\(ahead.firstProblem)")
    // From here on the job goes on by itself, and is interrupted again.
    try rig.restart()
    #expect(try rig.earned("s899") == 9 + 8 + 5)
    try rig.restart()
    let between = rig.store.verifyJournal(rules: true)
    #expect(between.isClean, "\(between.firstProblem)")
    try awaitEnd(rig)
    // Two comments of 3 on the 6th, one of 4 on the 7th, and the quiz.
    #expect(try rig.earned("s3") == 6 + 4 + 5)
    #expect(try rig.earned("s893") == 6 + 4 + 5)
    let done = rig.store.verifyJournal(rules: true)
    #expect(done.isClean, "\(done.firstProblem)")
    let tables = rig.store.verifyTables()
    #expect(tables.status == .ok, "\(tables.detail)")
    try rig.restart()
    #expect(try rig.earned("s3") == 6 + 4 + 5)
    try rig.stop()
  }
}
