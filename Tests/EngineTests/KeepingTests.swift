import Foundation
import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// How a store is checked, copied, restored, exported and imported.
@Suite struct KeepingTests {
  @Test func aBackupTakenWhileFactsComeRestoresToAPrefix() throws {
    let rig = try lively()
    let directory = rig.directory + "-backup"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let writing = try Writing(to: rig)
    let before = try writing.acknowledged(atLeast: 50)
    let backup = try rig.store.backUp(to: directory)
    let after = writing.end()
    #expect(after.count >= before.count)
    let restored = try Store.restore(from: directory, into: directory + "-restored")
    defer { try? FileManager.default.removeItem(atPath: directory + "-restored") }
    let number = ProgramNumber(rawValue: 1)
    let head = try #require(backup.heads[number])
    #expect(restored.journal.head(of: number) == head)
    // A prefix of the log that was written on: the same block ends there.
    let end = try rig.store.journal.block(of: number, containing: head.position) { $0.head }
    #expect(end == head)
    #expect(before.allSatisfy { $0 <= head.position })
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
    let head = rig.store.journal.head(of: ProgramNumber(rawValue: 1))
    let kept = try #require(KnownHead("class:\(head.position.rawValue):\(head.hash)"))
    #expect(rig.store.verifyJournal(rules: true, known: [kept]).exitCode == 0)
    let beyond = KnownHead(program: "class", position: head.position.next, hash: head.hash)
    let other = KnownHead(program: "class", position: head.position, hash: .none)
    let unknown = KnownHead(program: "gone", position: head.position, hash: head.hash)
    for lacking in [beyond, other, unknown] {
      let cut = rig.store.verifyJournal(rules: false, known: [kept, lacking])
      #expect(cut.exitCode == 3)
      #expect(cut.lines.filter { $0.status == .difference }.map(\.check) == ["known head"])
    }
    try rig.stop()
  }

  @Test func verifyRulesFindsAPaymentTheFactsDoNotSupport() throws {
    let rig = try lively()
    let answer = try rig.facts([Story(id: "x", learner: "anna", at: "2026-09-13T10:00:00Z")])
    guard case .recorded(let recorded, _)? = answer.items.first else {
      Issue.record("the fact was refused")
      return
    }
    // A wrong decision, journaled and applied like any other: only judging the set can see it.
    try rig.command { decision throws(Undecided) in
      try decision.commit { buffer throws(Undecided) in
        buffer.changes.append(
          .moved(
            MoveChange(
              fact: recorded.position, learner: LearnerNumber(rawValue: 1),
              rule: RuleNumber(rawValue: 1), day: day("2026-09-13"), group: .none,
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

/// A thread that records one fact after the other and keeps where each was acknowledged.
private final class Writing: Sendable {
  private let positions = Mutex<[Position]>([])
  private let isOver = Atomic(false)
  private let thread = Mutex<pthread_t?>(nil)

  init(to rig: Rig) throws {
    let (engine, secret) = (rig.engine, rig.store.identitySecret)
    let started = try PlainThread.start(name: "writing") { [self] in write(engine, secret) }
    thread.withLock { $0 = started }
  }

  private func write(_ engine: Engine, _ secret: KeyedHash) {
    let door = Letterbox()
    var token: UInt64 = 0
    while !isOver.load(ordering: .relaxed) {
      token += 1
      var batch = FactBatch()
      Story(id: "w\(token)", learner: "anna", at: "2026-09-20T10:00:00Z").append(to: &batch, secret)
      let call = FactsCall(program: "class", batch: batch, isAtomic: false)
      guard engine.submit(.facts(call), bytes: 100, door: door, token: token),
        case .facts(let answer)? = door.wait(for: token)?.answer,
        case .recorded(let recorded, _)? = answer.items.first
      else { return }
      positions.withLock { $0.append(recorded.position) }
    }
  }

  /// Waits for so many acknowledgements and gives all there are.
  func acknowledged(atLeast count: Int) throws -> [Position] {
    let deadline = ContinuousClock.now + .seconds(60)
    while positions.withLock({ $0.count }) < count {
      try #require(ContinuousClock.now < deadline, "facts are not acknowledged")
      sched_yield()
    }
    return positions.withLock { $0 }
  }

  /// Ends it and gives all acknowledgements.
  func end() -> [Position] {
    isOver.store(true, ordering: .relaxed)
    if let started = thread.withLock({ $0.take() }) { pthread_join(started, nil) }
    return positions.withLock { $0 }
  }
}
