import Incentives
import JSONRPC

/// Reads and describes a declared award, as a program file holds it: flat, with the fields of its kind.
enum AwardFields {
  /// Reads the members of an award.
  static func read(_ fields: inout Fields) throws(ParameterError) -> AwardDefinition {
    let kind = try fields.choice("kind", of: AwardKind.self)
    var award = AwardDefinition(
      id: try fields.identifier("id"),
      title: try fields.string("title", max: CallLimits.textBytesMax), kind: kind,
      points: try fields.optionalInt("points") ?? 0,
      counts: try fields.optionalBool("counts") ?? false)
    switch kind {
    case .star: award.star = try star(&fields)
    case .excellentWork:
      let quota = try fields.optionalInt("quota", in: 1...10_000)
      award.work = WorkTerms(
        peers: try fields.optionalBool("peers") ?? false, quota: quota.map { Int32($0) })
    case .given: break
    }
    return award
  }

  private static func star(_ fields: inout Fields) throws(ParameterError) -> StarTerms {
    let measure = try fields.optionalChoice("measure", of: StarMeasure.self) ?? .points
    return StarTerms(
      period: try fields.choice("period", of: StarPeriod.self),
      scope: try fields.optionalChoice("scope", of: StarScopeKind.self) ?? .program,
      score: try fields.optionalChoice("score", of: StarScore.self) ?? .rules,
      rules: try fields.identifiers("rules", max: RuleSet.rulesMax),
      minimum: try fields.optionalInt("minimum") ?? 1,
      ties: try fields.optionalChoice("ties", of: StarTies.self) ?? .fewestStars,
      coolOff: Int32(
        try fields.optionalInt("coolOff", in: 0...Int64(ProgramDefinition.coolOffMax)) ?? 3),
      measure: measure, confirmMinutes: try confirmation(&fields))
  }

  private enum Confirm: String, CaseIterable {
    case auto, staff
  }

  private static func confirmation(_ fields: inout Fields) throws(ParameterError) -> Int32? {
    let confirm = try fields.optionalChoice("confirm", of: Confirm.self) ?? .auto
    let within = try fields.optionalText("confirmWithin", max: CallLimits.identifierBytesMax)
    switch (confirm, within) {
    case (.auto, nil): return nil
    case (.auto, _?):
      throw ParameterError("confirmWithin", .invalidValue, "It goes with `confirm: staff`.")
    case (.staff, let within):
      return try within.map { text throws(ParameterError) in
        try ProgramFields.minutes(text, "confirmWithin")
      } ?? StarTerms.confirmMinutesDefault
    }
  }
}

extension JSONWriter {
  /// Writes the members of a declared award; what is at its default is left out.
  mutating func members(of award: AwardDefinition) {
    member("id", award.id)
    member("title", award.title)
    member("kind", award.kind.rawValue)
    if award.points != 0 { member("points", award.points) }
    if award.counts { member("counts", true) }
    if let star = award.star { members(of: star) }
    guard let work = award.work else { return }
    if work.peers { member("peers", true) }
    if let quota = work.quota { member("quota", quota) }
  }

  private mutating func members(of star: StarTerms) {
    member("period", star.period.rawValue)
    if star.scope != .program { member("scope", star.scope.rawValue) }
    if star.score != .rules { member("score", star.score.rawValue) }
    memberUnlessEmpty("rules", star.rules)
    if star.minimum != 1 { member("minimum", star.minimum) }
    if star.ties != .fewestStars { member("ties", star.ties.rawValue) }
    if star.coolOff != 3 { member("coolOff", star.coolOff) }
    if star.measure != .points { member("measure", star.measure.rawValue) }
    guard let minutes = star.confirmMinutes else { return }
    member("confirm", "staff")
    if minutes != StarTerms.confirmMinutesDefault {
      member("confirmWithin", Self.span(minutes))
    }
  }
}

extension Schema {
  /// A declared award.
  static let award = Schema.object([
    .required("id", .identifier, "The id that calls use."),
    .required("title", .prose, "What people read: 每日之星."),
    .required("kind", .word(AwardKind.allCases.map(\.rawValue)), "How it is won."),
    .optional(
      "points", .integer(0...ProgramDefinition.pointsMax), "The points it pays.", default: "0"),
    .optional(
      "counts", .boolean, "Whether they count as earned, for ranks and levels; else bonus.",
      default: "false"),
    .optional(
      "period", .word(StarPeriod.allCases.map(\.rawValue)), "A star: the period it is for."),
    .optional(
      "scope", .word(StarScopeKind.allCases.map(\.rawValue)), "A star: one for each of these.",
      default: #""program""#),
    .optional(
      "score", .word(StarScore.allCases.map(\.rawValue)),
      "A star: what rules paid, or all that the board shows.", default: #""rules""#),
    .optional(
      "rules", .list(.identifier, max: RuleSet.rulesMax), "A star: the rules that count; all."),
    .optional(
      "minimum", .integer(1...FactInput.valueMax), "A star: the least that wins.", default: "1"),
    .optional(
      "ties", .word(StarTies.allCases.map(\.rawValue)), "A star: who wins among equals.",
      default: #""fewest-stars""#),
    .optional(
      "coolOff", .integer(0...Int64(ProgramDefinition.coolOffMax)),
      "A star: teaching days before the next one.", default: "3"),
    .optional(
      "measure", .word(StarMeasure.allCases.map(\.rawValue)),
      "A star: points, or points less the own mean of the last two periods.",
      default: #""points""#),
    .optional(
      "confirm", .word(["auto", "staff"]), "A star: whether staff choose among the first three.",
      default: #""auto""#),
    .optional(
      "confirmWithin", .identifier, "A star: how long they have.", default: #""24h""#),
    .optional(
      "peers", .boolean, "Excellent work: whether learners nominate each other.",
      default: "false"),
    .optional("quota", .integer(1...10_000), "Excellent work: how many are accepted a week."),
  ])
}
