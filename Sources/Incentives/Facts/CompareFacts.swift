/// The same identity again: is it the same fact?
extension ProgramState {
  /// The refusal of a fact whose identity was recorded with other content; nil where all is equal.
  ///
  /// Names the first field that differs, in the order learner, verb, object, occurredAt, value,
  /// metadata. Spellings of the same instant do not matter.
  public func conflict(
    of input: FactInput, _ text: ByteArena, with recorded: FactChange, _ recordedText: ByteArena
  ) -> Refusal? {
    guard let field = difference(of: input, in: text, from: recorded, in: recordedText) else {
      return nil
    }
    return Refusal(
      .factConflict, field: field,
      "This source and id were recorded with another \(field); a new fact needs a new id, a wrong one "
        + "is taken back with fact.reverse.")
  }

  /// The first field in which a fact that comes again differs from its record; nil where none does.
  public func difference(
    of input: FactInput, in text: ByteArena, from recorded: FactChange, in recordedText: ByteArena
  ) -> String? {
    let again = text.withBytes(input.learner) {
      learners.number(of: $0, hash: input.learnerHash)
    }
    let isSameLearner = again == learners.surviving(recorded.learner)
    guard isSameLearner else { return "learner" }
    guard isWord(.verb, recorded.verb.rawValue, input.verb, text) else { return "verb" }
    guard isWord(.object, recorded.object.rawValue, input.object, text) else { return "object" }
    guard instant(of: input.time) == recorded.occurredAt else { return "occurredAt" }
    guard input.value == recorded.value else { return "value" }
    let isSameMetadata = text.withBytes(input.metadata) { again in
      recordedText.withBytes(recorded.metadata) { compareBytes($0, again) == 0 }
    }
    return isSameMetadata ? nil : "metadata"
  }

  private func isWord(_ kind: NameKind, _ number: UInt32, _ word: TextRef, _ text: ByteArena)
    -> Bool
  {
    text.withBytes(word) { again in
      names.withWord(kind, number) { compareBytes($0, again) == 0 }
    }
  }

  /// Whether deciding a fact may need its learner's log: it is late, or it comes out of order in a
  /// window that outlives its day and whose closed part only the log knows.
  ///
  /// `latest` holds when the latest fact of each learner in the call happened that such a window sees.
  public func mayNeedLog(
    _ fact: FactInput, _ text: ByteArena, of learner: LearnerNumber,
    latest: inout [LearnerNumber: Instant]
  ) -> Bool {
    let occurredAt = instant(of: fact.time)
    let day = day(at: occurredAt)
    guard day > closedThrough, !awaitsRecompute(learner) else { return true }
    let isStale = hasStaleSheets(learner)
    guard isStale || learners[learner].firstDay <= closedThrough else { return false }
    guard let set = ruleSet(of: learner, on: day, at: occurredAt) else { return false }
    let looksBack = isStale ? set.limited : set.outlivingDay
    guard looksBack != 0 || !set.signals.isEmpty else { return false }
    let matches = matches(of: fact, text, set)
    let signals = set.signals(in: matches)
    var rest = looksBack & matches
    guard rest != 0 || signals != 0 else { return false }
    // What an earlier fact of the call leaves behind is not known yet.
    let earlier = latest.updateValue(occurredAt, forKey: learner)
    if let earlier, earlier >= occurredAt { return true }
    let term = term(on: day, cohort: learners.context(of: learner, on: day).cohort)
    if signals != 0, mayNeedLog(for: signals, of: set, learner, on: day, term, at: occurredAt) {
      return true
    }
    guard term != .outside else { return false }
    let object =
      text.withBytes(fact.object) { names.number(.object, $0, hash: fact.objectHash) } ?? 0
    while rest != 0 {
      let rule = set.rules[rest.trailingZeroBitCount]
      rest &= rest &- 1
      if mayNeedLog(
        rule, learner: learner, at: occurredAt, day: day, term: term,
        object: ObjectNumber(rawValue: object), isFirstOfCall: earlier == nil && !isStale)
      {
        return true
      }
    }
    return false
  }

