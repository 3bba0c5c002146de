/// What a program may not declare of streaks, badges and quests.
extension ProgramDefinition {
  /// Refuses what can not be, naming the field: ids twice, numbers out of bounds, names that are not
  /// declared, and a badge or quest that would hold itself up.
  func validateRecognition() throws(Undecided) {
    try validateLevels()
    for (index, streak) in recognition.streaks.enumerated() {
      try validate(streak, at: "streaks[\(index)]", before: index)
    }
    let badges = recognition.badges
    for (index, badge) in badges.enumerated() {
      let field = "badges[\(index)]"
      try check(Self.idBytes ~= badge.id.utf8.count, "\(field).id", "1 to 128 bytes.")
      try check(
        !badges[..<index].contains { $0.id == badge.id }, "\(field).id",
        "A badge's id is declared once.")
      try check(1...20 ~= badge.grades.count, "\(field).grades", "1 to 20 grades.")
      for (place, grade) in badge.grades.enumerated() {
        let field = "\(field).grades[\(place)]"
        try check(
          !badge.grades[..<place].contains { $0.name == grade.name }, "\(field).name",
          "A grade's name is declared once.")
        try checkPoints(grade.points, "\(field).points")
        try check(
          grade.points == 0 || !badge.sticky, "\(field).points",
          "A sticky badge pays no points: it stays when the facts under it are gone.")
        try validate(grade.when, at: "\(field).when", depth: 0)
      }
    }
    for (index, quest) in recognition.quests.enumerated() {
      try validate(quest, at: "quests[\(index)]", before: index)
    }
    try checkNothingHoldsItselfUp()
    let signals = recognition.signals(rules: rules).count
    try check(
      rules.count + signals <= RuleSet.rulesMax, "badges",
      "Rules, streaks and what badges and quests count are at most \(RuleSet.rulesMax) together; "
        + "these are \(rules.count + signals).")
  }

  private static var idBytes: ClosedRange<Int> { 1...128 }

