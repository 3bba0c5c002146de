/// Grants and revokes perfect attendance: brings what a learner has to what the set of sessions, rows,
/// leaves and context says (rules.md §5). It has no loser: nobody else's award moves.
extension ProgramState {
  /// A perfect attendance as it should be.
  private struct Due: Hashable {
    var rule: PerfectNumber
    var period: Period
    var day: LocalDay
    var term: TermNumber
    var points: Int64
    var counts: Bool

    init(rule: PerfectNumber, _ verdict: PerfectVerdict, day: LocalDay) {
      self.rule = rule
      period = verdict.period
      self.day = day
      term = verdict.term
      points = verdict.rule.points
      counts = verdict.rule.counts
    }

    init(_ change: PerfectChange) {
      (rule, period, day) = (change.rule, change.period, change.day)
      (term, points, counts) = (change.term, change.points, change.counts)
    }

    func change(of learner: LearnerNumber, isGranted: Bool, isCorrection: Bool) -> PerfectChange {
      PerfectChange(
        learner: learner, rule: rule, period: period, day: day, term: term, isGranted: isGranted,
        isCorrection: isCorrection, points: points, counts: counts)
    }
  }

  /// The number of a perfect attendance; every declared one has one.
  func perfectNumber(_ id: String) -> PerfectNumber {
    PerfectNumber(rawValue: UInt16((perfectIDs.firstIndex(of: id) ?? -1) + 1))
  }

  /// The id of a perfect attendance.
  public func perfectID(_ number: PerfectNumber) -> String {
    number.isNone ? "" : perfectIDs[number.index - 1]
  }

  private func due(in view: AttendanceView) -> Set<Due> {
    var due: Set<Due> = []
    for verdict in verdicts(of: view, isUnfrozen: true) where verdict.isPerfect {
      guard let day = verdict.day else { continue }
      due.insert(Due(rule: perfectNumber(verdict.rule.id), verdict, day: day))
    }
    return due
  }

  /// Whether the perfect attendances that a learner has in open terms are those that they should have.
  ///
  /// What `verify --rules` asks; of a log that ends before everybody was judged it says nothing
  /// (`isAttendanceDue`).
  public func isAttendanceRight(of learner: LearnerNumber) -> Bool {
    due(in: attendanceView(of: learner)) == Set(unfrozen(of: learner).map { Due($0.change) })
  }

  private func unfrozen(of learner: LearnerNumber) -> [(change: PerfectChange, grant: Position)] {
    attendance.perfect(of: learner).filter { !isAttendanceFrozen(in: $0.change.term) }
      .map { ($0.change, $0.grant) }
  }

  /// Decides what a learner's attendance now grants and revokes, revoking first; answers how many sessions
  /// were looked at.
  func judgeAttendance(
    of learner: LearnerNumber, log: LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> Int {
    let view = attendanceView(of: learner)
    let due = due(in: view)
    var balance = purse(of: learner)
    var missing = due
    for (change, grant) in unfrozen(of: learner) {
      guard missing.remove(Due(change)) == nil else { continue }
      buffer.changes.append(
        .perfect(Due(change).change(of: learner, isGranted: false, isCorrection: true)))
      guard !grant.isNone else { continue }
      let standing = try standingGrant(of: change, at: grant, log)
      // What it took from no lot needs no log to be given back.
      let none = LearnerLog(
        learner: learner, positions: [], buffer: ChangeBuffer(), times: [])
      let (reversal, lots) = takingBack(
        standing, at: grant, in: log ?? none, owes: false, balance: &balance,
        on: day(at: clock), by: .none)
      buffer.changes.append(.granted(reversal))
      for lot in lots { buffer.changes.append(.lot(lot)) }
    }
    for due in missing.sorted(by: { ($0.period, $0.rule) < ($1.period, $1.rule) }) {
      let isNew =
        judged.map { judged in
          due.period.kind == .term || (due.period.last.map { $0 > judged.closedThrough } ?? true)
        } ?? true
      buffer.changes.append(
        .perfect(due.change(of: learner, isGranted: true, isCorrection: !isNew)))
      guard due.points > 0 else { continue }
      let context = learners.context(of: learner, on: due.day)
      balance.add(due.points, of: due.term)
      var settled = balance.settle(on: due.day)
      settled.posting.points = due.points
      let grant = GrantChange(
        learner: learner, day: due.day, group: context.scoringGroup, term: due.term,
        counts: due.counts, kind: .perfect, cohort: context.cohort, decidedOn: day(at: clock),
        posting: settled.posting,
        reason: buffer.text.append(perfectID(due.rule)), principal: .none)
      buffer.changes.append(.granted(grant))
      for lot in settled.lots { buffer.changes.append(.lot(lot)) }
    }
    return view.lines.count
  }

  /// The points of a perfect attendance where they are now: those on boards follow the roster, and only the
  /// learner's log knows where to.
  private func standingGrant(
    of change: PerfectChange, at grant: Position, _ log: LearnerLog?
  ) throws(Undecided) -> GrantChange {
    if change.counts {
      guard let log, log.learner == change.learner else {
        throw .needs(.histories([change.learner]))
      }
      if let standing = log.standingGrants.first(where: { $0.position == grant })?.grant {
        return standing
      }
    }
    return GrantChange(
      learner: change.learner, day: change.day, group: .none, term: change.term,
      counts: change.counts, kind: .perfect, posting: Posting(points: change.points),
      reason: .empty, principal: .none)
  }
}
