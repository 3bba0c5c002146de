import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// Wrong decisions, journaled and applied like any other, and how `verify` names them.
@Suite struct VerifyRulesTests {
  private static let program = ProgramNumber(rawValue: 1)

  @Test func aFactThatTookEffectTwice() throws {
    let rig = try lively()
    let fact = try known(rig)
    try journal(rig) { buffer in buffer.append(fact.change, from: fact.buffer) }
    #expect(try problem(rig).hasPrefix("identities: class: record"))
    try rig.stop()
  }

  @Test func aFactThatPaidThoughItsReversalHadComeBefore() throws {
    let rig = try lively()
    let fact = try known(rig)
    try journal(rig) { buffer in
      let id = buffer.text.append("early")
      guard case .fact(var change) = fact.change else { return }
      buffer.changes.append(
        .reversalAwaited(
          AwaitedReversalChange(
            identity: change.identity, source: change.source, id: id, cause: .source,
            principal: PrincipalNumber(rawValue: 1))))
      change.id = id
      change.outcomes = .empty
      buffer.changes.append(.fact(change))
    }
    #expect(try problem(rig).contains("does not heed"))
    try rig.stop()
  }

  @Test(arguments: ["day", "group", "term", "status"])
  func aFactThatStandsElsewhere(what: String) throws {
    let rig = try lively()
    let fact = try known(rig)
    try journal(rig) { buffer in
      guard case .fact(var change) = fact.change else { return }
      change.id = buffer.text.append("elsewhere")
      change.outcomes = .empty
      switch what {
      case "day": change.day = change.day.next
      case "group": change.group = .none
      case "term": change.term = .endless
      default: change.status = .pending
      }
      buffer.changes.append(.fact(change))
    }
    #expect(try problem(rig).hasSuffix("another \(what)"))
    try rig.stop()
  }

  @Test func pointsThatMovedToAnotherGroup() throws {
    let rig = try lively()
    let fact = try known(rig)
    try journal(rig) { buffer in
      guard case .fact(let change) = fact.change else { return }
      for (group, points) in [(change.group, -3), (.none, 3)] as [(GroupNumber, Int64)] {
        buffer.changes.append(
          .moved(
            MoveChange(
              fact: fact.position, learner: change.learner, rule: RuleNumber(rawValue: 1),
              day: change.day, group: group, term: change.term, posting: Posting(points: points),
              cause: .roster)))
      }
    }
    #expect(try problem(rig).contains("rule comment: posted 0, the facts say 3"))
    try rig.stop()
  }

