/// A session 课次 as it is now.
public struct SessionRow: Hashable, Sendable {
  /// The object that facts about it name; its word is the kind `session`, a zero byte, the id.
  public var object: ObjectNumber
  /// Whose session it is.
  public var cohort: CohortNumber
  /// The lesson it gives; empty where no other session gives the same.
  public var lesson: String
  /// Its local day.
  public var day: LocalDay
  /// When it begins; the first instant of its day where only the day is known.
  public var startsAt: Instant
  /// When it ends; nil where that is not known.
  public var endsAt: Instant?
  /// Whether only the day is known.
  public var isDateOnly: Bool
  /// How many minutes it lasts; 0 where that is not known.
  public var minutes: Int32
  /// Whether it takes place.
  public var state: SessionState
  /// Whether the cohort's learners owe it.
  public var isRequired: Bool

  init(_ change: SessionChange, in buffer: ChangeBuffer) {
    object = change.object
    cohort = change.cohort
    lesson = buffer.text.string(change.lesson)
    day = change.day
    startsAt = change.startsAt
    endsAt = change.endsAt > change.startsAt ? change.endsAt : nil
    isDateOnly = change.isDateOnly
    minutes = change.minutes
    state = change.state
    isRequired = change.isRequired
  }
}

/// The sessions of a program; resident, some hundred bytes each.
public struct SessionTable: Sendable {
  /// The sessions in the order in which they were first put.
  public private(set) var rows: ContiguousArray<SessionRow> = []
  private var places: [ObjectNumber: Int] = [:]
  private var ofCohort: [CohortNumber: [Int]] = [:]
  private var ofLesson: [String: [Int]] = [:]

  /// The kind of objects that are sessions.
  public static let kind = "session"

  /// The word of the object that is a session.
  public static func word(_ id: String) -> String { "\(kind)\0\(id)" }

  /// The session of an object; nil where it is none.
  public subscript(object: ObjectNumber) -> SessionRow? { places[object].map { rows[$0] } }

  /// The sessions of a cohort, as places in `rows`.
  func places(of cohort: CohortNumber) -> [Int] { ofCohort[cohort] ?? [] }

  /// The sessions that give a lesson, as places in `rows`; none for no lesson.
  func places(giving lesson: String) -> [Int] { lesson.isEmpty ? [] : ofLesson[lesson] ?? [] }

  /// The place of an object's session in `rows`; nil where it is none.
  func place(of object: ObjectNumber) -> Int? { places[object] }

  /// Puts a session in the place of what it was.
  mutating func put(_ row: SessionRow) {
    guard let place = places[row.object] else {
      places[row.object] = rows.count
      index(row, at: rows.count)
      rows.append(row)
      return
    }
    let before = rows[place]
    if before.cohort != row.cohort { ofCohort[before.cohort]?.removeAll { $0 == place } }
    if before.lesson != row.lesson { ofLesson[before.lesson]?.removeAll { $0 == place } }
    rows[place] = row
    if before.cohort != row.cohort { ofCohort[row.cohort, default: []].append(place) }
    if before.lesson != row.lesson { ofLesson[row.lesson, default: []].append(place) }
  }

  private mutating func index(_ row: SessionRow, at place: Int) {
    ofCohort[row.cohort, default: []].append(place)
    ofLesson[row.lesson, default: []].append(place)
  }
}

extension ProgramState {
  /// The id of a session.
  public func sessionID(_ object: ObjectNumber) -> String {
    names.withWord(.object, object.rawValue) {
      String(decoding: ObjectName.id(of: $0), as: UTF8.self)
    }
  }

  /// The session with an id; nil where there is none.
  public func session(_ id: String) -> SessionRow? {
    names.number(.object, SessionTable.word(id)).flatMap { sessions[ObjectNumber(rawValue: $0)] }
  }

  /// Whether somebody was recorded for a session; else it is not taken 未点名.
  ///
  /// A leave that was stated before the session's day tells nothing of the others.
  public func isTaken(_ session: ObjectNumber) -> Bool {
    let day = sessions[session]?.day
    return attendance.hasRows(of: session) { entry in
      guard entry.status.isLeave, let day else { return true }
      return self.day(at: entry.at) >= day
    }
  }

  /// Whether a session is held: taken, neither cancelled nor waived, and not on a day that the calendar
  /// gives as a holiday or as cancelled.
  public func isHeld(_ session: SessionRow) -> Bool {
    takesPlace(session) && isTaken(session.object)
  }

  /// Whether a session is to be taken, if it was not yet: the calendar and staff let it take place.
  public func takesPlace(_ session: SessionRow) -> Bool {
    guard session.state == .planned else { return false }
    let cohort: UInt32? = session.cohort.isNone ? nil : UInt32(session.cohort.rawValue)
    switch calendar.exception(on: session.day, cohort: cohort) {
    case .holiday?, .cancelled?: return false
    case .workday?, nil: return true
    }
  }

  func apply(_ change: SessionChange, in buffer: ChangeBuffer) {
    let before = sessions[change.object]
    let row = SessionRow(change, in: buffer)
    sessions.put(row)
    let isPast = min(before?.day ?? row.day, row.day) <= closedThrough
    guard isPast || isTaken(change.object) else { return }
    markConcerned(by: row)
    if let before, before.cohort != row.cohort { markConcerned(by: before) }
  }

  /// Marks whose perfect attendance may change with a session.
  func markConcerned(by session: SessionRow) {
    guard awardsPerfectAttendance else { return }
    if session.cohort.isNone {
      judging.markAll()
    } else {
      judging.mark(learners(concernedBy: session))
    }
  }

  /// Who owes a session, or is recorded in it: whoever was ever of its cohort, or everybody where it has
  /// none, and its guests.
  func learners(concernedBy session: SessionRow) -> [LearnerNumber] {
    guard !session.cohort.isNone else {
      return (0..<UInt32(learners.count)).map { LearnerNumber(rawValue: $0 + 1) }
    }
    return learners.everIn(session.cohort) + learners(recordedIn: session)
  }
}

extension SessionRow {
  /// Whether this session comes before another in order of time.
  public func comesBefore(_ other: SessionRow) -> Bool {
    (day, startsAt, object) < (other.day, other.startsAt, other.object)
  }
}
