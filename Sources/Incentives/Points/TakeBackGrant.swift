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
    let points = -grant.posting.points
    // Points on boards followed the roster to where they count now; others are on none to follow.
    var (group, term) = (standing.group, standing.term)
    if !grant.counts || points == 0 {
      let context = learners.context(of: grant.learner, on: grant.day)
      (group, term) = (
        context.scoringGroup, self.term(on: grant.day, cohort: context.cohort)
      )
    }
    try checkRoom(for: points, counts: grant.counts, learner: grant.learner, group: group)
    var posting = learners[grant.learner].accounts.posting(
      of: points - grant.adjusted, owes: cause != .mistake)
    posting.points = points
    buffer.changes.append(
      .granted(
        GrantChange(
          learner: grant.learner, day: grant.day, group: group, term: term,
          counts: grant.counts, kind: grant.kind, cohort: grant.cohort, decidedOn: day(at: now),
          posting: posting, adjusted: -grant.adjusted, reason: buffer.text.append(reason),
          principal: principal, undoes: position)))
  }
}
