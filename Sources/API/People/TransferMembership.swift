import Incentives
import JSONRPC

/// `membership.transfer`: a learner joins another group from a day on; history stays where it was.
public struct TransferMembership: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "membership.transfer", "Moves a learner to another group from a day on.",
    params: [
      .program, .idempotencyKey, .batch,
      .required("learner", .identifier, "The learner."),
      .required(
        "group", .either([.identifier, .word([""])]), "The group; empty for none."),
      .optional("from", .day, "The first local day; default today."),
      .optional("leads", .boolean, "Whether the learner leads the group.", default: "false"),
    ],
    result: [
      .required("learner", .identifier, "The learner."),
      .required("group", .either([.identifier, .word([""])]), "The group; empty for none."),
      .required("from", .day, "The first local day."),
      .required("changed", .boolean, "Whether it was new."),
      .required("moved", .number, "The net points that facts recorded before now pay."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let learner: String
  private let group: String
  private let from: LocalDay?
  private let leads: Bool

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    learner = try fields.identifier("learner")
    // The empty text, which says that the learner leaves, is no identifier.
    if let text = fields.optionalValue("group")?.text, text.isEmpty {
      group = ""
    } else {
      group = try fields.identifier("group")
    }
    from = try fields.optionalDay("from")
    leads = try fields.optionalBool("leads") ?? false
    if leads, group.isEmpty {
      throw ParameterError("leads", .invalidValue, "Name the group that the learner leads.")
    }
  }

  /// Decides the transfer.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    context.answerNames(try state.knownLearner(learner))
    if !group.isEmpty { _ = try state.knownGroup(group) }
    let from = from ?? state.day(at: state.now(context.wall))
    let moves = try context.put(
      LearnerRecord(id: learner, from: from, isRoster: false, group: group, leads: leads))
    return jsonObject { writer in
      writer.member("learner", learner)
      writer.member("group", group)
      writer.member("from", from)
      writer.member("changed", moves.changeCount > 0)
      writer.member("moved", moves.net)
    }
  }
}
