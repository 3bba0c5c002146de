import Incentives
import JSONRPC

/// `membership.correct`: a learner's group was recorded wrongly; the points of that time move.
public struct CorrectMembership: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "membership.correct",
    "Corrects which group a learner was in; the points of that time move with it.",
    params: [
      .program,
      .required("learner", .identifier, "The learner."),
      .required(
        "group", .either([.identifier, .word([""])]), "The group it really was; empty for none."),
      .optional("from", .day, "The first local day that was wrong; absent: since ever."),
      .optional("to", .day, "The last local day that was wrong; absent: until further notice."),
      .optional("leads", .boolean, "Whether the learner led the group.", default: "false"),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("learner", .identifier, "The learner."),
      .required("group", .either([.identifier, .word([""])]), "The group; empty for none."),
      .optional("from", .day, "The first local day; absent: since ever."),
      .optional("to", .day, "The last local day; absent: until further notice."),
      .required("changed", .boolean, "Whether it was new."),
      MoveEffects.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would move.
  public let isDryRun: Bool
  private let correction: MembershipCorrection

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    let learner = try fields.identifier("learner")
    let group = try fields.groupOrNone("group")
    correction = MembershipCorrection(
      learner: learner, group: group, from: try fields.optionalDay("from"),
      to: try fields.optionalDay("to"), leads: try fields.optionalBool("leads") ?? false)
    if correction.leads, group.isEmpty {
      throw ParameterError("leads", .invalidValue, "Name the group that the learner led.")
    }
  }

  /// Refuses who is not seen, and days that belong to another cohort: its points would move too.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: correction.learner, sight, wall: wall)
    if !correction.group.isEmpty { try state.check(group: correction.group, sight) }
    try state.check(
      correction.learner, from: correction.from ?? LocalDay(number: .min),
      through: correction.to ?? LocalDay(number: .max), field: "from", sight)
  }

  /// Decides the correction.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, correction) = (context.state, correction)
    let learner = try state.knownLearner(correction.learner)
    context.answerNames(learner)
    let (today, log) = (state.day(at: state.now(context.wall)), context.log(of: learner))
    let decided = try context.decide(isDryRun: isDryRun) { buffer throws(Undecided) in
      try state.decide(correction, today: today, log: log, into: &buffer)
    }
    var effects = MoveEffects()
    effects.add(decided)
    return jsonObject { writer in
      writer.member("learner", state.learners.shownID(learner))
      writer.member("group", correction.group)
      if let from = correction.from { writer.member("from", from) }
      if let to = correction.to { writer.member("to", to) }
      writer.member("changed", decided.moves.changeCount > 0)
      effects.write(to: &writer, state)
    }
  }
}

extension Fields {
  /// A group's id, or the empty text for none: which is no identifier.
  mutating func groupOrNone(_ name: StaticString) throws(ParameterError) -> String {
    if let text = optionalValue(name)?.text, text.isEmpty { return "" }
    return try identifier(name)
  }
}
