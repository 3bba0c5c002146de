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
  /// A list of values of one shape.
  case list(DefinitionShape)
  /// Fields by name, each at most once.
  case fields([String: DefinitionShape])
  /// Free names, each with a text, a whole number or true and false.
  case map

  /// A whole program file.
  static let program = DefinitionShape.fields([
    "id": .text, "name": .text, "zone": .text, "dayStart": .text,
    "clock": .word(["wall", "manual"]), "teachingDays": .list(weekday),
    "calendar": .list(calendarDay), "terms": .list(term), "grace": .fields(["day": .text]),
    "reasons": .list(reason), "grantBudget": .integer, "rules": .list(rule), "notice": .text,
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
  private static let rule = DefinitionShape.fields([
    "id": .text, "verbs": .list(.text), "kinds": .list(.text), "cohorts": .list(.text),
    "tiers": .list(.text), "minimumValue": .integer, "where": .map, "points": .integer,
    "perValue": .fields(["points": .integer, "each": .integer]), "once": window,
    "best": .word(["object"]),
    "cap": .fields(["points": .integer, "times": .integer, "per": window]),
  ])
}
