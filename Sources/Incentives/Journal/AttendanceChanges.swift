/// What is true of a learner in a session; the words of sheets 考勤.
@frozen public enum AttendanceStatus: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Nothing is recorded, or what was is withdrawn.
  case none = 0
  /// 出勤.
  case present = 1
  /// 迟到.
  case late = 2
  /// 早退.
  case leftEarly = 3
  /// 缺勤.
  case absent = 4
  /// 病假.
  case sick = 5
  /// 事假.
  case personal = 6
  /// 公假.
  case business = 7
  /// 补课.
  case madeUp = 8

  /// Whether the learner was there, or made it up.
  @inlinable public var isAttended: Bool {
    switch self {
    case .present, .late, .leftEarly, .madeUp: true
    case .none, .absent, .sick, .personal, .business: false
    }
  }

  /// Whether it is a leave that can excuse.
  @inlinable public var isLeave: Bool {
    switch self {
    case .sick, .personal, .business: true
    case .none, .present, .late, .leftEarly, .absent, .madeUp: false
    }
  }

  /// The word on the wire.
  public var word: String {
    switch self {
    case .none: "none"
    case .present: "present"
    case .late: "late"
    case .leftEarly: "leftEarly"
    case .absent: "absent"
    case .sick: "sick"
    case .personal: "personal"
    case .business: "business"
    case .madeUp: "madeUp"
    }
  }
}

/// Whether a session takes place.
@frozen public enum SessionState: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// It takes place.
  case planned = 0
  /// It did not take place.
  case cancelled = 1
  /// It took place, and nobody owes it.
  case waived = 2

  /// The word on the wire.
  public var word: String {
    switch self {
    case .planned: "planned"
    case .cancelled: "cancelled"
    case .waived: "waived"
    }
  }
}

/// A session 课次 of a cohort as it is now; its id is the word of its object, of the kind `session`.
@frozen public struct SessionChange: Sendable, BitwiseCopyable {
  /// The object that facts about it name.
  public var object: ObjectNumber
  /// Whose session it is.
  public var cohort: CohortNumber
  /// The lesson it gives; empty where no other session gives the same.
  public var lesson: TextRef
  /// Its local day.
  public var day: LocalDay
  /// When it begins; the first instant of its day where only the day is known.
  public var startsAt: Instant
  /// When it ends; `startsAt` where that is not known.
  public var endsAt: Instant
  /// Whether only the day is known.
  public var isDateOnly: Bool
  /// How many minutes it lasts; 0 where that is not known.
  public var minutes: Int32
  /// Whether it takes place.
  public var state: SessionState
  /// Whether the cohort's learners owe it.
  public var isRequired: Bool
  /// Who said so.
  public var principal: PrincipalNumber

  /// Joins the parts.
  @inlinable public init(
    object: ObjectNumber, cohort: CohortNumber, lesson: TextRef, day: LocalDay, startsAt: Instant,
    endsAt: Instant, isDateOnly: Bool, minutes: Int32, state: SessionState, isRequired: Bool,
    principal: PrincipalNumber
  ) {
    self.object = object
    self.cohort = cohort
    self.lesson = lesson
    self.day = day
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.isDateOnly = isDateOnly
    self.minutes = minutes
    self.state = state
    self.isRequired = isRequired
    self.principal = principal
  }
}

/// Who says a row of attendance.
@frozen public enum AttendanceOrigin: UInt8, Hashable, Sendable, BitwiseCopyable {
  /// A person, whose word stands over every system's.
  case person = 0
  /// A fact of a learning system.
  case fact = 1
}

