/// A learner's leave of some days (`attendance.excuse`): what it does to attendance and streaks is the
/// program's to say.
public struct ExcuseRecord: Hashable, Sendable {
  /// The learner, by external id.
  public var learner: String
  /// The first local day.
  public var first: LocalDay
  /// The last local day.
  public var last: LocalDay
  /// The kind of leave; `none` takes these days back.
  public var kind: AttendanceStatus
  /// A note.
  public var note: String

  /// Says when somebody is on leave.
  public init(
    learner: String, first: LocalDay, last: LocalDay, kind: AttendanceStatus, note: String = ""
  ) {
    self.learner = learner
    self.first = first
    self.last = last
    self.kind = kind
    self.note = note
  }
}

extension ProgramState {
  /// The most days of one leave.
  public static let leaveDaysMax = 366

  /// Decides a leave and answers whether it says something new; what is said already does nothing.
  ///
  /// Refuses `not_found`, `invalid_params`, `term_frozen`.
  public func decide(
    _ record: ExcuseRecord, by principal: PrincipalNumber, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> Bool {
    guard let learner = learnerNumber(record.learner) else {
      throw .refused(Refusal(.notFound, field: "learner", "There is no learner with this id."))
    }
    guard record.first <= record.last, record.first.days(until: record.last) < Self.leaveDaysMax
    else {
      throw .refused(
        Refusal(
          .invalid, field: "to",
          "A leave is 1 to \(Self.leaveDaysMax) days, the first before the last."))
    }
    guard record.kind.isLeave || record.kind == .none else {
      throw .refused(
        Refusal(.invalid, field: "kind", "Send sick, personal, business, or none to take it back."))
    }
    try checkNotFrozen(learner, from: record.first, to: record.last, field: "from")
    let days = record.first.number...record.last.number
    let isNew =
      !record.note.isEmpty
      || days.contains { day in
        attendance.leave(of: learner, on: LocalDay(number: day)) != record.kind
      }
    guard isNew else { return false }
    var change = ExcuseChange(
      learner: learner, first: record.first, last: record.last, kind: record.kind,
      principal: principal)
    change.isNoted = !record.note.isEmpty
    change.note = record.note.isEmpty ? .empty : buffer.text.append(record.note)
    buffer.changes.append(.excused(change))
    return true
  }
}
