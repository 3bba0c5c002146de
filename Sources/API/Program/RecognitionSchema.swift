import Incentives

/// The shapes of levels, streaks, badges and quests on the wire.
extension Schema {
  /// The members of a definition that declare recognition.
  static let recognition: [Property] = [
    .optional(
      "levels",
      .object([
        .optional("list", .list(.count, max: LevelCurve.levelsMax), "Where each level begins."),
        .optional("curve", .word(["linear", "quadratic", "doubling"]), "This and base, or list."),
        .optional("base", .integer(1...ProgramDefinition.pointsMax), "The base of the curve."),
        .optional(
          "highest", .integer(2...Int64(LevelCurve.levelsMax)), "The highest level.",
          default: "\(LevelCurve.levelsMax)"),
      ]), "Levels on earned points."),
    .optional(
      "streaks",
      .list(
        .object(
          [id, title] + match + [
            .optional(
              "days", .word(StreakDays.allCases.map(\.rawValue)), "The days that are counted.",
              default: #""teachingDays""#),
            .optional(
              "passes", .integer(0...100), "Gap days that each term covers.", default: "0"),
            .optional(
              "milestones",
              .list(
                .object([
                  .required("days", .integer(1...10_000), "The length of the run."),
                  .optional("points", points, "What it pays, once per run.", default: "0"),
                ]), max: 50), "Lengths that pay."),
          ]), max: RuleSet.rulesMax), "Consecutive days with a qualifying fact."),
    .optional(
      "badges",
      .list(
        .object([
          id, title,
          .optional(
            "sticky", .boolean, "Whether it stays though it becomes untrue.", default: "false"),
          .required("grades", .list(stage("The grade's name."), max: 20), "The lowest first."),
        ]), max: 200), "Badges over criteria."),
    .optional(
      "quests",
      .list(
        .object([
          id, title,
          .optional(
            "countsBefore", .boolean, "Whether facts from before a step opened count.",
            default: "true"),
          .optional("points", points, "What completing it pays.", default: "0"),
          .required("steps", .list(stage("The step's name."), max: 50), "One after the other."),
        ]), max: 100), "Steps one after the other."),
  ]

  /// A criterion: an object with one of these members.
  static let criterionMembers: [Property] = [
    .optional("all", .list(.criterion, max: 50), "All of these criteria hold."),
    .optional("any", .list(.criterion, max: 50), "One of these criteria holds."),
    .optional(
      "some",
      .object([
        .required("atLeast", .integer(1...50), "How many."),
        .required("of", .list(.criterion, max: 50), "Of these criteria."),
      ]), "So many of these criteria hold."),
    .optional(
      "facts",
      .object(
        match.map(\.ifThere) + [
          .optional("rule", .identifier, "The rule whose facts count; instead of verbs."),
          .optional(
            "distinct", .word(FactCount.Distinct.allCases.map(\.rawValue)),
            "What is counted once.", default: #""facts""#),
          .optional(
            "per", .word(Window.allCases.map(\.rawValue)), "The span they lie in together.",
            default: #""ever""#),
          .required("atLeast", .integer(1...1_000_000_000), "How many."),
        ]), "So many facts happened."),
    .optional("earned", .count, "So many points are earned."),
    .optional("level", .integer(2...Int64(LevelCurve.levelsMax)), "A level is reached."),
    .optional(
      "streak",
      .object([
        .required("id", .identifier, "The streak."),
        .required("days", .integer(1...10_000), "Its length."),
      ]), "A streak was so long once."),
    .optional(
      "badge",
      .object([
        .required("id", .identifier, "The badge."),
        .optional("grade", .identifier, "The least grade; absent: any."),
      ]), "A badge is held."),
  ]

  private static let points = Schema.integer(0...ProgramDefinition.pointsMax)
  private static let id = Property.required("id", .identifier, "The id.")
  private static let title = Property.optional("title", .prose, "The name people read.")

  private static func stage(_ name: String) -> Schema {
    .object([
      .required("name", .identifier, name), .required("when", .criterion, "What makes it true."),
      .optional("points", points, "What reaching it pays.", default: "0"),
    ])
  }

  /// What a rule, a streak or a criterion looks at.
  static let match: [Property] = [
    .required("verbs", .list(.identifier, max: 100), "The verbs it matches; viewed:* allowed."),
    .optional("kinds", .list(.identifier, max: 100), "The kinds of object; absent: any."),
    cohorts,
    .optional("tiers", .list(.identifier, max: 1_000), "The tiers it is for; absent: all."),
    .optional("minimumValue", .number, "The smallest value it matches."),
    .optional(
      "where",
      .map(
        .either([.text(bytesMax: CallLimits.metadataBytesMax), .boolean, .number]),
        max: CallLimits.metadataPairsMax), "Equalities on metadata."),
  ]
}
