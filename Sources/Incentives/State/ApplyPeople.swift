/// Applies changes to people, programs and time.
extension ProgramState {
  func apply(_ change: LearnerChange, in buffer: ChangeBuffer) {
    let learner = buffer.text.withBytes(change.externalID) {
      learners.add($0, hash: hash.hash64($0))
    }
    precondition(learner == change.learner, "learners are numbered in the order of the log")
    learners.rows.update(learner.index) { $0.lastPosition = position }
  }

  func apply(_ named: LearnerNameChange, in buffer: ChangeBuffer) {
    buffer.text.withBytes(named.name) { name in
      buffer.text.withBytes(named.alias) { alias in
        learners.setName(name, alias: alias, of: named.learner)
      }
    }
    buffer.text.withBytes(named.rollNumber) {
      learners.setRollNumber($0, hash: hash.hash64($0), of: named.learner)
    }
  }

  func apply(_ erasure: ErasureChange) {
    let placeholder = LearnerTable.placeholder(for: erasure.learner)
    placeholder.withUnsafeBytes { id in
      learners.erase(
        erasure.learner, placeholder: id, hash: hash.hash64(id), after: erasure.anchor)
    }
    learners.rows.update(erasure.learner.index) { $0.lastPosition = position }
  }

  func addGroup(_ name: NameChange, in buffer: ChangeBuffer) {
    groups.append(GroupRow(since: position))
    buffer.text.withBytes(name.text) { _ = groupOrder.append($0) }
    dropGroupBoards()
  }

  func apply(_ change: ContextRowChange) {
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
    reseat(change.learner) {
      learners.addContext(change.row, to: change.learner, at: position)
    }
    judging.mark(change.learner)
  }

  func apply(_ change: RowWithdrawalChange) {
    learners.rows.update(change.learner.index) { $0.lastPosition = position }
    reseat(change.learner) {
      learners.withdrawContext(change.row, of: change.learner, at: position)
    }
    judging.mark(change.learner)
  }

  func apply(_ change: ProgramChange, in buffer: ChangeBuffer) {
    definition = buffer.definitions[Int(change.definition)]
    zone = buffer.zones[Int(change.definition)]
    version = change.version
    zoneCursor = ZoneCursor()
    recent = RecentPeriods()
    applyTerms()
    applyLots()
    applyCalendar()
    let rules = ContiguousArray(
      definition.rules.map { compiled($0, numbered: $0.canonicalText) })
    for rule in rules { rulesByNumber[rule.number] = rule.rule }
    pointsRules.formUnion(rules.map(\.number))
    nameRecognitions()
    applyStars(from: change.effectiveFrom)
    // A set that was to take effect later judged nothing yet, or a recompute puts right what it judged:
    // the definition applied last stands.
    rulebook.sets.removeAll { $0.effectiveFrom >= change.effectiveFrom }
    rulebook.sets.append(compiled(effectiveFrom: change.effectiveFrom, rules: rules))
    beginRecompute(since: change.effectiveFrom)
    for open in periods.values { fitStarSums(of: open) }
    proposals = []
    for rule in definition.attendance?.perfect ?? [] where !perfectIDs.contains(rule.id) {
      perfectIDs.append(rule.id)
    }
    judging.markAll()
    noteClosings()
  }

  /// Lets answers call what streaks, badges and quests pay by name, as they do rules.
  private func nameRecognitions() {
    let recognition = definition.recognition
    let named =
      recognition.streaks.map { ("streak:\($0.id)", $0.text) }
      + recognition.badges.map { ("badge:\($0.id)", $0.text) }
      + recognition.badges.map { ("badge:\($0.id)", $0.decisionText) }
      + recognition.quests.map { ("quest:\($0.id)", $0.text) }
    for (id, text) in named {
      rulesByNumber[ruleNumber(text)] = Rule(id: id, verbs: [], payment: .points(0))
    }
  }

  private func applyTerms() {
    var places = Dictionary(uniqueKeysWithValues: zip(termIDs, termIDs.indices))
    let spans = definition.terms.compactMap { term -> TermSpan? in
      let place = places[term.id] ?? termIDs.count
      if place == termIDs.count {
        termIDs.append(term.id)
        places[term.id] = place
      }
      return TermSpan(
        id: term.id, number: Int32(place + 1), first: term.first, last: term.last,
        cohorts: term.cohorts.map { UInt32(cohort($0).rawValue) })
    }
    // The definition was validated when it was decided: its terms do not overlap.
    rulebook.terms = spans.isEmpty ? nil : try? Terms(spans)
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

  func cohort(_ name: String) -> CohortNumber {
    CohortNumber(rawValue: number(.cohort, name))
  }

  func tier(_ name: String) -> TierNumber {
    TierNumber(rawValue: number(.tier, name))
  }

  /// The number of a word that a definition names: its record comes before the definition's.
  func number(_ kind: NameKind, _ word: String) -> UInt16 {
    guard let number = names.number(kind, word) else {
      preconditionFailure("a definition names a \(kind) without a number: \(word)")
    }
    return UInt16(number)
  }

  func apply(_ advance: AdvanceChange) {
    let (before, day) = (clock, closedThrough)
    clock = advance.to
    closedThrough = max(closedThrough, lastClosedDay(at: advance.to))
    recent = RecentPeriods()
    noteClosings()
    markClosings(since: day, clock: before)
  }
}
