extension ProgramDefinition {
  /// The most points a rule or reason may pay once.
  public static let pointsMax: Int64 = 1_000_000
  /// How long after its end a day or term may stay open.
  public static let graceMinutes: ClosedRange<Int32> = 0...1_000_000

  /// How many points each person may grant to each cohort a week, unless the program says otherwise.
  public static let grantBudgetDefault: Int64 = 200
  /// The largest budget that can be declared.
  public static let grantBudgetMax: Int64 = 1_000_000_000_000

  /// Refuses a definition that can not be, naming the field.
  func validate() throws(Undecided) {
    try check(!id.isEmpty && id.utf8.count <= 128, "program", "1 to 128 bytes.")
    try check(0..<1440 ~= dayStartMinutes, "dayStart", "A time of day from 00:00 to 23:59.")
    try check(terms.count <= 1_000, "terms", "At most 1,000 terms.")
    try check(calendar.count <= 10_000, "calendar", "At most 10,000 dated entries.")
    try check(rules.count <= RuleSet.rulesMax, "rules", "At most \(RuleSet.rulesMax) rules.")
    if case .minutes(let minutes) = dayGrace {
      try check(Self.graceMinutes ~= minutes, "grace.day", "0 or more, under 2 years.")
    }
    try check(
      0...Self.grantBudgetMax ~= grantBudget ?? 0, "grantBudget",
      "0 to \(Self.grantBudgetMax) points.")
    try validateTerms()
    try attendance?.validate()
    for (index, reason) in reasons.enumerated() {
      try check(
        0...Self.pointsMax ~= reason.points, "reasons[\(index)].points",
        "0 to \(Self.pointsMax) points.")
      try check(
        !reasons[..<index].contains { $0.code == reason.code }, "reasons[\(index)].code",
        "A code is declared once.")
    }
    for (index, rule) in rules.enumerated() {
      try check(
        !rules[..<index].contains { $0.id == rule.id }, "rules[\(index)].id",
        "A rule's id is declared once.")
      try rule.validate(at: "rules[\(index)]")
    }
    try validateRecognition()
    try validateAwards()
  }

  /// Refuses what does not hold, naming the field.
  func check(_ holds: Bool, _ field: String, _ advice: String) throws(Undecided) {
    guard holds else { throw .refused(Refusal(.invalid, field: field, advice)) }
  }

  private func validateTerms() throws(Undecided) {
    for (index, term) in terms.enumerated() {
      let field = "terms[\(index)]"
      try check(term.first <= term.last, "\(field).to", "The last day lies before the first.")
      try check(
        !terms[..<index].contains { $0.id == term.id }, "\(field).id", "A term is declared once.")
      try check(
        Self.graceMinutes ~= term.graceMinutes, "\(field).grace", "0 or more, under 2 years.")
      if let expires = term.expires {
        let open = Int64(expires.number) - Int64(term.last.number) - 1
        try check(
          open >= 0 && open * 1_440 >= Int64(term.graceMinutes), "\(field).expires",
          "A day after the term's last day and its grace.")
      }
      let clash = terms[..<index].first { other in
        other.first <= term.last && term.first <= other.last
          && (other.cohorts.isEmpty || term.cohorts.isEmpty
            || !Set(other.cohorts).isDisjoint(with: term.cohorts))
      }
      try check(
        clash == nil, "\(field).from", "It overlaps term \(clash?.id ?? "") of the same cohort.")
    }
  }
}

extension Rule {
  /// Refuses a rule that can not be, naming the field.
  func validate(at field: String) throws(Undecided) {
    try check(!id.isEmpty && id.utf8.count <= 128, "\(field).id", "1 to 128 bytes.")
    try check(!verbs.isEmpty, "\(field).verbs", "Name at least one verb, e.g. viewed:*.")
    for verb in verbs {
      let star = verb.firstIndex(of: "*")
      try check(
        !verb.isEmpty && (star == nil || star == verb.index(before: verb.endIndex)),
        "\(field).verbs", "A * stands only at the end, as in viewed:*.")
    }
    switch payment {
    case .points(let points):
      try check(
        0...ProgramDefinition.pointsMax ~= points, "\(field).points",
        "0 to \(ProgramDefinition.pointsMax) points.")
    case .perValue(let points, let each):
      try check(
        0...ProgramDefinition.pointsMax ~= points, "\(field).perValue.points",
        "0 to \(ProgramDefinition.pointsMax) points.")
      try check(
        1...FactInput.valueMax ~= each, "\(field).perValue.each",
        "1 to \(FactInput.valueMax).")
    }
    switch limiter {
    case .capPoints(let cap, _):
      try check(
        0...Accounts.amountMax ~= cap, "\(field).cap.points", "0 to \(Accounts.amountMax).")
    case .capTimes(let times, _):
      try check(1...10_000 ~= times, "\(field).cap.times", "1 to 10,000.")
    case .none, .once, .best: break
    }
  }
}

/// Refuses a definition of which something does not hold.
func check(_ holds: Bool, _ field: String, _ advice: String) throws(Undecided) {
  guard holds else { throw .refused(Refusal(.invalid, field: field, advice)) }
}
