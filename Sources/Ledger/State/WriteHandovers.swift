import Incentives
import LMDB

/// Hands over what merged learners have, once all that a stretch adds is written.
extension ProgramDelta {
  func writeHandovers(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for handover in handovers {
      try handOverRow(handover, transaction)
      for period in handover.periods {
        try handOverPoints(handover, in: StateSchema.scores, transaction) {
          BoardKey(program.number, period, ranksGroups: false, block: $0)
        }
      }
      for term in program.time.lots.map(\.term) {
        for isExpired in [false, true] {
          try handOverPoints(handover, in: StateSchema.lots, transaction) {
            LotKey(program.number, term, isExpired: isExpired, block: $0)
          }
        }
      }
    }
  }

  private func handOverRow(
    _ handover: Handover, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    let span = LearnerBlock.span
    let (from, into) = (handover.from.rawValue, handover.into.rawValue)
    let key = LearnerBlockKey(program.number, block: from / span)
    let otherKey = LearnerBlockKey(program.number, block: into / span)
    var block = try transaction.get(StateSchema.learners, key) ?? LearnerBlock()
    var old = block.rows[Int(from % span)]
    var other =
      key == otherKey
      ? block : try transaction.get(StateSchema.learners, otherKey) ?? LearnerBlock()
    other.rows[Int(into % span)].takeOver(&old)
    if key == otherKey {
      other.rows[Int(from % span)] = old
    } else {
      block.rows[Int(from % span)] = old
      try transaction.put(StateSchema.learners, key, block)
    }
    try transaction.put(StateSchema.learners, otherKey, other)
  }
}

/// The rows of points: of boards, of lots, of what stars compare.
extension ProgramDelta {
  /// Adds the points of a stretch to a table; `key` names the row of a block.
  func addPoints<Key>(
    _ sums: borrowing SparseSums, to table: Table<Key, ScoreBlock>,
    _ transaction: borrowing WriteTransaction, key: (_ block: UInt32) -> Key
  ) throws(LMDBError) {
    try sums.forEachBlock(of: ScoreBlock.span) { number, sums throws(LMDBError) in
      var block = try transaction.get(table, key(number)) ?? ScoreBlock()
      for index in 0..<sums.count { block.scores[index] &+= sums[index] }
      try put(block, in: table, key(number), transaction)
    }
  }

  /// Hands over the points that a merged learner has in a table; `key` names the row of a block.
  func handOverPoints<Key>(
    _ handover: Handover, in table: Table<Key, ScoreBlock>,
    _ transaction: borrowing WriteTransaction, key: (_ block: UInt32) -> Key
  ) throws(LMDBError) {
    let span = ScoreBlock.span
    let (from, into) = (handover.from.rawValue, handover.into.rawValue)
    guard var block = try transaction.get(table, key(from / span)) else { return }
    let points = block.scores[Int(from % span)]
    guard points != 0 else { return }
    block.scores[Int(from % span)] = 0
    try put(block, in: table, key(from / span), transaction)
    var other = try transaction.get(table, key(into / span)) ?? ScoreBlock()
    other.scores[Int(into % span)] &+= points
    try put(other, in: table, key(into / span), transaction)
  }

  /// Writes the points of some members; a row in which nobody has any is not kept.
  private func put<Key>(
    _ block: ScoreBlock, in table: Table<Key, ScoreBlock>, _ key: Key,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    if block.isEmpty {
      try transaction.delete(table, key)
    } else {
      try transaction.put(table, key, block)
    }
  }
}
