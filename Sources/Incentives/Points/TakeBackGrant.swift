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
    guard let log, log.learner == grant.learner else { throw .needs(.histories([grant.learner])) }
    guard let standing = log.standingGrants.first(where: { $0.position == position })?.grant else {
      throw .refused(
        Refusal(.alreadyReversed, "It was taken back before; nothing is left of it."))
    }
    let reversal = takingBack(
      standing, at: position, owes: cause != .mistake, balance: learners[grant.learner].accounts,
      on: day(at: now), by: principal)
    try checkRoom(
      for: reversal.posting.points, counts: grant.counts, learner: grant.learner,
      group: reversal.group)
    var told = reversal
    told.reason = buffer.text.append(reason)
    buffer.changes.append(.granted(told))
  }

  /// What takes back a grant that stands, given what the accounts hold by then.
  func takingBack(
    _ standing: GrantChange, at position: Position, owes: Bool, balance: Accounts,
    on day: LocalDay, by principal: PrincipalNumber
  ) -> GrantChange {
    var reversal = standing
    let points = -standing.posting.points
    // Points on boards followed the roster to where they count now; others are on none to follow.
    if !standing.counts || points == 0 {
      let context = learners.context(of: standing.learner, on: standing.day)
      reversal.group = context.scoringGroup
      reversal.term = term(on: standing.day, cohort: context.cohort)
    }
    reversal.posting = balance.posting(of: points - standing.adjusted, owes: owes)
    reversal.posting.points = points
    reversal.adjusted = -standing.adjusted
    reversal.decidedOn = day
    reversal.reason = .empty
    reversal.principal = principal
    reversal.undoes = position
    return reversal
  }
}
