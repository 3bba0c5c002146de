import Incentives
import Testing

@testable import TestSupport

@Suite("A closing job ranks the people of its first record, whatever is said while it runs")
struct ClosingJobTests {
  private static let noon = Instant(seconds: 1_788_264_000)  // 2026-09-01T12:00Z
  private let day = Period.day(LocalDay(number: 20_697))

  /// Three learners with points, one without and a group without; the day is over, no job has begun.
  private func game() throws -> Game {
    let game = Game(wall: Self.noon)
    let definition = ProgramDefinition(
      id: "p", name: "", zone: "UTC", dayGrace: .minutes(0),
      rules: [Rule(id: "got", verbs: ["got"], payment: .perValue(points: 1, each: 1))])
    _ = try game.apply(definition, zone: .utc)
    for (id, group) in [("a", "red"), ("b", "red"), ("c", "blue"), ("d", "blue")] {
      _ = try game.put(LearnerRecord(id: id, cohort: "A", group: group))
    }
    _ = try game.put(GroupRecord(id: "green", cohort: "A"))
    for (id, value) in [("a", 9), ("b", 5), ("c", 7)] {
      _ = try game.record(
        GameFact(
          name: FactName(source: "lms", id: id), learner: id, verb: "got", value: Int64(value),
          time: .instant(Instant(seconds: 1_788_260_400))))
    }
    _ = try game.tick(Instant(seconds: 1_788_307_200))
    return game
  }

  /// What would move everybody, were it known in time.
  private func disturb(_ game: Game) throws {
    _ = try game.put(LearnerRecord(id: "a", isRoster: false, flags: .staff))
    _ = try game.put(LearnerRecord(id: "b", to: LocalDay(number: 20_600)))
    _ = try game.put(LearnerRecord(id: "c", isRoster: false, cohort: "B", group: "red"))
    _ = try game.put(LearnerRecord(id: "e", cohort: "A", group: "violet"))
    _ = try game.put(GroupRecord(id: "blue", cohort: "B"))
  }

  @Test(
    "rows between its steps and a restart leave the boards as if they had come later",
    arguments: [1, 2, 3, 4], [false, true])
  func disturbed(steps: Int, fromTables: Bool) throws {
    let calm = try game()
    _ = try calm.work()
    try disturb(calm)
    let disturbed = try game()
    _ = try disturbed.work(steps: steps)
    try disturb(disturbed)
    if fromTables {
      disturbed.restart(with: disturbed.restoredFromTables())
    } else {
      disturbed.restart()
    }
    _ = try disturbed.work()
    #expect(calm.closed[day]?.learners.map(\.score) == [9, 7, 5])
    #expect(disturbed.closed[day] == calm.closed[day])
    #expect(disturbed.state.fingerprint().count == calm.state.fingerprint().count)
    #expect(calm.faults.isEmpty && disturbed.faults.isEmpty)
  }

  @Test("work is due when a period closes, and no longer when its boards are written")
  func due() throws {
    let game = try game()
    #expect(game.state.hasWork)
    _ = try game.work()
    #expect(!game.state.hasWork)
    #expect(game.state.nextClosing == Instant(seconds: 1_788_393_600))
    game.restart(with: game.restoredFromTables())
    #expect(!game.state.hasWork)
    #expect(game.state.nextClosing == Instant(seconds: 1_788_393_600))
  }
}
