import Incentives
import JSONRPC

/// `points.open`: what learners bring along where a program starts in the middle of a term.
public struct OpenBalances: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "points.open", "Enters opening balances, once per learner and term; refused rows are listed.",
    params: [
      .program, .idempotencyKey, .batch,
      .required(
        "balances",
        .list(
          .object([
            .required("learner", .identifier, "The learner."),
            .required(
              "earned", .integer(0...ProgramState.adjustmentMax),
              "What was earned before; ranks and levels read it."),
            .optional(
              "spendable", .integer(0...ProgramState.adjustmentMax),
              "What is left to spend; absent: all that was earned."),
          ]), max: CallLimits.rowsMax), "Up to 1,000 balances."),
      .optional("occurredOn", .day, "The local day they count for; default today."),
    ],
    result: [
      .required("rows", .count, "How many rows there were."),
      .required("opened", .count, "How many balances were entered."),
      .required("earned", .number, "What they have earned in all."),
      RefusedRows.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let requests: [OpeningRequest]

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    let occurredOn = try fields.optionalDay("occurredOn")
    requests = try fields.items("balances", max: CallLimits.rowsMax) {
      value throws(ParameterError) in
      try value.fields { fields throws(ParameterError) in
        let range = 0...ProgramState.adjustmentMax
        return OpeningRequest(
          learner: try fields.identifier("learner"),
          earned: try fields.int("earned", in: range),
          spendable: try fields.optionalInt("spendable", in: range), occurredOn: occurredOn)
      }
    }
  }

  /// Decides the rows in order.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    try fetchLogs(context)
    var earned: Int64 = 0
    let state = context.state
    var opened: Set<LearnerNumber> = []
    var refused = RefusedRows()
    for (index, request) in requests.enumerated() {
      do throws(Undecided) {
        let isTwin = state.learnerNumber(request.learner).map(opened.contains) ?? false
        guard !isTwin else { throw .refused(Self.twin) }
        try open(request, context)
        if let learner = state.learnerNumber(request.learner) { opened.insert(learner) }
        earned += request.earned
      } catch {
        try refused.add(index, error)
      }
    }
    return jsonObject { writer in
      writer.member("rows", requests.count)
      writer.member("opened", opened.count)
      writer.member("earned", earned)
      refused.write(to: &writer)
    }
  }

  private static let twin = Refusal(
    .alreadyOpened, field: "learner", "A row before it is for the same learner.")

  private func open(
    _ request: OpeningRequest, _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let log = context.log(of: state.learnerNumber(request.learner))
    try context.commit { buffer throws(Undecided) in
      try state.decide(request, now: now, by: principal, log: log, into: &buffer)
    }
  }

  /// Asks for the logs of those whom people gave points before; a row that refuses does so again later.
  private func fetchLogs(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) {
    var missing = MissingLogs()
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    for request in requests {
      let log = context.log(of: state.learnerNumber(request.learner))
      var scratch = ChangeBuffer()
      do throws(Undecided) {
        try missing.gather { () throws(Undecided) in
          try state.decide(request, now: now, by: principal, log: log, into: &scratch)
        }
      } catch {
        guard case .refused = error else { throw error }
      }
    }
    try missing.ask()
  }
}
