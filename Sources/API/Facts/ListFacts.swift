import Incentives
import JSONRPC

/// `fact.list`: facts in the order they were recorded, page by page.
public struct ListFacts: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "fact.list", "Lists facts in the order they were recorded.",
    params: [
      .program,
      .optional("learner", .identifier, "Only facts of this learner."),
      .optional("source", .identifier, "Only facts of this source."),
      .optional(
        "pending", .boolean, "Only facts that wait for the roster.", default: "false"),
      .optional("from", .integer(1 ... .max), "The position to begin at.", default: "1"),
      .optional("limit", .integer(1...CallLimits.listedFactsMax), "How many.", default: "100"),
    ],
    result: [
      .required("facts", .list(.object(listed), max: .max), "The facts."),
      .optional("next", .count, "Where the next page begins; absent at the end."),
    ], roles: [.read, .admin])

  private static let listed =
    Property.recordedFact + [
      .required("status", .word(FactStatus.words), "As it was recorded."),
      .required("points", .number, "What it paid when it was recorded."),
    ]

  /// The program's id.
  public let program: String
  private let learner: String?
  private let source: String?
  private let isPending: Bool
  private let from: Position
  private let limit: Int

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.optionalIdentifier("learner")
    source = try fields.optionalIdentifier("source")
    isPending = try fields.optionalBool("pending") ?? false
    from = try fields.optionalPosition("from") ?? Position(rawValue: 1)
    limit = Int(try fields.optionalInt("limit", in: 1...CallLimits.listedFactsMax) ?? 100)
  }

  /// Refuses a learner who is not seen; facts of others are left out.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    if let learner { try state.check(learner: learner, sight, wall: wall) }
  }

  /// Lists the facts.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    var filter = FactFilter(isPending: isPending)
    if let learner {
      let number = try state.knownLearner(learner)
      filter.learners = [number] + state.learners.alsoKnown(number)
    }
    if let source {
      guard let number = state.names.number(.source, source) else {
        throw .refused(
          Refusal(.notFound, field: "source", "No fact of this source was recorded."))
      }
      filter.source = SourceNumber(rawValue: UInt16(number))
    }
    let question = ColdQuestion.facts(from: from, filter: filter, count: limit)
    guard case .facts(let log, let next) = try context.cold(question) else {
      throw .refused(Refusal(.unavailable, "The facts can not be read now; try again."))
    }
    let (sight, today) = (context.sight, state.day(at: state.now(context.wall)))
    return jsonObject { writer in
      writer.array("facts") { writer in
        for (place, change) in log.buffer.changes.enumerated() {
          guard case .fact(let fact) = change, state.sees(fact.learner, with: sight, on: today)
          else { continue }
          writer.object { writer in
            writer.members(of: fact, at: log.positions[place], in: log.buffer, of: state)
            writer.member("status", fact.status.word)
            writer.member(
              "points", log.buffer.outcomes[fact.outcomes.range].reduce(0) { $0 &+ $1.points })
          }
        }
      }
      if let next { writer.member("next", next) }
    }
  }
}