  /// Whether recognition may need the log: a fact may come before something of its learner, or in a
  /// span that closed before the day does.
  private func mayNeedLog(
    for signals: UInt64, of set: RuleSet, _ learner: LearnerNumber, on day: LocalDay,
    _ term: TermNumber, at occurredAt: Instant
  ) -> Bool {
    let open = openPeriods(day: day, term: term)
    for (place, signal) in set.signals.enumerated() where signals & (1 << UInt64(place)) != 0 {
      switch signal.use {
      case .count(_, let window):
        let isThere = period(window.period, day: day, term: term) != nil
        if isThere, open.period(window.period) == nil { return true }
      case .streak(let streak):
        if !knowsPasses(of: streak, signal.number, learner, through: day) { return true }
      }
    }
    let row = learners[learner]
    guard row.lastDay == day, let latest = open.dayPeriod?.sheets.latest(of: learner) else {
      return row.lastDay > day
    }
    return open.dayPeriod.map { $0.sheets[latest].occurredAt >= occurredAt } ?? true
  }

  /// The rule set that judges what a learner does; most programs need no look at the term for that.
  func ruleSet(
    of learner: LearnerNumber, on day: LocalDay, at instant: Instant
  ) -> RuleSet? {
    guard !rulebook.kept.isEmpty else {
      return rulebook.index(at: instant).map { rulebook.sets[$0] }
    }
    let cohort = learners.context(of: learner, on: day).cohort
    return rulebook.set(at: instant, in: term(on: day, cohort: cohort))
  }

  private func mayNeedLog(
    _ rule: CompiledRule, learner: LearnerNumber, at occurredAt: Instant, day: LocalDay,
    term: TermNumber, object: ObjectNumber, isFirstOfCall: Bool
  ) -> Bool {
    guard let window = rule.limiter.window,
      let key = windowKey(of: rule, day: day, term: term, object: object)
    else { return false }
    // A window can close before the day does, and its fold is gone then.
    guard let period = openPeriods(day: day, term: term).period(window.period),
      !rule.needsFacts
    else { return true }
    let fold = period.windows.fold(learner, rule.number, key.object)
    guard fold.count > 0, fold.last >= occurredAt else { return false }
    return !isFirstOfCall
      || !knowsClosedPart(
        of: key, in: window, rule: rule, fold: fold, learner: learner, day: day)
  }

  /// The refusal of an atomic call whose points might not fit; nil where all would, whatever they pay.
  public func refusalOfRoom(for batch: FactBatch) -> Refusal? {
    if pendingCount + batch.facts.count > Self.pendingMax {
      return Refusal(
        .busy, field: "facts", "Too many facts wait for the roster; import it, then try again.")
    }
    if names.count(.source) + batch.facts.count > Int(UInt16.max) {
      return Refusal(.limitReached, field: "facts", "A program has at most 65,535 sources.")
    }
    var worth: Int64 = 0
    for fact in batch.facts {
      guard let set = rulebook.index(at: instant(of: fact.time)) else { continue }
      for rule in rulebook.sets[set].rules {
        let (sum, overflow) = worth.addingReportingOverflow(
          rule.payment.amount(value: fact.value) ?? .max)
        worth = overflow ? .max : sum
      }
    }
    var fullest: Int64 = 0
    allTime.groupScores.forEach { fullest = max(fullest, $1) }
    for fact in batch.facts {
      let learner = batch.text.withBytes(fact.learner) {
        learners.number(of: $0, hash: fact.learnerHash)
      }
      if let learner { fullest = max(fullest, learners[learner].accounts.earned) }
    }
    guard worth > Accounts.amountMax - fullest else { return nil }
    return Refusal(
      .amountTooLarge, field: "facts", "The points might exceed what an account can hold.")
  }
}

extension ProgramState {
  /// Whether two facts name the same learner, by the same id or by two that were merged.
  fileprivate func areOne(_ left: FactInput, _ right: FactInput, in text: ByteArena) -> Bool {
    text.withBytes(left.learner) { a in
      text.withBytes(right.learner) { b in
        if compareBytes(a, b) == 0 { return true }
        let known = learners.number(of: a, hash: left.learnerHash)
        return known != nil && known == learners.number(of: b, hash: right.learnerHash)
      }
    }
  }
}

extension FactBatch {
  /// Whether two facts of a call with one identity say the same.
  public func areEqual(_ left: Int, _ right: Int, in state: ProgramState) -> Bool {
    let (a, b) = (facts[left], facts[right])
    func same(_ one: TextRef, _ other: TextRef) -> Bool {
      text.withBytes(one) { x in text.withBytes(other) { y in compareBytes(x, y) == 0 } }
    }
    return state.areOne(a, b, in: text) && same(a.verb, b.verb) && same(a.object, b.object)
      && same(a.metadata, b.metadata) && a.value == b.value
      && state.instant(of: a.time) == state.instant(of: b.time)
  }
}
