import Incentives
import JSONRPC

/// How a list of awards names people.
struct AwardNaming {
  let state: ProgramState
  /// The day whose consent holds.
  let today: LocalDay
  /// Whether the list is to be published: who did not consent is not named then.
  let isPublic: Bool

  /// Whether a learner is named with id and words.
  func names(_ learner: LearnerNumber) -> Bool {
    !isPublic || state.learners.context(of: learner, on: today).mayPublish
  }

  /// What people read; the alias, or 姓 + 同学, of who is not named.
  func name(_ learner: LearnerNumber) -> String {
    let (name, alias) = (state.learners.name(learner), state.learners.alias(learner))
    if names(learner) { return name.isEmpty ? alias : name }
    if !alias.isEmpty { return alias }
    guard let first = name.unicodeScalars.first else { return "同学" }
    let isHan = 0x4E00...0x9FFF ~= first.value || 0x3400...0x4DBF ~= first.value
    return isHan ? "\(first)同学" : "\(first)."
  }
}

extension JSONWriter {
  /// Writes whom an award names.
  mutating func members(of learner: LearnerNumber, _ naming: AwardNaming) {
    if naming.names(learner) { self.learner(learner, of: naming.state) }
    memberUnlessEmpty("name", naming.name(learner))
  }

  /// Writes the member of a segment: `cohort`, `tier` or `group`; none for everybody.
  mutating func member(of segment: Segment, in state: ProgramState) {
    switch segment.kind {
    case .everyone: break
    case .cohort: member("cohort", state.names.word(.cohort, segment.number))
    case .tier: member("tier", state.names.word(.tier, segment.number))
    case .group: member("group", state.names.word(.group, segment.number))
    }
  }

  /// Writes the members of a declared award's name.
  mutating func members(of award: AwardNumber, in state: ProgramState) {
    member("award", state.awardID(award))
    memberUnlessEmpty("title", state.award(award)?.title ?? "")
  }

  /// Writes candidates, best first, with what each step of a tie compared.
  mutating func candidates(
    _ name: StaticString, _ candidates: some Sequence<StarCandidate>, isImprovement: Bool,
    _ naming: AwardNaming
  ) {
    array(name) { writer in
      for candidate in candidates {
        writer.object { writer in
          writer.members(of: candidate.learner, naming)
          writer.score(candidate.score, isImprovement: isImprovement)
          writer.member("stars", candidate.stars)
          if candidate.rules != StarCandidate.unasked { writer.member("rules", candidate.rules) }
          if candidate.lastStar.number > .min { writer.member("lastStar", candidate.lastStar) }
          if candidate.reachedAt != .distantPast {
            writer.member("reachedAt", candidate.reachedAt)
          }
        }
      }
    }
  }

  /// Writes a score; improvement is kept doubled, so that half a point is exact.
  private mutating func score(_ score: Int64, isImprovement: Bool) {
    guard isImprovement else { return member("score", score) }
    member("score", score / 2)
    if score % 2 != 0 { member("half", true) }
  }
}

extension Property {
  /// Whom an award names.
  static let winner: [Property] = [
    .optional("learner", .identifier, "The learner; absent where the name is not published."),
    .erased,
    .optional("name", .prose, "The name; alias or 姓+同学 of who did not consent."),
  ]

  /// The members of a segment.
  static let segment: [Property] = [
    .optional("cohort", .identifier, "The cohort that competed."),
    .optional("tier", .identifier, "The tier that competed."),
    .optional("group", .identifier, "The group that competed."),
  ]

  /// A candidate for a star.
  static let candidate: [Property] =
    winner + [
      .required("score", .number, "What was compared, whole points."),
      .optional("half", .boolean, "True where half a point is added to it."),
      .required("stars", .count, "How many of these stars they had this term."),
      .optional("rules", .count, "How many distinct rules paid them, where a tie asked."),
      .optional("lastStar", .day, "The day of their last one."),
      .optional("reachedAt", .instant, "When they had the points, where a tie asked."),
    ]

  /// A proof of a star.
  static let proof: [Property] = [
    .required("ties", .word(StarTies.allCases.map(\.rawValue)), "The tie rule."),
    .required("tied", .count, "How many shared the highest score."),
    .required("candidates", .list(.object(candidate), max: .max), "Who came first, best first."),
    .required(
      "coolingOff", .list(.object(candidate), max: .max),
      "Who would have come before, and had a star too recently."),
  ]
}
