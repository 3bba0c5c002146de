import Incentives

/// Streaks, badges and quests found from sets: after each fact of a learner everything is counted again
/// from the facts up to it.
extension NaiveModel {
  /// A fact that counts, with what was looked at on its day.
  struct Counted {
    var fact: GameFact
    var at: Int64
    var day: LocalDay
    var context: Context
    var term: String?
    var version: (rules: [Rule], recognition: Recognition)
  }

  /// What is counted: two counts are the same if they look at the same facts in the same way.
  struct Signal: Hashable {
    var match: FactMatch
    var distinct: FactCount.Distinct
    var window: Window
    /// The quest whose steps up to this one must be done; −1 where it always counts.
    var quest: Quest?
    var step = -1
  }

  /// What recognition comes to for a learner.
  struct Recognized: Equatable {
    var stages: [String: Int] = [:]
    var outcomes: [FactName: [Outcome]] = [:]
    var totals: [Signal: Int64] = [:]
    var runs: [String: (length: Int, longest: Int)] = [:]

    static func == (left: Recognized, right: Recognized) -> Bool {
      left.stages == right.stages && left.outcomes == right.outcomes
    }
  }

  /// Walks the counted facts of a learner.
  func recognize(_ counted: [Counted], learner: String) -> Recognized {
    var found = Recognized()
    var seen: [Signal: [Counted]] = [:]
    var days: [Streak: Set<LocalDay>] = [:]
    for one in counted {
      let recognition = one.version.recognition
      var changed: Set<Signal> = []
      var grown: Set<Streak> = []
      for streak in recognition.streaks
      where matches(streak.match, one) && isCounted(one.day, streak, learner) {
        guard days[streak, default: []].insert(one.day).inserted else { continue }
        grown.insert(streak)
        let runs = self.runs(of: streak, days[streak] ?? [], learner)
        let run = runs.last ?? 0
        found.runs[streak.id] = (run, max(runs.max() ?? 0, 0))
        if let milestone = streak.milestones.first(where: { $0.days == run }) {
          found.pay("streak:\(streak.id)", milestone.points, one)
        }
      }
      for signal in Self.signals(of: recognition, rules: one.version.rules) {
        let done = signal.quest.map { found.stages["quest:\($0.id)"] ?? 0 } ?? -1
        guard matches(signal.match, one), signal.step == done || signal.step < 0,
          isNew(one, among: seen[signal] ?? [], signal)
        else { continue }
        seen[signal, default: []].append(one)
        found.totals[signal] = most(seen[signal] ?? [], signal)
        changed.insert(signal)
      }
      guard !changed.isEmpty || !grown.isEmpty else { continue }
      evaluate(one, recognition, changed, grown, &found)
    }
    return found
  }

  private func evaluate(
    _ one: Counted, _ recognition: Recognition, _ changed: Set<Signal>, _ grown: Set<Streak>,
    _ found: inout Recognized
  ) {
    let rules = one.version.rules
    func touches(_ criterion: Criterion, _ quest: Quest?, _ step: Int) -> Bool {
      switch criterion {
      case .all(let parts), .any(let parts), .atLeast(_, let parts):
        return parts.contains { touches($0, quest, step) }
      case .facts(let count):
        return changed.contains(Self.signal(count, rules: rules, quest: quest, step: step))
      case .streak(let id, _): return grown.contains { $0.id == id }
      case .badge(let id, _):
        let badge = recognition.badges.first { $0.id == id }
        return badge?.grades.contains { touches($0.when, nil, -1) } ?? false
      case .earned, .level: return false
      }
    }
    for badge in recognition.badges where !Self.readsEarned(badge, in: recognition) {
      guard badge.grades.contains(where: { touches($0.when, nil, -1) }) else { continue }
      let held = found.stages["badge:\(badge.id)"] ?? 0
      let reached =
        badge.grades.lastIndex { holds($0.when, recognition, rules, found, nil, -1) }
        .map { $0 + 1 } ?? 0
      guard reached > held else { continue }
      found.stages["badge:\(badge.id)"] = reached
      found.pay(
        "badge:\(badge.id)", badge.grades[held..<reached].reduce(0) { $0 + $1.points }, one)
    }
    for quest in recognition.quests {
      let isTouched = quest.steps.indices.contains { place in
        touches(
          quest.steps[place].when, quest.countsBefore ? nil : quest,
          quest.countsBefore ? -1 : place)
      }
      guard isTouched else { continue }
      let before = found.stages["quest:\(quest.id)"] ?? 0
      var done = before
      var points: Int64 = 0
      while done < quest.steps.count,
        holds(
          quest.steps[done].when, recognition, rules, found, quest.countsBefore ? nil : quest,
          quest.countsBefore ? -1 : done)
      {
        points += quest.steps[done].points
        done += 1
        if done == quest.steps.count { points += quest.points }
      }
      guard done > before else { continue }
      found.stages["quest:\(quest.id)"] = done
      found.pay("quest:\(quest.id)", points, one)
    }
  }

