/// A learner's attendance, session by session: what perfect attendance is judged by, and people are shown.
///
/// Made from the set alone — sessions, rows, leaves, context, calendar — so that the order in which any of
/// these came leaves no trace.
public struct AttendanceView: Sendable {
  /// A session that concerns the learner.
  public struct Line: Hashable, Sendable {
    /// The session.
    public var session: SessionRow
    /// What is true of the learner; a leave stated for the day excuses an absence.
    public var status: AttendanceStatus
    /// How many minutes; below 0 where nobody says.
    public var minutes: Int32
    /// Who says it; nil where nobody does.
    public var origin: AttendanceOrigin?
    /// Whether the session is held.
    public var isHeld: Bool
    /// Whether the learner was on the roster, in the session's cohort, on that day.
    public var isOwn: Bool
    /// The term of the session's cohort that it lies in.
    public var term: TermNumber
    /// Whether the learner owes it: held, required and own.
    public var isOwed: Bool { isHeld && session.isRequired && isOwn }
    /// Whether the learner was there, or made it up.
    public var isAttended: Bool { status.isAttended }
  }

  /// The sessions in order of time.
  public private(set) var lines: [Line] = []
  /// The learner's rows of context.
  let rows: ContextRows
  /// The required sessions that the learner's cohort held: their days and terms.
  ///
  /// On days off the roster the cohort is that of the nearest day on it, a later one before an earlier
  /// one: whoever came late did not attend what was held before.
  private(set) var held: [(day: LocalDay, term: TermNumber)] = []

  /// Where the learner attended the lesson of a line while in another class, and so does not owe it again;
  /// nil where nowhere.
  func attendedBefore(_ line: Line) -> Int? {
    guard !line.session.lesson.isEmpty else { return nil }
    return lines.firstIndex { other in
      other.session.lesson == line.session.lesson && other.session.cohort != line.session.cohort
        && other.isAttended && other.isOwn && other.session.day <= line.session.day
    }
  }

  /// Which missed sessions are made up by which others, by places of lines.
  ///
  /// Another session of the same lesson that the learner attended and does not owe makes up one that is
  /// owed, if so many days at most lie between. The earliest missed takes the earliest that fits: with
  /// spans of one length, no other choice makes up more.
  func makeUps(within days: Int32) -> [Int: Int] {
    var found: [Int: Int] = [:]
    var used: Set<Int> = []
    for (place, line) in lines.enumerated()
    where line.isOwed && !line.isAttended && !line.session.lesson.isEmpty
      && attendedBefore(line) == nil
    {
      let other = lines.indices.first { other in
        let candidate = lines[other]
        return !used.contains(other) && candidate.session.lesson == line.session.lesson
          && candidate.isAttended && !candidate.isOwed
          && abs(candidate.session.day.days(until: line.session.day)) <= Int(days)
      }
      guard let other else { continue }
      used.insert(other)
      found[place] = other
    }
    return found
  }

  init(_ state: ProgramState, of learner: LearnerNumber) {
    rows = state.learners.contextRows(of: learner)
    let entries = Dictionary(
      grouping: state.attendance.entries(of: learner).filter { $0.status != .none },
      by: \.session)
    var places: Set<Int> = []
    for row in rows.rows where row.speaksOf.contains(.cohort) {
      places.formUnion(state.sessions.places(of: row.cohort))
    }
    // Whoever is on the roster of no cohort has the sessions of no cohort.
    places.formUnion(state.sessions.places(of: .none))
    places.formUnion(entries.keys.compactMap(state.sessions.place))
    let stays = rows.stays
    for place in places {
      let session = state.sessions.rows[place]
      let term = state.term(on: session.day, cohort: session.cohort)
      let isHeld = state.isHeld(session)
      if isHeld, session.isRequired, stays.cohort(on: session.day) == session.cohort {
        held.append((session.day, term))
      }
      let context = rows.context(on: session.day)
      let isOwn = context.isOnRoster && context.cohort == session.cohort
      guard isOwn || entries[session.object] != nil else { continue }
      let said = AttendanceView.said(entries[session.object] ?? [], state, on: session.day)
      var status = said.status
      if status == .none || status == .absent {
        let leave = state.attendance.leave(of: learner, on: session.day)
        if leave != .none { status = leave }
      }
      lines.append(
        Line(
          session: session, status: status, minutes: said.minutes, origin: said.origin,
          isHeld: isHeld, isOwn: isOwn, term: term))
    }
    lines.sort { $0.session.comesBefore($1.session) }
  }

  /// What the rows of a learner and session say together: a person's word, else the facts' as a set.
  ///
  /// Facts add up their minutes. The learner was late if all facts say so, and left early likewise; of too
  /// few minutes in all, they were absent.
  static func said(
    _ entries: [AttendanceTable.Entry], _ state: ProgramState, on day: LocalDay
  ) -> (status: AttendanceStatus, minutes: Int32, origin: AttendanceOrigin?) {
    if let person = entries.first(where: { $0.origin == .person && $0.status != .none }) {
      return (person.status, person.minutes, .person)
    }
    let facts = entries.filter { $0.origin == .fact && $0.status != .none }
    guard let first = facts.first else { return (.none, -1, nil) }
    let timed = facts.filter { $0.minutes >= 0 }
    let sum = timed.reduce(Int64(0)) { $0 + Int64($1.minutes) }
    let minutes = timed.isEmpty ? -1 : Int32(min(sum, Int64(Int32.max)))
    if minutes >= 0, let least = state.attendanceRules(on: day)?.minimumMinutes, minutes < least {
      return (.absent, minutes, .fact)
    }
    let isSame = facts.allSatisfy { $0.status == first.status }
    return (isSame ? first.status : .present, minutes, .fact)
  }
}

extension ProgramState {
  /// A learner's attendance, session by session.
  public func attendanceView(of learner: LearnerNumber) -> AttendanceView {
    AttendanceView(self, of: learner)
  }

  /// What is true of a learner in a session, as rows and leaves say.
  public func attendanceStatus(
    of learner: LearnerNumber, in session: SessionRow
  ) -> (status: AttendanceStatus, minutes: Int32, origin: AttendanceOrigin?) {
    let entries = attendance.entries(of: learner).filter { $0.session == session.object }
    var said = AttendanceView.said(entries, self, on: session.day)
    if said.status == .none || said.status == .absent {
      let leave = attendance.leave(of: learner, on: session.day)
      if leave != .none { said.status = leave }
    }
    return said
  }
}
