import Foundation
import Incentives
import Ledger
import Testing

@testable import Engine

/// Attendance is kept: over a restart, in an export, under `verify`, and not beyond an erasure.
@Suite struct AttendanceKeepingTests {
  @Test func aRestartFindsTheSameSheetsAndAwards() throws {
    let rig = try taught()
    let living = try told(rig)
    #expect(living.contains("isGranted: true"))
    #expect(living.contains("judged"))
    try rig.restart()
    #expect(try told(rig) == living)
    // From the log alone, without the tables.
    try rig.stop()
    try StateStore.discard(at: rig.directory + "/state")
    try rig.start()
    #expect(try told(rig) == living)
    // A correction after the restart is judged by the engine itself.
    try set(rig, "S-0001", "anna", .absent)
    #expect(try told(rig) { $0.contains("isGranted: true") } == "")
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.isClean, "\(report.firstProblem)")
    #expect(report.lines.contains { $0.check == "attendance" && $0.status == .ok })
    try rig.stop()
  }

  @Test func verifyFindsAnAwardThatAttendanceDoesNotSupport() throws {
    let rig = try taught()
    #expect(rig.store.verifyJournal(rules: true).isClean)
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      try decision.commit { buffer throws(Undecided) in
        buffer.changes.append(
          .perfect(
            PerfectChange(
              learner: state.learnerNumber("bo") ?? .none, rule: PerfectNumber(rawValue: 1),
              period: .week(containing: day("2026-09-02")), day: day("2026-09-06"),
              term: TermNumber(rawValue: 1), isGranted: true, isCorrection: false, points: 0,
              counts: false)))
      }
      return []
    }
    let report = rig.store.verifyJournal(rules: true)
    #expect(report.exitCode == 3)
    #expect(report.firstProblem.contains("perfect attendances"))
    try rig.stop()
  }

  @Test(arguments: [true, false])
  func anExportCarriesAttendance(withNames: Bool) throws {
    let rig = try taught()
    var lines: [String] = []
    _ = try rig.store.exportJournal(
      of: ProgramNumber(rawValue: 1), id: "class", withNames: withNames
    ) { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
    #expect(lines.contains { $0.contains("the bus was late") } == withNames)
    let other = try Store.open(at: rig.directory + "-import")
    defer { try? FileManager.default.removeItem(atPath: rig.directory + "-import") }
    _ = try other.importJournal(lines)
    let report = other.verifyJournal(rules: true)
    #expect(report.exitCode == 0 || !withNames, "\(report.firstProblem)")
    let state = try other.load().programs[0]
    #expect(state.attendance.perfect(of: LearnerNumber(rawValue: 1)).count == 1)
    #expect(state.isTaken(try #require(state.session("S-0001")).object))
    try other.close()
    try rig.stop()
  }

  @Test func anErasureTakesTheNotes() throws {
    let rig = try taught()
    #expect(try note(rig, of: LearnerNumber(rawValue: 2)) == "the bus was late")
    try rig.command { decision throws(Undecided) in
      let state = decision.state
      guard let log = decision.log(of: LearnerNumber(rawValue: 2)) else {
        throw .needs(.histories([LearnerNumber(rawValue: 2)]))
      }
      try decision.commit { buffer throws(Undecided) in
        _ = try state.decideErasure(
          of: "bo", by: PrincipalNumber(rawValue: 1), log: log, into: &buffer)
      }
      return []
    }
    try rig.restart()
    #expect(try note(rig, of: LearnerNumber(rawValue: 2)) == "")
    #expect(rig.store.verifyJournal(rules: true).exitCode != 3)
    try rig.stop()
  }

  private func note(_ rig: Rig, of learner: LearnerNumber) throws -> String {
    try rig.query { view throws(Undecided) in
      let log = try view.log(of: learner)
      let entry = view.state.attendance.entries(of: learner).first { $0.isNoted }
      return Array(log.note(at: entry?.position ?? .none).utf8)
    }
  }

  /// What the state says of attendance, once nothing waits to be judged.
  private func told(_ rig: Rig, where holds: @escaping @Sendable (String) -> Bool = { _ in true })
    throws -> String
  {
    for _ in 0..<1_000 {
      let isDue = try rig.query { view in Array("\(view.state.isAttendanceDue)".utf8) }
      if isDue == "false" { break }
    }
    return try rig.query { view in
      let kinds = ["session ", "attendance ", "leave ", "perfect "]
      let lines = view.state.fingerprint().filter { line in
        kinds.contains(where: line.hasPrefix) && holds(line)
      }
      return Array(lines.joined(separator: "\n").utf8)
    }
  }

  private func set(
    _ rig: Rig, _ session: String, _ learner: String, _ status: AttendanceStatus,
    note: String? = nil
  ) throws {
    let sheet = AttendanceSheet(
      session: session, rows: [.init(learner: learner, status: status, note: note)])
    try rig.command { decision throws(Undecided) in
      let (state, now, principal) = (decision.state, decision.wall, decision.principal)
      let number = state.learnerNumber(learner)
      let log = decision.log(of: number)
      try decision.commit { buffer throws(Undecided) in
        _ = try state.decide(
          sheet, now: now, by: principal, logs: { $0 == number ? log : nil }, into: &buffer)
      }
      return []
    }
  }

  /// A class with a session, two rows, a leave, and a week that has closed.
  private func taught() throws -> Rig {
    let rig = try Rig()
    let definition = ProgramDefinition(
      id: "class", name: "A class", zone: "UTC", clock: .manual,
      terms: [.init(id: "autumn", first: day("2026-08-31"), last: day("2027-01-31"))],
      rules: [Rule(id: "there", verbs: ["attended"], payment: .points(3))],
      attendance: AttendanceDefinition(perfect: [PerfectRule(period: .week, points: 20)]))
    try rig.command("class", creates: true) { decision throws(Undecided) in
      let (state, wall) = (decision.state, decision.wall)
      try decision.commit { buffer throws(Undecided) in
        try state.decide(
          ProgramApplication(definition: definition, zone: .utc), wall: wall, into: &buffer)
      }
      return []
    }
    try rig.roster([
      LearnerRecord(id: "anna", name: "Anna", cohort: "A"), LearnerRecord(id: "bo", cohort: "A"),
    ])
    try rig.command { decision throws(Undecided) in
      let (state, now, principal) = (decision.state, decision.wall, decision.principal)
      _ = try decision.commit { buffer throws(Undecided) in
        try state.decide(
          SessionRecord(cohort: "A", lesson: "L1", startsAt: Instant("2026-09-02T09:00:00Z")),
          now: now, by: principal, logs: { _ in nil }, into: &buffer)
      }
      _ = try decision.commit { buffer throws(Undecided) in
        try state.decide(
          ExcuseRecord(
            learner: "bo", first: day("2026-09-02"), last: day("2026-09-03"), kind: .personal,
            note: "a wedding"), by: principal, into: &buffer)
      }
      return []
    }
    try set(rig, "S-0001", "anna", .present)
    try set(rig, "S-0001", "bo", .absent, note: "the bus was late")
    try rig.advance(to: "2026-09-08T12:00:00Z")
    _ = try told(rig)
    return rig
  }
}
