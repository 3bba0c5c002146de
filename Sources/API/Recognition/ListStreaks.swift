import Incentives
import JSONRPC

/// `streak.list`: the streaks of a learner, today.
public struct ListStreaks: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "streak.list", "Lists the streaks of a learner: the standing run, the longest, passes left.",
    params: [.program, .required("learner", .identifier, "The learner.")],
    result: [
      .required("learner", .identifier, "The learner."),
      .required(
        "streaks",
        .list(
          .object([
            .required("streak", .identifier, "The streak."),
            .optional("title", .prose, "The name people read."),
            .required("days", .count, "The length of the standing run; 0: broken."),
            .required("longest", .count, "The longest run there was."),
            .optional("last", .day, "The latest day with a qualifying fact."),
            .required("passesLeft", .count, "Gap days that are still covered this term."),
            .optional(
              "next",
              .object([
                .required("days", .count, "The length."),
                .required("points", .count, "What it pays."),
              ]), "The next milestone of the standing run."),
          ]), max: RuleSet.rulesMax), "The streaks the program declares, in its order."),
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

  /// Lists the streaks.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let number = try state.knownLearner(learner)
    let standings = state.streaks(of: number, now: state.now(context.wall))
    return jsonObject { writer in
      writer.member("learner", learner)
      writer.array("streaks") { writer in
        for standing in standings {
          writer.object { writer in
            writer.member("streak", standing.streak.id)
            writer.memberUnlessEmpty("title", standing.streak.title)
            writer.member("days", standing.current)
            writer.member("longest", standing.longest)
            if let last = standing.last { writer.member("last", last) }
            writer.member("passesLeft", standing.passesLeft)
            let next = standing.streak.milestones.filter { $0.days > standing.current }
              .min { $0.days < $1.days }
            guard let next else { return }
            writer.object("next") { writer in
              writer.member("days", next.days)
              writer.member("points", next.points)
            }
          }
        }
      }
    }
  }
}
