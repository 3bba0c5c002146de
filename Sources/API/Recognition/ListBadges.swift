import Incentives
import JSONRPC

/// `badge.list`: the badges of a learner, those not held too, with what is missing to the next grade.
public struct ListBadges: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "badge.list", "Lists the badges of a learner, and what is missing to the next grade.",
    params: [.program, .required("learner", .identifier, "The learner.")],
    result: [
      .required("learner", .identifier, "The learner."),
      .required(
        "badges",
        .list(
          .object([
            .required("badge", .identifier, "The badge."),
            .optional("title", .prose, "The name people read."),
            .optional("grade", .identifier, "The grade held; absent: none."),
            .optional("since", .day, "The local day on which it was reached."),
            .optional("by", .word(["criterion", "decision"]), "What it is held by."),
            .optional("revoked", .boolean, "True where people took it."),
            .optional("next", .identifier, "The next grade; absent at the highest."),
            .required("missing", .list(.object(progress), max: .max), "What the next one needs."),
          ]), max: .max), "The badges the program declares, in its order."),
    ], roles: [.read, .admin])

  /// The members that tell how far a learner is with one part of a criterion.
  static let progress: [Property] = [
    .required("have", .count, "How much there is."),
    .required("need", .count, "How much is needed."),
    .required("part", .criterion, "The part of the criterion."),
  ]

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

  /// Lists the badges.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let number = try state.knownLearner(learner)
    return jsonObject { writer in
      writer.member("learner", learner)
      writer.array("badges") { writer in
        for badge in state.definition.recognition.badges {
          let standing = state.standing(of: badge, for: number)
          writer.object { writer in
            writer.member("badge", badge.id)
            writer.memberUnlessEmpty("title", badge.title)
            if standing.stage > 0 { writer.member("grade", badge.grades[standing.stage - 1].name) }
            if let since = standing.since { writer.member("since", state.day(at: since)) }
            if standing.stage > 0 {
              writer.member("by", standing.isDecided ? "decision" : "criterion")
            }
            if standing.isRevoked { writer.member("revoked", true) }
            if standing.stage < badge.grades.count {
              writer.member("next", badge.grades[standing.stage].name)
            }
            writer.missing(standing.missing)
          }
        }
      }
    }
  }
}

extension JSONWriter {
  /// Writes the member `missing`.
  mutating func missing(_ parts: [ProgramState.Progress]) {
    array("missing") { writer in
      for part in parts {
        writer.object { writer in
          writer.member("have", part.have)
          writer.member("need", part.need)
          writer.object("part") { $0.members(of: part.part) }
        }
      }
    }
  }
}
