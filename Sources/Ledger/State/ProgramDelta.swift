import Incentives

/// What a stretch changes in a program's rows, gathered in memory before anything is written.
final class ProgramDelta {
  /// A record that speaks of a learner.
  struct LearnerEvent: BitwiseCopyable {
    var learner: LearnerNumber
    /// The local day the record speaks of; meaningless where it is not logged.
    var day = LocalDay(number: 0)
    var position: Position
    var posting = Posting(points: 0)
    var account = PointsAccount.earned
    /// Whether it is a grant or the like that boards know.
    var isGrant = false
    /// Whether the learner has a fact or grant of that day.
    var touchesDay = false
    /// Whether the record is in the learner's log.
    var isLogged = true
    /// How many facts more wait for the roster.
    var pending: Int8 = 0
    /// The group whose score moves with the learner's.
    var group = GroupNumber.none
    /// Which of the stretch's open sets the points count in; nil where they count in none.
    var openSet: UInt32?
  }

  /// Two learners became one: what the one has when its last record is applied, the other has.
  ///
  /// No record of the one comes after the merge, and what comes of the other only adds; so it does not
  /// matter where in the stretch the merge stands.
  struct Handover {
    var from: LearnerNumber
    var into: LearnerNumber
    /// The periods that were open then, whose points go along.
    var periods: [Period]
    /// The sums that stars compare, which go along too: of these, and of closed periods that are kept.
    var stars: [(period: Period, scope: UInt16)]
  }

  /// The open periods of a day and term.
  struct OpenSet {
    var day: LocalDay
    var term: TermNumber
    var dayPeriod: PeriodDelta?
    var week: PeriodDelta?
    var month: PeriodDelta?
    var termPeriod: PeriodDelta?
    var all: PeriodDelta
    /// Whether stars add something up in one of them.
    var hasStars = false

    /// The open period of a kind.
    func period(_ kind: PeriodKind) -> PeriodDelta? {
      switch kind {
      case .day: dayPeriod
      case .week: week
      case .month: month
      case .term: termPeriod
      case .all: all
      }
    }
  }

  let program: FollowedProgram
  let secret: KeyedHash
  var learnerEvents: ContiguousArray<LearnerEvent> = []
  var periods: [Period: PeriodDelta] = [:]
  /// What the lots of terms gain or lose.
  var lots: [TermNumber: LotDelta] = [:]
  /// Facts that wait now, and (nil) those that no longer do.
  var pending: [Position: PendingRow?] = [:]
  var known: ContiguousArray<(position: Position, identity: IdentityHash)> = []
  /// Who did what, run by run.
  var audit = AuditGathering()
  /// The first record of the block that is being gathered.
  var blockFirst = Position.none
  /// The periods whose row in `open-periods` is new or another one.
  private(set) var changedRows: Set<Period> = []
  /// Periods that were closed, whose sums improvement is compared with.
  var retired: [PeriodDelta] = []
  /// Periods that were closed, with the scopes whose sums are kept.
  var released: [(period: Period, kept: Set<UInt16>)] = []
  /// The structural records of each row, in order.
  var structure: [(first: Position, records: [UInt8])] = []
  var closed: [(period: Period, board: PeriodClosing)] = []
  /// Who took over what whom had, in order.
  var handovers: [Handover] = []
  var standings: [(change: StandingsChange, places: ContiguousArray<Standing>)] = []
  private(set) var learnerOrder = StableOrder([])
  private(set) var logOrder = StableOrder([])
  /// The open sets that were met, the last one being that of now.
  private var openSets: ContiguousArray<OpenSet> = []
  private var isOpenSetKnown = false

  init(_ program: FollowedProgram, secret: KeyedHash) {
    self.program = program
    self.secret = secret
  }

  /// What the stretch changes in a period, which is open from now on if it was not.
  func open(_ period: Period, at position: Position) -> PeriodDelta {
    let delta = self.delta(of: period)
    if period.kind != .all, program.openPeriods[period] == nil {
      let isClosed = program.time.isClosed(period)
      program.openPeriods[period] = OpenPeriodRow(
        first: position, closedAt: isClosed ? position : .none)
      changedRows.insert(period)
    }
    return delta
  }

