import Incentives

/// What the follower knows of a program besides its tables: enough to tell which rows a record touches.
///
/// Which periods are open depends on definitions, zone, terms and the program's time. The follower asks
/// the very code that the engine asks: a `ProgramState` that was told the program's words, definitions
/// and time, and of no learner, group or fact.
final class FollowedProgram {
  let number: ProgramNumber
  /// What the tables stand for; ahead of them while a stretch is gathered.
  var row: ProgramRow
  /// The program's words, definitions and time.
  let time: ProgramState
  /// The periods that have not been let go of, but for `all`: what touched them first and closed them.
  var openPeriods: [Period: OpenPeriodRow] = [:]
  /// The closed periods whose sums are kept for stars that compare improvement.
  var keptPeriods: Set<Period> = []
  /// The program's sources.
  private(set) var identities: Identities
  /// The limiter's window of each rule, by number.
  private var windows: ContiguousArray<Window?> = []

  init(_ number: ProgramNumber, row: ProgramRow, secret: KeyedHash) {
    self.number = number
    self.row = row
    time = ProgramState(number: number, hash: secret)
    identities = Identities(program: number, secret: secret)
  }

  /// The limiter's window of a rule; nil where it has none.
  @inline(__always)
  func window(of rule: RuleNumber) -> Window? {
    rule.index < windows.count ? windows[rule.index] : nil
  }

  /// Learns from a record that tells of words, definitions or time; others are of no use here.
  ///
  /// Answers whether what is open may have changed.
  func learn(_ change: Change, at position: Position, in buffer: ChangeBuffer) -> Bool {
    switch change {
    case .named(let name):
      identities.learn(name, in: buffer)
      switch name.kind {
      case .cohort, .tier, .rule, .award: time.restore(structure: change, at: position, in: buffer)
      case .source, .verb, .object, .group, .principal, .staff, .action: break
      }
      return false
    case .recompute:
      // What is declared with it begins no earlier than it was decided.
      time.restore(structure: change, at: position, in: buffer)
      return false
    case .program:
      time.restore(structure: change, at: position, in: buffer)
      learnWindows()
      return true
    case .advanced:
      time.restore(structure: change, at: position, in: buffer)
      row.clock = time.clock
      row.closedThrough = time.closedThrough
      return true
    default:
      return false
    }
  }

  /// Takes over the time that the tables stand for.
  func restoreTime() { time.restore(clock: row.clock, closedThrough: row.closedThrough) }

  private func learnWindows() {
    for (number, rule) in time.rulesByNumber {
      while windows.count <= number.index { windows.append(nil) }
      windows[number.index] = rule.limiter.window
    }
  }

  /// Notes where a job stands; its first record is its cut.
  func note(_ change: JobChange, at position: Position) {
    row.counters.lastJob = max(row.counters.lastJob, change.job)
    row.jobs.apply(change, at: position)
  }
}
