import Incentives
import JSONRPC

/// `staff.put`: says who a member of staff is, what they may do, where, and from which day to which.
public struct PutStaff: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "staff.put", "Declares a member of staff, or says what is true of one; ends one with `to`.",
    params: [.program, .idempotencyKey] + StaffFields.properties,
    result: StaffFields.shown + [.required("changed", .boolean, "Whether anything was new.")],
    roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  private let record: StaffRecord

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    record = try StaffFields.read(&fields)
  }

  /// Decides what is true.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, record, wall) = (context.state, record, context.wall)
    let changed = try context.commit { buffer throws(Undecided) in
      let start = buffer.changes.count
      try state.decide(record, wall: wall, into: &buffer)
      return buffer.changes.count > start
    }
    guard let number = state.staffNumber(record.id) else {
      preconditionFailure("who was put is known")
    }
    let today = state.day(at: wall)
    return jsonObject { writer in
      // The answer is journaled with its key, in clear; a name is journaled sealed or not at all.
      writer.members(of: number, in: state, on: today, withName: false)
      writer.member("changed", changed)
    }
  }
}
