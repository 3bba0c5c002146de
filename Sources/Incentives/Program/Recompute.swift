/// Judges the past anew (`program.apply` with `recompute: since`, rules.md §3 “Versions”).
///
///     old rulebook ──┐                      learners after the cursor are still what it says
///                    ├─ job: difference ──▶ moves, floor, windows, learner by learner
///     new rulebook ──┘                      learners before the cursor, or asked for, are what it says
///
/// A learner is always whole in one of the two worlds: before a fact or a correction of somebody is
/// decided whom the job has not come to, the difference is posted first (`decideRecompute`). So nothing
/// decided meanwhile depends on how far the job is, and when it ends all is as if the definition had
/// been there from the start. Terms that are closed keep the rule sets they were judged by.
struct Recomputing {
  /// What was decided.
  let change: RecomputeChange
  /// What judged until then.
  let previous: Rulebook
  /// The first day on which something may differ; nil until the definition is here.
  fileprivate(set) var since: LocalDay?
  /// The learners whom the job need not come to: somebody asked for them before.
  fileprivate(set) var ahead: Set<LearnerNumber> = []

  /// What it is, for fingerprints.
  var words: String {
    let ahead = ahead.map(\.rawValue).sorted()
    return "\(change) since \(since?.number ?? 0), ahead \(ahead)"
  }
}

/// What sheets of open days hold of facts before a record was seen by rule sets that are no more.
struct StaleSheets: Hashable {
  /// The first day that is concerned.
  var since: LocalDay
  /// The last day of which there could be facts.
  var until: LocalDay
  /// The last record that is.
  var through: Position
}

extension ProgramState {
  /// Appends that the past is judged anew, and what is left as it was: the terms that are closed.
  func appendRecompute(
    _ floor: RecomputeFloor, movesTerms: Bool,
    _ signers: (principal: PrincipalNumber, proposer: PrincipalNumber), wall: Instant,
    to buffer: inout ChangeBuffer
  ) {
    buffer.changes.append(
      .recompute(
        RecomputeChange(
          job: lastJob + 1, learners: UInt32(learners.count), floor: floor,
          movesTerms: movesTerms, principal: signers.principal, proposer: signers.proposer,
          decidedAt: wall)))
    for term in closedTermNumbers where rulebook.kept[term] == nil {
      buffer.changes.append(.termKept(TermKeptChange(term: term)))
    }
  }

  /// Appends the job that posts the differences.
  func appendRecomputeJob(to buffer: inout ChangeBuffer) {
    buffer.changes.append(
      .job(
        JobChange(
          job: lastJob + 1, kind: .recompute, state: .running, period: .all, cursor: 0)))
  }

  /// The refusal of another definition while the past is judged anew.
  static func stillRecomputing(_ recomputing: Recomputing) -> Undecided {
    .refused(
      Refusal(
        .busy,
        "Facts are being judged anew by job \(recomputing.change.job); job.list shows how far it is. "
          + "Apply this when it has ended."))
  }

  /// The number of the last learner a running recompute comes to; nil while none runs.
  public var lastLearnerToRecompute: UInt32? { recomputing?.change.learners }

  /// Whether what a learner has is still what the rulebook of before says.
  public func awaitsRecompute(_ learner: LearnerNumber) -> Bool {
    guard let recomputing, !recomputing.ahead.contains(learner) else { return false }
    let cursor = jobs.first { $0.number == recomputing.change.job }?.cursor ?? 0
    return learner.rawValue > cursor && learner.rawValue <= recomputing.change.learners
  }

  /// The rulebook that says what a learner has.
  func rulebook(of learner: LearnerNumber) -> Rulebook {
    guard let recomputing, awaitsRecompute(learner) else { return rulebook }
    return recomputing.previous
  }

  /// Does the next step of the job: a few learners, whose logs it asks for first.
  func decideRecomputing(
    _ job: Job, logs: [LearnerNumber: LearnerLog], into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let recomputing else { preconditionFailure("the job of a recompute that was decided") }
    let end = recomputing.change.learners
    let (concerned, last) = nextToRecompute(recomputing, after: job.cursor)
    let next = concerned.filter { !recomputing.ahead.contains($0) }
    guard next.allSatisfy({ logs[$0] != nil }) else { throw .needs(.histories(next)) }
    for learner in next {
      guard let log = logs[learner] else { continue }
      try recompute(recomputing, log, isAhead: false, into: &buffer)
    }
    var moved = job
    moved.cursor = last
    buffer.changes.append(.job(moved.change(last < end ? .running : .done)))
  }

  /// Posts the difference of a learner whom the job has not come to, before anything else is decided.
  public func decideRecompute(
    of log: LearnerLog, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let recomputing, awaitsRecompute(log.learner) else { return }
    try recompute(recomputing, log, isAhead: true, into: &buffer)
  }

