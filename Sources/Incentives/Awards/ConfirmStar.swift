/// Staff choose who gets a star, among the first three of its proof (`award.confirm`, rules.md §5).
extension ProgramState {
  /// Decides that one of the first three gets a star that waits; answers the award.
  ///
  /// Refuses `not_found`, `already_decided` where it does not wait or no longer does, `invalid_params` for
  /// who is not among the first three.
  public func decideConfirmation(
    of number: DecisionNumber, for externalID: String, now: Instant,
    by principal: PrincipalNumber, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> GivenNumber {
    guard let decision = awards[number] else {
      throw .refused(
        Refusal(
          .notFound, field: "decision",
          "There is no such decision; award.list shows the stars that wait."))
    }
    guard let waiting = awards.waiting[number], now < decision.deadline else {
      throw .refused(
        Refusal(
          .alreadyDecided, field: "decision",
          "It does not wait any more; award.revoke restores the runner-up."))
    }
    let first = waiting.prefix(StarContest.provedPlaces).map(\.learner)
    guard let learner = learnerNumber(externalID), first.contains(learner) else {
      let ids = first.map { learners.shownID($0) }.joined(separator: ", ")
      throw .refused(
        Refusal(.invalid, field: "learner", "Choose among the first three: \(ids)."))
    }
    guard let award = star(of: decision) else {
      preconditionFailure("a decision is of a declared award")
    }
    let given = GivenNumber(rawValue: UInt32(awards.given.count + 1))
    var purses = StepPurses()
    append(
      given, of: decision.award, award, to: learner, on: decision.day,
      title: title(of: decision, award), cause: .confirmed, decision: number, by: principal,
      asOf: nil, purses: &purses, to: &buffer)
    return given
  }
}
