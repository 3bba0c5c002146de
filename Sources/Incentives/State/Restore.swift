/// Rebuilds a state from the follower's tables: the short way to where applying the log would lead.
///
/// A start calls, in this order: `restoreLearner` for each learner by number; `restore(structure:)` for
/// each record that made a name, a row, a group or a program, in the order of the log; the setters for
/// time, open periods and what is counted; `restoreOpenDay` for each record since the first open day;
/// and `finishRestoring`. Then it applies the tail of the log.
extension ProgramState {
  /// Applies a structural record again: who and what there is, not what anybody has.
  public func restore(structure change: Change, at position: Position, in buffer: ChangeBuffer) {
    switch change {
    case .named, .learner, .learnerNamed, .erased, .row, .rowWithdrawn, .group, .batch, .batchPart,
      .batchReversed, .batchTaken, .program, .advanced, .job, .staff, .staffCohort, .staffNamed,
      .rehearsal, .recompute, .termKept, .recomputed, .proposed, .session, .attendance, .excused,
      .perfect, .attendanceJudged, .starDecided, .awardGiven, .awardRevoked, .workNominated,
      .workDecided:
      self.position = Position(rawValue: position.rawValue - 1)
      apply(change, in: buffer)
    case .merged(let merge):
      // What was handed over is where the tables say.
      self.position = position
      learners.join(merge.from, into: merge.into)
      attendance.join(merge.from, into: merge.into)
      awards.join(merge.from, into: merge.into)
    default:
      preconditionFailure("only structural records are restored")
    }
  }

  /// Sets the resident row of a learner; its context stays.
  public func restore(_ row: LearnerTable.Row, of learner: LearnerNumber) {
    learners.restore(row, of: learner)
  }

  /// Adds the next learner; a start knows the words from the vault.
  public func restoreLearner(
    externalID: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer,
    alias: UnsafeRawBufferPointer, rollNumber: UnsafeRawBufferPointer
  ) {
    let learner = learners.restore(externalID, hash: hash.hash64(externalID))
    if !name.isEmpty || !alias.isEmpty { learners.setName(name, alias: alias, of: learner) }
    if !rollNumber.isEmpty {
      learners.setRollNumber(rollNumber, hash: hash.hash64(rollNumber), of: learner)
    }
  }

  /// Sets the program's time, and what was closed by it under the definitions of then.
  public func restore(clock: Instant, closedThrough: LocalDay) {
    self.clock = clock
    self.closedThrough = closedThrough
    recent = RecentPeriods()
    noteClosings()
  }

  /// Sets what was granted this week.
  public func restore(_ budgets: GrantBudgets) { self.budgets = budgets }

  /// Makes a period resident, which a record touched first.
  public func restore(
    _ period: Period, firstTouchedAt position: Position, closedAt: Position = .none
  ) {
    let open = open(period)
    open.firstPosition = position
    open.closedAt = closedAt
  }

  /// Sets the points of a run of members in an open period; zeros are skipped.
  public func restore(
    scores: ContiguousArray<Int64>, from first: UInt32, ranksGroups: Bool, in period: Period
  ) {
    let open = open(period)
    for (offset, score) in scores.enumerated() where score != 0 {
      if ranksGroups {
        open.groupScores[Int(first) + offset] = score
      } else {
        open.learnerScores[Int(first) + offset] = score
      }
    }
  }

  /// Sets what a run of learners has left of a term's lot, or what of them expired; zeros are skipped.
  ///
  /// Rows of a term that does not expire any more are of no use.
  public func restore(
    lots amounts: ContiguousArray<Int64>, from first: UInt32, of term: TermNumber, areExpired: Bool
  ) {
    guard let lot = lot(of: term) else { return }
    for (offset, amount) in amounts.enumerated() where amount != 0 {
      let learner = LearnerNumber(rawValue: first + UInt32(offset))
      if areExpired {
        lot.expire(amount, of: learner)
      } else {
        lot.add(amount, to: learner)
      }
    }
  }

  /// Sets what windows of an open period hold, which had none; quickest for many at once.
  public func restore(_ windows: ContiguousArray<WindowTable.Entry>, in period: Period) {
    open(period).windows.insert(windows)
  }

  /// Sets what a window holds.
  public func restore(_ fold: WindowFold, of learner: LearnerNumber, _ key: WindowKey) {
    open(key.period).windows.update(learner, key.rule, key.object) { $0 = fold }
  }

