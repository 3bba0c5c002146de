/// Revokes an award (`award.revoke`, rules.md §5): what it paid is taken back, and the runner-up of a star
/// gets it, dated to that period. No other star is decided again.
extension ProgramState {
  /// What revoking an award needs from the log.
  public struct RevocationProof: Sendable {
    /// Who competed for the star, best first; none where it is no star.
    public var candidates: [StarCandidate]

    /// Takes over the candidates of a decision's record.
    public init(_ decision: StarDecisionChange, in buffer: ChangeBuffer) {
      candidates = Array(buffer.candidates[decision.candidates.range])
    }
  }

  /// Decides a revocation; answers the awards that the runners-up get.
  ///
  /// What was spent already is written off. Of a star that equals share the others keep theirs, and only
  /// when nobody has it any more the next of the proof follow. Asks for the learner's log where points
  /// were paid, and for the decision's record. Refuses `not_found` and `already_reversed`.
  public func decideRevocation(
    of number: GivenNumber, reason: String, now: Instant, by principal: PrincipalNumber,
    log: LearnerLog?, proof: RevocationProof?, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> [GivenNumber] {
    guard let row = awards[number] else {
      throw .refused(
        Refusal(
          .notFound, field: "award", "There is no award \(number); award.list shows those given."))
    }
    guard row.revokedAt.isNone else {
      throw .refused(Refusal(.alreadyReversed, field: "award", "\(number) was revoked before."))
    }
    let payment = try payment(of: row, log)
    let next = try runnersUp(after: row, proof)
    buffer.changes.append(
      .awardRevoked(
        AwardRevocationChange(
          given: number, learner: row.learner, principal: principal,
          reason: buffer.text.append(reason))))
    if let payment {
      guard let log else { throw .needs(.histories([row.learner])) }
      var purse = purse(of: row.learner)
      let (reversal, lots) = takingBack(
        payment, at: row.payment, in: log, owes: false, balance: &purse, on: day(at: now),
        by: principal)
      var told = reversal
      told.reason = buffer.text.append(reason)
      buffer.changes.append(.granted(told))
      for lot in lots { buffer.changes.append(.lot(lot)) }
    }
    guard let decision = awards[row.decision], let award = star(of: decision) else { return [] }
    var purses = StepPurses()
    var given: [GivenNumber] = []
    for learner in next {
      given.append(GivenNumber(rawValue: UInt32(awards.given.count + given.count + 1)))
      append(
        given[given.count - 1], of: row.award, award, to: learner, on: decision.day,
        title: title(of: decision, award), cause: .runnerUp, decision: row.decision,
        by: principal, asOf: nil, purses: &purses, to: &buffer)
    }
    return given
  }

  /// What an award paid, as it counts now; nil where it paid nothing.
  private func payment(of row: GivenAward, _ log: LearnerLog?) throws(Undecided) -> GrantChange? {
    guard !row.payment.isNone else { return nil }
    guard let log, log.learner == row.learner else { throw .needs(.histories([row.learner])) }
    return log.standingGrants.first { $0.position == row.payment }?.grant
  }

  /// Who gets a star when somebody loses it: nobody while another has it.
  private func runnersUp(
    after row: GivenAward, _ proof: RevocationProof?
  ) throws(Undecided) -> [LearnerNumber] {
    guard let decision = awards[row.decision],
      awards.standing(of: row.decision).allSatisfy({ $0.number == row.number })
    else { return [] }
    guard let proof else { throw .needs(.record(decision.position)) }
    let ever = Set(awards.everGiven(by: row.decision))
    let candidates = proof.candidates.renamed { learners.surviving($0) }
    let left = candidates.filter { !$0.isCooling && !ever.contains($0.learner) }
    guard let first = left.first else { return [] }
    let ties = stars(of: decision.period).first { $0.award == decision.award }?.terms.ties
    guard ties == .shared else { return [first.learner] }
    return left.filter { $0.score == first.score }.map(\.learner)
  }
}
