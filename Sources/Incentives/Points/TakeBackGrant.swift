extension ProgramState {
  /// Decides that a grant, an adjustment or an opening balance is taken back: by a record of its own,
  /// which posts the opposite to the same account, on the boards where the points count now.
  ///
  /// What was spent already is written off for a mistake and owed for any other cause, as with facts.
  /// Asks for the learner's log. Refuses `already_reversed`, and `amount_too_large` where points that
  /// come back find no room. A week's budget stays as it is.
  public func decideTakingBack(
    _ grant: GrantChange, at position: Position, cause: ReversalCause, reason: String, now: Instant,
    by principal: PrincipalNumber, log: LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard grant.kind != .award else {
      throw .refused(
        Refusal(.invalid, "An award paid it; award.revoke takes back the award with what it paid."))
    }
    let learner = learners.surviving(grant.learner)
    guard let log, log.learner == learner else { throw .needs(.histories([learner])) }
    guard let standing = log.standingGrants.first(where: { $0.position == position })?.grant else {
      throw .refused(
        Refusal(.alreadyReversed, "It was taken back before; nothing is left of it."))
    }
    var purse = purse(of: learner)
    let (reversal, lots) = takingBack(
      standing, at: position, in: log, owes: cause != .mistake, balance: &purse,
      on: day(at: now), by: principal)
    try checkRoom(
      for: reversal.posting.points, counts: grant.counts, learner: learner,
      group: reversal.group)
    var told = reversal
    told.reason = buffer.text.append(reason)
    buffer.changes.append(.granted(told))
    for lot in lots { buffer.changes.append(.lot(lot)) }
  }

  /// What takes back a grant that stands, given what the learner has by then, and the lots it moves.
  ///
  /// What was given leaves the lot it went into; what was spent comes back into the lots it was taken from.
  func takingBack(
    _ standing: GrantChange, at position: Position, in log: LearnerLog, owes: Bool,
    balance: inout Purse, on day: LocalDay, by principal: PrincipalNumber
  ) -> (GrantChange, [LotChange]) {
    var reversal = standing
    let points = -standing.posting.points
    // Points on boards followed the roster to where they count now; others are on none to follow.
    if !standing.counts || points == 0 {
      let context = learners.context(of: standing.learner, on: standing.day)
      reversal.group = context.scoringGroup(of: standing.kind)
      reversal.term = term(on: standing.day, cohort: context.cohort)
    }
    var rest = points - standing.adjusted
    for part in log.spending(at: position) {
      balance.add(part.points, of: part.term)
      rest -= part.points
    }
    balance.add(rest, of: rest > 0 ? .outside : standing.term)
    let settled = balance.settle(owes: owes, on: standing.day)
    reversal.posting = settled.posting
    reversal.posting.points = points
    reversal.adjusted = -standing.adjusted
    reversal.decidedOn = day
    reversal.reason = .empty
    reversal.principal = principal
    reversal.undoes = position
    return (reversal, settled.lots)
  }
}

extension LearnerLog {
  /// What a spending record took from each lot; nothing of one that did not spend.
  fileprivate func spending(at position: Position) -> [(term: TermNumber, points: Int64)] {
    guard let place = positions.firstIndex(of: position) else { return [] }
    var parts: [(term: TermNumber, points: Int64)] = []
    for next in (place + 1)..<max(place + 1, positions.count) {
      // What a record moves follows it at once.
      guard positions[next] == position.advanced(by: next - place),
        case .lot(let lot) = buffer.changes[next]
      else { break }
      if lot.cause == .spend { parts.append((lot.term, -lot.points)) }
    }
    return parts
  }
}
