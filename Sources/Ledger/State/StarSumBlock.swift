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
    for handover in handovers {
      for (period, scope) in handover.stars {
        try handOverPoints(handover, in: StateSchema.starSums, transaction) {
          StarSumKey(program.number, period, scope: scope, block: $0)
        }
      }
    }
    for (period, kept) in released {
      try release(period, kept: kept, transaction)
    }
  }

  private func write(
    _ delta: PeriodDelta, _ transaction: borrowing WriteTransaction
  ) throws(LMDBError) {
    for star in delta.stars {
      try addPoints(star.sums, to: StateSchema.starSums, transaction) {
        StarSumKey(program.number, delta.period, scope: star.scope.number, block: $0)
      }
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
