import Incentives
import JSONRPC

/// `roster.import`: many learners in one call; each row stands for itself.
public struct ImportRoster: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "roster.import", "Puts many learners on the roster; rows that are refused are listed.",
    params: [
      .program, .dryRun, .keyUnlessDryRun, .batch,
      .required(
        "learners", .list(.object(LearnerFields.properties), max: CallLimits.rowsMax),
        "Up to 1,000 learners."),
    ],
    result: [
      .required("rows", .count, "How many rows there were."),
      .required("changed", .count, "How many said something new."),
      RefusedRows.property,
      MoveEffects.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would move.
  public let isDryRun: Bool
  private let records: [LearnerRecord]

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    records = try fields.items("learners", max: CallLimits.rowsMax) {
      value throws(ParameterError) in try value.fields(LearnerFields.read)
    }
  }

  /// Decides the rows in order.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    if !isDryRun { try context.fetchLogs(for: records) }
    var rehearsal = RosterRehearsal()
    var effects = MoveEffects()
    var changed = 0
    var refused = RefusedRows()
    for (index, record) in records.enumerated() {
      do throws(Undecided) {
        if isDryRun {
          if try rehearsal.add(record, context) { changed += 1 }
        } else {
          let decided = try context.put(record)
          if decided.moves.changeCount > 0 { changed += 1 }
          effects.add(decided)
        }
      } catch {
        // What refuses the program refuses the call.
        if case .refused(let refusal) = error, refusal.field == "program" { throw error }
        try refused.add(index, error)
      }
    }
    if isDryRun {
      try rehearsal.finish()
      effects = rehearsal.effects
    }
    return jsonObject { writer in
      writer.member("rows", records.count)
      writer.member("changed", changed)
      refused.write(to: &writer)
      effects.write(to: &writer, context.state)
    }
  }
}
