/// What a new definition may not change, because facts, grants or closed boards stand on it.
///
/// A definition is applied for the time to come. What would judge recorded facts anew needs a recompute;
/// what would give them another day, or open again what is closed, is refused with one, too.
extension ProgramState {
  /// What a definition means for what was recorded.
  enum Past {
    /// All of it is judged as it was.
    case stands
    /// Facts are judged anew; where terms move, on any day.
    case moves(movesTerms: Bool)
    /// Other days are taught than before: streaks are counted anew.
    case recounts
  }

  /// Tells what a definition means for the past; refuses what may not be.
  func checkPast(_ application: ProgramApplication, wall: Instant) throws(Undecided) -> Past {
    let new = application.definition
    let movesTerms = try checkTerms(application, wall: wall)
    let isBackDated = application.effectiveFrom.map { $0 < afterFacts } ?? false
    let recounts = movesStreaks(new)
    let moves = (movesTerms || isBackDated) && application.recompute != nil
    guard moves || recounts else { return .stands }
    if let job = jobs.first(where: { $0.kind == .reverseBatch }) {
      throw .refused(
        Refusal(.busy, "\(job.batch) is being taken back; apply this when job.list shows no more."))
    }
    if movesTerms { try checkNothingCloses(by: new) }
    return moves ? .moves(movesTerms: movesTerms || recounts) : .recounts
  }

  /// Whether days with facts, or between them, are taught under one calendar only, and streaks look at
  /// that.
  private func movesStreaks(_ new: ProgramDefinition) -> Bool {
    guard rulebook.sets.contains(where: \.looksAtCalendar), let days = daysWithHistory else {
      return false
    }
    func entries(_ definition: ProgramDefinition) -> Set<ProgramDefinition.CalendarDay> {
      Set(definition.calendar.filter { days.contains($0.day) })
    }
    return new.teachingDays != definition.teachingDays || entries(new) != entries(definition)
  }

