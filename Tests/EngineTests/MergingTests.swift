import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// Two accounts of one person in a real store: journal, tables, start, verify, export.
@Suite struct MergingTests {
  @Test func aMergeSurvivesARestartAndVerifies() throws {
    let rig = try classroom()
    try merge("old", into: "new", in: rig)
    try check(rig)
    try rig.restart()
    try check(rig)
    // The tables stand for the merge; what comes under the old id now is a late fact of the survivor.
    _ = try rig.facts([Story(id: "late", learner: "old", at: "2026-09-08T09:00:00Z")])
    #expect(try rig.earned("new") == 21)
    try rig.restart()
    #expect(try rig.earned("old") == 21)
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test func aFactThatComesWithTheMergeIsDecidedAfterIt() throws {
    let rig = try classroom()
    // Both are under way at once: whichever is decided first, the set is the same.
    let first = rig.submit(mergeRequest("old", into: "new"))
    let second = rig.submit(
      rig.call([Story(id: "late", learner: "new", at: "2026-09-08T09:00:00Z")]))
    let third = rig.submit(
      rig.call([Story(id: "later", learner: "old", at: "2026-09-08T09:30:00Z")]))
    for token in [first, second, third] { _ = try #require(rig.door.wait(for: token)) }
    #expect(try rig.earned("old") == 24)
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.stop()
  }

  @Test(arguments: [true, false])
  func anExportCarriesTheMerge(withNames: Bool) throws {
    let rig = try classroom()
    try merge("old", into: "new", in: rig)
    var lines: [String] = []
    _ = try rig.store.exportJournal(
      of: ProgramNumber(rawValue: 1), id: "class", withNames: withNames
    ) { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
    let other = try Store.open(at: rig.directory + "-import")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-import") }
    _ = try other.importJournal(lines)
    #expect(other.verifyJournal(rules: true).isClean)
    let state = try #require(try other.load().programs.first)
    let (old, new) = (LearnerNumber(rawValue: 1), LearnerNumber(rawValue: 2))
    #expect(state.learners.surviving(old) == new)
    #expect(state.learners[new].accounts.earned == 18)
    #expect(state.learners[old].accounts == Accounts())
    try other.close()
    try rig.stop()
  }

  @Test func erasingTheSurvivorErasesBoth() throws {
    let rig = try classroom()
    try merge("old", into: "new", in: rig)
    try rig.command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      let log = decision.log(of: state.learnerNumber("old"))
      _ = try decision.commit { buffer throws(Undecided) in
        try state.decideErasure(of: "old", by: principal, log: log, into: &buffer)
      }
      return []
    }
    for number: UInt32 in [1, 2] {
      let kept = try rig.store.vault.learner(
        LearnerNumber(rawValue: number), of: ProgramNumber(rawValue: 1))
      #expect(kept?.isErased == true)
    }
    try rig.restart()
    let names = try rig.query { view throws(Undecided) in
      let known = ["old", "new"].compactMap { view.state.learnerNumber($0) }
      return Array("\(known.count)".utf8)
    }
    #expect(names == "0")
    try rig.stop()
  }

  @Test func verifyFindsAMergeThatPaidTwice() throws {
    let rig = try classroom()
    // A wrong decision, journaled and applied like any other: all is handed over, and nothing is judged.
    try rig.command { decision throws(Undecided) in
      let (state, principal) = (decision.state, decision.principal)
      try decision.commit { buffer throws(Undecided) in
        buffer.changes.append(
          .merged(
            MergeChange(
              from: LearnerNumber(rawValue: 1), into: LearnerNumber(rawValue: 2),
              decidedOn: state.day(at: state.clock), debtPaid: 0,
              reason: buffer.text.append("two accounts"), principal: principal)))
      }
      return []
    }
    #expect(rig.store.verifyJournal(rules: false).isClean)
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == 3)
    #expect(report.lines.filter { $0.status == .difference }.map(\.check) == ["rules"])
    try rig.stop()
  }

  /// Accounts with closed and open days: two of one person, and a neighbour.
  private func classroom() throws -> Rig {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([
      LearnerRecord(id: "old", name: "Li Na", cohort: "A", group: "g1"),
      LearnerRecord(id: "new", cohort: "A", group: "g2"),
      LearnerRecord(id: "mate", cohort: "A", group: "g1"),
    ])
    // Two comments under each id a day, on a day that closes and on one that stays open.
    for day in ["07", "10"] {
      for (place, learner) in ["old", "new", "old", "new", "mate"].enumerated() {
        _ = try rig.facts([
          Story(id: "\(day)-\(place)", learner: learner, at: "2026-09-\(day)T1\(place):00:00Z")
        ])
      }
    }
    try rig.advance(to: "2026-09-10T20:00:00Z")
    // A merge waits until what closes is closed.
    while try isWorking(rig) {}
    return rig
  }

  private func isWorking(_ rig: Rig) throws -> Bool {
    let told = try rig.query { view throws(Undecided) in Array("\(view.state.hasWork)".utf8) }
    return told == "true"
  }

  private func mergeRequest(_ old: String, into new: String) -> Request {
    .command(
      Command(
        program: "class", principal: "owner", key: nil, fingerprint: Digest128(high: 7, low: 7)
      ) { decision throws(Undecided) in
        let (state, principal) = (decision.state, decision.principal)
        var logs: [LearnerNumber: LearnerLog] = [:]
        for id in [old, new] {
          guard let learner = state.learnerNumber(id) else { continue }
          logs[learner] = decision.log(of: learner)
        }
        let fetched = logs
        _ = try decision.commit { buffer throws(Undecided) in
          try state.decide(
            LearnerMerge(from: old, into: new, reason: "two accounts"), now: state.clock,
            by: principal, logs: fetched, into: &buffer)
        }
        return []
      })
  }

  private func merge(_ old: String, into new: String, in rig: Rig) throws {
    let reply = try rig.ask(mergeRequest(old, into: new))
    guard case .outcome = reply.answer else {
      Issue.record("refused: \(reply.answer)")
      return
    }
  }

  private func check(_ rig: Rig) throws {
    // Nine a day at most, under both ids together.
    #expect(try rig.earned("old") == 18)
    #expect(try rig.earned("new") == 18)
    let told = try rig.query { view throws(Undecided) in
      let state = view.state
      let number = state.learnerNumber("old") ?? .none
      let points = state.allTime.learnerScores[number.index]
      let gone = state.allTime.learnerScores[1]
      return Array("\(state.learners.shownID(number)) \(points) \(gone)".utf8)
    }
    #expect(told == "new 18 0")
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.isClean, "\(report.firstProblem)")
  }
}