  private func holds(
    _ criterion: Criterion, _ recognition: Recognition, _ rules: [Rule], _ found: Recognized,
    _ quest: Quest?, _ step: Int
  ) -> Bool {
    func holds(_ part: Criterion) -> Bool {
      self.holds(part, recognition, rules, found, quest, step)
    }
    switch criterion {
    case .all(let parts): return parts.allSatisfy(holds)
    case .any(let parts): return parts.contains(where: holds)
    case .atLeast(let count, let parts): return parts.filter(holds).count >= count
    case .facts(let count):
      let signal = Self.signal(count, rules: rules, quest: quest, step: step)
      return found.totals[signal] ?? 0 >= count.atLeast
    case .streak(let id, let days): return found.runs[id]?.longest ?? 0 >= days
    case .badge(let id, let grade):
      let badge = recognition.badges.first { $0.id == id }
      let place = badge?.grades.firstIndex { $0.name == grade } ?? 0
      return found.stages["badge:\(id)"] ?? 0 > place
    case .earned, .level: return false
    }
  }

  /// The stage that what a learner earned and counted makes of a badge that depends on it.
  func stage(of badge: Badge, in recognition: Recognition, earned: Int64, _ found: Recognized)
    -> Int
  {
    func holds(_ part: Criterion) -> Bool {
      switch part {
      case .all(let parts): return parts.allSatisfy(holds)
      case .any(let parts): return parts.contains(where: holds)
      case .atLeast(let count, let parts): return parts.filter(holds).count >= count
      case .earned(let points): return earned >= points
      case .level(let level):
        return recognition.levels.map { earned >= $0.threshold(of: level) } ?? false
      default: return self.holds(part, recognition, sets.last?.rules ?? [], found, nil, -1)
      }
    }
    return badge.grades.lastIndex { holds($0.when) }.map { $0 + 1 } ?? 0
  }

  static func readsEarned(_ badge: Badge, in recognition: Recognition) -> Bool {
    func reads(_ criterion: Criterion) -> Bool {
      switch criterion {
      case .all(let parts), .any(let parts), .atLeast(_, let parts):
        return parts.contains(where: reads)
      case .earned, .level: return true
      case .badge(let id, _):
        let other = recognition.badges.first { $0.id == id }
        return other.map { readsEarned($0, in: recognition) } ?? false
      case .facts, .streak: return false
      }
    }
    return badge.grades.contains { reads($0.when) }
  }

