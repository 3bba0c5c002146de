/// How a learner stands with what a program recognises, now.
extension ProgramState {
  /// A learner's level and the earned points at which the next begins; nil without levels.
  public func level(of learner: LearnerNumber) -> (level: Int, next: Int64?)? {
    guard let levels = definition.recognition.levels else { return nil }
    let level = levels.level(of: learners[learner].accounts.earned)
    return (level, level < levels.highest ? levels.threshold(of: level + 1) : nil)
  }

  /// A streak as it stands for a learner.
  public struct StreakStanding: Hashable, Sendable {
    /// The streak.
    public var streak: Streak
    /// The days of the standing run; 0 once a gap is final that no pass covers.
    public var current: Int
    /// The days of the longest run there was.
    public var longest: Int
    /// The latest day with a qualifying fact.
    public var last: LocalDay?
    /// Passes left in the term.
    public var passesLeft: Int
  }

  /// The streaks of a learner at a time, in the order of their declaration.
  ///
  /// Only a day that is closed can be a gap: today may still be made, and so may yesterday while its
  /// facts are awaited.
  public func streaks(of learner: LearnerNumber, now: Instant) -> [StreakStanding] {
    let through = lastClosedDay(at: now)
    func context(_ day: LocalDay) -> Context { learners.context(of: learner, on: day) }
    return definition.recognition.streaks.map { streak in
      let fold = reached(streak.text, of: learner)
      var standing = StreakStanding(
        streak: streak, current: 0, longest: Int(fold.largest), last: nil,
        passesLeft: streak.passes)
      guard fold.count > 0 else { return standing }
      let run = StreakRun(fold)
      let next = max(run.last, through).next
      standing.last = run.last
      func used(_ term: TermNumber) -> Int {
        let number = names.number(.rule, streak.text).map { RuleNumber(rawValue: UInt16($0)) }
        let open = periods[.term(Int32(term.rawValue))]
        return number.flatMap { open?.windows.fold(learner, $0, .none).count }.map { Int($0) } ?? 0
      }
      let term = rulebook.term(on: next, context)
      var spent = term == rulebook.term(on: run.last, context) ? run.passesUsed : used(term)
      if case .covered(let passes) = coverage(
        of: streak, after: run, before: next, by: rulebook, context, used: used)
      {
        standing.current = run.length
        spent = passes[term] ?? spent
      }
      standing.passesLeft = max(0, streak.passes - spent)
      return standing
    }
  }

  /// A badge or quest as it stands for a learner.
  public struct RecognitionStanding: Sendable {
    /// The grades held, from the lowest, or the steps done.
    public var stage: Int
    /// When that was reached; nil where nothing was.
    public var since: Instant?
    /// Whether people decided so, and not the criterion.
    public var isDecided = false
    /// Whether people took it, whatever the criterion says.
    public var isRevoked = false
    /// What is missing to the next stage; empty at the highest.
    public var missing: [Progress]
  }

  /// How far a learner is with one part of a criterion.
  public struct Progress: Hashable, Sendable {
    /// The part, which is no list of others.
    public var part: Criterion
    /// How much there is.
    public var have: Int64
    /// How much is needed.
    public var need: Int64
  }

  /// A badge as it stands for a learner.
  public func standing(of badge: Badge, for learner: LearnerNumber) -> RecognitionStanding {
    let decision = reached(badge.decisionText, of: learner)
    return standing(
      badge.text, badge.grades.map(\.when), for: learner,
      decision: decision.count > 0 ? decision : nil)
  }

  /// A quest as it stands for a learner.
  public func standing(of quest: Quest, for learner: LearnerNumber) -> RecognitionStanding {
    standing(quest.text, quest.steps.map(\.when), for: learner) { quest.opening(of: $0) }
  }

  private func standing(
    _ text: String, _ stages: [Criterion], for learner: LearnerNumber,
    decision: WindowFold? = nil, opening: (Int) -> (quest: String, steps: Int)? = { _ in nil }
  ) -> RecognitionStanding {
    let fold = reached(text, of: learner)
    var standing = RecognitionStanding(
      stage: Int(fold.largest), since: fold.largest > 0 ? fold.last : nil, missing: [])
    if let decision, decision.largest == 0 || decision.largest > fold.largest {
      standing.stage = Int(decision.largest)
      standing.since = standing.stage > 0 ? decision.last : nil
      standing.isDecided = standing.stage > 0
      standing.isRevoked = standing.stage == 0
    }
    let stage = standing.stage
    guard stage < stages.count else { return standing }
    standing.missing = stages[stage].parts.compactMap {
      progress(of: $0, for: learner, opensAfter: opening(stage))
    }
    return standing
  }

  private func progress(
    of part: Criterion, for learner: LearnerNumber, opensAfter: (quest: String, steps: Int)?
  ) -> Progress? {
    let recognition = definition.recognition
    switch part {
    case .all, .any, .atLeast: return nil
    case .facts(let count):
      let text = count.text(rules: definition.rules, opensAfter: opensAfter)
      return Progress(
        part: part, have: reached(text, of: learner).largest, need: count.atLeast)
    case .earned(let points):
      return Progress(part: part, have: learners[learner].accounts.earned, need: points)
    case .level(let level):
      return Progress(
        part: part, have: Int64(self.level(of: learner)?.level ?? 1), need: Int64(level))
    case .streak(let id, let days):
      let streak = recognition.streaks.first { $0.id == id }
      return Progress(
        part: part, have: streak.map { reached($0.text, of: learner).largest } ?? 0,
        need: Int64(days))
    case .badge(let id, let grade):
      let badge = recognition.badges.first { $0.id == id }
      let place = badge?.grades.firstIndex { $0.name == grade } ?? 0
      return Progress(
        part: part, have: badge.map { reached($0.text, of: learner).largest } ?? 0,
        need: Int64(place + 1))
    }
  }

  /// What is kept of how far something got, by the text that names it.
  private func reached(_ text: String, of learner: LearnerNumber) -> WindowFold {
    guard let number = names.number(.rule, text) else { return .empty }
    return allTime.windows.fold(learner, RuleNumber(rawValue: UInt16(number)), .none)
  }
}
