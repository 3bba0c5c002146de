import Incentives
import JSONRPC

/// Reads a program's definition, in the shape of a program file.
///
/// What a definition means is validated by `decide`; here is what can be written at all. `ProgramWriter`
/// writes the same shape.
enum ProgramFields {
  /// Reads the members of a definition.
  static func read(_ fields: inout Fields) throws(ParameterError) -> ProgramDefinition {
    ProgramDefinition(
      id: try fields.identifier("id"),
      name: try fields.string("name", max: CallLimits.textBytesMax),
      zone: try fields.identifier("zone"),
      dayStartMinutes: try timeOfDay(fields.optionalText("dayStart", max: 5)),
      clock: try fields.optionalChoice("clock", of: Clock.self) == .manual ? .manual : .wall,
      teachingDays: try fields.optionalItems("teachingDays", max: 7, read: weekday) ?? [],
      calendar: try fields.optionalItems("calendar", max: calendarDaysMax) {
        value throws(ParameterError) in
        try value.fields(calendarDay)
      } ?? [],
      terms: try fields.optionalItems("terms", max: 1_000) { value throws(ParameterError) in
        try value.fields(term)
      } ?? [],
      dayGrace: try fields.optionalObject("grace", read: grace) ?? .minutes(120),
      reasons: try fields.optionalItems("reasons", max: 1_000) { value throws(ParameterError) in
        try value.fields(reason)
      } ?? [],
      grantBudget: try fields.optionalInt("grantBudget"),
      rules: try fields.items("rules", max: RuleSet.rulesMax) { value throws(ParameterError) in
        try value.fields(RuleFields.read)
      },
      awards: try fields.optionalItems("awards", max: ProgramDefinition.awardsMax) {
        value throws(ParameterError) in
        try value.fields(AwardFields.read)
      }, recognition: try RecognitionFields.read(&fields),
      attendance: try fields.optionalObject("attendance", read: AttendanceFields.read),
      notice: try fields.optionalProse("notice"))
  }

  /// The most dated entries of a calendar.
  static let calendarDaysMax = 10_000

  /// What moves a program's time.
  private enum Clock: String, CaseIterable {
    case wall, manual
  }

  private enum DayKind: String, CaseIterable {
    case holiday, workday, cancelled

    var kind: ProgramDefinition.CalendarDay.Kind {
      switch self {
      case .holiday: .holiday
      case .workday: .workday
      case .cancelled: .cancelled
      }
    }
  }

  private static func timeOfDay(_ text: JSONText?) throws(ParameterError) -> Int32 {
    guard let text else { return 0 }
    let parts = text.string.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }),
      let hour = Int32(parts[0]), let minute = Int32(parts[1]), hour < 24, minute < 60
    else {
      throw ParameterError("dayStart", .invalidValue, "Send a time of day such as 04:00.")
    }
    return hour * 60 + minute
  }

  private static func weekday(_ value: JSONValue) throws(ParameterError) -> Weekday {
    let text = try value.text(named: "", max: CallLimits.identifierBytesMax)
    guard let weekday = Weekday(name: text.string) else {
      throw ParameterError("", .invalidValue, "Send a weekday such as monday.")
    }
    return weekday
  }

  /// Reads a dated calendar entry.
  static func calendarDay(
    _ fields: inout Fields
  ) throws(ParameterError) -> ProgramDefinition.CalendarDay {
    let follows: Weekday?
    if let value = fields.optionalValue("as") {
      do throws(ParameterError) { follows = try weekday(value) } catch { throw error.inside("as") }
    } else {
      follows = nil
    }
    return ProgramDefinition.CalendarDay(
      day: try fields.day("day"), kind: try fields.choice("kind", of: DayKind.self).kind,
      follows: follows, cohorts: try fields.identifiers("cohorts"))
  }

  private static func term(
    _ fields: inout Fields
  ) throws(ParameterError) -> ProgramDefinition.Term {
    let grace = try fields.optionalText("grace", max: CallLimits.identifierBytesMax)
    return ProgramDefinition.Term(
      id: try fields.identifier("id"), first: try fields.day("from"), last: try fields.day("to"),
      cohorts: try fields.identifiers("cohorts"),
      graceMinutes: try grace.map { text throws(ParameterError) in try minutes(text, "grace") }
        ?? 48 * 60, expires: try fields.optionalDay("expires"))
  }

  private static func grace(_ fields: inout Fields) throws(ParameterError) -> DayGrace {
    let text = try fields.text("day", max: CallLimits.identifierBytesMax)
    if text == "next teaching day 12:00" { return .nextTeachingDayNoon }
    return .minutes(try minutes(text, "day"))
  }

  private static func reason(
    _ fields: inout Fields
  ) throws(ParameterError) -> ProgramDefinition.GrantReason {
    ProgramDefinition.GrantReason(
      code: try fields.identifier("code"),
      title: try fields.string("title", max: CallLimits.textBytesMax),
      points: try fields.int("points"))
  }

  /// A span such as `48h`, `90m` or `2d`, in minutes.
  static func minutes(
    _ text: JSONText, _ name: StaticString
  ) throws(ParameterError) -> Int32 {
    let word = text.string
    let units: [Character: Int32] = ["m": 1, "h": 60, "d": 1_440]
    guard let unit = word.last.flatMap({ units[$0] }), let count = Int32(word.dropLast()),
      0...100_000 ~= count, word.first?.isNumber == true
    else {
      throw ParameterError(name, .invalidValue, "Send a span such as 48h, 90m or 2d.")
    }
    let (minutes, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw ParameterError(name, .outOfRange, "Send a shorter span.") }
    return minutes
  }
}
