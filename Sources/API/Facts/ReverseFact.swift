import Incentives
import JSONRPC

/// `fact.reverse`: takes a fact out of every set it was in, or remembers to when it comes.
public struct ReverseFact: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "fact.reverse", "Takes a fact back, with all that it paid.",
    params: [
      .program,
      .required("source", .identifier, "The source of the fact."),
      .required("id", .identifier, "The source's id of the fact."),
      .optional(
        "cause", .word(Cause.allCases.map(\.rawValue)),
        "Why; decides what becomes of points already spent. A key with the role facts alone may only "
          + "say source.", default: #""mistake""#),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("status", .word(["reversed", "awaited"]), "awaited: the fact has not come yet."),
      .optional("fact", .count, "The fact's position."),
      .optional("learner", .identifier, "Whose it was."), .erased,
      .optional("points", .number, "The net change."),
      .optional(
        "moves",
        .list(
          .object([
            .required("fact", .count, "A fact whose payment moves."),
            .required("rule", .identifier, "The rule."),
            .required("points", .number, "What moves."),
          ]), max: .max), "All payments that move."),
      .optional("writtenOff", .number, "What was spent already and is forgiven."),
      .optional("debt", .number, "What was spent already and is owed."),
    ], roles: [.facts, .admin], changes: true)

  private enum Cause: String, CaseIterable {
    case mistake, source, misconduct
  }

  /// The program's id.
  public let program: String
  /// Whether to tell only what would happen.
  public let isDryRun: Bool
  private let source: String
  private let id: String
  private let cause: ReversalCause

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    source = try fields.identifier("source")
    id = try fields.identifier("id")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    switch try fields.optionalChoice("cause", of: Cause.self) {
    case .mistake, nil: cause = .mistake
    case .source: cause = .source
    case .misconduct: cause = .misconduct
    }
  }

  /// Whether a fact was a mistake or misconduct is for people to say, not for an integration.
  public func refusal(for roles: Roles) -> Refusal? {
    guard cause != .source, !roles.contains(.admin) else { return nil }
    return Refusal(
      .forbidden, field: "cause",
      "A key with the role facts takes facts back with the cause source; others need admin.")
  }

  /// Whose fact it is shows only when it is found.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// The source whose fact is taken back.
  public var reportedSource: String? { source }

  /// Decides the reversal.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let identity = state.identity(source: source, id: id)
    guard let known = try context.known(identity) else {
      // Whose fact would come is not known, so that nobody in particular could see it.
      // Facts of attendance never come from outside, so that none is awaited.
      guard !context.sight.isLimited, source != ProgramState.attendanceSource else {
        throw .refused(Self.unknown)
      }
      return try remember(identity, context)
    }
    guard case .fact(let fact) = known.change else {
      throw .refused(
        Refusal(
          .alreadyReversed, field: "id",
          "The reversal is remembered already, for when the fact comes."))
    }
    let today = state.day(at: state.now(context.wall))
    guard state.sees(fact.learner, with: context.sight, on: today) else {
      throw .refused(Self.unknown)
    }
    let learner = state.learners.surviving(fact.learner)
    context.answerNames(learner)
    let log = context.log(of: learner)
    let (cause, principal) = (cause, context.principal)
    let reverse = { (buffer: inout ChangeBuffer) throws(Undecided) -> PointMoves in
      let start = buffer.changes.count
      try state.decideReversal(
        of: fact, at: known.position, cause: cause, by: principal, log: log, into: &buffer)
      return PointMoves(buffer.changes[start...])
    }
    let moves: PointMoves
    if isDryRun {
      var scratch = ChangeBuffer()
      moves = try reverse(&scratch)
    } else {
      moves = try context.commit(reverse)
    }
    return Self.outcome(known.position, learner, moves, state)
  }

  private static var unknown: Refusal {
    Refusal(.notFound, field: "id", "There is no such fact; `fact.list` shows those there are.")
  }

  /// Keeps a reversal whose fact has not come.
  private func remember(
    _ identity: Digest128, _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    if !isDryRun {
      let (state, principal) = (context.state, context.principal)
      let reversal = FactReversal(source: source, id: id, identity: identity, cause: cause)
      try context.commit { buffer throws(Undecided) in
        try state.decideAwaitedReversal(reversal, by: principal, into: &buffer)
      }
    }
    return jsonObject { writer in
      writer.member("status", "awaited")
      writer.member("points", 0)
    }
  }

  private static func outcome(
    _ position: Position, _ learner: LearnerNumber, _ moves: PointMoves, _ state: ProgramState
  ) -> [UInt8] {
    jsonObject { writer in
      writer.member("status", "reversed")
      writer.member("fact", position)
      writer.learner(learner, of: state)
      writer.member("points", moves.net)
      writer.array("moves") { writer in
        for move in moves.moves {
          writer.object { writer in
            writer.member("fact", move.fact)
            writer.member("rule", state.rulesByNumber[move.rule]?.id ?? "")
            writer.member("points", move.posting.points)
          }
        }
      }
      writer.member("writtenOff", moves.writtenOff)
      writer.member("debt", moves.debt)
    }
  }
}
