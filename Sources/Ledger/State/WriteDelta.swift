import Incentives
import LMDB

/// Brings the tables to where a stretch leads, table by table, each in the order of its keys.
extension ProgramDelta {
  /// Writes the rows; the program's own row, which says where they stand, comes last.
  func write(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    try writeStructure(transaction)
    try writeLearners(transaction)
    for period in periods.values.sorted(by: { $0.period < $1.period }) {
      try write(period, transaction)
    }
    try writeLots(transaction)
    try writeHandovers(transaction)
    for period in changedRows.sorted() {
      guard let row = program.openPeriods[period] else { continue }
      try transaction.put(StateSchema.openPeriods, PeriodKey(program.number, period), row)
    }
    try writeStars(transaction)
    try writeLog(transaction)
    try writeKnown(transaction)
    try writePending(transaction)
    try writeClosed(transaction)
    try writeAudit(transaction)
    try transaction.put(StateSchema.programs, ProgramKey(program.number), program.row)
  }

  private func writeStructure(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for (first, records) in structure {
      let key = PositionKey(program.number, first)
      var block = try transaction.get(StateSchema.structure, key) ?? StructureBlock()
      records.withUnsafeBytes { block.append($0) }
      try transaction.put(StateSchema.structure, key, block)
    }
  }

  private func writeAudit(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for (first, later) in audit.blocks {
      let key = PositionKey(program.number, first)
      var block = try transaction.get(StateSchema.audit, key) ?? AuditBlock()
      block.append(contentsOf: later)
      try transaction.put(StateSchema.audit, key, block)
    }
  }

  private func writeLearners(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    try learnerOrder.forEachRun { number, indices throws(LMDBError) in
      let key = LearnerBlockKey(program.number, block: UInt32(number))
      var block = try transaction.get(StateSchema.learners, key) ?? LearnerBlock()
      for index in indices {
        let event = learnerEvents[Int(index)]
        block.rows[Int(event.learner.rawValue % LearnerBlock.span)].add(event)
      }
      try transaction.put(StateSchema.learners, key, block)
    }
  }

  private func write(
    _ delta: PeriodDelta, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    if delta.clears { try clear(delta.period, transaction) }
    try writeScores(delta, delta.learnerSums, ranksGroups: false, transaction)
    try writeScores(delta, delta.groupSums, ranksGroups: true, transaction)
    try writeWindows(delta, transaction)
  }

  /// Removes the rows of a period that was let go of.
  private func clear(
    _ period: Period, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    try transaction.delete(StateSchema.openPeriods, PeriodKey(program.number, period))
    _ = try transaction.deleteRange(
      StateSchema.scores, from: BoardKey(program.number, period, ranksGroups: false, block: 0),
      through: BoardKey(program.number, period, ranksGroups: true, block: .max), limit: .max)
    _ = try transaction.deleteRange(
      StateSchema.windows, from: WindowBlockKey(program.number, period, learners: 0, objects: 0),
      through: WindowBlockKey(program.number, period, learners: .max, objects: .max), limit: .max)
  }

  private func writeScores(
    _ delta: PeriodDelta, _ sums: borrowing SparseSums, ranksGroups: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    try addPoints(sums, to: StateSchema.scores, transaction) {
      BoardKey(program.number, delta.period, ranksGroups: ranksGroups, block: $0)
    }
  }

  private func writeLots(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for (term, delta) in lots.sorted(by: { $0.key < $1.key }) {
      try writeLot(term, delta.left, isExpired: false, transaction)
      try writeLot(term, delta.expired, isExpired: true, transaction)
    }
  }

  private func writeLot(
    _ term: TermNumber, _ sums: borrowing SparseSums, isExpired: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    try addPoints(sums, to: StateSchema.lots, transaction) {
      LotKey(program.number, term, isExpired: isExpired, block: $0)
    }
  }

  private func writeWindows(
    _ delta: PeriodDelta, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    try delta.windowOrder.forEachRun { number, indices throws(LMDBError) in
      let key = WindowBlockKey(
        program.number, delta.period, learners: UInt32(number >> 32),
        objects: UInt32(truncatingIfNeeded: number))
      var block = try transaction.get(StateSchema.windows, key) ?? WindowBlock()
      for index in indices { block.add(delta.windowEvents[Int(index)]) }
      if block.isEmpty {
        try transaction.delete(StateSchema.windows, key)
      } else {
        try transaction.put(StateSchema.windows, key, block)
      }
    }
  }

  private func writeLog(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    var entries: ContiguousArray<LogBlock.Entry> = []
    var pendingKey: LogKey?
    // Runs are of one learner and day; a row holds the runs of a block of learners.
    try logOrder.forEachRun { _, indices throws(LMDBError) in
      for index in indices {
        let event = learnerEvents[Int(index)]
        guard event.isLogged else { continue }
        let key = LogKey(
          program.number, event.day, block: event.learner.rawValue / LogBlock.span)
        if let standing = pendingKey, standing != key {
          try writeLog(entries, standing, transaction)
          entries.removeAll(keepingCapacity: true)
        }
        pendingKey = key
        entries.append(
          LogBlock.Entry(
            learner: UInt8(event.learner.rawValue % LogBlock.span), position: event.position))
      }
    }
    if let pendingKey { try writeLog(entries, pendingKey, transaction) }
  }

  private func writeLog(
    _ entries: ContiguousArray<LogBlock.Entry>, _ key: LogKey,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    var block = try transaction.get(StateSchema.log, key) ?? LogBlock()
    block.append(contentsOf: entries)
    try transaction.put(StateSchema.log, key, block)
  }

  private func writePending(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for (position, row) in pending.sorted(by: { $0.key < $1.key }) {
      let key = PositionKey(program.number, position)
      if let row {
        try transaction.put(StateSchema.pending, key, row)
      } else {
        try transaction.delete(StateSchema.pending, key)
      }
    }
  }
}

extension LearnerTable.Row {
  /// Adds what a record changes for its learner, as `ProgramState.apply` does.
  mutating func add(_ event: ProgramDelta.LearnerEvent) {
    lastPosition = event.position
    accounts.post(event.posting, to: event.account)
    if event.isGrant { grants += 1 }
    pending = UInt32(truncatingIfNeeded: Int(pending) + Int(event.pending))
    guard event.touchesDay else { return }
    firstDay = min(firstDay, event.day)
    lastDay = max(lastDay, event.day)
  }
}

extension WindowBlock {
  /// Applies what happened to one window.
  mutating func add(_ event: PeriodDelta.WindowEvent) {
    update(
      learner: UInt8(event.learner.rawValue % Self.span), rule: event.rule,
      object: UInt8(event.object.rawValue % Self.span)
    ) { fold in
      if event.isSet {
        fold = event.fold
      } else {
        fold.add(worth: event.fold.sum, at: event.fold.last)
      }
    }
  }
}
