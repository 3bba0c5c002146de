/// Closes periods: the first kind of job (rules.md §2, design “Jobs”).
///
/// When the program's time passes a period's end plus grace, the period is closed: facts of it are late
/// from then on, whether or not the job has run. The job then writes its boards into the log, place by
/// place, and lets go of what was resident. It works in short steps between other commands; what it has
/// written is its cursor. What it gathers in between can be gathered again after a crash: the scores of
/// a closed period do not move, and people are read as they were at the job's first record, its cut.
extension ProgramState {
  /// How many learners one step looks at, or places it writes; under 2 ms.
  static var stepMax: Int { 2_048 }

  /// Whether there is something to close or a job to go on with.
  public var hasWork: Bool {
    !jobs.isEmpty || nextToClose != nil || lotToExpire != nil || isAttendanceDue
      || !awards.due(at: clock).isEmpty
  }

  /// Decides the next step of a job, or begins the next one, given the rows it asked for.
  ///
  /// Appends nothing while it only gathers. Refuses nothing.
  public func decideWork(
    learners found: [LearnerNumber]? = nil, logs: [LearnerNumber: LearnerLog] = [:],
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let job = jobs.first else {
      guard !decideDueStars(into: &buffer) else { return }
      let next =
        nextToClose.map { (JobKind.closePeriod, $0) }
        ?? lotToExpire.map { (JobKind.expireLot, Period.term(Int32($0.term.rawValue))) }
      guard let (kind, period) = next else {
        if isAttendanceDue { try decideJudging(logs: logs, into: &buffer) }
        return
      }
      buffer.changes.append(
        .job(
          JobChange(job: lastJob + 1, kind: kind, state: .running, period: period, cursor: 0)))
      return
    }
    switch job.kind {
    case .closePeriod: try decideClosing(job, logs: logs, into: &buffer)
    case .reverseBatch:
      try decideReversing(job, learners: found, logs: logs, into: &buffer)
    case .recompute: try decideRecomputing(job, logs: logs, into: &buffer)
    case .expireLot: decideExpiring(job, into: &buffer)
    }
  }

  private func decideClosing(
    _ job: Job, logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let open = periods[job.period] else {
      preconditionFailure("a job's period is resident until the job ends")
    }
    if gathering?.job.number != job.number {
      gathering = Gathering(
        job, open, rosterDay: lastDay(of: job.period) ?? day(at: clock), in: self)
    }
    guard gathering?.isComplete == true else {
      gathering?.gather(from: open, in: self, max: Self.stepMax)
      return
    }
    try write(job, logs: logs, into: &buffer)
  }

  /// Writes the next places, or that the period is closed.
  private func write(
    _ job: Job, logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let gathering else { return }
    let learnerCount = gathering.learners.count
    let cursor = Int(job.cursor)
    let ranksGroups = cursor >= learnerCount
    let index = ranksGroups ? gathering.groups : gathering.learners
    let first = ranksGroups ? cursor - learnerCount : cursor
    let entries = index.entries(from: first, count: Self.stepMax)
    guard !entries.isEmpty else {
      if try decideStars(job, logs: logs, into: &buffer) { return }
      end(job, gathering, into: &buffer)
      return
    }
    let start = buffer.standings.count
    for entry in entries { buffer.standings.append(standing(entry, ranksGroups, gathering)) }
    buffer.changes.append(
      .standings(
        StandingsChange(
          period: job.period, ranksGroups: ranksGroups, first: UInt32(first),
          places: Run(start: UInt32(start), count: UInt32(entries.count)))))
    buffer.changes.append(
      .job(
        JobChange(
          job: job.number, kind: job.kind, state: .running, period: job.period,
          cursor: job.cursor + UInt32(entries.count))))
  }

  private func standing(_ entry: RankEntry, _ ranksGroups: Bool, _ gathering: Gathering)
    -> Standing
  {
    if ranksGroups {
      return Standing(
        member: entry.member, score: entry.score,
        cohort: groups[Int(entry.member)].cohort(asOf: gathering.job.cut) ?? .none, tier: .none,
        group: GroupNumber(rawValue: entry.member))
    }
    let context = learners.context(
      of: LearnerNumber(rawValue: entry.member), on: gathering.rosterDay,
      asOf: gathering.job.cut)
    return Standing(
      member: entry.member, score: entry.score, cohort: context.cohort, tier: context.tier,
      group: context.group)
  }

  private func end(_ job: Job, _ gathering: Gathering, into buffer: inout ChangeBuffer) {
    let start = buffer.populations.count
    for ranksGroups in [false, true] {
      let counts = ranksGroups ? gathering.groupCounts : gathering.learnerCounts
      for (segment, count) in counts.sorted(by: { $0.key < $1.key }) {
        buffer.populations.append(
          Population(segment: segment, ranksGroups: ranksGroups, count: count))
      }
    }
    buffer.changes.append(
      .closed(
        ClosedChange(
          period: job.period, learners: UInt32(gathering.learners.count),
          groups: UInt32(gathering.groups.count), points: gathering.points, cut: job.cut,
          populations: Run(
            start: UInt32(start), count: UInt32(buffer.populations.count - start)))))
    buffer.changes.append(
      .job(
        JobChange(
          job: job.number, kind: job.kind, state: .done, period: job.period, cursor: job.cursor)))
  }

