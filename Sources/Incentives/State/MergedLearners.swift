/// Learners whose two accounts turned out to be one person's (`learner.merge`).
///
/// Both numbers stay in the log for ever. From the merge on the surviving learner has all that the other
/// had, and whoever comes by the other's id or number is led to the survivor.
extension LearnerTable {
  /// The learner whose records a learner's are: itself, or whom it was merged into in the end.
  public func surviving(_ learner: LearnerNumber) -> LearnerNumber {
    let survivor = survivors[learner.index]
    return survivor == 0 ? learner : LearnerNumber(rawValue: survivor)
  }

  /// The other learners whose records are a learner's too, in the order they were merged into it.
  public func alsoKnown(_ learner: LearnerNumber) -> [LearnerNumber] { merged[learner] ?? [] }

  /// How many people there are: a learner with two ids is one.
  public var peopleCount: Int { count - merged.values.reduce(0) { $0 + $1.count } }

  /// Leads whoever comes for one learner, or for whom was merged into it before, to another.
  mutating func join(_ old: LearnerNumber, into survivor: LearnerNumber) {
    let joining = alsoKnown(old) + [old]
    merged[old] = nil
    merged[survivor, default: []] += joining
    for learner in joining { survivors[learner.index] = survivor.rawValue }
  }
}

extension LearnerTable.Row {
  /// Takes over what another row has, which is left with nothing but its last record.
  public mutating func takeOver(_ other: inout LearnerTable.Row) {
    accounts.add(other.accounts)
    firstDay = min(firstDay, other.firstDay)
    lastDay = max(lastDay, other.lastDay)
    // What a stretch takes off the survivor is written first: it may be below zero for a moment.
    pending &+= other.pending
    grants &+= other.grants
    var left = LearnerTable.Row()
    left.lastPosition = other.lastPosition
    left.context = other.context
    other = left
  }
}

extension ProgramState {
  /// Hands over all that a learner has: accounts, points on open boards, facts of open days.
  ///
  /// The windows of both, the surviving learner's context and what moves are in records of their own.
  func apply(_ merge: MergeChange) {
    learners.join(merge.from, into: merge.into)
    var old = learners[merge.from]
    learners.rows.update(merge.into.index) { row in
      row.takeOver(&old)
      row.accounts.post(Posting(points: 0, debt: -merge.debtPaid))
      row.lastPosition = position
    }
    old.lastPosition = position
    handOverLots(from: merge.from, to: merge.into)
    attendance.join(merge.from, into: merge.into)
    judging.mark(merge.into)
    handOverStars(from: merge.from, to: merge.into)
    awards.join(merge.from, into: merge.into)
    learners.rows[merge.from.index] = old
    for period in periods.values where !isClosed(period.period) {
      handOver(from: merge.from, to: merge.into, in: period)
    }
  }

  private func handOver(
    from old: LearnerNumber, to survivor: LearnerNumber, in period: OpenPeriod
  ) {
    let points = period.learnerScores[old.index]
    if points != 0 {
      score(old, -points, in: period)
      score(survivor, points, in: period)
    }
    let text = period.sheets.text
    period.sheets.join(old, into: survivor) { a, b in
      text.withBytes(a.id) { x in
        text.withBytes(b.id) { y in
          comesBefore((a.occurredAt, a.source, x), (b.occurredAt, b.source, y))
        }
      }
    }
  }
}

extension DaySheets {
  /// Hangs the facts of one learner among those of another, all in canonical order.
  mutating func join(
    _ old: LearnerNumber, into survivor: LearnerNumber, comesBefore: (Fact, Fact) -> Bool
  ) {
    guard let first = latest(of: old) else { return }
    // From the latest fact to the earliest.
    var order: [Int] = []
    var (left, right) = (Optional(first), latest(of: survivor))
    while left != nil || right != nil {
      var takesLeft = left != nil
      if let left, let right { takesLeft = comesBefore(self[right], self[left]) }
      guard let next = takesLeft ? left : right else { break }
      order.append(next)
      if takesLeft { left = earlier(than: next) } else { right = earlier(than: next) }
    }
    relink(order, of: survivor)
    relink([], of: old)
  }
}