  /// The learners of the next step who have something on days that may differ, and the last one looked
  /// at.
  private func nextToRecompute(
    _ recomputing: Recomputing, after cursor: UInt32
  ) -> (concerned: [LearnerNumber], last: UInt32) {
    let end = recomputing.change.learners
    let factsEach = max(1, Int(clamping: factCount) / max(1, learners.count))
    let concernedMax = max(1, recomputedFactsMax / factsEach)
    var concerned: [LearnerNumber] = []
    var last = cursor
    while last < end, concerned.count < concernedMax, last - cursor < UInt32(Self.stepMax) {
      last += 1
      let learner = LearnerNumber(rawValue: last)
      // Who was merged into another has no day of their own.
      let row = learners[learner]
      if row.firstDay <= row.lastDay, row.lastDay >= recomputing.since ?? LocalDay(number: .min) {
        concerned.append(learner)
      }
    }
    return (concerned, last)
  }

  /// Appends what a learner gains and loses, and what it comes to.
  private func recompute(
    _ recomputing: Recomputing, _ log: LearnerLog, isAhead: Bool, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let (learner, change) = (log.learner, recomputing.change)
    let rows = learners.contextRows(of: learner)
    let old = facts(from: log, by: recomputing.previous).facts
    let new = facts(from: log, by: rulebook).facts
    let start = buffer.changes.count
    try append(
      new, from: judge(old, rows: rows, by: recomputing.previous), to: judge(new, rows: rows),
      learner: learner, cause: .recompute, with: grantMoves(in: log, to: rows),
      floor: change.floor == .keep ? { self.floor(of: learner, $0, on: $1, change) } : nil,
      to: &buffer)
    var told = RecomputedChange(job: change.job, learner: learner, isAhead: isAhead)
    for made in buffer.changes[start...] {
      if case .moved(let move) = made { told.posting.add(move.posting) }
      if case .granted(let floor) = made { told.kept = floor.posting.points }
    }
    guard isAhead || buffer.changes.count > start else { return }
    buffer.changes.append(.recomputed(told))
  }

  /// What gives back to a learner what would be lost in all, on the first day that loses something.
  private func floor(
    of learner: LearnerNumber, _ points: Int64, on day: LocalDay, _ change: RecomputeChange
  ) -> GrantChange {
    let context = learners.context(of: learner, on: day)
    return GrantChange(
      learner: learner, day: day, group: context.scoringGroup,
      term: term(on: day, cohort: context.cohort), counts: true, kind: .floor,
      cohort: context.cohort, decidedOn: self.day(at: change.decidedAt),
      posting: Posting(points: points), reason: .empty, principal: change.principal)
  }
}

/// Applying what was decided, and finding it again.
extension ProgramState {
  func apply(_ change: RecomputeChange) {
    recomputing = Recomputing(change: change, previous: rulebook)
  }

  func apply(_ change: TermKeptChange) {
    rulebook.keep(change.term)
  }

  func apply(_ change: RecomputedChange) {
    guard change.isAhead, recomputing?.change.job == change.job else { return }
    recomputing?.ahead.insert(change.learner)
  }

  /// A definition is here: if it is that of a recompute, the recompute knows its first day.
  func beginRecompute(since instant: Instant) {
    guard let change = recomputing?.change, recomputing?.since == nil else { return }
    let since = instant == .distantPast ? LocalDay(number: .min) : day(at: instant)
    recomputing?.since = change.movesTerms ? LocalDay(number: .min) : since
    // No fact lies more than minutes ahead.
    staleSheets.append(
      StaleSheets(since: since, until: day(at: change.decidedAt).next, through: position))
  }

  /// Forgets a recompute whose job has ended.
  func restoreRecompute() {
    if !jobs.contains(where: { $0.number == recomputing?.change.job }) { recomputing = nil }
  }

  /// Whether open days of a learner hold what earlier rule sets saw in facts: only the log knows then.
  func hasStaleSheets(_ learner: LearnerNumber) -> Bool {
    let isLooked = staleSheets.contains { $0.until > closedThrough }
    guard isLooked || rulebook.keptThrough > closedThrough else { return false }
    let row = learners[learner]
    guard closedThrough < row.lastDay else { return false }
    let first = max(row.firstDay, closedThrough.next)
    guard first > rulebook.keptThrough else { return true }
    return openDays(from: first, through: row.lastDay).contains { day in
      guard let open = periods[.day(day)] else { return false }
      return staleSheets.contains { $0.since <= day && open.firstPosition <= $0.through }
    }
  }

  /// Whether what is on a sheet of a fact was seen by a rule set that is no more.
  func isStale(_ fact: DaySheets.Fact, on period: Period) -> Bool {
    let day = LocalDay(number: period.index)
    return staleSheets.contains { $0.since <= day && fact.position <= $0.through }
  }
}