  /// Refuses what no recompute may change; answers whether recorded days get other terms.
  private func checkTerms(
    _ application: ProgramApplication, wall: Instant
  ) throws(Undecided) -> Bool {
    let new = application.definition
    guard new.clock == definition.clock else {
      throw .refused(Refusal(.invalid, field: "clock", "A program keeps the clock it began with."))
    }
    let closed = closedTerms
    for term in closed where !new.terms.contains(where: { $0.isSame(as: term) }) {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "terms",
          "Term \(term.id) is closed; declare it as it was: \(term.first) to \(term.last)."))
    }
    let days = daysWithHistory
    try checkExpiry(new, days: days, wall: wall)
    guard days != nil || !closed.isEmpty else { return false }
    guard new.zone == definition.zone, new.dayStartMinutes == definition.dayStartMinutes else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "zone",
          "Days were counted in \(definition.zone); the zone and day start stay."))
    }
    guard let days, new.terms != definition.terms else { return false }
    do throws(Undecided) {
      try checkTerms(new, on: days)
      return false
    } catch {
      guard application.recompute != nil else { throw error }
      return true
    }
  }

  /// Refuses terms of the past that would be closed at once: points could not move out of them.
  private func checkNothingCloses(by new: ProgramDefinition) throws(Undecided) {
    for (index, term) in new.terms.enumerated() where !definition.terms.contains(term) {
      let closing = firstInstant(of: term.last.next)
        .advanced(byMicroseconds: Int64(term.graceMinutes) * Instant.microsecondsPerMinute)
      guard closing <= clock else { continue }
      throw .refused(
        Refusal(
          .invalid, field: "terms[\(index)].grace",
          "Term \(term.id) would be closed at once, since \(closing): give it more grace, so that "
            + "points can move into it and out of it."))
    }
  }

  /// The numbers of the declared terms that stand as they are.
  var closedTermNumbers: [TermNumber] {
    closedTerms.compactMap { term in
      termIDs.firstIndex(of: term.id).map { TermNumber(rawValue: UInt16($0 + 1)) }
    }
  }

  /// The declared terms whose time is over, or whose statement is written.
  private var closedTerms: [ProgramDefinition.Term] {
    definition.terms.filter { term in
      guard let place = termIDs.firstIndex(of: term.id) else { return false }
      return isClosed(.term(Int32(place + 1)))
        || frozenTerms.contains(TermNumber(rawValue: UInt16(place + 1)))
    }
  }

  /// The days from the first to the last fact or grant; nil while there is none.
  private var daysWithHistory: ClosedRange<LocalDay>? {
    var days: ClosedRange<LocalDay>?
    learners.rows.forEach { _, row in
      guard row.firstDay <= row.lastDay else { return }
      days =
        min(
          days?.lowerBound ?? row.firstDay, row.firstDay)...max(
          days?.upperBound ?? row.lastDay, row.lastDay)
    }
    return days
  }

  /// Refuses terms that give a day with facts or grants another term.
  private func checkTerms(_ new: ProgramDefinition, on days: ClosedRange<LocalDay>)
    throws(Undecided)
  {
    guard definition.terms(on: days) == new.terms(on: days) else {
      throw .refused(
        Refusal(
          .recomputeRequired, field: "terms",
          "Facts were recorded from \(days.lowerBound) to \(days.upperBound); terms of these days "
            + "stay, unless you send recompute: since."))
    }
    // The first term of a cohort ends its endless one, also on days before that term.
    let cohorts = ((0...names.count(.cohort)).map { CohortNumber(rawValue: UInt16($0)) }).filter {
      let name = $0.isNone ? nil : names.word(.cohort, UInt32($0.rawValue))
      return definition.declaresTerm(of: name) != new.declaresTerm(of: name)
    }
    guard !cohorts.isEmpty, hasHistory(in: Set(cohorts)) else { return }
    throw .refused(
      Refusal(
        .recomputeRequired, field: "terms",
        "Somebody has facts in a cohort that had no term, or would have none; its first term is "
          + "declared before its facts come, or with recompute: since."))
  }

  /// Whether somebody with facts or grants may have been in one of some cohorts at the time.
  private func hasHistory(in cohorts: Set<CohortNumber>) -> Bool {
    (1..<UInt32(learners.count + 1)).contains { number in
      let learner = LearnerNumber(rawValue: number)
      let row = learners[learner]
      guard row.firstDay <= row.lastDay else { return false }
      let rows = learners.contextRows(of: learner).rows.filter {
        $0.speaksOf.contains(.cohort) && $0.first <= row.lastDay && row.firstDay <= $0.last
      }
      if rows.contains(where: { cohorts.contains($0.cohort) }) { return true }
      return cohorts.contains(.none)
        && !rows.contains { $0.first <= row.firstDay && row.lastDay <= $0.last }
    }
  }
}

extension ProgramDefinition.Term {
  /// Whether another is the same, whenever its points expire.
  fileprivate func isSame(as other: Self) -> Bool {
    var same = other
    same.expires = expires
    return self == same
  }
}

extension ProgramDefinition {
  /// The parts of terms that lie in a span of days, by id; when they close is no matter.
  fileprivate func terms(on days: ClosedRange<LocalDay>) -> [Term] {
    terms.filter { $0.first <= days.upperBound && days.lowerBound <= $0.last }.map {
      Term(
        id: $0.id, first: max(days.lowerBound, $0.first), last: min(days.upperBound, $0.last),
        cohorts: $0.cohorts.sorted(), graceMinutes: 0)
    }.sorted { $0.id < $1.id }
  }

  /// Whether a cohort, or who is in none, has a declared term.
  fileprivate func declaresTerm(of cohort: String?) -> Bool {
    terms.contains { term in
      term.cohorts.isEmpty || cohort.map(term.cohorts.contains) ?? false
    }
  }
}
