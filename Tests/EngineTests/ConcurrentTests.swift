import Glibc
import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// Many callers at once: one effect, one outcome.
@Suite struct ConcurrentTests {
  /// Runs a body on so many threads at the same time; gives the results in their order.
  private func atOnce<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Result
  ) throws -> [Result] {
    let results = Mutex<[Int: Result]>([:])
    let threads = try (0..<count).map { number in
      try PlainThread.start(name: "caller-\(number)") {
        let result = body(number)
        results.withLock { $0[number] = result }
      }
    }
    for thread in threads { pthread_join(thread, nil) }
    return results.withLock { found in (0..<count).compactMap { found[$0] } }
  }

  @Test func identicalFactsFromManyCallersPayOnce() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    for round in 0..<20 {
      let call = rig.call([
        Story(id: "a\(round)", learner: "anna"),
        Story(
          id: "b\(round)", learner: "anna", verb: "submitted:quiz", object: "q\(round % 3)",
          value: Int64(round * 5)),
      ])
      let engine = rig.engine
      let replies = try atOnce(10) { _ -> Reply? in
        let door = Letterbox()
        guard engine.submit(call, bytes: 100, door: door, token: 1) else { return nil }
        return door.wait(for: 1)
      }
      let answers = try replies.map { reply throws in
        guard case .facts(let answer) = try #require(reply).answer else {
          throw Refused(description: "round \(round): \(String(describing: reply))")
        }
        return answer
      }
      #expect(answers.count == 10)
      #expect(Set(answers.map { $0.outcomes.map(\.points) }).count == 1)
      for place in 0..<2 {
        let (positions, effects) = Self.effects(answers, place)
        #expect(positions.count == 1)
        #expect(effects == 1)
      }
    }
    // Comments: 3 points each, at most 9 a day; the best attempt of each quiz pays 1 per 10.
    #expect(try rig.earned("anna") == 9 + 9 + 9 + 8)
    try rig.stop()
  }

  /// The positions that an item was answered with, and how often it was not a replay.
  private static func effects(_ answers: [FactsAnswer], _ place: Int) -> (Set<Position>, Int) {
    var positions: Set<Position> = []
    var effects = 0
    for answer in answers {
      guard case .recorded(let recorded, let isReplayed) = answer.items[place] else { continue }
      positions.insert(recorded.position)
      effects += isReplayed ? 0 : 1
    }
    return (positions, effects)
  }

  @Test func oneKeyFromManyCallersRunsOneCommand() throws {
    let rig = try Rig()
    try rig.applyProgram()
    for round in 0..<20 {
      let command = Command(
        program: "class", principal: "owner", key: "key-\(round)",
        fingerprint: Digest128(high: 7, low: UInt64(round))
      ) { decision throws(Undecided) in
        let state = decision.state
        try decision.commit { buffer throws(Undecided) in
          try state.decide(LearnerRecord(id: "l\(round)"), into: &buffer)
        }
        return Array("{\"learners\":\(state.learners.count)}".utf8)
      }
      let engine = rig.engine
      let outcomes = try atOnce(10) { _ -> [UInt8]? in
        let door = Letterbox()
        guard engine.submit(.command(command), bytes: 100, door: door, token: 1),
          case .outcome(let bytes, let isReplayed)? = door.wait(for: 1)?.answer
        else { return nil }
        return bytes + [isReplayed ? 1 : 0]
      }
      #expect(outcomes.allSatisfy { $0?.dropLast() == outcomes[0]?.dropLast() })
      #expect(outcomes.count { $0?.last == 0 } == 1)
    }
    #expect(
      try rig.query { view throws(Undecided) in
        Array("\(view.state.learners.count)".utf8)
      } == "20")
    try rig.stop()
  }

  /// A question about what is not resident may come while its newest change is in the open batch.
  @Test func aQuestionBehindUnsyncedChangesWaitsForThem() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna")])
    for round in 0..<50 {
      _ = rig.submit(rig.call([Story(id: "f\(round)", learner: "anna")]))
      let count = try rig.query { view throws(Undecided) in
        let log = try view.log(of: view.state.learnerNumber("anna") ?? .none)
        let facts = log.buffer.changes.count { change in
          if case .fact = change { true } else { false }
        }
        return Array("\(facts)".utf8)
      }
      #expect(count == "\(round + 1)")
    }
    try rig.stop()
  }

  private struct Refused: Error { let description: String }
}
