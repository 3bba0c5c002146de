import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// What a retry of a keyed command is told, wherever the store has moved meanwhile, and who could read it.
@Suite struct RememberedAnswerTests {
  private static let learner = "zoe-4711"
  private static let program = ProgramNumber(rawValue: 1)

  @Test func anAnswerThatNamesALearnerStandsSealedInTheJournal() throws {
    let rig = try rig()
    #expect(try told(put(rig)) == #"{"learner":"zoe-4711"}"#)
    #expect(try told(reverse(rig)) == #"{"learner":"zoe-4711","points":-3}"#)
    try rig.restart()
    // The replay reads the journal, under the learner's key.
    #expect(try told(put(rig)) == #"{"learner":"zoe-4711"} again"#)
    #expect(try told(reverse(rig)) == #"{"learner":"zoe-4711","points":-3} again"#)
    try rig.stop()
    let journal = try Data(contentsOf: URL(fileURLWithPath: rig.directory + "/journal/data.mdb"))
    #expect(journal.range(of: Data("put-key".utf8)) != nil)
    #expect(journal.range(of: Data(Self.learner.utf8)) == nil)
  }

  @Test func anErasedLearnersAnswerCanNotBeToldAgain() throws {
    let rig = try rig()
    _ = try put(rig)
    try rig.stop()
    let store = try Store.open(at: rig.directory)
    try store.vault.erase([LearnerNumber(rawValue: 1)], of: Self.program)
    try store.close()
    try rig.start()
    #expect(try told(put(rig)) == "unavailable again")
    try rig.stop()
  }

  @Test func commandsReplayAfterAnImportWithNamesAndNotWithout() throws {
    let rig = try rig()
    _ = try put(rig)
    _ = try grant(rig)
    for withNames in [true, false] {
      var lines: [String] = []
      _ = try rig.store.exportJournal(of: Self.program, id: "class", withNames: withNames) {
        lines.append(String(decoding: $0.dropLast(), as: UTF8.self))
      }
      #expect(lines.contains { $0.contains(Self.learner) } == withNames)
      let other = try Rig(store: rig.directory + "-\(withNames)") { store in
        _ = try store.importJournal(lines)
      }
      let expected =
        withNames
        ? [#"{"learner":"zoe-4711"} again"#, "{} again"]
        : ["unavailable again", "idempotency_key_reused"]
      #expect(try [told(put(other)), told(grant(other))] == expected)
      try other.stop()
    }
    try rig.stop()
  }

  private func rig() throws -> Rig {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: Self.learner, group: "g1")])
    _ = try rig.facts([Story(id: "f1", learner: Self.learner)])
    return rig
  }

  private func put(_ rig: Rig) throws -> Reply {
    try rig.command(key: "put-key") { decision throws(Undecided) in
      decision.answerNames(decision.state.learnerNumber(Self.learner) ?? .none)
      return Array(#"{"learner":"zoe-4711"}"#.utf8)
    }
  }

  private func reverse(_ rig: Rig) throws -> Reply {
    try rig.command(key: "reverse-key") { decision throws(Undecided) in
      decision.answerNames(LearnerNumber(rawValue: 1))
      return Array(#"{"learner":"zoe-4711","points":-3}"#.utf8)
    }
  }

  private func grant(_ rig: Rig) throws -> Reply {
    try rig.command(key: "grant-key") { _ throws(Undecided) in Array("{}".utf8) }
  }

  private func told(_ reply: Reply) -> String {
    switch reply.answer {
    case .outcome(let bytes, let isReplayed):
      String(decoding: bytes, as: UTF8.self) + (isReplayed ? " again" : "")
    case .refused(let refusal, let isReplayed):
      refusal.reason.rawValue + (isReplayed ? " again" : "")
    default: "\(reply.answer)"
    }
  }
}
