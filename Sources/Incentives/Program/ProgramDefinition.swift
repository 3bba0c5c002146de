/// A program as its owner declares it: zone, calendar, terms, reasons, rules (rules.md §2, §3).
///
/// The edge reads it from a program file or a request; `decide` validates it, numbers its rules and
/// journals it whole. Everything is a value; two equal definitions are the same program.
public struct ProgramDefinition: Hashable, Sendable, Codable {
  /// The program's id in every call.
  public var id: String
  /// The name people read.
  public var name: String
  /// The IANA zone that decides which day a fact belongs to.
  public var zone: String
  /// Minutes after local midnight at which a day starts.
  public var dayStartMinutes: Int32
  /// What moves the program's time.
  public var clock: ClockMode
  /// Teaching days; none declared means every day.
  public var teachingDays: [Weekday]
  /// Dated entries that win over the weekly pattern.
  public var calendar: [CalendarDay]
  /// Dated spans that end in a settlement.
  public var terms: [Term]
  /// How long after its end a day stays open.
  public var dayGrace: DayGrace
  /// Reason codes that `points.grant` may use.
  public var reasons: [GrantReason]
  /// How many points each person may grant to each cohort a week; nil means the default.
  public var grantBudget: Int64?
  /// The points rules, in the order in which outcomes list them.
  public var rules: [Rule]
  /// Levels, streaks, badges and quests.
  public var recognition: Recognition {
    get { recognizes ?? Recognition() }
    set { recognizes = newValue.isEmpty ? nil : newValue }
  }
  /// As a definition keeps it: nil where nothing is declared, as in definitions from before there was any.
  private var recognizes: Recognition?
  /// How attendance is treated; nil where facts fill no rows and nothing is awarded for it.
  public var attendance: AttendanceDefinition?
  /// The awards; nil where it declares none, as programs of before awards were.
  public var awards: [AwardDefinition]?
  /// What portals tell learners about this version.
  public var notice: String?

  /// Declares a program; what is left out takes its documented default.
  public init(
    id: String, name: String, zone: String, dayStartMinutes: Int32 = 0, clock: ClockMode = .wall,
    teachingDays: [Weekday] = [], calendar: [CalendarDay] = [], terms: [Term] = [],
    dayGrace: DayGrace = .minutes(120), reasons: [GrantReason] = [],
    grantBudget: Int64? = nil, rules: [Rule] = [], awards: [AwardDefinition]? = nil,
    recognition: Recognition = Recognition(), attendance: AttendanceDefinition? = nil,
    notice: String? = nil
  ) {
    self.id = id
    self.name = name
    self.zone = zone
    self.dayStartMinutes = dayStartMinutes
    self.clock = clock
    self.teachingDays = teachingDays
    self.calendar = calendar
    self.terms = terms
    self.dayGrace = dayGrace
    self.reasons = reasons
    self.grantBudget = grantBudget
    self.rules = rules
    recognizes = recognition.isEmpty ? nil : recognition
    self.attendance = attendance
    self.awards = awards
    self.notice = notice
  }

  /// A dated span that ends in a settlement 学期.
  public struct Term: Hashable, Sendable, Codable {
    /// The term's id.
    public var id: String
    /// Its first local day.
    public var first: LocalDay
    /// Its last local day.
    public var last: LocalDay
    /// The cohorts it is for; empty means the whole program.
    public var cohorts: [String]
    /// Minutes after the end of its last day at which it closes.
    public var graceMinutes: Int32
    /// The first local day on which what was earned in it can not be spent any more; nil means never.
    public var expires: LocalDay?

    /// Declares a term; the default grace is 48 hours.
    public init(
      id: String, first: LocalDay, last: LocalDay, cohorts: [String] = [],
      graceMinutes: Int32 = 48 * 60, expires: LocalDay? = nil
    ) {
      self.id = id
      self.first = first
      self.last = last
      self.cohorts = cohorts
      self.graceMinutes = graceMinutes
      self.expires = expires
    }
  }

  /// A reason for which staff may grant points.
  public struct GrantReason: Hashable, Sendable, Codable {
    /// The code calls use.
    public var code: String
    /// What people read.
    public var title: String
    /// The points it grants.
    public var points: Int64

    /// Declares a reason.
    public init(code: String, title: String, points: Int64) {
      self.code = code
      self.title = title
      self.points = points
    }
  }

  /// A dated calendar entry.
  public struct CalendarDay: Hashable, Sendable, Codable {
    /// The local day.
    public var day: LocalDay
    /// What kind of day it is.
    public var kind: Kind
    /// The weekday whose timetable a `workday` follows.
    public var follows: Weekday?
    /// The cohorts it is for; empty means the whole program.
    public var cohorts: [String]
    /// True of an entry that `calendar.import` brought; absent of one that a program file declares.
    private var imported: Bool?

    /// Declares an entry, or names one that was imported.
    public init(
      day: LocalDay, kind: Kind, follows: Weekday? = nil, cohorts: [String] = [],
      isImported: Bool = false
    ) {
      self.day = day
      self.kind = kind
      self.follows = follows
      self.cohorts = cohorts
      imported = isImported ? true : nil
    }

    /// Whether `calendar.import` brought it, so that it stays when a program file is applied.
    public var isImported: Bool { imported == true }

    /// The kinds of dated entries.
    public enum Kind: String, Hashable, Sendable, Codable {
      /// No teaching.
      case holiday
      /// Teaching, though the weekly pattern has none (调休).
      case workday
      /// Teaching was planned and does not take place.
      case cancelled
    }
  }
}

/// What moves a program's time.
public enum ClockMode: String, Hashable, Sendable, Codable {
  /// A ticker follows the wall clock.
  case wall
  /// Only `program.advance` moves it, starting at the first term's start.
  case manual
}

/// How long after its end a day stays open.
public enum DayGrace: Hashable, Sendable, Codable {
  /// So many minutes.
  case minutes(Int32)
  /// Until noon of the next teaching day.
  case nextTeachingDayNoon
}
