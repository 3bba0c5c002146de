import Incentives
import JSONRPC

extension JSONWriter {
  /// Writes the members of a fact as it was recorded.
  mutating func members(
    of fact: FactChange, at position: Position, in buffer: ChangeBuffer, of state: ProgramState
  ) {
    member("position", position)
    learner(fact.learner, of: state)
    members(of: fact, in: buffer, of: state)
  }

  /// Writes what was done, for whom the learner and where the fact stands is clear.
  mutating func members(of fact: FactChange, in buffer: ChangeBuffer, of state: ProgramState) {
    member("source", state.names.word(.source, UInt32(fact.source.rawValue)))
    key("id")
    buffer.text.withBytes(fact.id) { string(utf8: $0) }
    member("verb", state.names.word(.verb, fact.verb.rawValue))
    object(fact.object, of: state)
    if fact.isDateOnly {
      member("occurredOn", fact.day)
    } else {
      member("occurredAt", fact.occurredAt)
    }
    member("day", fact.day)
    if let value = fact.value { member("value", value) }
    if !fact.metadata.isEmpty {
      let pairs = buffer.text.withBytes(fact.metadata) { Metadata.decode($0) }
      object("metadata") { writer in
        for pair in pairs {
          writer.key(pair.key)
          writer.string(pair.value)
        }
      }
    }
  }

  /// Writes the member `object` as an id, or as an id with its kind; nothing where there is none.
  mutating func object(_ number: ObjectNumber, of state: ProgramState) {
    guard !number.isNone else { return }
    state.names[.object].withWord(number.rawValue) { word in
      let (kind, id) = (ObjectName.kind(of: word), ObjectName.id(of: word))
      guard !kind.isEmpty else {
        key("object")
        return string(utf8: id)
      }
      object("object") { writer in
        writer.key("id")
        writer.string(utf8: id)
        writer.key("kind")
        writer.string(utf8: kind)
      }
    }
  }

  /// Writes the member `rules` with what rules paid.
  mutating func rules(
    _ outcomes: some Sequence<Outcome>, of state: ProgramState, withWorth: Bool = false
  ) {
    array("rules") { writer in
      for outcome in outcomes {
        writer.object { writer in
          writer.member("rule", state.rulesByNumber[outcome.rule]?.id ?? "")
          if withWorth { writer.member("worth", outcome.worth) }
          writer.member("points", outcome.points)
          if outcome.tellsReason {
            writer.member("reason", outcome.reason.word)
          }
        }
      }
    }
  }
}

extension Outcome {
  /// Whether its reason says something that its points do not.
  var tellsReason: Bool {
    points == 0 && reason != .paid || reason == .lotExpired
  }
}

extension Property {
  /// A fact as it was recorded.
  static let recordedFact: [Property] =
    [
      .required("position", .count, "Its position in the program's log."),
      .required("learner", .identifier, "Who did it."), .erased,
    ] + deed

  /// What was done: a fact without its place in the log and its learner.
  static let deed: [Property] = [
    .required("source", .identifier, "The system that reported it."),
    .required("id", .identifier, "The source's id of it."),
    .required("verb", .identifier, "What was done."),
    .optional(
      "object",
      .either([
        .identifier,
        .object([
          .required("id", .identifier, "Its id."), .required("kind", .identifier, "Its kind."),
        ]),
      ]), "To what."),
    .optional("occurredAt", .instant, "When."),
    .optional("occurredOn", .day, "On which local day, where only the date is known."),
    .required("day", .day, "The local day it belongs to."),
    .optional("value", .number, "Its value."),
    .optional(
      "metadata",
      .map(.text(bytesMax: CallLimits.metadataBytesMax), max: CallLimits.metadataPairsMax),
      "What rules may look at besides."),
  ]
}
