import Incentives
import JSONRPC

/// `badge.award`: gives a learner a badge, whatever its criterion says.
public struct AwardBadge: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "badge.award", "Gives a learner a badge, with a reason; it pays no points.",
    params: BadgeFields.params + [
      .optional("grade", .identifier, "The grade; default the lowest.")
    ], result: BadgeFields.result, roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let decision: BadgeDecision

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    decision = try BadgeFields.read(&fields, isRevoked: false)
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: decision.learner, sight, wall: wall)
  }

  /// Gives the badge.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] { try BadgeFields.decide(decision, context) }
}

/// `badge.revoke`: takes a badge from a learner, whatever its criterion says.
public struct RevokeBadge: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "badge.revoke", "Takes a badge from a learner, with a reason, until it is given again.",
    params: BadgeFields.params, result: BadgeFields.result, roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  private let decision: BadgeDecision

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    decision = try BadgeFields.read(&fields, isRevoked: true)
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: decision.learner, sight, wall: wall)
  }

  /// Takes the badge.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] { try BadgeFields.decide(decision, context) }
}

/// What giving and taking a badge share.
private enum BadgeFields {
  static let params: [Property] = [
    .program, .idempotencyKey, .required("learner", .identifier, "The learner."),
    .required("badge", .identifier, "The badge."),
    .required("reason", .prose, "Why, in words; sealed as the learner's name is."),
  ]

  static let result: [Property] = [
    .required("learner", .identifier, "The learner."),
    .required("badge", .identifier, "The badge."),
    .optional("grade", .identifier, "The grade held now; absent: none."),
  ]

  static func read(
    _ fields: inout Fields, isRevoked: Bool
  ) throws(ParameterError) -> BadgeDecision {
    BadgeDecision(
      learner: try fields.identifier("learner"), badge: try fields.identifier("badge"),
      grade: isRevoked ? nil : try fields.optionalIdentifier("grade"), isRevoked: isRevoked,
      reason: try fields.string("reason", max: CallLimits.textBytesMax))
  }

  static func decide(
    _ decision: BadgeDecision, _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, now, principal) = (
      context.state, context.state.now(context.wall), context.principal
    )
    let learner = try context.commit { buffer throws(Undecided) in
      try state.decide(decision, now: now, by: principal, into: &buffer)
    }
    context.answerNames(learner)
    return jsonObject { writer in
      writer.member("learner", decision.learner)
      writer.member("badge", decision.badge)
      let badge = state.definition.recognition.badges.first { $0.id == decision.badge }
      if let badge {
        let stage = state.standing(of: badge, for: learner).stage
        if stage > 0 { writer.member("grade", badge.grades[stage - 1].name) }
      }
    }
  }
}
