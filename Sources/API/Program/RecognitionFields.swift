import Incentives
import JSONRPC

/// Reads levels, streaks, badges and quests of a definition.
enum RecognitionFields {
  /// Reads the members `levels`, `streaks`, `badges` and `quests`.
  static func read(_ fields: inout Fields) throws(ParameterError) -> Recognition {
    Recognition(
      levels: try fields.optionalObject("levels", read: levels),
      streaks: try fields.optionalItems("streaks", max: RuleSet.rulesMax) {
        value throws(ParameterError) in try value.fields(streak)
      } ?? [],
      badges: try fields.optionalItems("badges", max: 200) { value throws(ParameterError) in
        try value.fields(badge)
      } ?? [],
      quests: try fields.optionalItems("quests", max: 100) { value throws(ParameterError) in
        try value.fields(quest)
      } ?? [])
  }

  private enum Curve: String, CaseIterable {
    case linear, quadratic, doubling
  }

  private static func levels(_ fields: inout Fields) throws(ParameterError) -> LevelCurve {
    let list = try fields.optionalItems("list", max: LevelCurve.levelsMax) {
      value throws(ParameterError) in
      try value.int(named: "", in: 0...Accounts.amountMax)
    }
    let curve = try fields.optionalChoice("curve", of: Curve.self)
    let base = try fields.optionalInt("base")
    let highest = Int(
      clamping: try fields.optionalInt("highest") ?? Int64(LevelCurve.levelsMax))
    switch (list, curve, base) {
    case (let list?, nil, nil): return .list(list)
    case (nil, .linear, let base?): return .linear(base: base, highest: highest)
    case (nil, .quadratic, let base?): return .quadratic(base: base, highest: highest)
    case (nil, .doubling, let base?): return .doubling(base: base, highest: highest)
    default:
      throw ParameterError(
        "", .invalidValue,
        "Send list: [0, 100, …], or curve (linear, quadratic, doubling) and base.")
    }
  }

  private static func streak(_ fields: inout Fields) throws(ParameterError) -> Streak {
    Streak(
      id: try fields.identifier("id"), title: try fields.optionalProse("title") ?? "",
      match: try RuleFields.match(&fields),
      days: try fields.optionalChoice("days", of: StreakDays.self) ?? .teachingDays,
      passes: Int(clamping: try fields.optionalInt("passes") ?? 0),
      milestones: try fields.optionalItems("milestones", max: 50) {
        value throws(ParameterError) in
        try value.fields { (fields: inout Fields) throws(ParameterError) in
          Streak.Milestone(
            days: Int(clamping: try fields.int("days")),
            points: try fields.optionalInt("points") ?? 0)
        }
      } ?? [])
  }

  private static func badge(_ fields: inout Fields) throws(ParameterError) -> Badge {
    Badge(
      id: try fields.identifier("id"), title: try fields.optionalProse("title") ?? "",
      grades: try fields.items("grades", max: 20) { value throws(ParameterError) in
        try value.fields { (fields: inout Fields) throws(ParameterError) in
          Badge.Grade(
            name: try fields.string("name", max: CallLimits.identifierBytesMax),
            when: try criterion(&fields), points: try fields.optionalInt("points") ?? 0)
        }
      },
      sticky: try fields.optionalBool("sticky") ?? false)
  }

  private static func quest(_ fields: inout Fields) throws(ParameterError) -> Quest {
    Quest(
      id: try fields.identifier("id"), title: try fields.optionalProse("title") ?? "",
      steps: try fields.items("steps", max: 50) { value throws(ParameterError) in
        try value.fields { (fields: inout Fields) throws(ParameterError) in
          Quest.Step(
            name: try fields.string("name", max: CallLimits.identifierBytesMax),
            when: try criterion(&fields), points: try fields.optionalInt("points") ?? 0)
        }
      },
      countsBefore: try fields.optionalBool("countsBefore") ?? true,
      points: try fields.optionalInt("points") ?? 0)
  }

  /// Reads the member `when`.
  private static func criterion(_ fields: inout Fields) throws(ParameterError) -> Criterion {
    try fields.object("when") { (fields: inout Fields) throws(ParameterError) in
      try part(&fields, depth: 0)
    }
  }

  /// One criterion: an object with one member, which says what it is.
  private static func part(
    _ fields: inout Fields, depth: Int
  ) throws(ParameterError) -> Criterion {
    var found: [Criterion] = []
    if let all = try parts(&fields, "all", depth) { found.append(.all(all)) }
    if let any = try parts(&fields, "any", depth) { found.append(.any(any)) }
    if let some = try fields.optionalObject(
      "some",
      read: {
        (fields: inout Fields) throws(ParameterError) in
        Criterion.atLeast(
          Int(clamping: try fields.int("atLeast")),
          of: try parts(&fields, "of", depth) ?? [])
      })
    {
      found.append(some)
    }
    if let facts = try fields.optionalObject("facts", read: facts) { found.append(.facts(facts)) }
    if let earned = try fields.optionalInt("earned") { found.append(.earned(earned)) }
    if let level = try fields.optionalInt("level") { found.append(.level(Int(clamping: level))) }
    if let streak = try fields.optionalObject(
      "streak",
      read: {
        (fields: inout Fields) throws(ParameterError) in
        Criterion.streak(
          id: try fields.identifier("id"), days: Int(clamping: try fields.int("days")))
      })
    {
      found.append(streak)
    }
    if let badge = try fields.optionalObject(
      "badge",
      read: {
        (fields: inout Fields) throws(ParameterError) in
        Criterion.badge(
          id: try fields.identifier("id"),
          grade: try fields.optionalText("grade", max: CallLimits.identifierBytesMax)?.string)
      })
    {
      found.append(badge)
    }
    guard found.count == 1 else {
      throw ParameterError(
        "", .invalidValue,
        "Say one of all, any, some, facts, earned, level, streak and badge; join several by all.")
    }
    return found[0]
  }

  private static func parts(
    _ fields: inout Fields, _ name: StaticString, _ depth: Int
  ) throws(ParameterError) -> [Criterion]? {
    guard depth < 8 else {
      throw ParameterError(name, .invalidValue, "Criteria are at most 8 deep.")
    }
    return try fields.optionalItems(name, max: 50) { value throws(ParameterError) in
      try value.fields { (fields: inout Fields) throws(ParameterError) in
        try part(&fields, depth: depth + 1)
      }
    }
  }

  private static func facts(_ fields: inout Fields) throws(ParameterError) -> FactCount {
    let rule = try fields.optionalText("rule", max: CallLimits.identifierBytesMax)?.string
    return FactCount(
      match: rule == nil ? try RuleFields.match(&fields) : nil, rule: rule,
      distinct: try fields.optionalChoice("distinct", of: FactCount.Distinct.self) ?? .facts,
      window: try fields.optionalChoice("per", of: Window.self) ?? .ever,
      atLeast: try fields.int("atLeast"))
  }
}
