import Incentives
import JSONRPC

/// `balance.get`: what a learner has, account by account.
public struct GetBalance: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "balance.get", "Tells what a learner has: earned, spendable and every account between.",
    params: [.program, .required("learner", .identifier, "The learner.")],
    result: [
      .required("learner", .identifier, "The learner."),
      .required("earned", .number, "What rules and counting grants paid; ranks read it."),
      .required("bonus", .number, "Awards and grants that do not count."),
      .required("prizes", .number, "Prizes of settlements."),
      .required("adjusted", .number, "Adjustments."),
      .required("writtenOff", .number, "What was taken back after it was spent, and forgiven."),
      .required("returned", .number, "Points of returned redemptions."),
      .required("redeemed", .number, "Points of fulfilled redemptions."),
      .required("expired", .number, "Points of expired lots."),
      .required("spendable", .count, "What can be redeemed."),
      .required("debt", .count, "What the next earnings pay off."),
      .required("held", .count, "What open redemptions hold."),
      .required("pending", .count, "Facts that wait for the roster."),
      .required(
        "lots",
        .list(
          .object([
            .required("term", .identifier, "The term in which they were earned."),
            .required("points", .count, "What is left of them."),
            .required("expires", .day, "The first local day on which they can not be spent."),
          ]), max: 1_000), "Spendable points that expire, the soonest first."),
      .optional("level", .count, "The level; absent where the program declares none."),
      .optional("nextLevelAt", .count, "The earned points at which the next level begins."),
    ], roles: [.read, .admin])

  /// The program's id.
  public let program: String
  private let learner: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
  }

  /// Tells the balance.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let number = try state.knownLearner(learner)
    let purse = state.purse(of: number, at: state.now(context.wall))
    let accounts = purse.accounts
    return jsonObject { writer in
      writer.member("learner", state.shownID(of: learner))
      writer.member("earned", accounts.earned)
      writer.member("bonus", accounts.bonus)
      writer.member("prizes", accounts.prizes)
      writer.member("adjusted", accounts.adjusted)
      writer.member("writtenOff", accounts.writtenOff)
      writer.member("returned", accounts.returned)
      writer.member("redeemed", accounts.redeemed)
      writer.member("expired", accounts.expired)
      writer.member("spendable", accounts.spendable)
      writer.member("debt", accounts.debt)
      writer.member("held", accounts.held)
      writer.member("pending", state.learners[number].pending)
      writer.array("lots") { writer in
        for lot in purse.lots where !lot.isExpired && lot.left > 0 {
          writer.object { writer in
            writer.member("term", state.termID(lot.term) ?? "")
            writer.member("points", lot.left)
            writer.member("expires", lot.expires)
          }
        }
      }
      guard let (level, next) = state.level(of: number) else { return }
      writer.member("level", level)
      if let next { writer.member("nextLevelAt", next) }
    }
  }
}