  /// Shows a record again to the sheets and windows of the days that are open.
  public func restoreOpenDay(_ change: Change, at position: Position, in buffer: ChangeBuffer) {
    self.position = position
    switch change {
    case .fact(let fact): restoreOnSheet(fact, in: buffer)
    case .window(let window) where window.key.period.kind == .day && !isClosed(window.key.period):
      restore(window.fold, of: window.learner, window.key)
    case .context(let context):
      periods[.day(context.day)]?.sheets.setStatus(
        context.status, of: context.fact, learner: learners.surviving(context.learner))
    case .reversed(let reversal):
      periods[.day(reversal.day)]?.sheets.setStatus(
        .reversed, of: reversal.fact, learner: learners.surviving(reversal.learner))
    default: break
    }
  }

  /// What is counted for a program as a whole.
  public struct Counters: Hashable, Sendable, Codable {
    /// The last record.
    public var position: UInt64
    /// How many facts were recorded.
    public var factCount: UInt64
    /// How many facts wait for the roster.
    public var pendingCount: Int
    /// When the latest fact happened, in microseconds.
    public var latestFact: Int64
    /// The number of the last job.
    public var lastJob: UInt32
    /// The sources that sent facts with a date only, ascending.
    public var dateOnlySources: [UInt16] = []

    /// Notes a source that sent a fact with a date only.
    public mutating func note(dateOnly source: SourceNumber) {
      let place = dateOnlySources.partitioningIndex { $0 >= source.rawValue }
      guard place == dateOnlySources.count || dateOnlySources[place] != source.rawValue else {
        return
      }
      dateOnlySources.insert(source.rawValue, at: place)
    }

    /// The counters of a program without records.
    public init() {
      position = 0
      factCount = 0
      pendingCount = 0
      latestFact = .min
      lastJob = 0
    }
  }

  /// What is counted for the program as a whole.
  public var counters: Counters {
    var counters = Counters()
    counters.position = position.rawValue
    counters.factCount = factCount
    counters.pendingCount = pendingCount
    counters.latestFact = latestFact.microseconds
    counters.lastJob = lastJob
    counters.dateOnlySources = dateOnlySources.map(\.rawValue).sorted()
    return counters
  }

  /// Notes which reversals of batches have ended, whose jobs are no more.
  private func restoreReversals() {
    for index in batches.indices {
      let isRunning = jobs.contains { $0.batch == batches[index].number }
      if !isRunning { batches[index].reversal?.isDone = true }
    }
  }

  /// Marks of whom attendance is to be judged; which days were closed when a mark was made is not known.
  private func restoreJudging() {
    if judging.isDue { judging.markAll() }
    markClosings(
      since: judged?.closedThrough ?? LocalDay(number: .min), clock: judged?.clock ?? .distantPast)
  }

  /// Ends a restore: from here on the state stands where its tables stood.
  public func finishRestoring(_ counters: Counters) {
    position = Position(rawValue: counters.position)
    factCount = counters.factCount
    pendingCount = counters.pendingCount
    latestFact = Instant(microseconds: counters.latestFact)
    lastJob = counters.lastJob
    dateOnlySources = Set(counters.dateOnlySources.map(SourceNumber.init(rawValue:)))
    learners.order.reorder()
    restoreReversals()
    restoreRecompute()
    recent = RecentPeriods()
    noteClosings()
    restoreJudging()
  }

  private func restoreOnSheet(_ fact: FactChange, in buffer: ChangeBuffer) {
    guard fact.day > closedThrough, let day = openPeriods(day: fact.day, term: fact.term).dayPeriod
    else { return }
    for outcome in buffer.outcomes[fact.outcomes.range]
    where fact.status == .counted && fact.term != .outside {
      // Of the set that judged it then: a recompute may have put another in its place.
      guard let window = rulesByNumber[outcome.rule]?.limiter.window, window.period == .day
      else { continue }
      day.windows.update(
        fact.learner, outcome.rule, window.isPerObject ? fact.object : .none
      ) { $0.add(worth: outcome.worth, at: fact.occurredAt) }
    }
    // Windows were set when two learners became one; sheets were not.
    var onSheet = fact
    onSheet.learner = learners.surviving(fact.learner)
    let set = rulebook.set(at: fact.occurredAt, in: fact.term)
    putOnSheet(onSheet, of: day, set: set, in: buffer)
  }
}
