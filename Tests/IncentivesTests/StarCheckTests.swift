import Incentives
import Testing

@testable import TestSupport

@Suite("verify finds every star again, and what is wrong with one")
struct StarCheckTests {
  /// Some days of a class: stars of the day with cool-off, of cohorts shared, one that staff choose.
  private static func game() throws -> Game {
    let script = ScriptPlayer()
    let lines = """
      program p zone=UTC
        rule comment verb=commented pays=3
        rule read verb=read pays=1
        award star kind=star coolOff=1 points=5
        award class kind=star scope=cohort ties=shared
        award chosen kind=star confirm=60 coolOff=0
      """
    _ = try script.play(lines.split(separator: "\n").map(String.init))
    for (id, cohort) in [("a", "A"), ("b", "A"), ("c", "B")] {
      _ = try script.play(["roster \(id) cohort=\(cohort)"])
    }
    for day in 1...4 {
      let date = "2026-09-0\(day)"
      _ = try script.play(["now \(date)T20:00"])
      for (number, id) in ["a", "b", "c"].enumerated() {
        _ = try script.play(["fact lms/\(date)\(id) \(id) commented \(date)T10:00"])
        guard (number + day) % 3 == 0 else { continue }
        _ = try script.play(["fact lms/\(date)\(id)+ \(id) read \(date)T11:00"])
      }
    }
    _ = try script.play(["now 2026-09-05T20:00"])
    return script.game
  }

  /// What the check says of a log, with one change replaced by another; and what logs say of its claims.
  private func check(
    _ game: Game, replacing: (inout Change, inout ChangeBuffer) -> Bool
  ) -> (problem: String?, claims: [String]) {
    var buffer = game.log.buffer
    var isDone = false
    for index in buffer.changes.indices where !isDone {
      var change = buffer.changes[index]
      isDone = replacing(&change, &buffer)
      if isDone { buffer.changes[index] = change }
    }
    let state = ProgramState(number: Game.number, hash: game.hash)
    var check = StarCheck()
    for change in buffer.changes where check.problem == nil {
      check.see(change, in: buffer, before: state)
      if check.problem == nil { state.apply(change, in: buffer) }
    }
    let claims = check.claims.compactMap {
      $0.difference(in: game.records(of: state.learners.surviving($0.candidate.learner)), of: state)
    }
    return (check.problem, claims)
  }

  @Test("stars as they were decided are found again") func honest() throws {
    let game = try Self.game()
    let found = check(game) { _, _ in false }
    #expect(found.problem == nil && found.claims.isEmpty, "\(found)")
    #expect(game.state.awards.decisions.count > 12)
  }

  /// Replaces what the first decision with some candidates says of one of them.
  private func altered(
    _ place: Int, _ alter: (inout StarCandidate) -> Void
  ) throws -> (problem: String?, claims: [String]) {
    check(try Self.game()) { change, buffer in
      guard case .starDecided(let decision) = change, decision.candidates.count > place else {
        return false
      }
      alter(&buffer.candidates[Int(decision.candidates.start) + place])
      return true
    }
  }

  @Test("another score, another count of stars, another cool-off, another learner are found")
  func alteredCandidates() throws {
    #expect(try altered(0) { $0.score += 1 }.problem != nil)
    #expect(try altered(1) { $0.stars += 1 }.problem != nil)
    #expect(try altered(1) { $0.isCooling.toggle() }.problem != nil)
    #expect(try altered(1) { $0.lastStar = LocalDay(number: 20_000) }.problem != nil)
    #expect(try altered(0) { $0.learner = LearnerNumber(rawValue: 2) }.problem != nil)
  }

  @Test("another count of rules is found by the log") func alteredRules() throws {
    let game = try Self.game()
    let found = check(game) { change, buffer in
      guard case .starDecided(let decision) = change else { return false }
      for index in decision.candidates.range
      where buffer.candidates[index].rules != StarCandidate.unasked {
        buffer.candidates[index].rules += 7
        return true
      }
      return false
    }
    #expect(found.problem != nil || !found.claims.isEmpty)
  }

  @Test("a star given to another, and one that was not decided, are found") func alteredWinner()
    throws
  {
    let given = check(try Self.game()) { change, _ in
      guard case .awardGiven(var award) = change, award.cause == .deadline else { return false }
      award.learner = LearnerNumber(rawValue: award.learner.rawValue % 3 + 1)
      change = .awardGiven(award)
      return true
    }
    #expect(given.problem != nil)
    let missing = check(try Self.game()) { change, _ in
      guard case .starDecided = change else { return false }
      change = .epoch(EpochChange(epoch: 1))
      return true
    }
    #expect(missing.problem != nil)
  }
}
