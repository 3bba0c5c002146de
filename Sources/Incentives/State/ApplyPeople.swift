/// Applies changes to people, programs and time.
extension ProgramState {
  func apply(_ change: LearnerChange, in buffer: ChangeBuffer) {
    let learner = buffer.text.withBytes(change.externalID) {
      learners.add($0, hash: hash.hash64($0))
    }
    precondition(learner == change.learner, "learners are numbered in the order of the log")
    learners.rows.update(learner.index) { $0.lastPosition = position }
  }

  func addGroup(_ name: NameChange, in buffer: ChangeBuffer) {
    groups.append(GroupRow())
    buffer.text.withBytes(name.text) { _ = groupOrder.append($0) }
    dropGroupBoards()
  }

  func apply(_ change: ContextRowChange) {
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
    let touched = boardsToReseat()
    for board in touched { board.unseat(change.learner, in: self) }
    learners.addContext(change.row, to: change.learner)
    for board in touched { board.seat(change.learner, in: self) }
  }

  func apply(_ change: ProgramChange, in buffer: ChangeBuffer) {
    definition = buffer.definitions[Int(change.definition)]
    zone = buffer.zones[Int(change.definition)]
    version = change.version
    zoneCursor = ZoneCursor()
    recent = RecentPeriods()
    applyTerms()
    applyCalendar()
    let rules = definition.rules.map { rule in
      CompiledRule(
        number: RuleNumber(rawValue: UInt16(names.number(.rule, rule.canonicalText) ?? 0)),
        rule: rule, cohorts: rule.cohorts.map(cohort), tiers: rule.tiers.map(tier))
    }
    for rule in rules { rulesByNumber[rule.number] = rule.rule }
    ruleSets.append(
      RuleSet(effectiveFrom: change.effectiveFrom, rules: ContiguousArray(rules)))
  }

  private func applyTerms() {
    let spans = definition.terms.compactMap { term -> TermSpan? in
      if !termIDs.contains(term.id) { termIDs.append(term.id) }
      guard let place = termIDs.firstIndex(of: term.id) else { return nil }
      return TermSpan(
        id: term.id, number: Int32(place + 1), first: term.first, last: term.last,
        cohorts: term.cohorts.map { UInt32(cohort($0).rawValue) })
    }
    // The definition was validated when it was decided: its terms do not overlap.
    terms = spans.isEmpty ? nil : try? Terms(spans)
  }

  private func applyCalendar() {
    let entries = definition.calendar.flatMap { day -> [Calendar.Entry] in
      let exception: Calendar.Exception
      switch day.kind {
      case .holiday: exception = .holiday
      case .cancelled: exception = .cancelled
      case .workday: exception = .workday(as: day.follows)
      }
      guard !day.cohorts.isEmpty else {
        return [Calendar.Entry(day: day.day, exception: exception)]
      }
      return day.cohorts.map {
        Calendar.Entry(
          day: day.day, cohort: UInt32(cohort($0).rawValue), exception: exception)
      }
    }
    calendar = Calendar(
      teachingDays: definition.teachingDays.isEmpty
        ? nil : WeekdaySet(definition.teachingDays.map(WeekdaySet.init)),
      entries: entries)
  }

  private func cohort(_ name: String) -> CohortNumber {
    CohortNumber(rawValue: UInt16(names.number(.cohort, name) ?? 0))
  }

  private func tier(_ name: String) -> TierNumber {
    TierNumber(rawValue: UInt16(names.number(.tier, name) ?? 0))
  }

  func apply(_ advance: AdvanceChange) {
    clock = advance.to
    closedThrough = max(closedThrough, lastClosedDay(at: advance.to))
    recent = RecentPeriods()
  }
}
