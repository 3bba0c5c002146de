import Incentives
import JSONRPC

/// `membership.transfer`: a learner joins another group from a day on; history stays where it was.
public struct TransferMembership: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "membership.transfer", "Moves a learner to another group from a day on.",
    params: [
      .program, .dryRun, .keyUnlessDryRun, .batch,
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
      MoveEffects.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would move.
  public let isDryRun: Bool
  private let learner: String
  private let group: String
  private let from: LocalDay?
  private let leads: Bool

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    learner = try fields.identifier("learner")
    group = try fields.groupOrNone("group")
    from = try fields.optionalDay("from")
    leads = try fields.optionalBool("leads") ?? false
    if leads, group.isEmpty {
      throw ParameterError("leads", .invalidValue, "Name the group that the learner leads.")
    }
  }

  /// Refuses who is not seen, and days on which the learner is another cohort's.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: learner, sight, wall: wall)
    if !group.isEmpty { try state.check(group: group, sight) }
    try state.check(
      learner, from: from ?? state.day(at: state.now(wall)), through: LocalDay(number: .max),
      field: "from", sight)
  }

  /// Decides the transfer.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    context.answerNames(try state.knownLearner(learner))
    if !group.isEmpty { _ = try state.knownGroup(group) }
    let from = from ?? state.day(at: state.now(context.wall))
    let decided = try context.put(
      LearnerRecord(id: learner, from: from, isRoster: false, group: group, leads: leads),
      isDryRun: isDryRun)
    var effects = MoveEffects()
    effects.add(decided)
    return jsonObject { writer in
      writer.member("learner", state.shownID(of: learner))
      writer.member("group", group)
      writer.member("from", from)
      writer.member("changed", decided.moves.changeCount > 0)
      writer.member("moved", decided.moves.net)
      effects.write(to: &writer, state)
    }
  }
}
