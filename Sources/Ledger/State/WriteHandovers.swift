import Incentives
import LMDB

/// Hands over what merged learners have, once all that a stretch adds is written.
extension ProgramDelta {
  func writeHandovers(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for handover in handovers {
      try handOverRow(handover, transaction)
      for period in handover.periods { try handOverScore(handover, period, transaction) }
      for term in program.time.lots.map(\.term) {
        for isExpired in [false, true] {
          try handOverLot(handover, term, isExpired: isExpired, transaction)
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

  private func handOverScore(
    _ handover: Handover, _ period: Period, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    let span = ScoreBlock.span
    let (from, into) = (handover.from.rawValue, handover.into.rawValue)
    let key = BoardKey(program.number, period, ranksGroups: false, block: from / span)
    guard var block = try transaction.get(StateSchema.scores, key) else { return }
    let points = block.scores[Int(from % span)]
    guard points != 0 else { return }
    block.scores[Int(from % span)] = 0
    try put(block, key, transaction)
    let otherKey = BoardKey(program.number, period, ranksGroups: false, block: into / span)
    var other = try transaction.get(StateSchema.scores, otherKey) ?? ScoreBlock()
    other.scores[Int(into % span)] &+= points
    try put(other, otherKey, transaction)
  }

  private func handOverLot(
    _ handover: Handover, _ term: TermNumber, isExpired: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    let span = ScoreBlock.span
    let (from, into) = (handover.from.rawValue, handover.into.rawValue)
    let key = LotKey(program.number, term, isExpired: isExpired, block: from / span)
    guard var block = try transaction.get(StateSchema.lots, key) else { return }
    let points = block.scores[Int(from % span)]
    guard points != 0 else { return }
    block.scores[Int(from % span)] = 0
    try put(block, key, transaction)
    let otherKey = LotKey(program.number, term, isExpired: isExpired, block: into / span)
    var other = try transaction.get(StateSchema.lots, otherKey) ?? ScoreBlock()
    other.scores[Int(into % span)] &+= points
    try put(other, otherKey, transaction)
  }

  /// Writes what members have of a lot; a row in which nobody has any is not kept.
  func put(
    _ block: ScoreBlock, _ key: LotKey, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    if block.isEmpty {
      try transaction.delete(StateSchema.lots, key)
    } else {
      try transaction.put(StateSchema.lots, key, block)
    }
  }

  /// Writes the points of some members; a row in which nobody has any is not kept.
  func put(
    _ block: ScoreBlock, _ key: BoardKey, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    if block.isEmpty {
      try transaction.delete(StateSchema.scores, key)
    } else {
      try transaction.put(StateSchema.scores, key, block)
    }
  }
}