/// A row of attendance: what is true of a learner in a session now, or is not true any more.
///
/// A person has one statement for each learner and session, and the last one stands. Each fact has its
/// own; it goes when its fact is reversed.
@frozen public struct AttendanceChange: Sendable, BitwiseCopyable {
  /// Whose row it is.
  public var learner: LearnerNumber
  /// The session, as the object that facts about it name.
  public var session: ObjectNumber
  /// The local day of the session, or of the fact.
  public var day: LocalDay
  /// What is true; `none` withdraws.
  public var status: AttendanceStatus
  /// How many minutes the learner was there; below 0 where nobody says.
  public var minutes: Int32
  /// Who says it.
  public var origin: AttendanceOrigin
  /// Whether the record before it is its fact: the one that says it, or the one recorded for it.
  public var followsFact: Bool
  /// Its fact where that is another record; of a fact that is withdrawn, that fact.
  public var fact: Position
  /// How often a person has said it, from 1; 0 for facts.
  public var revision: UInt32
  /// Who did it; none for facts.
  public var principal: PrincipalNumber
  /// When.
  public var at: Instant
  /// Whether a note belongs to it, though the note may be sealed for good.
  public var isNoted: Bool
  /// The note, which the journal seals.
  public var note: TextRef

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, session: ObjectNumber, day: LocalDay, status: AttendanceStatus,
    minutes: Int32 = -1, origin: AttendanceOrigin, followsFact: Bool = false,
    fact: Position = .none, revision: UInt32 = 0, principal: PrincipalNumber = .none, at: Instant,
    isNoted: Bool = false, note: TextRef = .empty
  ) {
    self.learner = learner
    self.session = session
    self.day = day
    self.status = status
    self.minutes = minutes
    self.origin = origin
    self.followsFact = followsFact
    self.fact = fact
    self.revision = revision
    self.principal = principal
    self.at = at
    self.isNoted = isNoted
    self.note = note
  }
}

/// A learner's leave from a local day to a local day; what was said last of a day stands.
@frozen public struct ExcuseChange: Sendable, BitwiseCopyable {
  /// Whose leave it is.
  public var learner: LearnerNumber
  /// Its first local day.
  public var first: LocalDay
  /// Its last local day.
  public var last: LocalDay
  /// The kind of leave; `none` where these days are no leave after all.
  public var kind: AttendanceStatus
  /// Who said so.
  public var principal: PrincipalNumber
  /// Whether a note belongs to it, though the note may be sealed for good.
  public var isNoted: Bool
  /// The note, which the journal seals.
  public var note: TextRef

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, first: LocalDay, last: LocalDay, kind: AttendanceStatus,
    principal: PrincipalNumber, isNoted: Bool = false, note: TextRef = .empty
  ) {
    self.learner = learner
    self.first = first
    self.last = last
    self.kind = kind
    self.principal = principal
    self.isNoted = isNoted
    self.note = note
  }
}

/// Perfect attendance 全勤 that a learner has from now on, or has no more; its points follow it.
@frozen public struct PerfectChange: Hashable, Sendable, BitwiseCopyable {
  /// Whose it is.
  public var learner: LearnerNumber
  /// The declaration that awards it.
  public var rule: PerfectNumber
  /// The week, month or term.
  public var period: Period
  /// The local day for which its points count: the last of the period that the learner could be there.
  public var day: LocalDay
  /// The term of that day.
  public var term: TermNumber
  /// Whether it is granted; else it is revoked.
  public var isGranted: Bool
  /// Whether a correction made it so, and not the closing of the period.
  public var isCorrection: Bool
  /// The points that follow, or are taken back, in the next record; 0 where there are none.
  public var points: Int64
  /// Whether they count as earned.
  public var counts: Bool

  /// Joins the parts.
  @inlinable public init(
    learner: LearnerNumber, rule: PerfectNumber, period: Period, day: LocalDay, term: TermNumber,
    isGranted: Bool, isCorrection: Bool, points: Int64, counts: Bool
  ) {
    self.learner = learner
    self.rule = rule
    self.period = period
    self.day = day
    self.term = term
    self.isGranted = isGranted
    self.isCorrection = isCorrection
    self.points = points
    self.counts = counts
  }
}

/// Perfect attendance was judged with all that came before, at a time of the program.
///
/// The terms that were closed by then are frozen: what was awarded in them stands.
@frozen public struct AttendanceJudgedChange: Hashable, Sendable, BitwiseCopyable {
  /// The program's time.
  public var clock: Instant
  /// The last day that was closed.
  public var closedThrough: LocalDay

  /// Joins the parts.
  @inlinable public init(clock: Instant, closedThrough: LocalDay) {
    self.clock = clock
    self.closedThrough = closedThrough
  }
}
