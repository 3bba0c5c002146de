/// The roll of a session: everybody of its cohort on its day, and whoever else was there.
public struct RollRow: Sendable {
  /// The learner.
  public var learner: LearnerNumber
  /// What is true of them; `none` where nobody says.
  public var status: AttendanceStatus
  /// How many minutes; below 0 where nobody says.
  public var minutes: Int32
  /// Who says it; nil where nobody does.
  public var origin: AttendanceOrigin?
  /// The person's statement that stands; nil where there is none.
  public var statement: AttendanceTable.Entry?
  /// Whether the learner is of another class, or not on the roster that day.
  public var isGuest: Bool
}

extension ProgramState {
  /// The roll of a session, in the order of the learners' ids, guests last.
  ///
  /// Looks at whoever was ever of the cohort; for a session of no cohort, at everybody.
  public func roll(of session: SessionRow) -> [RollRow] {
    let rows = Set(learners(concernedBy: session)).compactMap { learner -> RollRow? in
      let said = attendanceStatus(of: learner, in: session)
      let isGuest = !isOwn(session, of: learner)
      guard !isGuest || said.origin != nil else { return nil }
      let statement = attendance.statement(of: learner, in: session.object)
      return RollRow(
        learner: learner, status: said.status, minutes: said.minutes, origin: said.origin,
        statement: statement?.status == AttendanceStatus.none ? nil : statement, isGuest: isGuest)
    }
    return rows.sorted { left, right in
      if left.isGuest != right.isGuest { return right.isGuest }
      return self.learners.withExternalID(left.learner) { a in
        self.learners.withExternalID(right.learner) { b in compareBytes(a, b) < 0 }
      }
    }
  }

  /// Whom some row of a session is about, each once, ascending.
  public func learners(recordedIn session: SessionRow) -> [LearnerNumber] {
    Set(attendance.entries(in: session.object).map(\.learner)).sorted()
  }

  private func isOwn(_ session: SessionRow, of learner: LearnerNumber) -> Bool {
    let context = learners.context(of: learner, on: session.day)
    return context.isOnRoster && context.cohort == session.cohort
  }

  /// The sessions that have begun, take place and were not taken 未点名, in order of time; one of which
  /// only the day is known has begun when that is over.
  public func sessionsNotTaken(at now: Instant) -> [SessionRow] {
    let today = day(at: now)
    return sessions.rows.filter { session in
      (session.isDateOnly ? session.day < today : session.startsAt <= now) && takesPlace(session)
        && !isTaken(session.object)
    }.sorted { $0.comesBefore($1) }
  }
}
