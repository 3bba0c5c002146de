import Incentives

/// Awards in a game: what an edge asks for them, and how they are told.
extension Game {
  func give(_ request: AwardGrant, by person: String? = nil) throws(Refusal) -> Range<Int> {
    let principal = try person.map { person throws(Refusal) in try self.principal(person) }
    return try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(request, now: self.now, by: principal ?? .none, into: &buffer)
    }
  }

  func confirm(_ decision: DecisionNumber, _ learner: String) throws(Refusal) -> Range<Int> {
    try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decideConfirmation(
        of: decision, for: learner, now: self.now, by: .none, into: &buffer)
    }
  }

  func revoke(_ award: GivenNumber, reason: String) throws(Refusal) -> Range<Int> {
    let proof = state.awards[award].flatMap { state.awards[$0.decision] }.flatMap(proof)
      .map { ProgramState.RevocationProof($0, in: log.buffer) }
    return try commit { (buffer, log) throws(Undecided) in
      _ = try self.state.decideRevocation(
        of: award, reason: reason, now: self.now, by: .none, log: log,
        proof: proof, into: &buffer)
    }
  }

  /// The record of a decision.
  func proof(of decision: StarDecision) -> StarDecisionChange? {
    guard case .starDecided(let change) = log.buffer.changes[Int(decision.position.rawValue) - 1]
    else { return nil }
    return change
  }

  func nominate(_ request: WorkNomination, by person: String) throws(Refusal) -> Range<Int> {
    let principal = try principal(person)
    return try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(request, now: self.now, by: principal, into: &buffer)
    }
  }

  func decide(_ request: WorkDecision, by person: String) throws(Refusal) -> Range<Int> {
    let principal = try principal(person)
    return try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(request, now: self.now, by: principal, into: &buffer)
    }
  }

  /// How the stars of a period stand, with the logs they ask for.
  func provisional(_ period: Period) -> [ProvisionalStar] {
    var logs: [LearnerNumber: LearnerLog] = [:]
    for _ in 0..<20 {
      do throws(Undecided) {
        return try state.provisionalStars(of: period, now: now, logs: logs)
      } catch {
        guard case .needs(.histories(let learners)) = error else { break }
        for learner in learners { logs[learner] = records(of: learner) }
      }
    }
    note(fault: "the stars of \(period) can not be told")
    return []
  }
}

/// Awards in words.
extension Game {
  func tell(_ change: StarDecisionChange) -> String {
    let candidates = Array(log.buffer.candidates[change.candidates.range])
    let told = tell(candidates, isImprovement: change.isImprovement)
    let waits = change.waits ? ", waits for staff until \(local(change.deadline))" : ""
    let tied = change.tied > 1 ? "; \(change.tied) tied, \(word(ofTies: change.ties))" : ""
    return "\(change.decision) \(star(change.award, change.period, change.segment)): "
      + "\(told)\(tied)\(waits)"
  }

  func tell(_ star: ProvisionalStar) -> String {
    let isImprovement = star.definition.star?.measure == .improvement
    let ties = star.definition.star?.ties.rawValue ?? ""
    let tied = star.tied > 1 ? "; \(star.tied) tied, \(ties)" : ""
    return "\(self.star(star.award, star.period, star.segment)) now: "
      + tell(star.places + star.excluded, isImprovement: isImprovement) + tied
  }

  private func star(_ award: AwardNumber, _ period: Period, _ segment: Segment) -> String {
    "\(state.awardID(award)) of \(describe(period))\(tell(segment))"
  }

  private func tell(_ segment: Segment) -> String {
    switch segment.kind {
    case .everyone: ""
    case .cohort: " in \(state.names.word(.cohort, segment.number))"
    case .tier: " in \(state.names.word(.tier, segment.number))"
    case .group: " in \(state.names.word(.group, segment.number))"
    }
  }

  private func word(ofTies code: UInt8) -> String {
    StarTies.allCases.first { $0.code == code }?.rawValue ?? "?"
  }

  private func tell(_ candidates: [StarCandidate], isImprovement: Bool) -> String {
    guard !candidates.isEmpty else { return "nobody" }
    return candidates.map { candidate in
      let half = isImprovement && candidate.score % 2 != 0 ? ".5" : ""
      var words = "\(state.learners.shownID(candidate.learner)) "
      words += "\(isImprovement ? candidate.score / 2 : candidate.score)\(half)"
      if candidate.stars > 0 { words += ", \(candidate.stars) this term" }
      if candidate.rules != StarCandidate.unasked { words += ", \(candidate.rules) rules" }
      if candidate.lastStar.number > .min { words += ", last \(candidate.lastStar)" }
      if candidate.reachedAt != .distantPast { words += ", at \(local(candidate.reachedAt))" }
      return candidate.isCooling ? "(pauses: \(words))" : words
    }.joined(separator: " · ")
  }

  func tell(_ change: AwardGivenChange) -> String {
    let citation =
      change.citation.isEmpty ? "" : ": " + log.buffer.text.string(change.citation)
    return "\(change.given) \(state.awardID(change.award)) of \(change.day) to "
      + "\(state.learners.shownID(change.learner)) (\(change.cause.word))\(citation)"
  }

  func tell(_ change: AwardRevocationChange) -> String {
    "\(change.given) revoked: \(log.buffer.text.string(change.reason))"
  }

  func tell(_ change: NominationChange) -> String {
    let mutual = state.awards[change.nomination].map(state.isMutual) ?? false
    return "\(change.nomination) \(state.learners.shownID(change.nominee)) nominated by a "
      + "\(change.role.word)\(mutual ? ", mutual" : "")"
  }

  func tell(_ change: WorkDecisionChange) -> String {
    "\(change.nomination) \(change.isAccepted ? "accepted" : "refused")"
  }
}
