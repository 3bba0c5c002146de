import Incentives
import LMDB

/// A block of learners in what stars of a period add up.
struct StarSumKey: DomainKey, Hashable {
  let program: ProgramNumber
  let period: Period
  let scope: UInt16
  let block: UInt32

  init(_ program: ProgramNumber, _ period: Period, scope: UInt16, block: UInt32) {
    self.program = program
    self.period = period
    self.scope = scope
    self.block = block
  }

  var stored: Key2<PeriodKey, Key2<UInt16, UInt32>> {
    Key2(PeriodKey(program, period), Key2(scope, block))
  }

  init(stored: Key2<PeriodKey, Key2<UInt16, UInt32>>) {
    program = stored.first.program
    period = stored.first.period
    scope = stored.second.first
    block = stored.second.second
  }
}

/// What a stretch adds to the sums of one scope in one period.
final class StarDelta {
  let scope: StarScope
  var sums = SparseSums()

  init(_ scope: StarScope) { self.scope = scope }
}

extension ProgramDelta {
  /// Adds a payment of a rule to what stars of some open periods compare.
  func addToStars(
    _ points: Int64, of rule: RuleNumber, for learner: LearnerNumber, in open: OpenSet
  ) {
    guard points != 0, open.hasStars, !rule.isNone else { return }
    for period in [open.dayPeriod, open.week, open.month, open.termPeriod] {
      for star in period?.stars ?? [] where star.scope.includes(rule) {
        star.sums.add(points, to: learner.rawValue)
      }
    }
  }

  /// Writes what was added up for stars, and lets go of what no star compares any more.
  func writeStars(_ transaction: borrowing WriteTransaction) throws(LMDBError) {
    for delta in retired { try write(delta, transaction) }
    for delta in periods.values.sorted(by: { $0.period < $1.period }) {
      try write(delta, transaction)
    }
    for handover in handovers { try handOverStars(handover, transaction) }
    for (period, kept) in released {
      try release(period, kept: kept, transaction)
    }
  }

  private func write(
    _ delta: PeriodDelta, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    for star in delta.stars {
      try star.sums.forEachBlock(of: ScoreBlock.span) { number, sums throws(LMDBError) in
        let key = StarSumKey(
          program.number, delta.period, scope: star.scope.number, block: number)
        var block = try transaction.get(StateSchema.starSums, key) ?? ScoreBlock()
        for index in 0..<sums.count { block.scores[index] &+= sums[index] }
        try put(block, key, transaction)
      }
    }
  }

  /// Hands over what a merged learner has in sums of open periods, and of closed ones that are kept.
  private func handOverStars(
    _ handover: Handover, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    let span = ScoreBlock.span
    let (from, into) = (handover.from.rawValue, handover.into.rawValue)
    for (period, scope) in handover.stars {
      let key = StarSumKey(program.number, period, scope: scope, block: from / span)
      guard var block = try transaction.get(StateSchema.starSums, key) else { continue }
      let points = block.scores[Int(from % span)]
      guard points != 0 else { continue }
      block.scores[Int(from % span)] = 0
      try put(block, key, transaction)
      let otherKey = StarSumKey(program.number, period, scope: scope, block: into / span)
      var other = try transaction.get(StateSchema.starSums, otherKey) ?? ScoreBlock()
      other.scores[Int(into % span)] &+= points
      try put(other, otherKey, transaction)
    }
  }

  private func put(
    _ block: ScoreBlock, _ key: StarSumKey, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    if block.isEmpty {
      try transaction.delete(StateSchema.starSums, key)
    } else {
      try transaction.put(StateSchema.starSums, key, block)
    }
  }

  /// Removes the rows of a closed period that are not kept, and of those whose time is over.
  private func release(
    _ period: Period, kept: Set<UInt16>, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    var first: UInt16 = 0
    for scope in kept.sorted() {
      if first < scope { try remove(period, period, scopes: first...(scope - 1), transaction) }
      first = scope + 1
    }
    try remove(period, period, scopes: first...(.max), transaction)
    guard let oldest = program.time.oldestKept(after: period), oldest.index > .min else { return }
    try remove(
      Period(kind: oldest.kind, index: .min), Period(kind: oldest.kind, index: oldest.index - 1),
      scopes: 0...(.max), transaction)
  }

  private func remove(
    _ first: Period, _ last: Period, scopes: ClosedRange<UInt16>,
    _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    _ = try transaction.deleteRange(
      StateSchema.starSums,
      from: StarSumKey(program.number, first, scope: scopes.lowerBound, block: 0),
      through: StarSumKey(program.number, last, scope: scopes.upperBound, block: .max),
      limit: .max)
  }
}
