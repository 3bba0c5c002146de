import Incentives

/// Rows of learners decided for nobody: what they would change, be refused for and move.
///
/// Rows of one learner build on each other, as they do when they are decided in earnest; those of
/// different learners do not, but for the room that a group has. Logs that are missing are asked for all
/// at once.
struct RosterRehearsal {
  private var scratch = ChangeBuffer()
  private var missing = MissingLogs()
  private var rows: [String: Rows] = [:]
  private var newGroups: [GroupNumber: String] = [:]
  private var changesGroup = false
  /// Who takes a number beside the id in a row before.
  private var rollNumbers: [String: String] = [:]

  private struct Rows {
    var records: [LearnerRecord] = []
    var decided: DecidedMoves?
  }

  /// Whether anything is new.
  var isChanged: Bool {
    changesGroup || rows.values.contains { $0.decided.map { $0.statementCount > 0 } ?? false }
  }

  /// What the rows would move.
  var effects: MoveEffects {
    var effects = MoveEffects(naming: newGroups)
    for row in rows.values { if let decided = row.decided { effects.add(decided) } }
    return effects
  }

  /// Decides a group's description.
  mutating func add(_ group: GroupRecord, in state: ProgramState) throws(Undecided) {
    let start = scratch.changes.count
    try state.decide(group, into: &scratch)
    if scratch.changes.count > start { changesGroup = true }
    note(DecidedMoves(scratch, from: start))
  }

  /// Decides a row after those before it, and answers whether it says anything new.
  mutating func add(
    _ record: LearnerRecord, _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> Bool {
    let state = context.state
    if let number = record.rollNumber, !number.isEmpty {
      guard rollNumbers[number] ?? record.id == record.id else {
        throw .refused(.numberTaken(number))
      }
      rollNumbers[number] = record.id
    }
    let log = context.log(of: state.learnerNumber(record.id))
    // Rows of two ids that were merged are of one learner.
    var record = record
    record.id = state.shownID(of: record.id)
    var standing = rows[record.id] ?? Rows()
    let records = standing.records + [record]
    let start = scratch.changes.count
    var decided: DecidedMoves?
    try missing.gather { () throws(Undecided) in
      try state.decide(records, log: log, into: &scratch)
      decided = DecidedMoves(scratch, from: start)
    }
    let isNew = (decided?.statementCount ?? 0) > (standing.decided?.statementCount ?? 0)
    if let decided { note(decided) }
    standing.records = records
    standing.decided = decided
    rows[record.id] = standing
    return isNew
  }

  /// Keeps the names of new groups: a later row that names one again does not tell it.
  private mutating func note(_ decided: DecidedMoves) {
    newGroups.merge(decided.newGroups) { $1 }
  }

  /// Asks for the logs that were missing.
  func finish() throws(Undecided) { try missing.ask() }

  /// Asks for the logs that were missing; refuses what would not fit into the groups all together, since
  /// each row alone may fit.
  func finish(checkingRoomIn state: ProgramState) throws(Undecided) {
    try missing.ask()
    var gains: [GroupNumber: Int64] = [:]
    for row in rows.values {
      for (group, net) in row.decided?.moves.netOfGroups ?? [:] where net > 0 {
        let (sum, overflow) = gains[group, default: 0].addingReportingOverflow(net)
        gains[group] = overflow ? .max : sum
      }
    }
    for (group, gain) in gains { try state.checkRoom(for: gain, in: group) }
  }
}
