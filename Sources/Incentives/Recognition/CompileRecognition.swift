/// Facts that a rule set counts for streaks, badges and quests, beside what its rules pay.
///
/// A signal matches like a rule, and has a number in the same space: by its definition, so that an
/// unchanged one goes on counting across versions of a rule set. Its number is kept in windows like a
/// rule's: what was seen before, and the total of each span; that of all time also holds, as `largest`,
/// the most that any span held.
final class CompiledSignal {
  /// What happens with a fact it matches.
  enum Use {
    /// It is counted.
    case count(FactCount.Distinct, Window)
    /// Its day belongs to a streak.
    case streak(Streak)
  }

  /// What it matches, under the signal's number.
  let rule: CompiledRule
  let use: Use
  /// The quest and the number of its steps that must be done for it to count; nil where it always does.
  let opensAfter: (quest: RuleNumber, steps: Int)?

  init(rule: CompiledRule, use: Use, opensAfter: (quest: RuleNumber, steps: Int)?) {
    self.rule = rule
    self.use = use
    self.opensAfter = opensAfter
  }

  var number: RuleNumber { rule.number }
}

/// A criterion whose names are looked up.
indirect enum CompiledCriterion {
  case all([CompiledCriterion])
  case any([CompiledCriterion])
  case atLeast(Int, of: [CompiledCriterion])
  /// A signal counted so many, a streak was so long, a badge or quest got so far.
  case reached(RuleNumber, Int64)
  case earned(Int64)

  /// Whether it holds, given how far numbers got and what is earned.
  func holds(_ reached: (RuleNumber) -> Int64, earned: () -> Int64) -> Bool {
    switch self {
    case .all(let parts): return parts.allSatisfy { $0.holds(reached, earned: earned) }
    case .any(let parts): return parts.contains { $0.holds(reached, earned: earned) }
    case .atLeast(let count, let parts):
      return parts.count { $0.holds(reached, earned: earned) } >= count
    case .reached(let number, let count): return reached(number) >= count
    case .earned(let points): return earned() >= points
    }
  }
}

/// A badge or quest of a rule set, made ready: stages one after the other, each with a criterion.
final class CompiledRecognition {
  struct Stage {
    let criterion: CompiledCriterion
    let points: Int64
  }

  let number: RuleNumber
  /// The grades of a badge, or the steps of a quest, of which the last pays for the whole as well.
  let stages: [Stage]
  /// Whether a stage can only be reached after the one before.
  let isQuest: Bool
  let isSticky: Bool
  /// Whether it depends on earned points: such pay none, and follow the sum and not single facts.
  let readsEarned: Bool
  /// The signals it depends on, through others too, by place in the set.
  let signals: UInt64

  init(
    number: RuleNumber, stages: [Stage], isQuest: Bool, isSticky: Bool, readsEarned: Bool,
    signals: UInt64
  ) {
    self.number = number
    self.stages = stages
    self.isQuest = isQuest
    self.isSticky = isSticky
    self.readsEarned = readsEarned
    self.signals = signals
  }

  /// The stage reached, given the one before; quests go step by step, badges to their highest.
  func stage(
    after standing: Int, _ reached: (RuleNumber) -> Int64, earned: () -> Int64 = { 0 }
  ) -> Int {
    if isQuest {
      var stage = standing
      while stage < stages.count, stages[stage].criterion.holds(reached, earned: earned) {
        stage += 1
      }
      return stage
    }
    for stage in (standing..<stages.count).reversed()
    where stages[stage].criterion.holds(reached, earned: earned) { return stage + 1 }
    return standing
  }

  /// What reaching a stage pays to who had reached another.
  func points(from standing: Int, to stage: Int) -> Int64 {
    stages[standing..<stage].reduce(0) { $0 + $1.points }
  }
}

extension Recognition {
  /// A signal as it is declared: its text names it for ever.
  struct Signal {
    var text: String
    var match: FactMatch
    var use: CompiledSignal.Use
    var opensAfter: (quest: String, steps: Int)?
  }

  /// The signals of a program's streaks, badges and quests, each once; given its rules.
  func signals(rules: [Rule]) -> [Signal] {
    var found: [Signal] = streaks.map {
      Signal(text: $0.text, match: $0.match, use: .streak($0), opensAfter: nil)
    }
    func add(_ count: FactCount, opensAfter: (quest: String, steps: Int)? = nil) {
      let text = count.text(rules: rules, opensAfter: opensAfter)
      guard !found.contains(where: { $0.text == text }),
        let match = count.facts(rules: rules)
      else { return }
      found.append(
        Signal(
          text: text, match: match, use: .count(count.distinct, count.window),
          opensAfter: opensAfter))
    }
    for count in badges.flatMap({ $0.grades.flatMap(\.when.counts) }) { add(count) }
    for quest in quests {
      for (place, step) in quest.steps.enumerated() {
        for count in step.when.counts { add(count, opensAfter: quest.opening(of: place)) }
      }
    }
    return found
  }

