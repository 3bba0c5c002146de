import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// What is not resident is asked for once, and what came to nothing leaves nothing.
@Suite struct AskingForRowsTests {
  private static let names = ["anna", "bert", "cora"]

  @Test func theLogsOfManyLearnersComeInOneRound() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster(Self.names.map { LearnerRecord(id: $0) })
    for name in Self.names { _ = try rig.facts([Story(id: name, learner: name)]) }
    let rounds = Mutex(0)
    let reply = try rig.command { decision throws(Undecided) in
      rounds.withLock { $0 += 1 }
      let learners = Self.names.compactMap(decision.state.learnerNumber)
      var lengths: [Int] = []
      for learner in learners {
        guard let log = decision.log(of: learner) else { throw .needs(.histories(learners)) }
        lengths.append(log.positions.count)
      }
      return Array("\(lengths.count)".utf8)
    }
    #expect(outcome(reply) == "3")
    #expect(rounds.withLock { $0 } == 2)
    try rig.stop()
  }

  @Test func aProgramThatWasOnlyRehearsedIsNone() throws {
    let rig = try Rig()
    let rehearsed = try rig.command("ghost", creates: true) { _ throws(Undecided) in
      Array("{}".utf8)
    }
    #expect(outcome(rehearsed) == "{}")
    #expect(try programCount(rig) == 0)
    try rig.applyProgram()
    #expect(try programCount(rig) == 1)
    try rig.stop()
  }

  @Test func theLivingStateIsMeasuredWhereSomebodyAsks() throws {
    let rig = try Rig()
    try rig.applyProgram()
    let reply = try rig.ask(
      .survey { survey throws(Undecided) in Array("\(survey.residentBytes() > 0)".utf8) })
    #expect(result(reply) == "true")
    try rig.stop()
  }

  private func programCount(_ rig: Rig) throws -> Int? {
    let reply = try rig.ask(
      .survey { survey throws(Undecided) in Array("\(survey.programs.count)".utf8) })
    return result(reply).flatMap { Int($0) }
  }

  private func outcome(_ reply: Reply) -> String? {
    guard case .outcome(let bytes, _) = reply.answer else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func result(_ reply: Reply) -> String? {
    guard case .result(let bytes) = reply.answer else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