  private func validateLevels() throws(Undecided) {
    guard let levels = recognition.levels else { return }
    try check(
      2...LevelCurve.levelsMax ~= levels.highest, "levels",
      "2 to \(LevelCurve.levelsMax) levels.")
    switch levels {
    case .list(let thresholds):
      try check(thresholds[0] == 0, "levels.list", "The first level begins at 0.")
      try check(
        zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 }, "levels.list",
        "Each level begins at more points than the one before.")
    case .linear(let base, _), .quadratic(let base, _), .doubling(let base, _):
      try check(1...Self.pointsMax ~= base, "levels.base", "1 to \(Self.pointsMax) points.")
    }
  }

  private func validate(_ streak: Streak, at field: String, before index: Int) throws(Undecided) {
    try check(Self.idBytes ~= streak.id.utf8.count, "\(field).id", "1 to 128 bytes.")
    try check(
      !recognition.streaks[..<index].contains { $0.id == streak.id }, "\(field).id",
      "A streak's id is declared once.")
    try streak.match.rule(streak.id).validate(at: field)
    try check(0...100 ~= streak.passes, "\(field).passes", "0 to 100 days a term.")
    try check(streak.milestones.count <= 50, "\(field).milestones", "At most 50.")
    for (place, milestone) in streak.milestones.enumerated() {
      let field = "\(field).milestones[\(place)]"
      try check(1...10_000 ~= milestone.days, "\(field).days", "1 to 10,000 days.")
      try check(
        !streak.milestones[..<place].contains { $0.days == milestone.days }, "\(field).days",
        "A length is declared once.")
      try checkPoints(milestone.points, "\(field).points")
    }
  }

  private func validate(_ quest: Quest, at field: String, before index: Int) throws(Undecided) {
    try check(Self.idBytes ~= quest.id.utf8.count, "\(field).id", "1 to 128 bytes.")
    try check(
      !recognition.quests[..<index].contains { $0.id == quest.id }, "\(field).id",
      "A quest's id is declared once.")
    try check(1...50 ~= quest.steps.count, "\(field).steps", "1 to 50 steps.")
    try checkPoints(quest.points, "\(field).points")
    for (place, step) in quest.steps.enumerated() {
      let field = "\(field).steps[\(place)]"
      try checkPoints(step.points, "\(field).points")
      try validate(step.when, at: "\(field).when", depth: 0)
      try check(
        quest.countsBefore || !step.when.readsEarned && step.when.badges.isEmpty, "\(field).when",
        "What is earned or held has no beginning: a quest with countsBefore: false counts facts.")
    }
  }

  private func validate(_ criterion: Criterion, at field: String, depth: Int) throws(Undecided) {
    try check(depth < 8, field, "Criteria are at most 8 deep.")
    switch criterion {
    case .all(let parts), .any(let parts):
      try check(1...50 ~= parts.count, field, "1 to 50 criteria.")
      for part in parts { try validate(part, at: field, depth: depth + 1) }
    case .atLeast(let count, let parts):
      try check(1...50 ~= parts.count, field, "1 to 50 criteria.")
      try check(1...parts.count ~= count, "\(field).atLeast", "1 to the number of criteria.")
      for part in parts { try validate(part, at: field, depth: depth + 1) }
    case .facts(let count): try validate(count, at: "\(field).facts")
    case .earned(let points):
      try check(1...Accounts.amountMax ~= points, "\(field).earned", "1 point or more.")
    case .level(let level):
      try check(
        level >= 2 && level <= recognition.levels?.highest ?? 0, "\(field).level",
        "A level above 1 that the program declares.")
    case .streak(let id, let days):
      try check(
        recognition.streaks.contains { $0.id == id }, "\(field).streak.id",
        "The program declares no streak \(id).")
      try check(1...10_000 ~= days, "\(field).streak.days", "1 to 10,000 days.")
    case .badge(let id, let grade):
      let badge = recognition.badges.first { $0.id == id }
      try check(badge != nil, "\(field).badge.id", "The program declares no badge \(id).")
      try check(
        grade == nil || badge?.grades.contains { $0.name == grade } == true,
        "\(field).badge.grade", "Badge \(id) has no grade \(grade ?? "").")
    }
  }

  private func validate(_ count: FactCount, at field: String) throws(Undecided) {
    try check(1...1_000_000_000 ~= count.atLeast, "\(field).atLeast", "1 to 1,000,000,000.")
    try check(
      count.window.period != .day || count.distinct != .days, "\(field).per",
      "A day holds one day: count days per week, term or ever.")
    try check(
      !count.window.isPerObject || count.distinct == .facts, "\(field).distinct",
      "An object is one object: count facts per object.")
    switch (count.match, count.rule) {
    case (let match?, nil): try match.rule("criterion").validate(at: field)
    case (nil, let rule?):
      try check(
        rules.contains { $0.id == rule }, "\(field).rule", "The program declares no rule \(rule).")
    case (nil, nil), (_?, _?):
      try check(false, field, "Say which facts count: by verbs, or by rule.")
    }
  }

  /// Refuses circles among badges, and points for what depends on points.
  ///
  /// A badge that needs 100 earned points and pays 10 would hold itself up at 95 when a fact falls.
  private func checkNothingHoldsItselfUp() throws(Undecided) {
    let badges = recognition.badges
    var readsEarned: [String: Bool] = [:]
    func visit(_ badge: Badge, _ path: [String]) throws(Undecided) -> Bool {
      if let known = readsEarned[badge.id] { return known }
      let index = badges.firstIndex { $0.id == badge.id } ?? 0
      try check(
        !path.contains(badge.id), "badges[\(index)].grades",
        "The badge depends on itself: \((path + [badge.id]).joined(separator: " → ")).")
      var reads = badge.grades.contains { $0.when.readsEarned }
      for id in badge.grades.flatMap(\.when.badges) {
        guard let other = badges.first(where: { $0.id == id }) else { continue }
        if try visit(other, path + [badge.id]) { reads = true }
      }
      readsEarned[badge.id] = reads
      return reads
    }
    for (index, badge) in badges.enumerated() {
      let reads = try visit(badge, [])
      try check(
        !reads || badge.grades.allSatisfy { $0.points == 0 }, "badges[\(index)].grades",
        "It depends on earned points and pays some: it would hold itself up. Let it pay nothing.")
    }
    for (index, quest) in recognition.quests.enumerated() {
      let reads = quest.steps.contains { step in
        step.when.readsEarned || step.when.badges.contains { readsEarned[$0] == true }
      }
      try check(
        !reads || quest.points == 0 && quest.steps.allSatisfy { $0.points == 0 },
        "quests[\(index)].steps",
        "It depends on earned points and pays some: it would hold itself up. Let it pay nothing.")
    }
  }

  private func checkPoints(_ points: Int64, _ field: String) throws(Undecided) {
    try check(0...Self.pointsMax ~= points, field, "0 to \(Self.pointsMax) points.")
  }
}
