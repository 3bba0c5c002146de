import Incentives
import JSONRPC

/// What a learner's history tells of attendance.
extension JSONWriter {
  mutating func members(
    of row: AttendanceChange, in buffer: ChangeBuffer, of state: ProgramState
  ) {
    member("kind", "attendance")
    member("session", state.sessionID(row.session))
    member("day", row.day)
    member("attendance", row.status.word)
    if row.minutes >= 0 { member("minutes", Int(row.minutes)) }
    memberUnlessEmpty("note", buffer.text.string(row.note))
    memberUnlessEmpty("by", state.names.word(.principal, row.principal.rawValue))
  }

  mutating func members(
    of leave: ExcuseChange, in buffer: ChangeBuffer, of state: ProgramState
  ) {
    member("kind", "leave")
    member("day", leave.first)
    member("to", leave.last)
    member("attendance", leave.kind.word)
    memberUnlessEmpty("note", buffer.text.string(leave.note))
    memberUnlessEmpty("by", state.names.word(.principal, leave.principal.rawValue))
  }

  mutating func members(of perfect: PerfectChange, of state: ProgramState) {
    member("kind", "perfectAttendance")
    member("perfect", state.perfectID(perfect.rule))
    member("period", state.word(perfect.period))
    member("day", perfect.day)
    member("granted", perfect.isGranted)
    member("cause", perfect.isCorrection ? "correction" : "closed")
  }
}

extension ProgramState {
  /// A period as calls write it: a term by its id.
  func word(_ period: Period) -> String {
    guard period.kind == .term else { return period.description }
    return termID(TermNumber(rawValue: UInt16(period.index))).map { "term:\($0)" } ?? "all"
  }
}
