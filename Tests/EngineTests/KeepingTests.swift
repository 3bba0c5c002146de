import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// How a store is checked, copied, restored, exported and imported.
@Suite struct KeepingTests {
  @Test func aBackupTakenWhileFactsComeRestoresToAPrefix() throws {
    let rig = try lively()
    let directory = rig.directory + "-backup"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let backup = try rig.store.backUp(to: directory)
    _ = try rig.facts([Story(id: "later", learner: "anna", at: "2026-09-20T10:00:00Z")])
    let restored = try Store.restore(from: directory, into: directory + "-restored")
    defer { try? FileManager.default.removeItem(atPath: directory + "-restored") }
    let number = ProgramNumber(rawValue: 1)
    #expect(restored.journal.head(of: number) == backup.heads[number])
    #expect(restored.journal.head(of: .server).position == Position(rawValue: 1))
    #expect(restored.verifyJournal(rules: true).isClean)
    #expect(throws: LedgerError.exists(path: directory)) { try rig.store.backUp(to: directory) }
    try restored.close()
    try rig.stop()
  }

  @Test(arguments: [true, false])
  func anExportImportsToTheSameHead(withNames: Bool) throws {
    let rig = try lively()
    let program = ProgramNumber(rawValue: 1)
    var lines: [String] = []
    let head = try rig.store.exportJournal(of: program, id: "class", withNames: withNames) {
      lines.append(String(decoding: $0.dropLast(), as: UTF8.self))
    }
    #expect(lines.contains { $0.contains("anna") } == withNames)
    let other = try Store.open(at: rig.directory + "-import")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-import") }
    #expect(try other.importJournal(lines) == head)
    #expect(other.verifyJournal(rules: true).isClean)
    let loaded = try other.load()
    let earned = loaded.programs[0].learners[LearnerNumber(rawValue: 1)].accounts.earned
    #expect(try earned == rig.earned("anna"))
    try other.close()
    try rig.stop()
  }

  @Test func anExportThatWasEditedIsRefused() throws {
    let rig = try lively()
    var lines: [String] = []
    _ = try rig.store.exportJournal(
      of: ProgramNumber(rawValue: 1), id: "class", withNames: false
    ) { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
    let other = try Store.open(at: rig.directory + "-import")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-import") }
    // The last block is left out: everything verifies, but it is not the log the first line names.
    #expect(throws: LedgerError.self) { try other.importJournal(lines.dropLast()) }
    try other.close()
    try rig.stop()
  }

  @Test func verifyFindsAHeadThatTheLogLacks() throws {
    let rig = try lively()
    let program = ProgramNumber(rawValue: 1)
    var head = rig.store.journal.head(of: program)
    #expect(rig.store.verifyJournal(rules: true, known: [program: head]).exitCode == 0)
    head.position = head.position.next
    let cut = rig.store.verifyJournal(rules: false, known: [program: head])
    #expect(cut.exitCode == 3)
    #expect(cut.lines.first?.check == "bytes and chain")
    try rig.stop()
  }

  @Test func verifyRulesFindsAPaymentTheFactsDoNotSupport() throws {
    let rig = try lively()
    // A wrong decision, journaled and applied like any other: only judging the set can see it.
    try rig.command { decision throws(Undecided) in
      try decision.commit { buffer throws(Undecided) in
        buffer.changes.append(
          .moved(
            MoveChange(
              fact: Position(rawValue: 8), learner: LearnerNumber(rawValue: 1),
              rule: RuleNumber(rawValue: 1), day: day("2026-09-07"), group: .none,
              term: TermNumber(rawValue: 1), posting: Posting(points: 1), cause: .earlierFact)))
      }
      return []
    }
    #expect(rig.store.verifyJournal(rules: false).isClean)
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == 3)
    #expect(report.firstProblem.contains("posted"))
    try rig.stop()
  }

  /// A class with facts, a reversal and closed days.
  private func lively() throws -> Rig {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([
      LearnerRecord(id: "anna", name: "Anna", cohort: "A", group: "g1"),
      LearnerRecord(id: "bo", cohort: "A", group: "g1"),
    ])
    for number in 0..<12 {
      _ = try rig.facts([
        Story(
          id: "f\(number)", learner: number % 3 == 0 ? "bo" : "anna",
          at: "2026-09-\(number < 6 ? "07" : "10")T1\(number % 6):00:00Z")
      ])
    }
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        try state.decideAdvance(to: Instant("2026-09-12T00:00:00Z"), into: &buffer)
      }
      return []
    }
    return rig
  }
}
