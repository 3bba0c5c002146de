import Incentives

/// Reads what scripts say of streaks, levels, badges and quests, and tells how learners stand.
///
///     streak daily verb=checked-in days=everyDay passes=1 milestones=3:5,7:10
///     levels linear base=100 highest=10
///     badge active grade=bronze pays=5 when=3*viewed/days
///     quest start counts=after pays=10
///     step start hello when=1*posted pays=2
///
/// A criterion is `3*viewed`, with `/days` or `/objects` for what is counted once and `@week` for the
/// span; `earned>=100`, `level>=3`, `streak(daily)>=7`, `badge(active:gold)`, `all(a;b)`, `any(a;b)`,
/// `2of(a;b;c)`.
enum ScriptRecognition {
  /// Adds a line to a definition; false where it is none of these.
  static func add(_ line: ScriptLine, to definition: inout ProgramDefinition) throws(ScriptError)
    -> Bool
  {
    switch try line.word(0) {
    case "streak": definition.recognition.streaks.append(try streak(line))
    case "levels": definition.recognition.levels = try levels(line)
    case "badge":
      let id = try line.word(1)
      let grade = Badge.Grade(
        name: line.values["grade"] ?? "held", when: try criterion(line),
        points: try line.number("pays") ?? 0)
      if let place = definition.recognition.badges.firstIndex(where: { $0.id == id }) {
        definition.recognition.badges[place].grades.append(grade)
      } else {
        definition.recognition.badges.append(
          Badge(id: id, grades: [grade], sticky: line.has("sticky")))
      }
    case "quest":
      definition.recognition.quests.append(
        Quest(
          id: try line.word(1), steps: [], countsBefore: line.values["counts"] != "after",
          points: try line.number("pays") ?? 0))
    case "step":
      let id = try line.word(1)
      guard let place = definition.recognition.quests.firstIndex(where: { $0.id == id }) else {
        throw ScriptError(text: "there is no quest \(id)")
      }
      definition.recognition.quests[place].steps.append(
        Quest.Step(
          name: try line.word(2), when: try criterion(line),
          points: try line.number("pays") ?? 0))
    default: return false
    }
    return true
  }

  private static func streak(_ line: ScriptLine) throws(ScriptError) -> Streak {
    var milestones: [Streak.Milestone] = []
    for pair in line.list("milestones") {
      let parts = pair.split(separator: ":")
      guard parts.count == 2, let days = Int(parts[0]), let points = Int64(parts[1]) else {
        throw ScriptError(text: "milestones=days:points")
      }
      milestones.append(Streak.Milestone(days: days, points: points))
    }
    return Streak(
      id: try line.word(1),
      match: FactMatch(verbs: line.list("verb"), minimumValue: try line.number("minimum")),
      days: line.values["days"].flatMap(StreakDays.init(rawValue:)) ?? .teachingDays,
      passes: Int(try line.number("passes") ?? 0), milestones: milestones)
  }

  private static func levels(_ line: ScriptLine) throws(ScriptError) -> LevelCurve {
    let base = try line.number("base") ?? 0
    let highest = Int(try line.number("highest") ?? Int64(LevelCurve.levelsMax))
    switch try line.word(1) {
    case "list": return .list(line.list("at").compactMap { Int64($0) })
    case "linear": return .linear(base: base, highest: highest)
    case "quadratic": return .quadratic(base: base, highest: highest)
    case "doubling": return .doubling(base: base, highest: highest)
    default: throw ScriptError(text: "levels are a list, linear, quadratic or doubling")
    }
  }

  private static func criterion(_ line: ScriptLine) throws(ScriptError) -> Criterion {
    try criterion(line.values["when"] ?? "")
  }

