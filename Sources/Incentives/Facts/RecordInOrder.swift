/// The two short ways to pay a new fact: from its window's fold, or from the sheets of open days.
extension ProgramState {
  /// Where a new fact stands among the facts of its learner on its day.
  enum SheetOrder {
    /// After all of them, or the first.
    case last
    /// Before at least one.
    case earlier
    /// The day is closed: nobody knows without the log.
    case closed
  }

  /// Where a new fact stands on its day's sheet.
  func orderOnSheet(_ fact: FactChange, _ text: ByteArena) -> SheetOrder {
    guard fact.day > closedThrough else { return .closed }
    guard let open = openPeriods(day: fact.day, term: fact.term).dayPeriod else { return .last }
    guard let latest = open.sheets.latest(of: fact.learner) else { return .last }
    return precedes(open.sheets[latest], fact, open, text) ? .last : .earlier
  }

  /// Whether a fact on a sheet comes before a new one.
  private func precedes(
    _ onSheet: DaySheets.Fact, _ fact: FactChange, _ open: OpenPeriod, _ text: ByteArena
  ) -> Bool {
    if onSheet.occurredAt != fact.occurredAt { return onSheet.occurredAt < fact.occurredAt }
    return open.sheets.text.withBytes(onSheet.id) { a in
      text.withBytes(fact.id) { b in
        comesBefore(
          (onSheet.occurredAt, onSheet.source, a), (fact.occurredAt, fact.source, b))
      }
    }
  }

  /// What a rule pays for a fact that comes after all facts of its window; nil if it does not.
  func outcomeInOrder(_ fact: FactChange, rule: CompiledRule, order: SheetOrder) -> Outcome? {
    let worth = rule.payment.amount(value: fact.value) ?? 0
    func pays(_ points: Int64, _ reason: Reason) -> Outcome {
      Outcome(rule: rule.number, reason: reason, worth: worth, points: points)
    }
    if fact.status == .reversed { return pays(0, .reversed) }
    if fact.term == .outside { return pays(0, .outsideTerm) }
    guard let window = rule.limiter.window else {
      return pays(worth, rule.reason(worth: worth, points: worth))
    }
    guard let open = openPeriods(day: fact.day, term: fact.term).period(window.period) else {
      return nil
    }
    let object = window.isPerObject ? fact.object : .none
    let fold = open.windows.fold(fact.learner, rule.number, object)
    guard isInOrder(fact, fold: fold, window: window, order: order),
      let points = rule.pays(worth, after: fold)
    else { return nil }
    return pays(points, rule.reason(worth: worth, points: points))
  }

  private func isInOrder(
    _ fact: FactChange, fold: WindowFold, window: Window, order: SheetOrder
  ) -> Bool {
    if fold.count == 0 || fold.last < fact.occurredAt { return true }
    // At the same instant the bytes decide, and only the day's sheet has them.
    if case .last = order { return fold.last == fact.occurredAt || window.period == .day }
    return false
  }

  /// What a rule pays for a fact of an open day that comes out of order.
  ///
  /// The sheets hold the window's facts of open days; what it holds of closed days, all of which come
  /// before, is the rest of its fold. Notes the moves of later facts; nil where only the learner's log
  /// knows that rest.
  func outcomeOnSheet(
    _ fact: FactChange, rule: CompiledRule, order: SheetOrder, _ text: ByteArena
  ) -> Outcome? {
    if case .closed = order { return nil }
    guard !hasStaleSheets(fact.learner) else { return nil }
    guard let mates = matesOnSheets(of: fact, rule: rule),
      let closed = rule.rest(of: mates.fold, without: mates.worths)
    else { return nil }
    return insert(fact, among: mates, after: closed, rule: rule, text)
  }

  /// The facts of open days that share a window with a fact, in canonical order.
  struct Mates {
    /// What the window holds of all days.
    var fold: WindowFold
    var facts: [HistoryFact] = []
    var contexts: [Context] = []
    var worths: ContiguousArray<Int64> = []
    var text = ByteArena()
  }

  /// Whether what a window holds of closed days can be told without the learner's log.
  func knowsClosedPart(
    of key: WindowKey, in window: Window, rule: CompiledRule, fold: WindowFold,
    learner: LearnerNumber, day: LocalDay
  ) -> Bool {
    let mates = matesOnSheets(
      of: learner, in: key, window: window, day: day, rule: rule, fold: fold)
    return rule.rest(of: fold, without: mates.worths) != nil
  }

  private func matesOnSheets(of fact: FactChange, rule: CompiledRule) -> Mates? {
    guard let key = windowKey(of: rule, day: fact.day, term: fact.term, object: fact.object),
      let window = rule.limiter.window,
      let open = openPeriods(day: fact.day, term: fact.term).period(window.period)
    else { return nil }
    return matesOnSheets(
      of: fact.learner, in: key, window: window, day: fact.day, rule: rule,
      fold: open.windows.fold(fact.learner, rule.number, key.object))
  }

