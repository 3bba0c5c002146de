import Incentives

/// Draws streaks, badges and quests over the verbs of simulated facts.
extension SimulatedWorld {
  mutating func recognition() -> Recognition {
    var recognition = Recognition()
    recognition.levels = .linear(base: 20, highest: 6)
    recognition.streaks = [
      Streak(
        id: "daily", match: FactMatch(verbs: ["read", "commented", "quiz:*"]),
        days: generator.pick(StreakDays.allCases),
        passes: generator.next(in: 0...2),
        milestones: [.init(days: 2, points: 3), .init(days: 4, points: 5)])
    ]
    let few = Int64(generator.next(in: 1...3))
    recognition.badges = [
      Badge(
        id: "count",
        grades: [
          .init(name: "one", when: .facts(count(few)), points: generator.pick([0, 2])),
          .init(name: "two", when: .facts(count(few + 2)), points: 4),
        ]),
      Badge(
        id: "tree",
        grades: [
          .init(
            name: "held",
            when: .all([
              .any([.facts(count(2)), .streak(id: "daily", days: 3)]),
              .badge(id: "count", grade: generator.pick([nil, "two"])),
            ]), points: 7)
        ]),
      Badge(
        id: "rich",
        grades: [
          .init(name: "some", when: .earned(10)),
          .init(name: "more", when: .all([.level(3), .badge(id: "count", grade: nil)])),
        ]),
    ]
    recognition.quests = [
      Quest(
        id: "path",
        steps: [
          .init(name: "first", when: .facts(count(1)), points: 1),
          .init(name: "then", when: .facts(count(2)), points: 2),
        ], countsBefore: generator.happens(50), points: 3)
    ]
    return recognition
  }

  private mutating func count(_ atLeast: Int64) -> FactCount {
    let window = generator.pick([Window.ever, .ever, .week, .term, .day, .object])
    var distinct = generator.pick(FactCount.Distinct.allCases)
    if window == .day || window == .object { distinct = .facts }
    return FactCount(
      match: FactMatch(
        verbs: generator.pick([["read"], ["quiz:*"], ["commented", "visited"]]),
        tiers: generator.happens(20) ? ["gold"] : [],
        minimumValue: generator.happens(20) ? 30 : nil),
      distinct: distinct, window: window, atLeast: atLeast)
  }
}

extension Simulation {
  /// How far a learner is with everything, and whether it is told so.
  func checkRecognition(of learner: String) {
    let recognition = model.time.definition.recognition
    guard !recognition.isEmpty, let number = game.state.learnerNumber(learner) else { return }
    let expected = model.recognized(learner)
    let earned = game.state.learners[number].accounts.earned
    for badge in recognition.badges {
      let stage =
        NaiveModel.readsEarned(badge, in: recognition)
        ? model.stage(of: badge, in: recognition, earned: earned, expected)
        : expected.stages["badge:\(badge.id)"] ?? 0
      let found = game.state.standing(of: badge, for: number).stage
      if found != stage { fail("badge \(badge.id) of \(learner): \(found), should be \(stage)") }
    }
    for quest in recognition.quests {
      let found = game.state.standing(of: quest, for: number).stage
      let stage = expected.stages["quest:\(quest.id)"] ?? 0
      if found != stage { fail("quest \(quest.id) of \(learner): \(found), should be \(stage)") }
    }
    for standing in game.state.streaks(of: number, now: game.now) {
      let longest = expected.runs[standing.streak.id]?.longest ?? 0
      if standing.longest != longest {
        fail("streak of \(learner): \(standing.longest), should be \(longest)")
      }
    }
    checkStages(of: number, learner)
  }

  /// The log's last word on each badge and quest is what is held.
  private func checkStages(of number: LearnerNumber, _ learner: String) {
    var told: [RuleNumber: Int] = [:]
    for index in game.log.indices(of: [number]) {
      if case .recognized(let change) = game.log.buffer.changes[index] {
        told[change.recognition] = Int(change.stage)
      }
    }
    for (recognition, stage) in told {
      let held = game.state.allTime.windows.fold(number, recognition, .none).largest
      if Int64(stage) != held {
        let id = game.state.rulesByNumber[recognition]?.id ?? "?"
        fail("\(id) of \(learner): the log says \(stage), the windows \(held)")
      }
    }
  }
}
