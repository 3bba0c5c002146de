/// What may stand where in a program file; the one page that says what the file can hold.
///
/// Only the kinds of values and the names of fields are known here, so that a slip of the pen is found
/// with its line before anything is sent. Whether the values make sense is the server's to say.
indirect enum DefinitionShape: Sendable {
  /// Any single value, taken as it is written: `2026-09-01`, `04:00`, `48h`.
  case text
  /// One of some words.
  case word([String])
  /// A whole number.
  case integer
  /// True or false.
  case bool
  /// A list of values of one shape.
  case list(DefinitionShape)
  /// Fields by name, each at most once.
  case fields([String: DefinitionShape])
  /// What makes a grade of a badge true, which may hold others of its kind.
  case criterion
  /// One of some words, or fields by name.
  case wordOrFields([String], [String: DefinitionShape])
  /// Free names, each with a text, a whole number or true and false.
  case map

  /// A whole program file.
  static let program = DefinitionShape.fields([
    "id": .text, "name": .text, "zone": .text, "dayStart": .text,
    "clock": .word(["wall", "manual"]), "teachingDays": .list(weekday),
    "calendar": .list(calendarDay), "terms": .list(term), "grace": .fields(["day": .text]),
    "reasons": .list(reason), "grantBudget": .integer, "rules": .list(rule), "awards": .list(award),
    "notice": .text,
    "levels": .fields([
      "list": .list(.integer), "curve": .word(["linear", "quadratic", "doubling"]),
      "base": .integer, "highest": .integer,
    ]),
    "attendance": attendance, "streaks": .list(streak), "badges": .list(badge),
    "quests": .list(quest),
  ])

  /// A calendar alone; its words are those of a sheet, in either language, and are looked at later.
  static let calendar = DefinitionShape.fields([
    "calendar": .list(
      .fields([
        "day": .text, "date": .text, "kind": .text, "as": .text, "cohorts": .list(.text),
      ]))
  ])

  private static let weekday = DefinitionShape.word([
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ])
  private static let window = DefinitionShape.word([
    "ever", "term", "week", "day", "object", "object-day",
  ])
  private static let calendarDay = DefinitionShape.fields([
    "day": .text, "kind": .word(["holiday", "workday", "cancelled"]), "as": weekday,
    "cohorts": .list(.text),
  ])
  private static let term = DefinitionShape.fields([
    "id": .text, "from": .text, "to": .text, "cohorts": .list(.text), "grace": .text,
    "expires": .text,
  ])
  private static let reason = DefinitionShape.fields([
    "code": .text, "title": .text, "points": .integer,
  ])
  private static let attendance = DefinitionShape.fields([
    "verbs": .list(.text), "minimumMinutes": .integer, "excuses": excuses,
    "perfect": .list(
      .fields([
        "id": .text, "period": .word(["week", "month", "term"]), "makeUpWithin": .integer,
        "excuses": excuses,
        "late": .wordOrFields(["counts", "breaks"], ["toAbsence": .integer]),
        "minimumAttended": .integer, "points": .integer, "counts": .bool,
      ])),
  ])
  private static let treatment = DefinitionShape.word(["counts", "pauses", "breaks"])
  private static let excuses = DefinitionShape.fields([
    "sick": treatment, "business": treatment, "personal": treatment,
  ])
  private static let award = DefinitionShape.fields([
    "id": .text, "title": .text, "kind": .word(["star", "excellentWork", "given"]),
    "points": .integer, "counts": .bool,
    "period": .word(["day", "week", "month", "term"]),
    "scope": .word(["program", "cohort", "tier", "group"]), "score": .word(["rules", "board"]),
    "rules": .list(.text), "minimum": .integer,
    "ties": .word(["fewest-stars", "shared", "earliest"]), "coolOff": .integer,
    "measure": .word(["points", "improvement"]), "confirm": .word(["auto", "staff"]),
    "confirmWithin": .text, "peers": .bool, "quota": .integer,
  ])
  private static let match: [String: DefinitionShape] = [
    "verbs": .list(.text), "kinds": .list(.text), "cohorts": .list(.text), "tiers": .list(.text),
    "minimumValue": .integer, "where": .map,
  ]
  private static let rule = matching([
    "id": .text, "points": .integer,
    "perValue": .fields(["points": .integer, "each": .integer]), "once": window,
    "best": .word(["object"]),
    "cap": .fields(["points": .integer, "times": .integer, "per": window]),
  ])
  private static let streak = matching([
    "id": .text, "title": .text, "days": .word(["teachingDays", "workdays", "everyDay"]),
    "passes": .integer,
    "milestones": .list(.fields(["days": .integer, "points": .integer])),
  ])
  private static let badge = DefinitionShape.fields([
    "id": .text, "title": .text, "sticky": .bool, "grades": .list(stage),
  ])
  private static let quest = DefinitionShape.fields([
    "id": .text, "title": .text, "countsBefore": .bool, "points": .integer, "steps": .list(stage),
  ])
  private static let stage = DefinitionShape.fields([
    "name": .text, "points": .integer, "when": .criterion,
  ])

  /// The fields of a criterion, of which one stands.
  static let criterionFields: [String: DefinitionShape] = [
    "all": .list(.criterion), "any": .list(.criterion),
    "some": .fields(["atLeast": .integer, "of": .list(.criterion)]),
    "facts": matching([
      "rule": .text, "distinct": .word(["facts", "objects", "days"]), "per": window,
      "atLeast": .integer,
    ]),
    "earned": .integer, "level": .integer,
    "streak": .fields(["id": .text, "days": .integer]),
    "badge": .fields(["id": .text, "grade": .text]),
  ]

  /// Fields beside those that say which facts are looked at.
  private static func matching(_ fields: [String: DefinitionShape]) -> DefinitionShape {
    .fields(match.merging(fields) { $1 })
  }
}
