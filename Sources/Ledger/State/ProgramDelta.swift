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
    var counts = true
    /// Whether the learner has a fact or grant of that day.
    var touchesDay = false
    /// Whether the record is in the learner's log.
    var isLogged = true
    /// How many facts more wait for the roster.
    var pending: Int8 = 0
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
  /// Facts that wait now, and (nil) those that no longer do.
  var pending: [Position: PendingRow?] = [:]
  var known: ContiguousArray<(position: Position, identity: IdentityHash)> = []
  /// The structural records of each row, in order.
  var structure: [(first: Position, records: [UInt8])] = []
  var closed: [(period: Period, board: PeriodClosing)] = []
  var standings: [(change: StandingsChange, places: ContiguousArray<Standing>)] = []
  private(set) var learnerOrder = StableOrder([])
  private(set) var logOrder = StableOrder([])
  private var openSet: OpenSet?

  init(_ program: FollowedProgram, secret: KeyedHash) {
    self.program = program
    self.secret = secret
  }

  /// What the stretch changes in a period, which is open from now on if it was not.
  func open(_ period: Period, at position: Position) -> PeriodDelta {
    let delta = self.delta(of: period)
    if period.kind != .all, program.openPeriods[period] == nil {
      program.openPeriods[period] = position
      delta.opened = position
    }
    return delta
  }

  private func delta(of period: Period) -> PeriodDelta {
    if let known = periods[period] { return known }
    let new = PeriodDelta(period)
    periods[period] = new
    return new
  }

  /// Lets go of a period that was closed.
  func close(_ period: Period) {
    program.openPeriods[period] = nil
    delta(of: period).clear()
    forgetOpenSet()
  }

  /// Forgets which periods are open: the program's time or definition changed.
  func forgetOpenSet() { openSet = nil }

  /// The open periods of a day and term, as `ProgramState.apply` sees them.
  func openSet(day: LocalDay, term: TermNumber, at position: Position) -> OpenSet {
    if let openSet, openSet.day == day, openSet.term == term { return openSet }
    func open(_ kind: PeriodKind) -> PeriodDelta? {
      guard let period = program.time.period(kind, day: day, term: term),
        !program.time.isClosed(period)
      else { return nil }
      return self.open(period, at: position)
    }
    let found = OpenSet(
      day: day, term: term, dayPeriod: open(.day), week: open(.week), month: open(.month),
      termPeriod: open(.term), all: delta(of: .all))
    openSet = found
    return found
  }

  /// Puts what was gathered into the order of its rows.
  func prepare() {
    learnerOrder = StableOrder(
      ContiguousArray(
        learnerEvents.lazy.map { UInt64($0.learner.rawValue / LearnerBlock.span) }))
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