  private func delta(of period: Period) -> PeriodDelta {
    if let known = periods[period] { return known }
    let new = PeriodDelta(period, stars: program.time.starScopes(of: period))
    periods[period] = new
    return new
  }

  /// What the stretch changes in the lot of a term.
  func lot(of term: TermNumber) -> LotDelta {
    if let known = lots[term] { return known }
    let new = LotDelta()
    lots[term] = new
    return new
  }

  /// Lets go of a period that was closed.
  func close(_ period: Period) {
    program.openPeriods[period] = nil
    if !program.time.starScopes.isEmpty {
      let kept = Set(program.time.scopesKept(of: period).map(\.number))
      if let standing = periods[period] {
        standing.stars.removeAll { !kept.contains($0.scope.number) }
        retired.append(standing)
      }
      released.append((period, kept))
      if !kept.isEmpty { program.keptPeriods.insert(period) }
      if let oldest = program.time.oldestKept(after: period) {
        program.keptPeriods = program.keptPeriods.filter { $0.kind != oldest.kind || $0 >= oldest }
      }
    }
    // What was gathered of it goes with it.
    periods[period] = PeriodDelta(period, clears: true)
    forgetOpenSet()
  }

  /// Forgets which periods are open: the program's time or definition changed.
  func forgetOpenSet() { isOpenSetKnown = false }

  /// Notes which periods the record at a position closed, and what stars add up from now on.
  func noteClosings(at position: Position) {
    for (period, row) in program.openPeriods
    where row.closedAt.isNone && program.time.isClosed(period) {
      program.openPeriods[period] = OpenPeriodRow(first: row.first, closedAt: position)
      changedRows.insert(period)
    }
    for delta in periods.values where !delta.clears {
      delta.fit(program.time.starScopes(of: delta.period))
    }
  }

  /// The open periods of a day and term, as `ProgramState.apply` sees them.
  func openSet(day: LocalDay, term: TermNumber, at position: Position) -> OpenSet {
    if isOpenSetKnown, let last = openSets.last, last.day == day, last.term == term { return last }
    func open(_ kind: PeriodKind) -> PeriodDelta? {
      guard let period = program.time.period(kind, day: day, term: term),
        !program.time.isClosed(period)
      else { return nil }
      return self.open(period, at: position)
    }
    var found = OpenSet(
      day: day, term: term, dayPeriod: open(.day), week: open(.week), month: open(.month),
      termPeriod: open(.term), all: delta(of: .all))
    found.hasStars = [found.dayPeriod, found.week, found.month, found.termPeriod].contains {
      $0?.stars.isEmpty == false
    }
    openSets.append(found)
    isOpenSetKnown = true
    return found
  }

  /// The number of the open set that `openSet` gave last.
  var openSetNumber: UInt32 { UInt32(openSets.count - 1) }

  /// Adds up the points of each period, learner by learner: so the sums are touched in their order.
  private func addScores() {
    for index in learnerOrder.indices {
      let event = learnerEvents[Int(index)]
      guard event.posting.points != 0, let number = event.openSet else { continue }
      let open = openSets[Int(number)]
      open.all.score(event.learner, event.group, event.posting.points)
      open.dayPeriod?.score(event.learner, event.group, event.posting.points)
      open.week?.score(event.learner, event.group, event.posting.points)
      open.month?.score(event.learner, event.group, event.posting.points)
      open.termPeriod?.score(event.learner, event.group, event.posting.points)
    }
  }

  /// Puts what was gathered into the order of its rows.
  func prepare() {
    learnerOrder = StableOrder(
      ContiguousArray(
        learnerEvents.lazy.map { UInt64($0.learner.rawValue / LearnerBlock.span) }))
    addScores()
    for period in periods.values { period.prepare() }
    // Days are signed; flipping the sign bit makes their order that of the bits.
    logOrder = StableOrder(
      ContiguousArray(
        learnerEvents.lazy.map { event in
          UInt64(UInt32(bitPattern: event.day.number) ^ 1 << 31) << 32
            | UInt64(event.learner.rawValue)
        }))
  }
}
