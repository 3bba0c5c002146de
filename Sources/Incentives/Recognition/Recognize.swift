/// What a learner's facts add to streaks, badges and quests, fact by fact in canonical order.
///
/// The same walk serves both ways to decide: over all facts of a learner, from nothing; and over one
/// fact that comes after all others, from what the windows hold. What it changed is in `folds`: windows
/// set outright, since none of this is a sum.
struct RecognitionWalk {
  /// How far a learner got with a badge or quest, and the fact that brought it there.
  struct Standing: Hashable {
    var stage: Int
    var fact: Position
    var day: LocalDay
    var at: Instant
  }

  /// The windows that changed, as they are now.
  private(set) var folds: [WindowKey: WindowFold] = [:]
  /// The badges and quests that changed, as they are now.
  private(set) var standings: [RuleNumber: Standing] = [:]

  mutating func set(_ key: WindowKey, _ fold: WindowFold) { folds[key] = fold }
  mutating func set(_ number: RuleNumber, _ standing: Standing) { standings[number] = standing }
}

/// A counted fact as recognition sees it.
struct RecognizedFact {
  var position: Position
  var occurredAt: Instant
  var day: LocalDay
  var object: ObjectNumber
  var term: TermNumber
  /// The signals it matches, by place.
  var signals: UInt64
}

/// What recognition reads while it walks.
struct RecognitionSources {
  /// The terms the learner's days lie in.
  var book: Rulebook
  /// What a window holds that the walk has not changed; nil where that is not resident any more.
  var resident: (WindowKey) -> WindowFold?
  /// What is true of the learner on a day.
  var context: (LocalDay) -> Context
}

