import Incentives

/// Tells in plain words what changes say of attendance.
extension Game {
  func tell(_ session: SessionChange) -> String {
    let cohort = state.names.word(.cohort, UInt32(session.cohort.rawValue))
    let lesson = log.buffer.text.string(session.lesson)
    var words = "\(state.sessionID(session.object))"
    if !cohort.isEmpty { words += " of \(cohort)" }
    words += " on \(session.day)"
    if !lesson.isEmpty { words += ", lesson \(lesson)" }
    if session.minutes > 0 { words += ", \(session.minutes) minutes" }
    if !session.isRequired { words += ", not required" }
    if session.state != .planned { words += ", \(session.state.word)" }
    return words
  }

  func tell(_ row: AttendanceChange) -> String {
    var words = "\(state.sessionID(row.session)) \(state.learners.externalID(row.learner)): "
    words += row.status == .none ? "no row" : row.status.word
    if row.minutes >= 0 { words += ", \(row.minutes) minutes" }
    let note = log.buffer.text.string(row.note)
    if !note.isEmpty { words += ", “\(note)”" }
    if row.origin == .fact { words += " by a fact" }
    return words
  }

  func tell(_ leave: ExcuseChange) -> String {
    let kind = leave.kind == .none ? "no leave" : leave.kind.word
    return "\(state.learners.externalID(leave.learner)) \(kind) \(leave.first) to \(leave.last)"
  }

  func tell(_ perfect: PerfectChange) -> String {
    "\(state.learners.externalID(perfect.learner)) \(state.perfectID(perfect.rule)) "
      + "\(describe(perfect.period)) \(perfect.isGranted ? "granted" : "revoked")"
      + (perfect.isCorrection ? " by correction" : "")
  }

  func put(_ record: SessionRecord) throws(Refusal) -> Range<Int> {
    try commitWithLogs { (buffer, logs) throws(Undecided) in
      _ = try self.state.decide(
        record, now: self.now, by: .none, logs: { logs[$0] }, into: &buffer)
    }
  }

  func set(_ sheet: AttendanceSheet) throws(Refusal) -> Range<Int> {
    try commitWithLogs { (buffer, logs) throws(Undecided) in
      _ = try self.state.decide(
        sheet, now: self.now, by: .none, logs: { logs[$0] }, into: &buffer)
    }
  }

  func put(_ leave: ExcuseRecord) throws(Refusal) -> Range<Int> {
    try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(leave, by: .none, into: &buffer)
    }
  }

  /// Decides what may need the logs of several learners, all of which it names at once.
  private func commitWithLogs(
    _ decide: (inout ChangeBuffer, [LearnerNumber: LearnerLog]) throws(Undecided) -> Void
  ) throws(Refusal) -> Range<Int> {
    var logs: [LearnerNumber: LearnerLog] = [:]
    for _ in 0..<2 {
      var needed: [LearnerNumber]?
      let changes = try commit { (buffer, _) throws(Undecided) in
        do throws(Undecided) {
          try decide(&buffer, logs)
        } catch {
          guard case .needs(.histories(let learners)) = error else { throw error }
          needed = learners
        }
      }
      guard let needed else { return changes }
      for learner in needed { logs[learner] = records(of: learner) }
    }
    note(fault: "a sheet asked twice for logs")
    return 0..<0
  }
}
