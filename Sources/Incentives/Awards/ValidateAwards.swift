extension ProgramDefinition {
  /// The most awards a program may declare.
  public static let awardsMax = 64
  /// The longest cool-off, in teaching days.
  public static let coolOffMax: Int32 = 1_000
  /// How long staff may have to choose, in minutes: up to sixty days.
  public static let confirmMinutes: ClosedRange<Int32> = 1...86_400

  /// Refuses awards that can not be, naming the field.
  func validateAwards() throws(Undecided) {
    try check(declaredAwards.count <= Self.awardsMax, "awards", "At most \(Self.awardsMax) awards.")
    for (index, award) in declaredAwards.enumerated() {
      let field = "awards[\(index)]"
      try check(!award.id.isEmpty && award.id.utf8.count <= 128, "\(field).id", "1 to 128 bytes.")
      try check(
        !declaredAwards[..<index].contains { $0.id == award.id }, "\(field).id",
        "An award's id is declared once.")
      try check(
        0...Self.pointsMax ~= award.points, "\(field).points", "0 to \(Self.pointsMax) points.")
      try check(
        (award.kind == .star) == (award.star != nil), "\(field).period",
        "A star has a period, and nothing else has.")
      try check(
        award.kind == .excellentWork || award.work == nil, "\(field).peers",
        "Only excellent work is nominated.")
      if let quota = award.work?.quota {
        try check(1...10_000 ~= quota, "\(field).quota", "1 to 10,000 works a week.")
      }
      if let star = award.star { try validate(star, at: field) }
    }
  }

  private func validate(_ star: StarTerms, at field: String) throws(Undecided) {
    for (index, id) in star.rules.enumerated() {
      try check(
        rules.contains { $0.id == id }, "\(field).rules[\(index)]",
        "The program declares no rule \(id).")
    }
    try check(
      star.rules.isEmpty || star.score == .rules, "\(field).rules",
      "A star that looks at the board counts all of it.")
    try check(
      1...FactInput.valueMax ~= star.minimum, "\(field).minimum", "1 to \(FactInput.valueMax).")
    try check(
      0...Self.coolOffMax ~= star.coolOff, "\(field).coolOff",
      "0 to \(Self.coolOffMax) teaching days.")
    try check(
      star.measure == .points || star.period != .term && star.score == .rules, "\(field).measure",
      "Improvement is measured by what rules pay, from day to day, week to week, month to month.")
    try check(
      star.ties != .earliest || star.measure == .points, "\(field).ties",
      "Improvement is not reached at an instant; choose fewest-stars or shared.")
    guard star.ties != .earliest || star.score == .rules else {
      throw .refused(
        Refusal(
          .tieNeedsTime, field: "\(field).ties",
          "Grants and awards on a board have a day and no time; choose fewest-stars or shared."))
    }
    try check(
      star.confirmMinutes == nil || star.ties != .shared, "\(field).confirm",
      "A shared star leaves staff nothing to choose.")
    try check(
      star.confirmMinutes.map { Self.confirmMinutes ~= $0 } ?? true, "\(field).confirmWithin",
      "1 minute to 60 days.")
  }
}

extension ProgramState {
  /// Refuses a star that asks when points were earned where sources send only dates.
  func checkTimes(_ new: ProgramDefinition) throws(Undecided) {
    let timed = new.declaredAwards.firstIndex { $0.star?.ties == .earliest }
    guard let timed, !dateOnlySources.isEmpty else { return }
    let sources = dateOnlySources.sorted().map { names.word(.source, UInt32($0.rawValue)) }
      .joined(separator: ", ")
    throw .refused(
      Refusal(
        .tieNeedsTime, field: "awards[\(timed)].ties",
        "\(sources) sent facts with a date only; choose fewest-stars or shared."))
  }

  /// Refuses a fact with a date only where a star asks when it happened.
  func checkNeedsNoTime(
    _ input: FactInput, in text: ByteArena, at occurredAt: Instant, term: TermNumber
  ) throws(Undecided) {
    guard let stars = starSet(at: occurredAt), stars.isTimed,
      let set = rulebook.set(at: occurredAt, in: term)
    else { return }
    let matches = matches(of: input, text, set)
    let isTimed = set.rules.indices.contains { place in
      matches & 1 << UInt64(place) != 0 && stars.asksWhen(set.rules[place].number)
    }
    guard isTimed else { return }
    throw .refused(
      Refusal(
        .tieNeedsTime, field: "occurredOn",
        "A star of this program goes to who was first; send occurredAt with the time."))
  }

  func apply(_ change: AwardGivenChange) {
    let waited = !awards.waiting.isEmpty
    awards.apply(change, at: position)
    if waited { noteClosings() }
  }
}