  private static func signals(of recognition: Recognition, rules: [Rule]) -> [Signal] {
    var found: [Signal] = []
    func add(_ criterion: Criterion, _ quest: Quest?, _ step: Int) {
      switch criterion {
      case .all(let parts), .any(let parts), .atLeast(_, let parts):
        for part in parts { add(part, quest, step) }
      case .facts(let count):
        let signal = signal(count, rules: rules, quest: quest, step: step)
        if !found.contains(signal) { found.append(signal) }
      case .earned, .level, .streak, .badge: break
      }
    }
    for badge in recognition.badges { for grade in badge.grades { add(grade.when, nil, -1) } }
    for quest in recognition.quests {
      for (place, step) in quest.steps.enumerated() {
        add(step.when, quest.countsBefore ? nil : quest, quest.countsBefore ? -1 : place)
      }
    }
    return found
  }

  private static func signal(
    _ count: FactCount, rules: [Rule], quest: Quest?, step: Int
  ) -> Signal {
    let match = count.match ?? rules.first { $0.id == count.rule }.map { FactMatch($0) }
    return Signal(
      match: match ?? FactMatch(verbs: []), distinct: count.distinct, window: count.window,
      quest: quest, step: step)
  }

  private func matches(_ match: FactMatch, _ one: Counted) -> Bool {
    let rule = match.rule("")
    return Self.matches(rule, one.fact) && accepts(rule, one.context)
  }

  /// The span of a fact in a window; nil outside all terms where it is a term's.
  private func span(_ window: Window, _ one: Counted) -> String? {
    switch window {
    case .ever: return ""
    case .term: return one.term
    case .week: return "\(one.day.advanced(by: 1 - Int32(one.day.weekday.rawValue)))"
    case .day: return "\(one.day)"
    case .object: return one.fact.object
    case .objectDay: return one.fact.object.map { "\(one.day) \($0)" }
    }
  }

  private func isNew(_ one: Counted, among seen: [Counted], _ signal: Signal) -> Bool {
    guard let span = span(signal.window, one) else { return false }
    switch signal.distinct {
    case .facts: return true
    case .objects:
      return one.fact.object != nil
        && !seen.contains {
          $0.fact.object == one.fact.object && self.span(signal.window, $0) == span
        }
    case .days: return !seen.contains { $0.day == one.day }
    }
  }

  /// The most that one span holds.
  private func most(_ seen: [Counted], _ signal: Signal) -> Int64 {
    var counts: [String: Int64] = [:]
    for one in seen { if let span = span(signal.window, one) { counts[span, default: 0] += 1 } }
    return counts.values.max() ?? 0
  }

  private func isCounted(_ day: LocalDay, _ streak: Streak, _ learner: String) -> Bool {
    guard context(of: learner, on: day).isOnRoster else { return false }
    return time.isCounted(day, streak.days)
  }

  /// The lengths of the runs of a set of days, in order.
  func runs(of streak: Streak, _ days: Set<LocalDay>, _ learner: String) -> [Int] {
    guard let first = days.min(), let last = days.max() else { return [] }
    func term(_ day: LocalDay) -> String {
      time.term(on: day, cohort: context(of: learner, on: day).cohort) ?? "outside"
    }
    var runs = [0]
    var used: [String: Int] = [:]
    var gap: [LocalDay] = []
    for number in first.number...last.number {
      let day = LocalDay(number: number)
      if days.contains(day) {
        var asked: [String: Int] = [:]
        for missed in gap { asked[term(missed), default: 0] += 1 }
        let isCovered = asked.allSatisfy { term, count in
          term != "outside" && used[term, default: 0] + count <= streak.passes
        }
        if isCovered { for (term, count) in asked { used[term, default: 0] += count } }
        if isCovered { runs[runs.count - 1] += 1 } else { runs.append(1) }
        gap = []
      } else if isCounted(day, streak, learner) {
        gap.append(day)
      }
    }
    return runs
  }
}

extension NaiveModel.Recognized {
  fileprivate mutating func pay(_ id: String, _ points: Int64, _ one: NaiveModel.Counted) {
    guard points > 0 else { return }
    outcomes[one.fact.name, default: []].append(
      NaiveModel.Outcome(
        rule: id, worth: points, points: one.term == nil ? 0 : points,
        reason: one.term == nil ? .outsideTerm : .paid))
  }
}