  @Test(arguments: [true, false])
  func aGrantFollowsTheRosterAndNothingElse(isMovedBack: Bool) throws {
    let rig = try lively()
    let record = rig.store.journal.head(of: Self.program).position.next
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      let learner = LearnerNumber(rawValue: 1)
      let context = state.learners.context(of: learner, on: day("2026-09-20"))
      let term = state.term(on: day("2026-09-20"), cohort: context.cohort)
      func move(_ points: Int64, to group: GroupNumber) -> Change {
        .moved(
          MoveChange(
            fact: record, learner: learner, rule: .none, day: day("2026-09-20"), group: group,
            term: term, posting: Posting(points: points), cause: .roster))
      }
      try decision.commit { buffer throws(Undecided) in
        buffer.changes.append(
          .granted(
            GrantChange(
              learner: learner, day: day("2026-09-20"), group: context.scoringGroup, term: term,
              counts: true, posting: Posting(points: 5), reason: buffer.text.append("help"),
              principal: PrincipalNumber(rawValue: 1))))
        buffer.changes += [move(-5, to: context.scoringGroup), move(5, to: .none)]
        guard isMovedBack else { return }
        buffer.changes += [move(-5, to: .none), move(5, to: context.scoringGroup)]
      }
      return []
    }
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == (isMovedBack ? 0 : 3))
    #expect(report.firstProblem.contains("another group") != isMovedBack)
    try rig.stop()
  }

  @Test(arguments: ["once", "twice", "more than there was"])
  func aBonusIsTakenBackOnceAndWhole(how: String) throws {
    let rig = try lively()
    let record = rig.store.journal.head(of: Self.program).position.next
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      let learner = LearnerNumber(rawValue: 1)
      let context = state.learners.context(of: learner, on: day("2026-09-20"))
      let term = state.term(on: day("2026-09-20"), cohort: context.cohort)
      func grant(_ points: Int64, undoes: Position = .none) -> Change {
        .granted(
          GrantChange(
            learner: learner, day: day("2026-09-20"), group: context.scoringGroup, term: term,
            counts: false, posting: Posting(points: points), reason: .empty,
            principal: PrincipalNumber(rawValue: 1), undoes: undoes))
      }
      try decision.commit { buffer throws(Undecided) in
        buffer.changes += [grant(5), grant(5)]
        buffer.changes.append(
          grant(how == "more than there was" ? -6 : -5, undoes: record))
        if how == "twice" { buffer.changes.append(grant(-5, undoes: record)) }
      }
      return []
    }
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == (how == "once" ? 0 : 3))
    #expect(report.firstProblem.contains("takes back what was not given") != (how == "once"))
    try rig.stop()
  }

  @Test func aBoardThatLeavesSomebodyOut() throws {
    let rig = try lively()
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      let period = Period.day(day("2026-09-20"))
      try decision.commit { buffer throws(Undecided) in
        let job = state.lastJob + 1
        func step(_ jobState: JobState) -> Change {
          .job(
            JobChange(job: job, kind: .closePeriod, state: jobState, period: period, cursor: 0))
        }
        buffer.changes.append(step(.running))
        buffer.changes.append(
          .closed(
            ClosedChange(
              period: period, learners: 0, groups: 0, points: 0, cut: state.position.next,
              populations: .empty)))
        buffer.changes.append(step(.done))
      }
      return []
    }
    let report = rig.store.verifyJournal(rules: false)
    #expect(report.exitCode == 3)
    #expect(report.firstProblem.hasPrefix("boards: class: 2026-09-20"))
    try rig.stop()
  }

  @Test func whatSealedMetadataPaidIsNotChecked() throws {
    let rig = try Rig()
    try rig.applyProgram(rules: [
      Rule(id: "early", verbs: ["commented"], equals: ["late": "no"], payment: .points(3))
    ])
    try rig.roster([LearnerRecord(id: "anna")])
    var batch = FactBatch()
    Story(id: "f1", learner: "anna").append(to: &batch, rig.store.identitySecret)
    let metadata = Metadata.encode([("late", "no")])
    batch.facts[0].metadata = metadata.withUnsafeBytes { batch.text.append($0) }
    _ = try rig.ask(.facts(FactsCall(program: "class", batch: batch, isAtomic: false)))
    #expect(try rig.earned("anna") == 3)
    #expect(rig.store.verifyJournal(rules: true).exitCode == 0)

    var lines: [String] = []
    _ = try rig.store.exportJournal(of: Self.program, id: "class", withNames: false) {
      lines.append(String(decoding: $0.dropLast(), as: UTF8.self))
    }
    let other = try Store.open(at: rig.directory + "-nameless")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-nameless") }
    _ = try other.importJournal(lines)
    let report = other.verifyJournal(rules: true)
    #expect(report.exitCode == 2)
    #expect(report.lines.filter { $0.status != .ok }.map(\.check) == ["rules"])
    #expect(report.firstProblem.contains("early"))
    try other.close()
    try rig.stop()
  }

  /// A learner in a group with one fact on an open day.
  private func lively() throws -> Rig {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.roster([LearnerRecord(id: "anna", group: "g1")])
    _ = try rig.facts([Story(id: "f1", learner: "anna", at: "2026-09-20T10:00:00Z")])
    #expect(rig.store.verifyJournal(rules: true).exitCode == 0)
    return rig
  }

  /// The fact as the journal has it.
  private func known(_ rig: Rig) throws -> KnownRecord {
    let head = rig.store.journal.head(of: Self.program).position.rawValue
    for number in (1...head).reversed() {
      let record = try rig.store.records(Self.program, [Position(rawValue: number)])[0]
      if case .fact = record.change { return record }
    }
    throw LedgerError.noSuchRecord(program: Self.program, position: .none)
  }

  private func journal(
    _ rig: Rig, _ changes: @escaping @Sendable (inout ChangeBuffer) -> Void
  ) throws {
    try rig.command { decision throws(Undecided) in
      try decision.commit { buffer throws(Undecided) in changes(&buffer) }
      return []
    }
  }

  /// The first thing that `verify --rules` finds wrong.
  private func problem(_ rig: Rig) throws -> String {
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == 3)
    return report.firstProblem
  }
}
