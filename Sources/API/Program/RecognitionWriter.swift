import Incentives
import JSONRPC

/// Writes levels, streaks, badges and quests as they are declared; what is at its default is left out.
extension JSONWriter {
  /// Writes the members `levels`, `streaks`, `badges` and `quests`.
  mutating func members(of recognition: Recognition) {
    if let levels = recognition.levels { object("levels") { $0.members(of: levels) } }
    list("streaks", recognition.streaks) { $0.members(of: $1) }
    list("badges", recognition.badges) { writer, badge in
      writer.head(badge.id, badge.title)
      if badge.sticky { writer.member("sticky", true) }
      writer.list("grades", badge.grades) { $0.stage($1.name, $1.when, $1.points) }
    }
    list("quests", recognition.quests) { writer, quest in
      writer.head(quest.id, quest.title)
      if !quest.countsBefore { writer.member("countsBefore", false) }
      if quest.points != 0 { writer.member("points", quest.points) }
      writer.list("steps", quest.steps) { $0.stage($1.name, $1.when, $1.points) }
    }
  }

  private mutating func head(_ id: String, _ title: String) {
    member("id", id)
    memberUnlessEmpty("title", title)
  }

  private mutating func stage(_ name: String, _ when: Criterion, _ points: Int64) {
    member("name", name)
    if points != 0 { member("points", points) }
    object("when") { $0.members(of: when) }
  }

  private mutating func members(of levels: LevelCurve) {
    switch levels {
    case .list(let thresholds):
      array("list") { writer in
        for threshold in thresholds { writer.int(threshold) }
      }
    case .linear(let base, let highest): curve("linear", base, highest)
    case .quadratic(let base, let highest): curve("quadratic", base, highest)
    case .doubling(let base, let highest): curve("doubling", base, highest)
    }
  }

  private mutating func curve(_ name: String, _ base: Int64, _ highest: Int) {
    member("curve", name)
    member("base", base)
    if highest != LevelCurve.levelsMax { member("highest", highest) }
  }

  private mutating func members(of streak: Streak) {
    head(streak.id, streak.title)
    members(of: streak.match)
    if streak.days != .teachingDays { member("days", streak.days.rawValue) }
    if streak.passes != 0 { member("passes", streak.passes) }
    list("milestones", streak.milestones) { writer, milestone in
      writer.member("days", milestone.days)
      writer.member("points", milestone.points)
    }
  }

  /// Writes a criterion as the object that declares it.
  mutating func members(of criterion: Criterion) {
    switch criterion {
    case .all(let parts): list("all", parts) { $0.members(of: $1) }
    case .any(let parts): list("any", parts) { $0.members(of: $1) }
    case .atLeast(let count, let parts):
      object("some") { writer in
        writer.member("atLeast", count)
        writer.list("of", parts) { $0.members(of: $1) }
      }
    case .facts(let count):
      object("facts") { writer in
        if let match = count.match { writer.members(of: match) }
        if let rule = count.rule { writer.member("rule", rule) }
        if count.distinct != .facts { writer.member("distinct", count.distinct.rawValue) }
        if count.window != .ever { writer.member("per", count.window.rawValue) }
        writer.member("atLeast", count.atLeast)
      }
    case .earned(let points): member("earned", points)
    case .level(let level): member("level", level)
    case .streak(let id, let days):
      object("streak") { writer in
        writer.member("id", id)
        writer.member("days", days)
      }
    case .badge(let id, let grade):
      object("badge") { writer in
        writer.member("id", id)
        if let grade { writer.member("grade", grade) }
      }
    }
  }
}
