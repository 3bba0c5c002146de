/// What a caller says of a session (`session.put`).
public struct SessionRecord: Hashable, Sendable {
  /// The session's id; nil draws the next short one, such as S-0004.
  public var id: String?
  /// The cohort whose session it is; nil leaves it, or means learners without a cohort.
  public var cohort: String?
  /// The lesson it gives; nil leaves it, empty means none.
  public var lesson: String?
  /// Its local day, where its time is not known; nil where `startsAt` says it.
  public var day: LocalDay?
  /// When it begins.
  public var startsAt: Instant?
  /// When it ends.
  public var endsAt: Instant?
  /// How many minutes it lasts; nil leaves it, or takes the time between begin and end.
  public var minutes: Int32?
  /// Whether it takes place; nil leaves it, or means that it does.
  public var state: SessionState?
  /// Whether the cohort's learners owe it; nil leaves it, or means that they do.
  public var isRequired: Bool?

  /// Says what is true of a session.
  public init(
    id: String? = nil, cohort: String? = nil, lesson: String? = nil, day: LocalDay? = nil,
    startsAt: Instant? = nil, endsAt: Instant? = nil, minutes: Int32? = nil,
    state: SessionState? = nil, isRequired: Bool? = nil
  ) {
    self.id = id
    self.cohort = cohort
    self.lesson = lesson
    self.day = day
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.minutes = minutes
    self.state = state
    self.isRequired = isRequired
  }
}

extension ProgramState {
  /// The most sessions a program holds.
  public static let sessionsMax = 100_000
  /// The longest id of a session, in bytes: the facts of its rows begin with it.
  public static let sessionIDBytesMax = 96
  /// The source of the facts that rows of people record.
  public static let attendanceSource = "attendance"

  /// Decides what a session is, and answers its id; saying again what is known changes nothing.
  ///
  /// A session that moves takes the facts of its rows along: they are reversed and recorded anew. Refuses
  /// `invalid_params` for times that can not be, `not_found` for a new session without a day,
  /// `term_frozen` for one of a frozen term, `limit_reached`.
  public func decide(
    _ record: SessionRecord, now: Instant, by principal: PrincipalNumber,
    logs: (LearnerNumber) -> LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> String {
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    let mark = buffer.mark
    do throws(Undecided) {
      return try put(record, now: now, by: principal, logs: logs, into: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  private func put(
    _ record: SessionRecord, now: Instant, by principal: PrincipalNumber,
    logs: (LearnerNumber) -> LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> String {
    let id = record.id ?? nextSessionID
    guard 1...Self.sessionIDBytesMax ~= id.utf8.count, !id.utf8.contains(0) else {
      throw .refused(
        Refusal(.invalid, field: "session", "1 to \(Self.sessionIDBytesMax) bytes."))
    }
    let known = session(id)
    if known == nil, sessions.rows.count >= Self.sessionsMax {
      throw .refused(
        Refusal(
          .limitReached, field: "session", "A program holds at most \(Self.sessionsMax) sessions."))
    }
    var row = try timed(record, known)
    row.state = record.state ?? known?.state ?? .planned
    row.isRequired = record.isRequired ?? known?.isRequired ?? true
    var cohort = known?.cohort ?? .none
    if let name = record.cohort {
      cohort = CohortNumber(
        rawValue: UInt16(try numberNaming(.cohort, name, max: Int(UInt16.max), into: &buffer)))
    }
    row.cohort = cohort
    let lesson = record.lesson ?? known?.lesson ?? ""
    for (day, owner) in [(row.day, cohort), (known?.day ?? row.day, known?.cohort ?? cohort)]
    where frozenTerms.contains(term(on: day, cohort: owner)) {
      throw .refused(
        Refusal(.termFrozen, field: "day", "\(day) lies in a frozen term; its sessions stand."))
    }
    row.object = ObjectNumber(
      rawValue: try numberNaming(
        .object, SessionTable.word(id), max: Int(UInt32.max), into: &buffer))
    _ = try numberNaming(
      .source, Self.attendanceSource, max: Int(UInt16.max), into: &buffer)
    row.lesson = buffer.text.append(lesson)
    row.principal = principal
    var said = SessionRow(row, in: buffer)
    said.lesson = lesson
    guard said != known else { return id }
    buffer.changes.append(.session(row))
    if let known, known.startsAt != said.startsAt || known.isDateOnly != said.isDateOnly {
      try move(said, now: now, by: principal, logs: logs, into: &buffer)
    }
    return id
  }

  /// The next short id that no session has.
  private var nextSessionID: String {
    var number = sessions.rows.count + 1
    while true {
      let digits = String(number)
      let id = "S-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      if session(id) == nil { return id }
      number += 1
    }
  }

  /// When a session is; what is not said stays as it was.
  private func timed(_ record: SessionRecord, _ known: SessionRow?) throws(Undecided)
    -> SessionChange
  {
    var change = SessionChange(
      object: .none, cohort: .none, lesson: .empty, day: known?.day ?? LocalDay(number: 0),
      startsAt: known?.startsAt ?? .distantPast, endsAt: .distantPast,
      isDateOnly: known?.isDateOnly ?? true, minutes: 0, state: .planned, isRequired: true,
      principal: .none)
    switch (record.startsAt, record.day) {
    case (let startsAt?, let said):
      change.startsAt = startsAt
      change.isDateOnly = false
      change.day = day(at: startsAt)
      if let said, said != change.day {
        throw .refused(
          Refusal(.invalid, field: "day", "The session begins on \(change.day); leave the day out.")
        )
      }
    case (nil, let day?):
      (change.startsAt, change.isDateOnly, change.day) = (firstInstant(of: day), true, day)
    case (nil, nil):
      guard known != nil else {
        throw .refused(
          Refusal(.invalid, field: "startsAt", "Say when the session begins, or its day."))
      }
    }
    let stays = record.startsAt == nil && record.day == nil
    change.endsAt = record.endsAt ?? (stays ? known?.endsAt : nil) ?? change.startsAt
    guard change.endsAt >= change.startsAt else {
      throw .refused(Refusal(.invalid, field: "endsAt", "The session ends before it begins."))
    }
    let span = (change.endsAt.microseconds - change.startsAt.microseconds) / 60_000_000
    guard span <= 1_440 else {
      throw .refused(Refusal(.invalid, field: "endsAt", "A session lasts at most a day."))
    }
    let before = record.endsAt == nil && stays ? known?.minutes : nil
    change.minutes = record.minutes ?? before ?? Int32(span)
    guard 0...1_440 ~= change.minutes else {
      throw .refused(Refusal(.invalid, field: "minutes", "0 to 1,440 minutes."))
    }
    return change
  }

  /// Records the facts of a session's rows anew, at its new time.
  private func move(
    _ session: SessionRow, now: Instant, by principal: PrincipalNumber,
    logs: (LearnerNumber) -> LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var missing: [LearnerNumber] = []
    for entry in attendance.entries(in: session.object).reversed() where !entry.fact.isNone {
      guard entry.origin == .person, entry.status != .none else { continue }
      var row = AttendanceChange(
        learner: entry.learner, session: session.object, day: session.day, status: entry.status,
        minutes: entry.minutes, origin: .person, revision: entry.revision + 1,
        principal: principal, at: now)
      guard let log = logs(entry.learner) else {
        missing.append(entry.learner)
        continue
      }
      if entry.isNoted { row.copyNote(of: entry, from: log, to: &buffer) }
      try exchange(entry, for: row, in: session, log: log, into: &buffer)
    }
    guard missing.isEmpty else { throw .needs(.histories(missing)) }
  }
}