extension ProgramState {
  /// Looks at the next fact of a learner in canonical order; answers what it pays, in the order of
  /// streaks, badges, quests.
  ///
  /// Nil where a window it would change is not resident: only the learner's log can tell then.
  func recognize(
    _ fact: RecognizedFact, in set: RuleSet, context: Context, _ sources: RecognitionSources,
    walk: inout RecognitionWalk
  ) -> [Outcome]? {
    var outcomes: [Outcome] = []
    var changed: UInt64 = 0
    var rest = fact.signals
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest &- 1
      let signal = set.signals[place]
      guard signal.rule.accepts(context) else { continue }
      switch signal.use {
      case .count(let distinct, let window):
        guard let isNew = count(fact, signal, distinct, window, sources, &walk) else { return nil }
        if isNew { changed |= 1 << UInt64(place) }
      case .streak(let streak):
        guard let run = lengthen(streak, signal.number, by: fact, context, sources, &walk) else {
          return nil
        }
        guard run > 0 else { continue }
        changed |= 1 << UInt64(place)
        if let milestone = streak.milestones.first(where: { $0.days == run }) {
          outcomes.append(outcome(of: signal.number, milestone.points, fact))
        }
      }
    }
    guard changed != 0 else { return outcomes }
    for recognition in set.recognitions
    where !recognition.readsEarned && recognition.signals & changed != 0 {
      let standing = reached(recognition.number, sources, walk)
      let stage = recognition.stage(after: Int(standing)) { reached($0, sources, walk) }
      guard stage > standing else { continue }
      walk.set(
        recognition.number,
        RecognitionWalk.Standing(
          stage: stage, fact: fact.position, day: fact.day, at: fact.occurredAt))
      walk.set(
        Self.total(of: recognition.number),
        WindowFold(last: fact.occurredAt, sum: 0, largest: Int64(stage), count: 1))
      let points = recognition.points(from: Int(standing), to: stage)
      if points > 0 { outcomes.append(outcome(of: recognition.number, points, fact)) }
    }
    return outcomes
  }

  /// The window that holds how far a signal, streak, badge or quest got, as `largest`.
  static func total(of number: RuleNumber) -> WindowKey {
    WindowKey(rule: number, period: .all, object: .none)
  }

  private func outcome(of number: RuleNumber, _ points: Int64, _ fact: RecognizedFact) -> Outcome {
    fact.term == .outside
      ? Outcome(rule: number, reason: .outsideTerm, worth: points, points: 0)
      : Outcome(
        rule: number, reason: points > 0 ? .paid : .noValue, worth: points, points: points)
  }

  private func reached(
    _ number: RuleNumber, _ sources: RecognitionSources, _ walk: RecognitionWalk
  ) -> Int64 {
    let key = Self.total(of: number)
    return (walk.folds[key] ?? sources.resident(key) ?? .empty).largest
  }

  /// Counts a fact; false where its object or day was seen before, or nothing is counted yet.
  private func count(
    _ fact: RecognizedFact, _ signal: CompiledSignal, _ distinct: FactCount.Distinct,
    _ window: Window, _ sources: RecognitionSources, _ walk: inout RecognitionWalk
  ) -> Bool? {
    if let (quest, steps) = signal.opensAfter, reached(quest, sources, walk) != steps {
      return false
    }
    guard let period = period(window.period, day: fact.day, term: fact.term),
      !(window.isPerObject && fact.object.isNone)
    else { return false }
    let seen: WindowKey?
    switch distinct {
    case .facts: seen = nil
    case .objects:
      guard !fact.object.isNone else { return false }
      seen = WindowKey(rule: signal.number, period: period, object: fact.object)
    case .days: seen = WindowKey(rule: signal.number, period: .day(fact.day), object: .none)
    }
    if let seen {
      guard var fold = walk.folds[seen] ?? sources.resident(seen) else { return nil }
      guard fold.count == 0 else { return false }
      fold.add(worth: 1, at: fact.occurredAt)
      walk.set(seen, fold)
    }
    let key = WindowKey(
      rule: signal.number, period: period, object: window.isPerObject ? fact.object : .none)
    guard var fold = walk.folds[key] ?? sources.resident(key) else { return nil }
    fold.add(worth: 1, at: fact.occurredAt)
    fold.largest = max(fold.largest, Int64(fold.count))
    walk.set(key, fold)
    let total = Self.total(of: signal.number)
    guard total != key else { return true }
    guard var most = walk.folds[total] ?? sources.resident(total) else { return nil }
    most.largest = max(most.largest, Int64(fold.count))
    most.last = fact.occurredAt
    most.count = 1
    walk.set(total, most)
    return true
  }

  /// Adds the day of a fact to a streak; answers the length of the run, 0 where the day adds nothing.
  private func lengthen(
    _ streak: Streak, _ number: RuleNumber, by fact: RecognizedFact, _ context: Context,
    _ sources: RecognitionSources, _ walk: inout RecognitionWalk
  ) -> Int? {
    guard sources.book.counts(fact.day, for: streak, context) else { return 0 }
    let key = Self.total(of: number)
    guard let fold = walk.folds[key] ?? sources.resident(key) else { return nil }
    var run = StreakRun(fold)
    guard run.length == 0 || run.last < fact.day else { return 0 }
    func used(_ term: TermNumber) -> Int? {
      guard streak.passes > 0, term != .outside else { return 0 }
      let key = Self.passes(of: number, in: term)
      return (walk.folds[key] ?? sources.resident(key)).map { Int($0.count) }
    }
    let term = fact.term
    guard run.length > 0 else {
      run = StreakRun(last: fact.day, length: 1, passesUsed: 0)
      walk.set(key, run.fold(longest: max(fold.largest, 1), at: fact.occurredAt))
      return 1
    }
    let coverage = coverage(
      of: streak, after: run, before: fact.day, by: sources.book, sources.context, used: used)
    let isSameTerm = sources.book.term(on: run.last, sources.context) == term
    guard let before = isSameTerm ? run.passesUsed : used(term) else { return nil }
    switch coverage {
    case .unknown: return nil
    case .broken: run = StreakRun(last: fact.day, length: 1, passesUsed: before)
    case .covered(let spent):
      for (term, count) in spent {
        walk.set(
          Self.passes(of: number, in: term),
          WindowFold(last: fact.occurredAt, sum: 0, largest: 0, count: UInt32(count)))
      }
      run = StreakRun(
        last: fact.day, length: run.length + 1, passesUsed: spent[term] ?? before)
    }
    walk.set(key, run.fold(longest: fold.largest, at: fact.occurredAt))
    return run.length
  }

  /// The window that counts the passes of a term that a streak used.
  private static func passes(of number: RuleNumber, in term: TermNumber) -> WindowKey {
    WindowKey(rule: number, period: .term(Int32(term.rawValue)), object: .none)
  }

  /// What becomes of the days between a run and a later day.
  enum Coverage {
    /// No gap is left; so many passes are used of these terms from now on.
    case covered([TermNumber: Int])
    /// What is left of some term's passes does not cover its part of the gap, and none is used.
    case broken
    /// Nobody knows what is used of a term that is closed.
    case unknown
  }

  /// Whether the days between a run and a later day break it, given what is used of other terms than
  /// that of the run's last day.
  func coverage(
    of streak: Streak, after run: StreakRun, before day: LocalDay, by book: Rulebook,
    _ context: (LocalDay) -> Context, used: (TermNumber) -> Int?
  ) -> Coverage {
    let termOfRun = book.term(on: run.last, context)
    var spent: [TermNumber: Int] = [:]
    var gap = run.last.next
    while gap < day {
      let there = context(gap)
      if book.counts(gap, for: streak, there) {
        let term = book.term(on: gap, cohort: there.cohort)
        guard term != .outside, streak.passes > 0 else { return .broken }
        guard let before = spent[term] ?? (term == termOfRun ? run.passesUsed : used(term)) else {
          return .unknown
        }
        guard before < streak.passes else { return .broken }
        spent[term] = before + 1
      }
      gap = gap.next
    }
    return .covered(spent)
  }

  /// Whether all is resident that tells what a day does to a streak.
  func knowsPasses(
    of streak: Streak, _ number: RuleNumber, _ learner: LearnerNumber, through day: LocalDay
  ) -> Bool {
    guard streak.passes > 0 else { return true }
    let run = StreakRun(allTime.windows.fold(learner, number, .none))
    guard run.length > 0, run.last < day else { return true }
    func context(_ day: LocalDay) -> Context { learners.context(of: learner, on: day) }
    func used(_ term: TermNumber) -> Int? {
      let period = Self.passes(of: number, in: term).period
      return term == .outside || !isClosed(period) ? 0 : nil
    }
    let term = rulebook.term(on: day, context)
    guard term == rulebook.term(on: run.last, context) || used(term) != nil else { return false }
    if case .unknown = coverage(
      of: streak, after: run, before: day, by: rulebook, context, used: used)
    {
      return false
    }
    return true
  }
}

