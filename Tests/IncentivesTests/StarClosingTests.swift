import Incentives
import Testing

@testable import TestSupport

@Suite("A closing job decides stars by what was true at its first record, in short steps")
struct StarClosingTests {
  private static let noon = Instant(seconds: 1_788_264_000)  // 2026-09-01T12:00Z
  private static let day = Period.day(LocalDay(number: 20_697))
  private static let after = Instant(seconds: 1_788_307_200)  // the day after, midnight

  private func game(_ star: StarTerms, points: Int64 = 0) throws -> Game {
    let game = Game(wall: Self.noon)
    let definition = ProgramDefinition(
      id: "p", name: "", zone: "UTC", dayGrace: .minutes(0),
      rules: [
        Rule(id: "got", verbs: ["got"], payment: .perValue(points: 1, each: 1)),
        Rule(id: "more", verbs: ["more"], payment: .perValue(points: 1, each: 1)),
      ],
      awards: [
        AwardDefinition(id: "star", title: "Star", kind: .star, points: points, star: star)
      ])
    _ = try game.apply(definition, zone: .utc)
    return game
  }

  private func fact(
    _ game: Game, _ id: String, _ learner: String, _ value: Int64, verb: String = "got",
    at seconds: Int64 = 1_788_260_400
  ) throws {
    _ = try game.record(
      GameFact(
        name: FactName(source: "lms", id: id), learner: learner, verb: verb, value: value,
        time: .instant(Instant(seconds: seconds))))
  }

  private func winners(_ game: Game) -> [String] {
    game.state.awards.given.map { game.state.learners.externalID($0.learner) }
  }

  /// Three learners: a and b are tied, and b was paid by two rules.
  private func tied() throws -> Game {
    let game = try game(StarTerms(), points: 3)
    for id in ["a", "b", "c"] { _ = try game.put(LearnerRecord(id: id, cohort: "A", group: "g")) }
    try fact(game, "1", "a", 6)
    try fact(game, "2", "b", 4)
    try fact(game, "3", "b", 2, verb: "more")
    try fact(game, "4", "c", 5)
    return game
  }

  @Test(
    "late facts, flags and a restart between its steps change nothing",
    arguments: [0, 1, 2, 3, 4, 5], [false, true])
  func disturbed(steps: Int, fromTables: Bool) throws {
    let game = try tied()
    _ = try game.tick(Self.after)
    _ = try game.work(steps: steps)
    // What would make a and c win, had it come in time.
    try fact(game, "5", "a", 1, verb: "more")
    try fact(game, "6", "c", 9)
    if steps > 0 { _ = try game.put(LearnerRecord(id: "b", isRoster: false, flags: .staff)) }
    if fromTables {
      game.restart(with: game.restoredFromTables())
    } else {
      game.restart()
    }
    _ = try game.work()
    #expect(winners(game) == ["b"])
    let proof = try #require(game.state.awards.decisions.first.flatMap(game.proof))
    let candidates = game.log.buffer.candidates[proof.candidates.range]
    #expect(candidates.map(\.score) == [6, 6, 5])
    #expect(candidates.map(\.rules) == [2, 1, StarCandidate.unasked])
    #expect(game.faults.isEmpty)
  }

  @Test("very many are tied: who was paid by most rules wins, found in short steps")
  func crowd() throws {
    let game = try game(StarTerms())
    for number in 0..<3_000 {
      let id = "s\(number)"
      _ = try game.put(LearnerRecord(id: id))
      try fact(game, id, id, number == 2_345 ? 1 : 2)
      if number == 2_345 { try fact(game, "\(id)+", id, 1, verb: "more") }
    }
    _ = try game.tick(Self.after)
    _ = try game.work()
    #expect(winners(game) == ["s2345"])
    let proof = try #require(game.state.awards.decisions.first.flatMap(game.proof))
    #expect(proof.tied == 3_000)
    let candidates = game.log.buffer.candidates[proof.candidates.range]
    // Behind the winner by id, bytewise.
    #expect(
      candidates.prefix(3).map { game.state.learners.externalID($0.learner) }
        == ["s2345", "s0", "s1"])
    #expect(game.faults.isEmpty)
  }

  @Test("very many share a star: each gets it once, also over restarts", arguments: [false, true])
  func sharedByMany(fromTables: Bool) throws {
    let game = try game(StarTerms(ties: .shared), points: 1)
    for number in 0..<700 {
      _ = try game.put(LearnerRecord(id: "s\(number)"))
      try fact(game, "\(number)", "s\(number)", 2)
    }
    _ = try game.tick(Self.after)
    while game.state.hasWork {
      _ = try game.work(steps: 3)
      if fromTables {
        game.restart(with: game.restoredFromTables())
      } else {
        game.restart()
      }
    }
    #expect(game.state.awards.decisions.count == 1)
    #expect(Set(winners(game)).count == 700 && winners(game).count == 700)
    #expect(game.faults.isEmpty)
  }

  @Test("the earliest of many who are tied wins, wherever they stand")
  func earliest() throws {
    let game = try game(StarTerms(ties: .earliest))
    for number in 0..<300 {
      _ = try game.put(LearnerRecord(id: "s\(number)"))
      try fact(
        game, "\(number)", "s\(number)", 2,
        at: 1_788_260_400 - (number == 271 ? 60 : Int64(number % 50)))
    }
    _ = try game.tick(Self.after)
    _ = try game.work()
    #expect(winners(game) == ["s271"])
    #expect(game.faults.isEmpty)
  }
}
