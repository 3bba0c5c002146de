import Incentives
import LMDB

/// How the tables let go of a program that was dropped.
extension StateStore {
  /// Rows that are removed in one transaction.
  private static let forgottenRowsMax = 1_000

  /// Removes every row of a program, in transactions of bounded size; on the thread that writes.
  ///
  /// The program's own row, which says where the others stand, goes last.
  func forget(_ program: ProgramNumber) throws {
    try storing {
      while try environment.write({ try Self.removeRows(of: program, $0) }) {}
      try environment.write { transaction in
        _ = try transaction.delete(StateSchema.programs, ProgramKey(program))
      }
    }
  }

  /// Removes some rows of each table; answers whether there may be more.
  private static func removeRows(
    of program: ProgramNumber, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) -> Bool {
    let limit = forgottenRowsMax
    let (from, through) = (
      PositionKey(program, .none), PositionKey(program, Position(rawValue: .max))
    )
    let periods = (first: Period(kind: .day, index: .min), last: Period(kind: .all, index: .max))
    let boards = (
      first: BoardKey(program, periods.first, ranksGroups: false, block: 0),
      last: BoardKey(program, periods.last, ranksGroups: true, block: .max)
    )
    let counts = [
      try transaction.deleteRange(
        StateSchema.structure, from: from, through: through, limit: limit),
      try transaction.deleteRange(StateSchema.known, from: from, through: through, limit: limit),
      try transaction.deleteRange(StateSchema.pending, from: from, through: through, limit: limit),
      try transaction.deleteRange(
        StateSchema.learners, from: LearnerBlockKey(program, block: 0),
        through: LearnerBlockKey(program, block: .max), limit: limit),
      try transaction.deleteRange(
        StateSchema.scores, from: boards.first, through: boards.last, limit: limit),
      try transaction.deleteRange(
        StateSchema.standings, from: boards.first, through: boards.last, limit: limit),
      try transaction.deleteRange(
        StateSchema.places, from: boards.first, through: boards.last, limit: limit),
      try transaction.deleteRange(
        StateSchema.windows,
        from: WindowBlockKey(program, periods.first, learners: 0, objects: 0),
        through: WindowBlockKey(program, periods.last, learners: .max, objects: .max), limit: limit),
      try transaction.deleteRange(
        StateSchema.openPeriods, from: PeriodKey(program, periods.first),
        through: PeriodKey(program, periods.last), limit: limit),
      try transaction.deleteRange(
        StateSchema.closed, from: PeriodKey(program, periods.first),
        through: PeriodKey(program, periods.last), limit: limit),
      try transaction.deleteRange(StateSchema.audit, from: from, through: through, limit: limit),
      try transaction.deleteRange(
        StateSchema.lots,
        from: LotKey(program, .outside, isExpired: false, block: 0),
        through: LotKey(program, .endless, isExpired: true, block: .max), limit: limit),
      try transaction.deleteRange(
        StateSchema.starSums, from: StarSumKey(program, periods.first, scope: 0, block: 0),
        through: StarSumKey(program, periods.last, scope: .max, block: .max), limit: limit),
      try transaction.deleteRange(
        StateSchema.log, from: LogKey(program, LocalDay(number: .min), block: 0),
        through: LogKey(program, LocalDay(number: .max), block: .max), limit: limit),
    ]
    return counts.contains(limit)
  }
}

extension Follower {
  /// Lets go of a program whose log the journal has forgotten.
  func forget(_ program: ProgramNumber) throws {
    try store.forget(program)
    dismiss(program)
  }
}
