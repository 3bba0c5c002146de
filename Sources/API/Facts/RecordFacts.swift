import Incentives
import JSONRPC

/// `facts.record`: 1 to 1,000 facts, each recorded, recognised or refused on its own (rules.md §1).
///
/// `FactReader` reads the call. Here is what the answer looks like: one item for each fact, in order,
///
///     {"outcome": {"fact": 7, "status": "counted", "points": 3, "rules": [{"rule": "r", "points": 3}]}}
///     {"outcome": {…the same bytes as the first time…}, "replayed": true}
///     {"refused": {"reason": "fact_conflict", "field": "facts[2].verb", "advice": "…"}}
public enum RecordFacts {
  /// What the table says of it.
  public static let card = MethodCard(
    "facts.record", "Records facts: what learners did, as their systems report it.",
    params: [
      .program,
      .required("facts", .list(.object(fact), max: CallLimits.factsMax), "1 to 1,000 facts."),
      .optional(
        "atomic", .boolean, "Whether nothing is recorded if one fact is refused.",
        default: "false"), .batch,
    ],
    result: [
      .required(
        "outcomes",
        .list(
          .object([
            .optional("outcome", .object(outcome), "What the fact paid when it was recorded."),
            .optional("replayed", .boolean, "True where the fact was recorded before."),
            .optional("refused", .object(refusal), "Why it was not recorded."),
          ]), max: CallLimits.factsMax), "One for each fact, in order.")
    ], roles: [.facts, .admin], changes: true, showsHead: true)

  /// A fact on the wire.
  static let fact: [Property] = [
    .required("source", .identifier, "The system that reports it."),
    .required("id", .identifier, "The source's id of it; with the source, its identity."),
    .required("learner", .identifier, "Who did it."),
    .required("verb", .identifier, "What was done, such as submitted:quiz."),
    .optional(
      "object",
      .either([
        .identifier,
        .object([
          .required("id", .identifier, "Its id."), .optional("kind", .identifier, "Its kind."),
        ]),
      ]), "To what."),
    .optional("occurredAt", .instant, "When; this or occurredOn."),
    .optional("occurredOn", .day, "On which local day, where only the date is known."),
    .optional("value", .number, "Its value; up to ±10^12."),
    .optional(
      "metadata",
      .map(
        .either([.text(bytesMax: CallLimits.metadataBytesMax), .boolean, .number]),
        max: CallLimits.metadataPairsMax), "What rules may look at besides."),
  ]

  private static let outcome: [Property] = [
    .required("fact", .count, "Its position in the program's log."),
    .required("status", .word(FactStatus.words), "Whether it counts."),
    .required("points", .number, "What it pays in all."),
    .required(
      "rules",
      .list(
        .object([
          .required("rule", .identifier, "A rule that matched."),
          .required("points", .number, "What it paid."),
          .optional("reason", .word(Reason.words), "Why it paid nothing."),
        ]), max: .max), "The rules that matched."),
    .optional("reason", .word(Reason.words), "Why the fact as a whole does not count."),
  ]

  /// A refusal on the wire.
  static let refusal: [Property] = [
    .required("reason", .word(RefusalReason.allCases.map(\.rawValue)), "The stable word."),
    .optional("field", .prose, "The field concerned."),
    .optional("advice", .prose, "What to do."),
  ]
}

extension FactStatus {
  /// The word on the wire.
  var word: String {
    switch self {
    case .counted: "counted"
    case .pending: "pending"
    case .reversed: "reversed"
    }
  }

  static let words = [FactStatus.counted, .pending, .reversed].map(\.word)
}

extension Reason {
  static let words = allCases.filter { $0 != .paid }.map(\.word)
}

extension JSONWriter {
  /// Writes the items of a `facts.record` answer as the member `outcomes`.
  public mutating func outcomes(of answer: FactsAnswer) {
    array("outcomes") { writer in
      for item in answer.items {
        switch item {
        case .recorded(let recorded, let isReplayed):
          writer.object { writer in
            writer.key("outcome")
            writer.outcome(of: recorded, in: answer)
            if isReplayed { writer.member("replayed", true) }
          }
        case .refused(let index):
          writer.object { writer in
            writer.object("refused") { $0.members(of: answer.refusals[index]) }
          }
        }
      }
    }
  }

  private mutating func outcome(of recorded: FactsAnswer.Recorded, in answer: FactsAnswer) {
    let outcomes = answer.outcomes[recorded.outcomes.range]
    object { writer in
      writer.member("fact", recorded.position.rawValue)
      writer.key("status")
      switch recorded.status {
      case .counted: writer.raw(#""counted""#)
      case .pending: writer.raw(#""pending""#)
      case .reversed: writer.raw(#""reversed""#)
      }
      // Each payment is bounded by what an account may hold, and decide refused a sum beyond it.
      writer.member("points", outcomes.reduce(0) { $0 &+ $1.points })
      writer.array("rules") { writer in
        for outcome in outcomes { writer.rule(outcome, in: answer.rules) }
      }
      switch recorded.status {
      case .counted: break
      case .pending: writer.member("reason", Reason.notOnRoster.word)
      case .reversed: writer.member("reason", Reason.reversed.word)
      }
    }
  }

  private mutating func rule(_ outcome: Outcome, in names: RuleNames) {
    object { writer in
      writer.member("rule", names[outcome.rule])
      writer.member("points", outcome.points)
      if outcome.tellsReason {
        writer.member("reason", outcome.reason.word)
      }
    }
  }

  /// Writes the members of a refusal.
  mutating func members(of refusal: Refusal) {
    member("reason", refusal.reason.rawValue)
    memberUnlessEmpty("field", refusal.field)
    memberUnlessEmpty("advice", refusal.advice)
  }
}
