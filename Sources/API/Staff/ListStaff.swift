import Incentives
import JSONRPC

/// `staff.list`: the members of staff of a program, those who ended included, in the order they came.
public struct ListStaff: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "staff.list", "Lists the members of staff, those who ended included.", params: [.program],
    result: [
      .required("staff", .list(.object(StaffFields.shown), max: .max), "In the order they came.")
    ], roles: [.admin])

  /// The program's id.
  public let program: String

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
  }

  /// Lists them.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    let today = state.day(at: context.wall)
    return jsonObject { writer in
      writer.array("staff") { writer in
        for index in state.staff.indices.dropFirst() {
          let number = StaffNumber(rawValue: UInt32(index))
          writer.object { $0.members(of: number, in: state, on: today, withName: true) }
        }
      }
    }
  }
}
