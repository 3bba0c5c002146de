import Incentives

/// One change of each kind of award, for the frozen records.
enum RecordGoldenAwards {
  private static let learner = LearnerNumber(rawValue: 7)
  private static let day = LocalDay(number: 20_694)
  private static let principal = PrincipalNumber(rawValue: 4)

  /// The records as they are written for ever.
  static let frozen: [(name: String, record: String)] = [
    (
      "starDecided",
      "275a01031f0200acc3020105ff880f80f7abdd83050202020a071c01030105ac021c00ff98ace91aeac5"
        + "52ac"
    ),
    (
      "awardGiven",
      "295b0101010c020700001f06041c57792f6b1bf066d1dbf7d3ac680efc1bdc42ccae2ba86d6652900d48"
        + "9cd63db7"
    ),
    ("awardRevoked", "1c5c010c070416eb06ffd9a410bf675c2928255508c3dd5c14e5cd7d64eadf697f"),
    ("workNominated", "0c5d0101060207ac020428090020e3338d"),
    (
      "workDecided",
      "235e0101060704001bff0ce3dce1152b1cdc347f75b5bda7d29cd36b90b7a00af36d6e91a60c1702"
    ),
  ]

  static func append(to buffer: inout ChangeBuffer) {
    let award = AwardNumber(rawValue: 2)
    let decision = DecisionNumber(rawValue: 31)
    let nomination = NominationNumber(rawValue: 6)
    let given = GivenNumber(rawValue: 12)
    buffer.candidates.append(
      StarCandidate(learner: learner, score: 14, stars: 1, rules: 3, lastStar: day.previous))
    buffer.candidates.append(
      StarCandidate(
        learner: LearnerNumber(rawValue: 300), score: 14,
        reachedAt: Instant(seconds: 1_787_996_400), isCooling: true))
    buffer.changes.append(
      .starDecided(
        StarDecisionChange(
          decision: decision, award: award, period: .day(day),
          segment: Segment(kind: .cohort, number: 5), closedAt: Instant(seconds: 1_788_000_000),
          deadline: Instant(seconds: 1_788_086_400), ties: 2, isImprovement: true, tied: 2,
          candidates: Run(start: 0, count: 2))))
    buffer.changes.append(
      .awardGiven(
        AwardGivenChange(
          given: given, award: award, learner: learner, day: day, term: .endless,
          cause: .confirmed, pays: true, decision: decision, nomination: nomination,
          principal: principal, citation: buffer.text.append("帮助同学"))))
    buffer.changes.append(
      .awardRevoked(
        AwardRevocationChange(
          given: given, learner: learner, principal: principal,
          reason: buffer.text.append("copied"))))
    buffer.changes.append(
      .workNominated(
        NominationChange(
          nomination: nomination, award: award, nominee: learner,
          nominator: LearnerNumber(rawValue: 300), principal: principal, role: .leader,
          fact: Position(rawValue: 40), object: ObjectNumber(rawValue: 9), day: day)))
    buffer.changes.append(
      .workDecided(
        WorkDecisionChange(
          nomination: nomination, nominee: learner, isAccepted: true, principal: principal,
          day: day, reason: buffer.text.append("well argued"))))
  }
}
