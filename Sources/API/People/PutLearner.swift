import Incentives
import JSONRPC

/// `learner.put`: says what is true of a learner from a day to a day.
public struct PutLearner: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "learner.put",
    "Puts a new learner on the roster, or says what is true of one; a name alone only names.",
    params: [.program, .dryRun, .keyUnlessDryRun, .batch] + LearnerFields.properties,
    result: [
      .required("learner", .identifier, "The learner."),
      .required("changed", .boolean, "Whether anything was new."),
      .required("moved", .number, "The net points that facts recorded before now pay."),
      MoveEffects.property,
    ], roles: [.admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would move.
  public let isDryRun: Bool
  private let record: LearnerRecord

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    record = try LearnerFields.read(&fields)
  }

  /// Decides what is true.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    var record = record
    // Who is known is put on the roster by a day or an attribute: a new name moves no points.
    if context.state.learnerNumber(record.id) != nil { record.isRoster = record.saysMoreThanNames }
    let decided = try context.put(record, isDryRun: isDryRun)
    var effects = MoveEffects()
    effects.add(decided)
    context.answerNames(context.state.learnerNumber(record.id) ?? .none)
    return jsonObject { writer in
      writer.member("learner", context.state.shownID(of: record.id))
      writer.member("changed", decided.moves.changeCount > 0)
      writer.member("moved", decided.moves.net)
      effects.write(to: &writer, context.state)
    }
  }
}
