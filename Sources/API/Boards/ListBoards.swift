import Incentives
import JSONRPC

/// `board.list`: the periods that have a board.
public struct ListBoards: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "board.list", "Lists the periods that have a board: open ones, and closed ones that stay.",
    params: [.program],
    result: [
      .required("open", .list(.period, max: .max), "Open periods in which something happened."),
      .required("closed", .list(.period, max: .max), "Closed periods, in the order they closed."),
    ], roles: [.read, .admin])

  /// The program's id.
  public let program: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
  }

  /// Nothing here is of one cohort only.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) {}

  /// Lists the periods.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    guard case .closedPeriods(let closed) = try context.cold(.closedPeriods) else {
      throw .refused(Refusal(.unavailable, "The boards can not be read now; try again."))
    }
    return jsonObject { writer in
      writer.member("open", state.periods.keys.sorted().map { state.text(of: $0) })
      writer.member("closed", closed.map { state.text(of: $0) })
    }
  }
}
