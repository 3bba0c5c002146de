/// What is true of the learners of a session (`attendance.set`, rules.md §5).
public struct AttendanceSheet: Hashable, Sendable {
  /// One row.
  public struct Row: Hashable, Sendable {
    /// The learner, by external id.
    public var learner: String
    /// What is true of them.
    public var status: AttendanceStatus
    /// How many minutes they were there; nil where nobody says.
    public var minutes: Int32?
    /// A note; nil leaves it, empty means none.
    public var note: String?

    /// Says what is true of a learner.
    public init(
      learner: String, status: AttendanceStatus, minutes: Int32? = nil, note: String? = nil
    ) {
      self.learner = learner
      self.status = status
      self.minutes = minutes
      self.note = note
    }
  }

  /// The session's id.
  public var session: String
  /// The rows; whoever has none stays as they are.
  public var rows: [Row]

  /// Says what is true of a session.
  public init(session: String, rows: [Row]) {
    self.session = session
    self.rows = rows
  }
}

extension ProgramState {
  /// The most rows of one sheet.
  public static let attendanceRowsMax = 1_000
  /// The most minutes of one row: a day.
  public static let attendanceMinutesMax: Int32 = 1_440

  /// The session of a sheet; refuses one that is not known.
  public func knownSession(_ id: String) throws(Undecided) -> SessionRow {
    if let session = session(id) { return session }
    throw .refused(
      Refusal(
        .notFound, field: "session",
        "There is no session with this id; `session.list` shows those there are."))
  }

  /// Decides a sheet, all of it or nothing; answers the learners whose rows changed.
  ///
  /// A row that is there already does nothing. One that is new records a fact of the source `attendance`,
  /// if the learner was there, and the rules pay it as they pay any; one that changes reverses that fact
  /// first. What both come to settles at once, for points that only move were never spent. Asks for the
  /// logs it needs, all at once. Refuses `not_found`, `invalid_params`, `fact_in_future` for whoever was
  /// at a session whose day lies ahead, `term_frozen`, `busy`, `amount_too_large`.
  public func decide(
    _ sheet: AttendanceSheet, now: Instant, by principal: PrincipalNumber,
    logs: (LearnerNumber) -> LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> [LearnerNumber] {
    let session = try knownSession(sheet.session)
    try check(sheet, of: session, now: now)
    let mark = buffer.mark
    do throws(Undecided) {
      return try set(sheet, of: session, now: now, by: principal, logs: logs, into: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  private func check(
    _ sheet: AttendanceSheet, of session: SessionRow, now: Instant
  ) throws(Undecided) {
    guard 1...Self.attendanceRowsMax ~= sheet.rows.count else {
      throw .refused(
        Refusal(.invalid, field: "rows", "1 to \(Self.attendanceRowsMax) rows of learners."))
    }
    guard session.state != .cancelled else {
      throw .refused(
        Refusal(
          .invalid, field: "session",
          "The session is cancelled; put it as planned first if it took place."))
    }
    guard !frozenTerms.contains(term(on: session.day, cohort: session.cohort)) else {
      throw .refused(
        Refusal(
          .termFrozen, field: "session", "\(session.day) lies in a frozen term; its rows stand."))
    }
    var seen: Set<String> = []
    for (index, row) in sheet.rows.enumerated() {
      guard seen.insert(row.learner).inserted else {
        throw .refused(
          Refusal(.invalid, field: "rows[\(index)].learner", "A learner has one row."))
      }
      guard 0...Self.attendanceMinutesMax ~= row.minutes ?? 0 else {
        throw .refused(
          Refusal(
            .invalid, field: "rows[\(index)].minutes",
            "0 to \(Self.attendanceMinutesMax) minutes."))
      }
      guard learnerNumber(row.learner) != nil else {
        throw .refused(
          Refusal(
            .notFound, field: "rows[\(index)].learner", "There is no learner with this id."))
      }
      guard row.status.isLeave || row.status == .none || firstInstant(of: session.day) <= now
      else {
        throw .refused(
          Refusal(
            .factInFuture, field: "rows[\(index)].status",
            "The session is on \(session.day); only leaves are known before."))
      }
    }
  }

  private func set(
    _ sheet: AttendanceSheet, of session: SessionRow, now: Instant, by principal: PrincipalNumber,
    logs: (LearnerNumber) -> LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> [LearnerNumber] {
    var changed: [LearnerNumber] = []
    var missing: [LearnerNumber] = []
    for (index, said) in sheet.rows.enumerated() {
      guard let learner = learnerNumber(said.learner) else { continue }
      do throws(Undecided) {
        let isNew = try set(
          said, of: learner, in: session, now: now, by: principal, log: logs(learner),
          into: &buffer)
        if isNew { changed.append(learner) }
      } catch {
        switch error {
        case .needs(.histories(let needed)): missing += needed
        case .needs: throw error
        case .refused(var refusal):
          refusal.field = "rows[\(index)].learner"
          throw .refused(refusal)
        }
      }
    }
    guard missing.isEmpty else { throw .needs(.histories(missing)) }
    return changed
  }

  /// Decides one row; answers whether it says something new.
  private func set(
    _ said: AttendanceSheet.Row, of learner: LearnerNumber, in session: SessionRow, now: Instant,
    by principal: PrincipalNumber, log: LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> Bool {
    let standing = attendance.statement(of: learner, in: session.object)
    var row = AttendanceChange(
      learner: learner, session: session.object, day: session.day, status: said.status,
      minutes: said.status.isAttended ? said.minutes ?? -1 : -1, origin: .person,
      revision: (standing?.revision ?? 0) + 1, principal: principal, at: now)
    let isSame =
      standing.map { $0.status == row.status && $0.minutes == row.minutes }
      ?? (row.status == .none)
    if let standing, standing.isNoted, row.status != .none {
      guard let log, log.learner == learner else { throw .needs(.histories([learner])) }
      let before = log.note(at: standing.position)
      if isSame, said.note ?? before == before { return false }
      row.note(said.note ?? before, in: &buffer)
    } else {
      let note = row.status == .none ? "" : said.note ?? ""
      if isSame, note.isEmpty { return false }
      row.note(note, in: &buffer)
    }
    guard let standing, !standing.fact.isNone else {
      try record(row, in: session, log: log, into: &buffer)
      return true
    }
    if isSame {
      // Only the note is new: what was recorded for the row stands.
      row.fact = standing.fact
      buffer.changes.append(.attendance(row))
    } else {
      try exchange(standing, for: row, in: session, log: log, into: &buffer)
    }
    return true
  }
}

extension AttendanceChange {
  /// Takes a note; an empty one is none.
  mutating func note(_ text: String, in buffer: inout ChangeBuffer) {
    isNoted = !text.isEmpty
    note = text.isEmpty ? .empty : buffer.text.append(text)
  }

  /// Takes the note of an earlier row, as far as it can be read.
  mutating func copyNote(
    of entry: AttendanceTable.Entry, from log: LearnerLog, to buffer: inout ChangeBuffer
  ) {
    note(log.note(at: entry.position), in: &buffer)
  }
}

extension LearnerLog {
  /// The note of the row of attendance at a position; empty where there is none, or it is sealed for good.
  public func note(at position: Position) -> String {
    guard let place = positions.firstIndex(of: position),
      case .attendance(let row) = buffer.changes[place]
    else { return "" }
    return buffer.text.string(row.note)
  }
}
