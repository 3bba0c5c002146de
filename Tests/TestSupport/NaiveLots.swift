import Incentives

/// What terms earned that expire, kept as the commands come (rules.md §3 “Expiry”, “Two balances”).
extension NaiveModel {
  /// Points come or go, term by term, and others are spent.
  ///
  /// What is left lies in heaps, those that expire first ahead, and at last what never does. Points come to
  /// their heap and go from it; what it lacks, and what is spent, goes from the heaps in their order. What
  /// is missing then is owed or written off; what is there pays debt.
  mutating func receive(
    _ flows: [String: Int64], spent: Int64 = 0, of learner: String, owes: Bool = false
  ) {
    var purse = purses[learner] ?? Purse()
    var wanted = spent
    let open = openLots
    var heaps = open.map { purse.left[$0] ?? 0 }
    heaps.append(purse.spendable - heaps.reduce(0, +))
    for (term, points) in flows {
      if isGone(term) {
        let back = max(points, -(purse.gone[term] ?? 0))
        purse.gone[term, default: 0] += back
        purse.expired += back
        wanted += back - points
        continue
      }
      heaps[open.firstIndex(of: term) ?? open.count] += points
    }
    for place in heaps.indices where heaps[place] < 0 {
      wanted -= heaps[place]
      heaps[place] = 0
    }
    Self.take(&wanted, from: &heaps)
    if owes { purse.debt += wanted } else { purse.writtenOff += wanted }
    if wanted == 0 {
      let there = heaps.reduce(0, +)
      var paid = min(purse.debt, there)
      purse.debt -= paid
      Self.take(&paid, from: &heaps)
    }
    purse.spendable = heaps.reduce(0, +)
    for (term, heap) in zip(open, heaps) { purse.left[term] = heap == 0 ? nil : heap }
    purse.gone = purse.gone.filter { $0.value != 0 }
    purses[learner] = purse
  }

  private static func take(_ wanted: inout Int64, from heaps: inout [Int64]) {
    for place in heaps.indices {
      let part = min(wanted, heaps[place])
      heaps[place] -= part
      wanted -= part
    }
  }

  /// Whether the points of a term can not be spent any more.
  func isGone(_ term: String) -> Bool { time.expiry(of: term).map { $0 <= clock } ?? false }

  /// The terms that will expire, the first ahead.
  private var openLots: [String] {
    time.termIDs.enumerated().compactMap { number, id in
      time.expiry(of: id).flatMap { $0 > clock ? (at: $0, number: number, id: id) : nil }
    }.sorted { ($0.at, $0.number) < ($1.at, $1.number) }.map(\.id)
  }

  /// Time has moved: what is left of a term whose day came is gone.
  mutating func expireLots() {
    for (learner, var purse) in purses {
      for (term, points) in purse.left where isGone(term) {
        purse.left[term] = nil
        purse.spendable -= points
        purse.expired += points
        purse.gone[term, default: 0] += points
      }
      purses[learner] = purse
    }
  }

  /// Terms that do not expire any more are no lots.
  mutating func forgetLots() {
    for (learner, purse) in purses {
      purses[learner]?.left = purse.left.filter { time.expiry(of: $0.key) != nil }
    }
  }
}

extension NaiveTime {
  /// The first instant at which what a term earned can not be spent; nil where it always can.
  func expiry(of term: String) -> Int64? {
    definition.terms.first { $0.id == term }?.expires.map { firstInstant(of: $0) }
  }
}
