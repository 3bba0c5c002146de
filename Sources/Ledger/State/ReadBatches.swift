import Incentives

/// What batches made, and what taking one back came to, from the log.
extension StateReader {
  /// Whom the records of some parts of the log concern, ascending.
  func learnersTouched(
    by parts: [ClosedRange<Position>], of program: ProgramNumber
  ) throws -> [LearnerNumber] {
    var found: Set<LearnerNumber> = []
    for part in parts {
      try forEachRecord(of: program, from: part.lowerBound) { change, position, _ in
        guard position <= part.upperBound else { return false }
        let learner = change.touched
        if !learner.isNone { found.insert(learner) }
        return true
      }
    }
    return found.sorted()
  }

  /// What taking back a batch came to, learner by learner, from a record on.
  func batchTaken(
    _ batch: BatchNumber, of program: ProgramNumber, from position: Position, count: Int
  ) throws -> ColdAnswer {
    var found: [BatchTakenChange] = []
    var next: Position?
    try forEachRecord(of: program, from: position) { change, position, _ in
      switch change {
      case .batchTaken(let taken) where taken.batch == batch:
        guard found.count < count else {
          next = position
          return false
        }
        found.append(taken)
      case .job(let job) where job.batch == batch && job.state == .done: return false
      default: break
      }
      return true
    }
    return .batchTaken(found, next: next)
  }

  /// Visits the records of a log in order, until the body says no.
  private func forEachRecord(
    of program: ProgramNumber, from first: Position,
    _ body: (Change, Position, ChangeBuffer) throws -> Bool
  ) throws {
    let keys = vault.keyring(of: program)
    var buffer = ChangeBuffer()
    try journal.blocks(of: program, from: first) { block in
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      for (index, change) in buffer.changes.enumerated() {
        let position = block.header.first.advanced(by: index)
        guard position >= first else { continue }
        guard try body(change, position, buffer) else { return false }
      }
      return true
    }
  }
}
