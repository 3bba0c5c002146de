import Incentives

/// The shape of a program's definition on the wire, as the OpenRPC document tells it.
extension Schema {
  /// A program's definition.
  static let programDefinition = Schema.object(
    [
      .required("id", .identifier, "The program's id in every call."),
      .required("name", .prose, "The name people read."),
      .required("zone", .identifier, "The IANA zone, such as Asia/Shanghai."),
      .optional("dayStart", .text(bytesMax: 5), "When days start.", default: #""00:00""#),
      .optional("clock", .word(["wall", "manual"]), "What moves its time.", default: #""wall""#),
      .optional("teachingDays", .list(weekday, max: 7), "Teaching days; absent: every day."),
      .optional("calendar", .list(calendarDay, max: 10_000), "Dated entries that win."),
      .optional("terms", .list(term, max: 1_000), "Dated spans that end in a settlement."),
      .optional(
        "grace", .object([.required("day", .prose, "2h, or next teaching day 12:00.")]),
        "How long after its end a day stays open; default 2h."),
      .optional("reasons", .list(reason, max: 1_000), "Reasons for which points are granted."),
      .optional(
        "grantBudget", .integer(0...ProgramDefinition.grantBudgetMax),
        "How many points each person or key, whatever its roles, may grant to each cohort a week.",
        default: "\(ProgramDefinition.grantBudgetDefault)"),
      .required("rules", .list(rule, max: RuleSet.rulesMax), "The points rules."),
      .optional("awards", .list(award, max: ProgramDefinition.awardsMax), "The awards."),
    ] + recognition + [
      .optional(
        "attendance", attendance, "How attendance is treated; absent: facts fill no rows."),
      .optional("notice", .prose, "What portals tell learners about this version."),
    ])

  private static let weekday = Schema.word(Weekday.allCases.map(\.name))
  private static let window = Schema.word(Window.allCases.map(\.rawValue))

  /// A dated calendar entry.
  static let calendarDay = Schema.object([
    .required("day", .day, "The local day."),
    .required("kind", .word(["holiday", "workday", "cancelled"]), "What kind of day it is."),
    .optional("as", weekday, "The weekday whose timetable a workday follows."),
    cohorts,
  ])

  private static let term = Schema.object([
    .required("id", .identifier, "The term's id."),
    .required("from", .day, "Its first local day."),
    .required("to", .day, "Its last local day."),
    cohorts,
    .optional("grace", .identifier, "How long it stays open.", default: #""48h""#),
    .optional(
      "expires", .day,
      "The first local day on which what was earned in it can not be spent; absent: never."),
  ])

  private static let reason = Schema.object([
    .required("code", .identifier, "The code calls use."),
    .required("title", .prose, "What people read."),
    .required("points", .integer(0...ProgramDefinition.pointsMax), "The points it grants."),
  ])

  private static let rule = Schema.object(
    [.required("id", .identifier, "The name that answers use.")] + match + [
      .optional(
        "points", .integer(0...ProgramDefinition.pointsMax), "The payment; this or perValue."),
      .optional(
        "perValue",
        .object([
          .required("points", .integer(0...ProgramDefinition.pointsMax), "Points for each step."),
          .required("each", .integer(1...FactInput.valueMax), "The step."),
        ]), "Points for each full step of the value."),
      .optional("once", window, "Pays the largest single payment of the window."),
      .optional("best", .word(["object"]), "A better attempt pays the difference."),
      .optional(
        "cap",
        .object([
          .optional("points", .count, "At most so many points; this or times."),
          .optional("times", .integer(1...10_000), "The k largest payments."),
          .required("per", window, "The window."),
        ]), "Holds back the sum of a window."),
    ])

  /// The cohorts something is for.
  static let cohorts = Property.optional(
    "cohorts", .list(.identifier, max: CallLimits.rowsMax), "The cohorts it is for; absent: all.")
}
