import Incentives
import JSONRPC

/// `program.advance`: moves a manual clock; what became due is closed by jobs.
public struct AdvanceProgram: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.advance", "Moves a program's manual clock; never back.",
    params: [
      .program, .idempotencyKey,
      .required("to", .moment, "An instant, or a local day for its first instant."),
    ],
    result: [
      .required("clock", .instant, "The program's time now."),
      .required("jobs", .count, "Jobs that run."),
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let time: FactTime

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    guard let time = try fields.optionalMoment("to") else {
      throw ParameterError("to", .missing, "Add the field.")
    }
    self.time = time
  }

  /// Decides the new time.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let instant = state.instant(of: time)
    try context.commit { buffer throws(Undecided) in
      try state.decideAdvance(to: instant, into: &buffer)
    }
    return jsonObject { writer in
      writer.member("clock", state.clock)
      writer.member("jobs", state.jobs.count)
    }
  }
}
