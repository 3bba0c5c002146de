import Incentives
import Testing

@testable import TestSupport

@Suite("What is past its day is gone, whenever it is posted")
struct ExpiryJobTests {
  private static let start = LocalDay(number: 20_697)  // 2026-09-01
  private static let learners = 2_500

  /// Many learners with seven points of a term whose day has come; nothing of it is posted.
  private func game() throws -> Game {
    let game = Game(wall: Instant(seconds: 1_788_264_000))
    let term = ProgramDefinition.Term(
      id: "short", first: Self.start, last: Self.start, graceMinutes: 0,
      expires: Self.start.advanced(by: 3))
    _ = try game.apply(
      ProgramDefinition(
        id: "p", name: "", zone: "UTC", terms: [term], dayGrace: .minutes(0),
        reasons: [ProgramDefinition.GrantReason(code: "all", title: "", points: 7)],
        grantBudget: 1_000_000), zone: .utc)
    let ids = (0..<Self.learners).map { "l\($0)" }
    for id in ids { _ = try game.put(LearnerRecord(id: id)) }
    for first in stride(from: 0, to: ids.count, by: 200) {
      let some = Array(ids[first..<min(ids.count, first + 200)])
      _ = try game.grant(GrantRequest(learners: some, reason: "all"))
    }
    _ = try game.tick(Instant(seconds: 1_788_480_000))  // 2026-09-04T00:00Z
    return game
  }

  @Test(
    "the job goes on after a restart, and ends with what reads said all along", arguments: 0...5)
  func goesOn(steps: Int) throws {
    let game = try game()
    let learner = LearnerNumber(rawValue: 2_400)
    #expect(game.state.hasWork)
    #expect(game.state.learners[learner].accounts.spendable == 7)
    #expect(game.state.accounts(of: learner).spendable == 0)
    #expect(game.state.accounts(of: learner).expired == 7)
    _ = try game.work(steps: steps)
    game.restart(with: game.restoredFromTables())
    // Who is settled meanwhile is posted with that, once.
    _ = try game.adjust(AdjustRequest(learner: "l2399", points: -2, reason: "x", allowDebt: true))
    #expect(game.state.accounts(of: learner).debt == 2)
    #expect(game.state.accounts(of: learner).expired == 7)
    _ = try game.work()
    #expect(!game.state.hasWork)
    for number in 1...UInt32(Self.learners) {
      let accounts = game.state.learners[LearnerNumber(rawValue: number)].accounts
      #expect(accounts.expired == 7 && accounts.spendable == 0)
    }
    #expect(game.state.lotProblem == nil)
    #expect(game.faults.isEmpty)
    let stood = game.state.fingerprint()
    game.restart()
    #expect(game.state.fingerprint() == stood)
    #expect(!game.state.hasWork)
  }

  @Test("a lot that says what the accounts do not is found", arguments: [0, 1, 2])
  func problem(what: Int) throws {
    let game = try game()
    _ = try game.work()
    let term = TermNumber(rawValue: 1)
    let moves: [(Int64, Int64)] = [(-1, 0), (1, 0), (0, -1)]
    let (points, expired) = moves[what]
    _ = try game.commit { (buffer, _) throws(Undecided) in
      buffer.changes.append(
        .lot(
          LotChange(
            learner: LearnerNumber(rawValue: 1), term: term, day: Self.start, points: points,
            expired: expired, cause: .payment)))
      guard what == 2 else { return }
      buffer.changes.append(
        .lot(
          LotChange(
            learner: LearnerNumber(rawValue: 1), term: TermNumber(rawValue: 2), day: Self.start,
            points: 0, expired: 1, cause: .payment)))
    }
    #expect(game.state.lotProblem != nil)
  }
}
