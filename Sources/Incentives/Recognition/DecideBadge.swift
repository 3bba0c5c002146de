/// A badge given or taken by people, beside what its criterion says (`badge.award`, `badge.revoke`).
public struct BadgeDecision: Hashable, Sendable {
  /// The learner, by external id.
  public var learner: String
  /// The badge.
  public var badge: String
  /// The grade to give; nil gives the lowest, or takes the badge where `isRevoked`.
  public var grade: String?
  /// Whether it is taken.
  public var isRevoked: Bool
  /// Why, in words.
  public var reason: String

  /// Names a badge, and what becomes of it.
  public init(learner: String, badge: String, grade: String?, isRevoked: Bool, reason: String) {
    self.learner = learner
    self.badge = badge
    self.grade = grade
    self.isRevoked = isRevoked
    self.reason = reason
  }
}

extension ProgramState {
  /// Decides that a learner holds a badge, or holds it no more, whatever its criterion says.
  ///
  /// It pays and takes no points, and no other badge follows from it: points follow facts, and
  /// `points.adjust` is there for the rest. A given grade stands until a higher one is earned; a taken
  /// badge stays taken until it is given again. Refuses `not_found` and `invalid_params`.
  public func decide(
    _ decision: BadgeDecision, now: Instant, by principal: PrincipalNumber,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) -> LearnerNumber {
    guard let learner = learnerNumber(decision.learner) else {
      throw .refused(Refusal(.notFound, field: "learner", "There is no learner with this id."))
    }
    guard let badge = definition.recognition.badges.first(where: { $0.id == decision.badge }) else {
      let ids = definition.recognition.badges.map(\.id).joined(separator: ", ")
      throw .refused(
        Refusal(
          .notFound, field: "badge", "The program declares: \(ids.isEmpty ? "no badge" : ids)."))
    }
    var stage = decision.isRevoked ? 0 : 1
    if let grade = decision.grade, !decision.isRevoked {
      guard let place = badge.grades.firstIndex(where: { $0.name == grade }) else {
        let names = badge.grades.map(\.name).joined(separator: ", ")
        throw .refused(
          Refusal(.invalid, field: "grade", "The grades of \(badge.id) are: \(names)."))
      }
      stage = place + 1
    }
    let standing = standing(of: badge, for: learner)
    guard !decision.isRevoked || standing.stage > 0 || standing.isRevoked else {
      throw .refused(
        Refusal(.invalid, field: "badge", "The learner does not hold \(badge.id)."))
    }
    let number = ruleNumber(badge.decisionText)
    buffer.changes.append(
      .window(
        WindowChange(
          learner: learner, key: Self.total(of: number),
          fold: WindowFold(last: now, sum: 0, largest: Int64(stage), count: 1))))
    buffer.changes.append(
      .badgeDecided(
        BadgeDecisionChange(
          learner: learner, badge: number, stage: UInt16(stage), day: day(at: now),
          reason: buffer.text.append(decision.reason), principal: principal)))
    return learner
  }
}

extension Badge {
  /// The text under whose number decisions of people on the badge are kept.
  var decisionText: String { "decided;\(id)" }
}
