import Incentives

/// Random records of awards.
extension RecordSamples {
  mutating func appendAwards() {
    let candidates = Run(start: UInt32(buffer.candidates.count), count: UInt32(below(5)))
    for _ in candidates.range {
      buffer.candidates.append(
        StarCandidate(
          learner: learner(), score: number(), stars: number(),
          rules: flag() ? StarCandidate.unasked : number(),
          lastStar: flag() ? LocalDay(number: .min) : day(),
          reachedAt: flag() ? .distantPast : instant(), isCooling: flag()))
    }
    buffer.changes.append(
      .starDecided(
        StarDecisionChange(
          decision: DecisionNumber(rawValue: number()), award: AwardNumber(rawValue: number()),
          period: period(), segment: Segment(kind: pick(Segment.Kind.allCases), number: number()),
          closedAt: instant(), deadline: flag() ? .distantPast : Instant(microseconds: number()),
          ties: UInt8(below(3)), isImprovement: flag(), tied: number(),
          candidates: candidates.count == 0 ? .empty : candidates)))
    buffer.changes.append(
      .awardGiven(
        AwardGivenChange(
          given: GivenNumber(rawValue: number()), award: AwardNumber(rawValue: number()),
          learner: learner(), day: day(), term: TermNumber(rawValue: number()),
          cause: pick(AwardCause.allCases), pays: flag(),
          decision: DecisionNumber(rawValue: number()),
          nomination: NominationNumber(rawValue: number()),
          principal: PrincipalNumber(rawValue: number()), citation: text())))
    buffer.changes.append(
      .awardRevoked(
        AwardRevocationChange(
          given: GivenNumber(rawValue: number()), learner: learner(),
          principal: PrincipalNumber(rawValue: number()), reason: text())))
    buffer.changes.append(
      .workNominated(
        NominationChange(
          nomination: NominationNumber(rawValue: number()),
          award: AwardNumber(rawValue: number()), nominee: learner(),
          nominator: LearnerNumber(rawValue: number()),
          principal: PrincipalNumber(rawValue: number()), role: pick(NominatorRole.allCases),
          fact: Position(rawValue: number()), object: ObjectNumber(rawValue: number()),
          day: day())))
    buffer.changes.append(
      .workDecided(
        WorkDecisionChange(
          nomination: NominationNumber(rawValue: number()), nominee: learner(),
          isAccepted: flag(), principal: PrincipalNumber(rawValue: number()), day: day(),
          reason: text())))
  }
}
