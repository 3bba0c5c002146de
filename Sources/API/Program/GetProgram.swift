import Incentives
import JSONRPC

/// `program.get`: a program's definition and how it stands.
public struct GetProgram: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "program.get", "Tells a program's definition, and how it stands.",
    params: [.program],
    result: [
      .required("definition", .programDefinition, "The definition applied last."),
      .required("version", .count, "Its version."),
      .required("clock", .instant, "The program's time."),
      .optional("closedThrough", .day, "The last day that is closed."),
      .required("facts", .count, "Facts recorded."),
      .required("learners", .count, "Learners known; one with two ids once."),
      .required("groups", .count, "Groups known."),
      .required("pending", .count, "Facts that wait for the roster."),
      .optional("rehearsalOf", .identifier, "The program it is a rehearsal of."),
    ], roles: [.read, .admin], showsHead: true)

  /// The program's id.
  public let program: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
  }

  /// Nothing here is of one cohort only.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Tells how the program stands.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    return jsonObject { writer in
      writer.object("definition") { $0.members(of: state.definition) }
      writer.member("version", state.version)
      writer.member("clock", state.now(context.wall))
      if state.closedThrough.number != .min {
        writer.member("closedThrough", state.closedThrough)
      }
      writer.member("facts", state.factCount)
      writer.member("learners", state.learners.peopleCount)
      writer.member("groups", state.groups.count - 1)
      writer.member("pending", state.pendingCount)
      if let source = context.rehearsalOf { writer.member("rehearsalOf", source) }
    }
  }
}