  /// The badges, each after those it depends on.
  var badgesInOrder: [Badge] {
    var ordered: [Badge] = []
    func add(_ badge: Badge) {
      guard !ordered.contains(where: { $0.id == badge.id }) else { return }
      for id in badge.grades.flatMap(\.when.badges) {
        if let other = badges.first(where: { $0.id == id }) { add(other) }
      }
      ordered.append(badge)
    }
    badges.forEach(add)
    return ordered
  }

  /// All texts that get a number: they are journaled as names of rules and never change their form.
  func texts(rules: [Rule]) -> [String] {
    badges.flatMap { [$0.text, $0.decisionText] } + quests.map(\.text)
      + signals(rules: rules).map(\.text)
  }
}

extension FactCount {
  /// The facts that count.
  func facts(rules: [Rule]) -> FactMatch? {
    match ?? rules.first { $0.id == rule }.map { FactMatch($0) }
  }

  /// What two counts share exactly when they count the same.
  func text(rules: [Rule], opensAfter: (quest: String, steps: Int)? = nil) -> String {
    let facts = facts(rules: rules)?.rule("").canonicalText ?? ""
    let opening = opensAfter.map { "\($0.steps) \($0.quest)" } ?? ""
    return "count;\(distinct.rawValue);\(window.rawValue);\(opening);\(facts)"
  }
}

extension Quest {
  /// After how many of its steps a step counts facts; nil where it counts those before too.
  func opening(of step: Int) -> (quest: String, steps: Int)? {
    countsBefore ? nil : (text, step)
  }

  /// What two quests share exactly when their definitions are equal.
  var text: String {
    "quest;\(id.count):\(id);\(countsBefore);\(points);"
      + steps.map { "\($0.points) \($0.when.text)" }.joined(separator: ";")
  }
}

extension Badge {
  /// What two badges share exactly when their definitions are equal; their titles and names aside.
  var text: String {
    "badge;\(id.count):\(id);\(sticky);"
      + grades.map { "\($0.points) \($0.when.text)" }.joined(separator: ";")
  }
}

extension Streak {
  /// What two streaks share exactly when their definitions are equal.
  var text: String {
    "streak;\(id.count):\(id);\(days.rawValue);\(passes);"
      + milestones.map { "\($0.days) \($0.points)" }.joined(separator: ",") + ";"
      + match.rule("").canonicalText
  }
}

extension Criterion {
  fileprivate var text: String {
    func list(_ word: String, _ parts: [Criterion]) -> String {
      "\(word)(\(parts.map(\.text).joined(separator: ",")))"
    }
    switch self {
    case .all(let parts): return list("all", parts)
    case .any(let parts): return list("any", parts)
    case .atLeast(let count, let parts): return list("\(count) of ", parts)
    case .facts(let count):
      let facts = count.match?.rule("").canonicalText ?? "rule \(count.rule ?? "")"
      return "\(count.atLeast) \(count.distinct.rawValue) \(count.window.rawValue) {\(facts)}"
    case .earned(let points): return "earned \(points)"
    case .level(let level): return "level \(level)"
    case .streak(let id, let days): return "streak \(days) {\(id)}"
    case .badge(let id, let grade): return "badge {\(id)} {\(grade ?? "")}"
    }
  }
}

extension ProgramState {
  /// The rules of the standing definition, and what it counts for recognition.
  func compiled(effectiveFrom: Instant, rules: ContiguousArray<CompiledRule>) -> RuleSet {
    let recognition = definition.recognition
    var places: [String: Int] = [:]
    let signals = recognition.signals(rules: definition.rules).enumerated().map { place, signal in
      places[signal.text] = place
      return CompiledSignal(
        rule: compiled(signal.match.rule(""), numbered: signal.text), use: signal.use,
        opensAfter: signal.opensAfter.map { (ruleNumber($0.quest), $0.steps) })
    }
    var compiler = CriterionCompiler(state: self, places: places)
    let badges = recognition.badgesInOrder.map { compiler.compile($0) }
    let quests = recognition.quests.map { compiler.compile($0) }
    return RuleSet(
      effectiveFrom: effectiveFrom, rules: rules, signals: ContiguousArray(signals),
      recognitions: ContiguousArray(badges + quests), attendance: definition.attendance)
  }