  static func criterion(_ text: String) throws(ScriptError) -> Criterion {
    if let open = text.firstIndex(of: "("), text.last == ")" {
      let word = text[..<open]
      let inside = String(text[text.index(after: open)...].dropLast())
      switch word {
      case "all": return .all(try list(inside))
      case "any": return .any(try list(inside))
      case "badge":
        let parts = inside.split(separator: ":").map(String.init)
        return .badge(id: parts[0], grade: parts.count > 1 ? parts[1] : nil)
      default:
        guard word.hasSuffix("of"), let count = Int(word.dropLast(2)) else {
          throw ScriptError(text: "\(text) is no criterion")
        }
        return .atLeast(count, of: try list(inside))
      }
    }
    if let sign = text.firstIndex(of: ">"),
      let number = Int64(text[sign...].dropFirst(2))
    {
      let word = text[..<sign]
      if word == "earned" { return .earned(number) }
      if word == "level" { return .level(Int(number)) }
      guard word.hasPrefix("streak("), word.last == ")" else {
        throw ScriptError(text: "\(text) is no criterion")
      }
      return .streak(id: String(word.dropFirst(7).dropLast()), days: Int(number))
    }
    return .facts(try count(text))
  }

  private static func count(_ text: String) throws(ScriptError) -> FactCount {
    let star = text.firstIndex(of: "*") ?? text.startIndex
    guard let count = Int64(text[..<star]) else {
      throw ScriptError(text: "\(text) is no criterion")
    }
    var rest = String(text[text.index(after: star)...])
    var window = Window.ever
    var distinct = FactCount.Distinct.facts
    if let at = rest.firstIndex(of: "@") {
      window = Window(rawValue: String(rest[rest.index(after: at)...])) ?? .ever
      rest = String(rest[..<at])
    }
    if let slash = rest.firstIndex(of: "/") {
      distinct = FactCount.Distinct(rawValue: String(rest[rest.index(after: slash)...])) ?? .facts
      rest = String(rest[..<slash])
    }
    let isRule = rest.hasPrefix("rule:")
    return FactCount(
      match: isRule ? nil : FactMatch(verbs: [rest]),
      rule: isRule ? String(rest.dropFirst(5)) : nil, distinct: distinct, window: window,
      atLeast: count)
  }

  /// The criteria of a list: parted by `;` outside parentheses.
  private static func list(_ text: String) throws(ScriptError) -> [Criterion] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ";", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    var found: [Criterion] = []
    for part in parts { found.append(try criterion(part)) }
    return found
  }
}

extension ScriptPlayer {
  /// `standing ID`: level, streaks, badges and quests.
  func standing(_ line: ScriptLine) throws -> [String] {
    let (state, recognition) = (game.state, game.state.definition.recognition)
    guard let learner = state.learnerNumber(try line.word(1)) else {
      throw ScriptError(text: "nobody has this id")
    }
    var lines: [String] = []
    if let (level, next) = state.level(of: learner) {
      lines.append("level \(level)" + (next.map { ", the next at \($0)" } ?? ", the highest"))
    }
    lines += state.streaks(of: learner, now: game.now).map { standing in
      let passes = standing.streak.passes == 0 ? "" : ", \(standing.passesLeft) passes left"
      return "streak \(standing.streak.id): \(standing.current) days, longest "
        + "\(standing.longest)\(passes)"
    }
    for badge in recognition.badges {
      let standing = state.standing(of: badge, for: learner)
      let held = standing.stage == 0 ? "not held" : badge.grades[standing.stage - 1].name
      lines.append("badge \(badge.id): \(held)\(tell(standing.missing))")
    }
    for quest in recognition.quests {
      let standing = state.standing(of: quest, for: learner)
      lines.append(
        "quest \(quest.id): \(standing.stage) of \(quest.steps.count)\(tell(standing.missing))")
    }
    return lines
  }

  /// `award-badge ID BADGE [grade=silver] reason=why`, `revoke-badge ID BADGE reason=why`.
  func decideBadge(_ line: ScriptLine) throws -> [String] {
    let decision = BadgeDecision(
      learner: try line.word(1), badge: try line.word(2), grade: line.values["grade"],
      isRevoked: try line.word(0) == "revoke-badge", reason: line.values["reason"] ?? "")
    return game.tell(
      try game.commit { (buffer, _) throws(Undecided) in
        _ = try self.game.state.decide(
          decision, now: self.game.now, by: .none, into: &buffer)
      })
  }

  private func tell(_ missing: [ProgramState.Progress]) -> String {
    guard !missing.isEmpty else { return "" }
    return "; next " + missing.map { "\($0.have) of \($0.need)" }.joined(separator: ", ")
  }
}
