import Incentives
import LMDB

/// Reads the tables from end to end into the living states, each table once, in the order of its keys.
struct TableLoading {
  let programs: [ProgramNumber: ProgramState]
  let rows: [ProgramNumber: ProgramRow]

  /// Loads everything but the learners' words, the open days and the index.
  func load(_ transaction: borrowing ReadTransaction) throws {
    try loadStructure(transaction)
    for (number, row) in rows {
      programs[number]?.restore(clock: row.clock, closedThrough: row.closedThrough)
      programs[number]?.restore(row.budgets)
    }
    try loadOpenPeriods(transaction)
    loadJobs()
    try loadLearners(transaction)
    try loadScores(transaction)
    try loadStarSums(transaction)
    try loadWindows(transaction)
    try loadLots(transaction)
  }

  private func loadStructure(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.structure) { key, block in
      let state = try state(key.program, StateSchema.structure)
      try block.forEach(from: key.position, of: key.program) { change, position, buffer in
        state.restore(structure: change, at: position, in: buffer)
      }
      return .next
    }
  }

  private func loadOpenPeriods(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.openPeriods) { key, row in
      try state(key.program, StateSchema.openPeriods).restore(
        key.period, firstTouchedAt: row.first, closedAt: row.closedAt)
      return .next
    }
  }

  private func loadJobs() {
    let none = ChangeBuffer()
    for (number, row) in rows {
      for job in row.jobs {
        programs[number]?.restore(structure: .job(job.change()), at: job.cut, in: none)
      }
    }
  }

  private func loadLearners(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.learners) { key, block in
      let state = try state(key.program, StateSchema.learners)
      let first = key.block * LearnerBlock.span
      for (offset, row) in block.rows.enumerated() {
        let number = first + UInt32(offset)
        guard number > 0, number <= state.learners.count else { continue }
        state.restore(row, of: LearnerNumber(rawValue: number))
      }
      return .next
    }
  }

  private func loadScores(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.scores) { key, block in
      try state(key.program, StateSchema.scores).restore(
        scores: block.scores, from: key.block * ScoreBlock.span, ranksGroups: key.ranksGroups,
        in: key.period)
      return .next
    }
  }

  private func loadLots(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.lots) { key, block in
      try state(key.program, StateSchema.lots).restore(
        lots: block.scores, from: key.block * ScoreBlock.span, of: key.term,
        areExpired: key.isExpired)
      return .next
    }
  }

  private func loadStarSums(_ transaction: borrowing ReadTransaction) throws {
    try transaction.scan(StateSchema.starSums) { key, block in
      try state(key.program, StateSchema.starSums).restore(
        starSums: block.scores, from: key.block * ScoreBlock.span, scope: key.scope,
        in: key.period)
      return .next
    }
  }

  private func loadWindows(_ transaction: borrowing ReadTransaction) throws {
    var batch = WindowBatch()
    try transaction.scan(StateSchema.windows) { key, block in
      if batch.isOther(than: key) {
        try restore(&batch)
        batch.begin(key)
      }
      batch.add(block, at: key)
      return .next
    }
    try restore(&batch)
  }

  private func restore(_ batch: inout WindowBatch) throws(LMDBError) {
    guard !batch.entries.isEmpty else { return }
    try state(batch.program, StateSchema.windows).restore(batch.entries, in: batch.period)
    batch.entries.removeAll(keepingCapacity: true)
  }

  /// A row of a program that has none of its own is damage.
  private func state(
    _ program: ProgramNumber, _ table: some TableDeclaration
  ) throws(LMDBError) -> ProgramState {
    guard let state = programs[program] else {
      throw .corrupt(
        table: table.name.description,
        key: withUnsafeBytes(of: program.rawValue.bigEndian) { Array($0) })
    }
    return state
  }
}

/// Windows of one period, some hundred thousand at a time.
private struct WindowBatch {
  private static let entriesMax = 1 << 18

  var program = ProgramNumber.server
  var period = Period.all
  var entries: ContiguousArray<WindowTable.Entry> = []

  /// Whether a row belongs to another batch.
  func isOther(than key: WindowBlockKey) -> Bool {
    key.program != program || key.period != period || entries.count >= Self.entriesMax
  }

  mutating func begin(_ key: WindowBlockKey) {
    program = key.program
    period = key.period
  }

  mutating func add(_ block: WindowBlock, at key: WindowBlockKey) {
    for entry in block.entries {
      entries.append(
        WindowTable.Entry(
          learner: LearnerNumber(
            rawValue: key.learners * WindowBlock.span + UInt32(entry.learner)),
          object: ObjectNumber(rawValue: key.objects * WindowBlock.span + UInt32(entry.object)),
          rule: entry.rule, fold: entry.fold))
    }
  }
}