  /// A rule under the number of a text.
  func compiled(_ rule: Rule, numbered text: String) -> CompiledRule {
    CompiledRule(
      number: ruleNumber(text), rule: rule, cohorts: rule.cohorts.map(cohort),
      tiers: rule.tiers.map(tier))
  }

  /// The number of the definition that a text stands for.
  func ruleNumber(_ text: String) -> RuleNumber { RuleNumber(rawValue: number(.rule, text)) }
}

/// Looks up the names of criteria.
private struct CriterionCompiler {
  let state: ProgramState
  let places: [String: Int]
  /// What of each badge is known: badges come after those they depend on.
  private var badges: [String: (readsEarned: Bool, signals: UInt64)] = [:]

  init(state: ProgramState, places: [String: Int]) {
    self.state = state
    self.places = places
  }

  mutating func compile(_ badge: Badge) -> CompiledRecognition {
    let whens = badge.grades.map(\.when)
    let compiled = CompiledRecognition(
      number: state.ruleNumber(badge.text),
      stages: badge.grades.map {
        CompiledRecognition.Stage(criterion: criterion($0.when), points: $0.points)
      }, isQuest: false, isSticky: badge.sticky, readsEarned: readsEarned(whens),
      signals: whens.reduce(0) { $0 | signals(of: $1) })
    badges[badge.id] = (compiled.readsEarned, compiled.signals)
    return compiled
  }

  func compile(_ quest: Quest) -> CompiledRecognition {
    let last = quest.steps.count - 1
    let stages = quest.steps.enumerated().map { place, step in
      CompiledRecognition.Stage(
        criterion: criterion(step.when, opensAfter: quest.opening(of: place)),
        points: step.points + (place == last ? quest.points : 0))
    }
    let signals = quest.steps.enumerated().reduce(UInt64(0)) { mask, step in
      mask | self.signals(of: step.element.when, opensAfter: quest.opening(of: step.offset))
    }
    return CompiledRecognition(
      number: state.ruleNumber(quest.text), stages: stages, isQuest: true, isSticky: false,
      readsEarned: readsEarned(quest.steps.map(\.when)), signals: signals)
  }

  private func readsEarned(_ criteria: [Criterion]) -> Bool {
    criteria.contains { criterion in
      criterion.readsEarned || criterion.badges.contains { badges[$0]?.readsEarned == true }
    }
  }

  private func signals(
    of criterion: Criterion, opensAfter: (quest: String, steps: Int)? = nil
  ) -> UInt64 {
    criterion.parts.reduce(0) { mask, part in
      switch part {
      case .facts(let count): return mask | bit(text(count, opensAfter))
      case .streak(let id, _):
        let streak = state.definition.recognition.streaks.first { $0.id == id }
        return mask | (streak.map { bit($0.text) } ?? 0)
      case .badge(let id, _): return mask | (badges[id]?.signals ?? 0)
      case .all, .any, .atLeast, .earned, .level: return mask
      }
    }
  }

  private func text(_ count: FactCount, _ opensAfter: (quest: String, steps: Int)?) -> String {
    count.text(rules: state.definition.rules, opensAfter: opensAfter)
  }

  private func bit(_ text: String) -> UInt64 { places[text].map { 1 << UInt64($0) } ?? 0 }

  private func criterion(
    _ criterion: Criterion, opensAfter: (quest: String, steps: Int)? = nil
  ) -> CompiledCriterion {
    func parts(_ parts: [Criterion]) -> [CompiledCriterion] {
      parts.map { self.criterion($0, opensAfter: opensAfter) }
    }
    let recognition = state.definition.recognition
    switch criterion {
    case .all(let all): return .all(parts(all))
    case .any(let any): return .any(parts(any))
    case .atLeast(let count, let of): return .atLeast(count, of: parts(of))
    case .facts(let count):
      return .reached(state.ruleNumber(text(count, opensAfter)), count.atLeast)
    case .earned(let points): return .earned(points)
    case .level(let level): return .earned(recognition.levels?.threshold(of: level) ?? .max)
    case .streak(let id, let days):
      guard let streak = recognition.streaks.first(where: { $0.id == id }) else {
        preconditionFailure("a definition was validated: streak \(id) is declared")
      }
      return .reached(state.ruleNumber(streak.text), Int64(days))
    case .badge(let id, let grade):
      guard let badge = recognition.badges.first(where: { $0.id == id }) else {
        preconditionFailure("a definition was validated: badge \(id) is declared")
      }
      let place = badge.grades.firstIndex { $0.name == grade } ?? 0
      return .reached(state.ruleNumber(badge.text), Int64(place + 1))
    }
  }
}
