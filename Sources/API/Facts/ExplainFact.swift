import Incentives
import JSONRPC

/// `fact.explain`: what is true of a fact now, and everything that happened to it.
public struct ExplainFact: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "fact.explain", "Explains what a fact pays now, rule by rule, and what happened to it.",
    params: [
      .program,
      .optional("source", .identifier, "The source of the fact; with id."),
      .optional("id", .identifier, "The source's id of the fact; with source."),
      .optional("fact", .integer(1 ... .max), "Its position, in place of source and id."),
    ],
    result: [
      .required("fact", .object(Property.recordedFact), "The fact as recorded."),
      .required("status", .word(FactStatus.words), "Whether it counts."),
      .required("points", .number, "What it pays in all."),
      .optional("group", .identifier, "The group that shares."),
      .optional("term", .identifier, "The term it belongs to."),
      .required(
        "rules",
        .list(
          .object([
            .required("rule", .identifier, "A rule that matches."),
            .required("worth", .number, "What the fact is worth before the limiter."),
            .required("points", .number, "What it pays."),
            .optional("reason", .word(Reason.words), "Why it pays nothing."),
          ]), max: .max), "The rules that match, as judged now."),
      .required(
        "history",
        .list(
          .object([
            .required("position", .count, "The record's position."),
            .required("at", .instant, "When it was recorded."),
            .required(
              "what", .word(["recorded", "moved", "context", "reversed"]), "What happened."),
            .optional("rule", .identifier, "The rule whose payment moved."),
            .optional("points", .number, "What it paid, or what moved."),
            .optional("cause", .prose, "Why."),
          ]), max: .max), "What happened to it, oldest first."),
    ], roles: [.read, .admin])

  private enum Name: Sendable {
    case identity(source: String, id: String)
    case position(Position)
  }

  /// The program's id.
  public let program: String
  private let name: Name

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    if let position = try fields.optionalPosition("fact") {
      name = .position(position)
      guard fields.optionalValue("source") == nil, fields.optionalValue("id") == nil else {
        throw ParameterError("fact", .invalidValue, "Send fact, or source and id, not both.")
      }
    } else {
      name = .identity(source: try fields.identifier("source"), id: try fields.identifier("id"))
    }
  }

  /// Whose fact it is shows only when it is found.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Explains the fact.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let position = try find(context)
    let state = context.state
    let today = state.day(at: state.now(context.wall))
    guard state.sees(position.learner, with: context.sight, on: today) else {
      throw .refused(Self.unknown)
    }
    let log = try context.log(of: position.learner)
    guard let place = log.positions.firstIndex(of: position.fact),
      case .fact(let fact) = log.buffer.changes[place],
      let now = try state.explain(
        position.fact, of: position.learner, log: log, at: state.now(context.wall))
    else { throw .refused(Self.unknown) }
    return jsonObject { writer in
      writer.object("fact") {
        $0.members(of: fact, at: position.fact, in: log.buffer, of: state)
      }
      writer.member("status", now.status.word)
      writer.member("points", now.points)
      writer.memberUnlessEmpty("group", state.names.word(.group, now.group.rawValue))
      if let term = state.termID(now.term) { writer.member("term", term) }
      writer.rules(now.outcomes, of: state, withWorth: true)
      writer.history(of: position.fact, in: log, of: state)
    }
  }

  private static var unknown: Refusal {
    Refusal(.notFound, field: "fact", "There is no such fact; `fact.list` shows those there are.")
  }

  /// Where the fact stands and whose it is.
  private func find(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> (fact: Position, learner: LearnerNumber) {
    switch name {
    case .identity(let source, let id):
      let known = try context.known(context.state.identity(source: source, id: id))
      switch known?.change {
      case .fact(let fact):
        return (known?.position ?? .none, context.state.learners.surviving(fact.learner))
      case .reversalAwaited:
        throw .refused(
          Refusal(
            .notFound, field: "id", "The fact has not come; a reversal waits for it."))
      default: throw .refused(Self.unknown)
      }
    case .position(let position):
      let question = ColdQuestion.facts(from: position, filter: FactFilter(), count: 1)
      guard case .facts(let log, next: _) = try context.cold(question),
        log.positions.first == position, case .fact(let fact)? = log.buffer.changes.first
      else { throw .refused(Self.unknown) }
      return (position, context.state.learners.surviving(fact.learner))
    }
  }
}

extension JSONWriter {
  /// Writes the member `history` with the records that concern a fact.
  fileprivate mutating func history(
    of fact: Position, in log: LearnerLog, of state: ProgramState
  ) {
    array("history") { writer in
      for (place, change) in log.buffer.changes.enumerated() {
        let position = log.positions[place]
        guard position == fact || change.concerns(fact) else { continue }
        writer.object { writer in
          writer.member("position", position)
          writer.member("at", log.times[place])
          writer.happening(change, in: log.buffer, of: state)
        }
      }
    }
  }

  private mutating func happening(
    _ change: Change, in buffer: ChangeBuffer, of state: ProgramState
  ) {
    switch change {
    case .fact(let fact):
      member("what", "recorded")
      member("points", buffer.outcomes[fact.outcomes.range].reduce(0) { $0 &+ $1.points })
    case .moved(let move):
      member("what", "moved")
      member("rule", state.rulesByNumber[move.rule]?.id ?? "")
      member("points", move.posting.points)
      member("cause", move.cause.word)
    case .context(let context):
      member("what", "context")
      member("cause", context.status == .counted ? "roster" : Reason.notOnRoster.word)
    case .reversed(let reversal):
      member("what", "reversed")
      member("cause", reversal.cause.word)
    default: break
    }
  }
}

extension Change {
  /// Whether the record is about an earlier fact.
  fileprivate func concerns(_ fact: Position) -> Bool {
    switch self {
    case .moved(let move): move.fact == fact
    case .context(let context): context.fact == fact
    case .reversed(let reversal): reversal.fact == fact
    default: false
    }
  }
}