  func apply(_ change: JobChange) {
    lastJob = max(lastJob, change.job)
    jobs.apply(change, at: position)
    switch (change.kind, change.state) {
    // A restore sees the job, not the boards it closed: it lets go of the period here.
    case (.closePeriod, .done): close(change.period)
    // A period that a refused decision looked at has no record but this: a restart must find it.
    case (.closePeriod, .running): _ = open(change.period)
    case (.reverseBatch, .done):
      batches[change.batch.index - 1].reversal?.isDone = true
      reversing = nil
    case (.recompute, .done): recomputing = nil
    case (.reverseBatch, .running), (.recompute, .running), (.expireLot, _): break
    }
  }

  /// Lets go of a closed period.
  func close(_ period: Period) {
    if let open = periods.removeValue(forKey: period) { keepSums(of: open) }
    gathering = nil
    recent = RecentPeriods()
    noteClosings()
  }

  /// Whether a closed board ranked a member, points or none, given the record at which it was cut.
  public func wasRanked(_ member: UInt32, _ request: BoardRequest, asOf cut: Position) -> Bool {
    guard let day = lastDay(of: request.period) else { return false }
    guard request.ranksGroups else {
      let learner = LearnerNumber(rawValue: member)
      return learners.context(of: learner, on: day, asOf: cut).isRanked(in: request.segment)
    }
    guard let cohort = groups[Int(member)].cohort(asOf: cut) else { return false }
    switch request.segment.kind {
    case .everyone: return true
    case .cohort: return UInt32(cohort.rawValue) == request.segment.number
    case .tier, .group: return false
    }
  }
}

/// What a closing job gathers before it writes; not part of the state.
struct Gathering {
  let job: Job
  let rosterDay: LocalDay
  private(set) var learners = RankIndex()
  private(set) var groups = RankIndex()
  private(set) var learnerCounts: [Segment: UInt32] = [:]
  private(set) var groupCounts: [Segment: UInt32] = [:]
  private(set) var points: Int64 = 0
  /// The race for the period's stars; nil where none is declared.
  var race: StarRace?
  private(set) var isComplete = false
  private var nextLearner: UInt32 = 1
  private var nextGroup: UInt32 = 1

  init(_ job: Job, _ open: OpenPeriod, rosterDay: LocalDay, in state: ProgramState) {
    self.job = job
    self.rosterDay = rosterDay
    let stars = state.stars(of: open.period)
    guard !stars.isEmpty else { return }
    race = StarRace(open, stars: stars, cut: job.cut, rosterDay: rosterDay, in: state)
  }

  mutating func gather(from period: OpenPeriod, in state: ProgramState, max: Int) {
    // Each star looks at every learner once more.
    for _ in 0..<Swift.max(1, max / (1 + (race?.stars.count ?? 0))) {
      if Int(nextLearner) <= state.learners.count {
        seat(LearnerNumber(rawValue: nextLearner), from: period, in: state)
        nextLearner += 1
      } else if Int(nextGroup) < state.groups.count {
        seat(GroupNumber(rawValue: nextGroup), from: period, in: state)
        nextGroup += 1
      } else {
        isComplete = true
        return
      }
    }
  }

  private mutating func seat(
    _ learner: LearnerNumber, from period: OpenPeriod, in state: ProgramState
  ) {
    let context = state.learners.context(of: learner, on: rosterDay, asOf: job.cut)
    guard context.isRanked(in: .everyone) else { return }
    learnerCounts[.everyone, default: 0] += 1
    let segments: [(Segment.Kind, UInt32)] = [
      (.cohort, UInt32(context.cohort.rawValue)), (.tier, UInt32(context.tier.rawValue)),
      (.group, context.group.rawValue),
    ]
    for (kind, number) in segments where number != 0 {
      learnerCounts[Segment(kind: kind, number: number), default: 0] += 1
    }
    race?.see(learner, context, in: state)
    let score = period.learnerScores[learner.index]
    guard score > 0 else { return }
    points += score
    learners.insert(learner.rawValue, score: score, tie: state.learners.order)
  }

  private mutating func seat(
    _ group: GroupNumber, from period: OpenPeriod, in state: ProgramState
  ) {
    guard let cohort = state.groups[group.index].cohort(asOf: job.cut) else { return }
    groupCounts[.everyone, default: 0] += 1
    if !cohort.isNone {
      groupCounts[Segment(kind: .cohort, number: UInt32(cohort.rawValue)), default: 0] += 1
    }
    let score = period.groupScores[group.index]
    guard score > 0 else { return }
    groups.insert(group.rawValue, score: score, tie: state.groupOrder)
  }
}
