import Incentives
import JSONRPC

/// `attendance.excuse`: a learner's leave of some days.
public struct ExcuseLearner: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "attendance.excuse", "States that a learner is on leave; what was said last of a day stands.",
    params: [
      .program, .idempotencyKey,
      .required("learner", .identifier, "The learner."),
      .required(
        "kind", .word(kinds.map(\.word)), "The kind of leave; none takes these days back."),
      .required("from", .day, "The first local day."),
      .optional("to", .day, "The last local day; default the first."),
      .optional("note", .prose, "A note."),
    ],
    result: [.required("changed", .boolean, "Whether that was new.")],
    roles: [.award, .admin], changes: true)

  private static let kinds = AttendanceStatus.allCases.filter { $0.isLeave || $0 == .none }

  /// The program's id.
  public let program: String
  private let record: ExcuseRecord

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    let learner = try fields.identifier("learner")
    guard let kind = try fields.optionalWord("kind", of: Self.kinds, \.word) else {
      throw ParameterError("kind", .missing, "Add the field.")
    }
    let first = try fields.day("from")
    record = ExcuseRecord(
      learner: learner, first: first, last: try fields.optionalDay("to") ?? first, kind: kind,
      note: try fields.optionalProse("note") ?? "")
  }

  /// Refuses a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(learner: record.learner, sight, wall: wall)
  }

  /// Decides the leave.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, principal) = (context.state, context.principal)
    let isNew = try context.commit { buffer throws(Undecided) in
      try state.decide(record, by: principal, into: &buffer)
    }
    return jsonObject { $0.member("changed", isNew) }
  }
}