  private func matesOnSheets(
    of learner: LearnerNumber, in key: WindowKey, window: Window, day: LocalDay,
    rule: CompiledRule, fold: WindowFold
  ) -> Mates {
    let row = learners[learner]
    let isDay = window.period == .day
    let found = factsOnSheets(
      of: learner, from: isDay ? day : max(row.firstDay, closedThrough.next),
      through: isDay ? day : row.lastDay)
    let rows = learners.contextRows(of: learner)
    var mates = Mates(fold: fold, text: found.text)
    for fact in found.facts where fact.status == .counted {
      guard let context = membership(of: fact, in: key, rule: rule, rows: rows) else { continue }
      mates.facts.append(fact)
      mates.contexts.append(context)
      mates.worths.append(rule.payment.amount(value: fact.value) ?? 0)
    }
    return mates
  }

  /// Walks one window with and without a new fact and notes what moves.
  private func insert(
    _ fact: FactChange, among mates: Mates, after closed: WindowFold, rule: CompiledRule,
    _ text: ByteArena
  ) -> Outcome {
    let worth = rule.payment.amount(value: fact.value) ?? 0
    var without = LimiterRun(rule, after: closed)
    var with = without
    var paid: Int64?
    for (index, mate) in mates.facts.enumerated() {
      if paid == nil, !precedes(mate, mates.text, fact, text) {
        paid = with.pay(worth, at: fact.occurredAt)
      }
      let before = without.pay(mates.worths[index], at: mate.occurredAt)
      let after = with.pay(mates.worths[index], at: mate.occurredAt)
      if before != after {
        let context = mates.contexts[index]
        scratch.moves.append(
          Move(
            fact: mate.position, learner: fact.learner, rule: rule.number, day: mate.day,
            group: context.scoringGroup, term: term(on: mate.day, cohort: context.cohort),
            points: after - before))
      }
    }
    let points = paid ?? with.pay(worth, at: fact.occurredAt)
    return Outcome(
      rule: rule.number, reason: rule.reason(worth: worth, points: points), worth: worth,
      points: points)
  }

  /// The context of a recorded fact if it lies in a window; nil if it does not.
  private func membership(
    of mate: HistoryFact, in key: WindowKey, rule: CompiledRule, rows: ContextRows
  ) -> Context? {
    guard mate.ruleSet >= 0,
      let place = rulebook.sets[mate.ruleSet].rules.firstIndex(where: { $0.number == rule.number }),
      mate.matches & (1 << UInt64(place)) != 0
    else { return nil }
    if !key.object.isNone, mate.object != key.object { return nil }
    let context = rows.context(on: mate.day)
    let term = term(on: mate.day, cohort: context.cohort)
    guard context.isOnRoster, rule.accepts(context), term != .outside,
      windowKey(of: rule, day: mate.day, term: term, object: mate.object) == key
    else { return nil }
    return context
  }

  private func precedes(
    _ mate: HistoryFact, _ mateText: ByteArena, _ fact: FactChange, _ text: ByteArena
  ) -> Bool {
    mateText.withBytes(mate.id) { a in
      text.withBytes(fact.id) { b in
        comesBefore((mate.occurredAt, mate.source, a), (fact.occurredAt, fact.source, b))
      }
    }
  }
}

/// A payment that moves.
struct Move {
  var fact: Position
  var learner: LearnerNumber
  var rule: RuleNumber
  var day: LocalDay
  var group: GroupNumber
  var term: TermNumber
  var points: Int64
  /// Whether it moves what was taken: lots were fixed then, and none follows.
  var isSpent = false
}

extension [Move] {
  /// What they lose in all, and the first day that loses something; nil where they lose nothing.
  var loss: (points: Int64, day: LocalDay)? {
    var ofDays: [LocalDay: Int64] = [:]
    for move in self { ofDays[move.day, default: 0] &+= move.points }
    let net = ofDays.values.reduce(0, &+)
    guard net < 0, let day = ofDays.filter({ $0.value < 0 }).keys.min() else { return nil }
    return (-net, day)
  }
}

/// What decisions on facts reuse, so that the hot path allocates nothing.
struct FactScratch {
  var moves: ContiguousArray<Move> = []
  /// The word of a source that the fact being decided is the first to name.
  var newSource: ContiguousArray<UInt8> = []
  /// The row of attendance for which the fact being decided is recorded; nil for all other facts.
  var row: AttendanceChange?

  mutating func begin() { moves.removeAll(keepingCapacity: true) }
}