extension Rulebook {
  /// Whether a day is one that a streak counts.
  func counts(_ day: LocalDay, for streak: Streak, _ context: Context) -> Bool {
    guard context.isOnRoster else { return false }
    let cohort = context.cohort.isNone ? nil : UInt32(context.cohort.rawValue)
    let calendar = calendar(on: day)
    switch streak.days {
    case .teachingDays: return calendar.isTeachingDay(day, cohort: cohort)
    case .workdays: return calendar.isWorkday(day, cohort: cohort)
    case .everyDay: return true
    }
  }

  /// The term of a day whose context is told.
  func term(on day: LocalDay, _ context: (LocalDay) -> Context) -> TermNumber {
    term(on: day, cohort: context(day).cohort)
  }
}

/// The standing run of a streak, as its window keeps it.
struct StreakRun: Hashable {
  /// The latest day with a qualifying fact.
  var last: LocalDay
  /// How many days it has.
  var length: Int
  /// How many passes of the latest day's term are used.
  var passesUsed: Int

  init(last: LocalDay, length: Int, passesUsed: Int) {
    self.last = last
    self.length = length
    self.passesUsed = passesUsed
  }

  /// Reads a window: the day in the low half of `sum`, the passes in the high half.
  init(_ fold: WindowFold) {
    last = LocalDay(number: Int32(truncatingIfNeeded: fold.sum))
    length = Int(fold.count)
    passesUsed = Int(fold.sum >> 32)
  }

  func fold(longest: Int64, at instant: Instant) -> WindowFold {
    WindowFold(
      last: instant, sum: Int64(passesUsed) << 32 | Int64(UInt32(bitPattern: last.number)),
      largest: max(longest, Int64(length)), count: UInt32(length))
  }
}
