import Incentives
import JSONRPC

/// `learner.merge`: two accounts turned out to be one person's; their facts are one set from then on.
public struct MergeLearners: CommandMethod {
  /// How many moves an answer lists; the count beside the list tells all.
  static let listedMax = 100

  /// What the table says of it.
  public static let card = MethodCard(
    "learner.merge",
    "Makes two accounts one: their facts are judged as one set, totals are never added. Both ids answer "
      + "as the surviving learner from then on.",
    params: [
      .program,
      .required("from", .identifier, "The account to give up."),
      .required("into", .identifier, "The account to keep."),
      .required("reason", .prose, "Why, in words; sealed as the learner's name is."),
      .dryRun, .keyUnlessDryRun,
    ],
    result: [
      .required("learner", .identifier, "The surviving learner."),
      .required("alsoKnownAs", .identifier, "The id given up, which answers as the survivor."),
      .required("facts", .count, "How many facts both have together."),
      .required("factsOfFrom", .count, "How many of them came under the id given up."),
      .required(
        "before",
        .object([
          .required("from", .object(balance), "What the account given up had."),
          .required("into", .object(balance), "What the account kept had."),
        ]), "What there was."),
      .required("after", .object(balance), "What the surviving learner has."),
      .required("difference", .object(difference), "After, less both before together."),
      .required("moveCount", .count, "How many payments move."),
      .required(
        "moves",
        .list(
          .object([
            .required("fact", .count, "The earlier fact or grant."),
            .optional("rule", .identifier, "The rule that paid it; absent for a grant."),
            .required("day", .day, "Its local day."),
            .optional("group", .identifier, "The group that gains or loses."),
            .required("points", .number, "What moves."),
          ]), max: listedMax), "The first payments that move."),
      .required("openingsTakenBack", .count, "Opening balances that both had of one term."),
      MoveEffects.property,
    ], roles: [.admin], changes: true, needsPerson: true)

  private static let balance: [Property] = [
    .required("earned", .number, "成长值."),
    .required("spendable", .count, "积分."),
    .required("debt", .count, "What is owed."),
  ]

  private static let difference: [Property] = [
    .required("earned", .number, "Of 成长值."),
    .required("spendable", .number, "Of 积分."),
    .required("debt", .number, "Of what is owed."),
  ]

  /// The program's id.
  public let program: String
  /// Whether to tell only what would happen.
  public let isDryRun: Bool
  private let merge: LearnerMerge

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    merge = LearnerMerge(
      from: try fields.identifier("from"), into: try fields.identifier("into"),
      reason: try fields.string("reason", max: CallLimits.textBytesMax))
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: merge.from, field: "from", sight, wall: wall)
    try state.check(learner: merge.into, field: "into", sight, wall: wall)
  }

  /// Decides the merge, or tells what it would do.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, merge, principal) = (context.state, self.merge, context.principal)
    let now = state.now(context.wall)
    var logs: [LearnerNumber: LearnerLog] = [:]
    for id in [merge.from, merge.into] {
      guard let learner = state.learnerNumber(id) else { continue }
      logs[learner] = context.log(of: learner)
    }
    var told: MergeTold?
    let decided = try context.decide(isDryRun: isDryRun) { buffer throws(Undecided) in
      told = try state.decide(merge, now: now, by: principal, logs: logs, into: &buffer)
    }
    guard let told else { preconditionFailure("what was decided is told") }
    context.answerNames(told.into)
    return outcome(told, decided, state)
  }

  private func outcome(
    _ told: MergeTold, _ decided: DecidedMoves, _ state: ProgramState
  ) -> [UInt8] {
    var effects = MoveEffects()
    effects.add(decided)
    return jsonObject { writer in
      writer.member("learner", state.learners.shownID(told.into))
      writer.member("alsoKnownAs", merge.from)
      writer.member("facts", told.facts + told.factsOfSurvivor)
      writer.member("factsOfFrom", told.facts)
      writer.object("before") { writer in
        writer.object("from") { $0.members(of: told.before) }
        writer.object("into") { $0.members(of: told.beforeOfSurvivor) }
      }
      writer.object("after") { $0.members(of: told.after) }
      writer.object("difference") { writer in
        // Decide keeps every account far from the ends of Int64.
        let (old, kept, after) = (told.before, told.beforeOfSurvivor, told.after)
        writer.member("earned", after.earned &- old.earned &- kept.earned)
        writer.member("spendable", after.spendable &- old.spendable &- kept.spendable)
        writer.member("debt", after.debt &- old.debt &- kept.debt)
      }
      writer.moves(decided.moves, of: state)
      writer.member("openingsTakenBack", told.openings)
      effects.write(to: &writer, state)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func members(of accounts: Accounts) {
    member("earned", accounts.earned)
    member("spendable", accounts.spendable)
    member("debt", accounts.debt)
  }

  fileprivate mutating func moves(_ moves: PointMoves, of state: ProgramState) {
    member("moveCount", moves.moves.count)
    array("moves") { writer in
      for move in moves.moves.prefix(MergeLearners.listedMax) {
        writer.object { writer in
          writer.member("fact", move.fact)
          writer.memberUnlessEmpty("rule", state.rulesByNumber[move.rule]?.id ?? "")
          writer.member("day", move.day)
          writer.memberUnlessEmpty("group", state.names.word(.group, move.group.rawValue))
          writer.member("points", move.posting.points)
        }
      }
    }
  }
}
