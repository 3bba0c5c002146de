/// What all facts of a learner pay, found from the set alone: the rule of rules in one function.
///
/// `judge` knows nothing of arrival. It walks the facts in canonical order, gives each the context of
/// its day, and runs every limiter over its windows. Recording in order is a shortcut to the same
/// answer; everything else — late facts, reversals, late rosters, explanations, `verify --rules` — is
/// the difference between two calls of it.
extension ProgramState {
  /// A fact's place in the world: what counts for it, and what its rules pay.
  struct Judgement {
    var status: FactStatus
    var group: GroupNumber
    var term: TermNumber
    var outcomes: [Outcome]
  }

  /// The result of judging a learner's facts.
  struct Judged {
    var judgements: [Judgement] = []
    var windows: [WindowKey: WindowFold] = [:]
    var recognition = RecognitionWalk()

    /// What the facts pay in all.
    var points: Int64 {
      judgements.reduce(0) { sum, judgement in
        judgement.outcomes.reduce(sum) { $0 &+ $1.points }
      }
    }
  }

  /// Judges the facts of one learner, given in canonical order, in the context of its rows, by the
  /// rulebook they were read by: the standing one where none is given.
  func judge(_ facts: [HistoryFact], rows: ContextRows, by book: Rulebook? = nil) -> Judged {
    let book = book ?? rulebook
    var judged = Judged()
    judged.judgements.reserveCapacity(facts.count)
    var runs: [WindowKey: LimiterRun] = [:]
    var resolved: (day: LocalDay, context: Context)?
    for fact in facts {
      let context: Context
      if let known = resolved, known.day == fact.day {
        context = known.context
      } else {
        context = rows.context(on: fact.day)
        resolved = (fact.day, context)
      }
      var judgement = judgement(of: fact, in: context, by: book, runs: &runs)
      recognize(fact, context, rows: rows, by: book, &judgement, &judged.recognition)
      judged.judgements.append(judgement)
    }
    judged.windows = runs.mapValues(\.fold)
    return judged
  }

  /// Adds what a fact pays through streaks, badges and quests.
  private func recognize(
    _ fact: HistoryFact, _ context: Context, rows: ContextRows, by book: Rulebook,
    _ judgement: inout Judgement, _ walk: inout RecognitionWalk
  ) {
    guard judgement.status == .counted,
      let (set, matches) = fact.version(in: judgement.term, of: book)
    else { return }
    let signals = set.signals(in: matches)
    guard signals != 0 else { return }
    let seen = RecognizedFact(
      position: fact.position, occurredAt: fact.occurredAt, day: fact.day, object: fact.object,
      term: judgement.term, signals: signals)
    let sources = RecognitionSources(
      book: book, resident: { _ in .empty }, context: { rows.context(on: $0) })
    judgement.outcomes +=
      recognize(seen, in: set, context: context, sources, walk: &walk) ?? []
  }

  private func judgement(
    of fact: HistoryFact, in context: Context, by book: Rulebook,
    runs: inout [WindowKey: LimiterRun]
  ) -> Judgement {
    let term = book.term(on: fact.day, cohort: context.cohort)
    let status: FactStatus =
      fact.status == .reversed ? .reversed : (context.isOnRoster ? .counted : .pending)
    var judgement = Judgement(
      status: status, group: context.scoringGroup, term: term, outcomes: [])
    guard let (set, matches) = fact.version(in: term, of: book) else { return judgement }
    var rest = matches & set.ruleBits
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest &- 1
      let rule = set.rules[place]
      guard status != .pending, rule.accepts(context) else { continue }
      judgement.outcomes.append(
        outcome(of: rule, for: fact, status: status, term: term, runs: &runs))
    }
    return judgement
  }

  private func outcome(
    of rule: CompiledRule, for fact: HistoryFact, status: FactStatus, term: TermNumber,
    runs: inout [WindowKey: LimiterRun]
  ) -> Outcome {
    let worth = rule.payment.amount(value: fact.value) ?? 0
    func pays(_ points: Int64, _ reason: Reason) -> Outcome {
      Outcome(rule: rule.number, reason: reason, worth: worth, points: points)
    }
    if status == .reversed { return pays(0, .reversed) }
    if term == .outside { return pays(0, .outsideTerm) }
    guard let key = windowKey(of: rule, day: fact.day, term: term, object: fact.object) else {
      return pays(worth, rule.reason(worth: worth, points: worth))
    }
    let points = runs[key, default: LimiterRun(rule.limiter)].pay(worth, at: fact.occurredAt)
    return pays(points, rule.reason(worth: worth, points: points))
  }

  /// The window in which a rule's limiter sees a fact; nil where the rule has no limiter.
  func windowKey(of rule: CompiledRule, day: LocalDay, term: TermNumber, object: ObjectNumber)
    -> WindowKey?
  {
    guard let window = rule.limiter.window,
      let period = period(window.period, day: day, term: term)
    else { return nil }
    return WindowKey(
      rule: rule.number, period: period, object: window.isPerObject ? object : .none)
  }

  /// Whether one fact comes before another in canonical order: (occurredAt, source, id), bytewise.
  func comesBefore(
    _ left: (at: Instant, source: SourceNumber, id: UnsafeRawBufferPointer),
    _ right: (at: Instant, source: SourceNumber, id: UnsafeRawBufferPointer)
  ) -> Bool {
    if left.at != right.at { return left.at < right.at }
    if left.source != right.source {
      let bySource = withWord(of: left.source) { a in
        withWord(of: right.source) { b in compareBytes(a, b) }
      }
      if bySource != 0 { return bySource < 0 }
    }
    return compareBytes(left.id, right.id) < 0
  }

  /// Lends the word of a source, also of one that has its number only once the fact is applied.
  private func withWord<R>(of source: SourceNumber, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    guard source.index > names.count(.source) else {
      return names.withWord(.source, UInt32(source.rawValue), body)
    }
    return scratch.newSource.withUnsafeBytes(body)
  }
}
