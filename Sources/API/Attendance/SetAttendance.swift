import Incentives
import JSONRPC

/// `attendance.set`: states what is true of a session; setting it again corrects it.
public struct SetAttendance: CommandMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "attendance.set", "States who was at a session; rows that say something new replace what was.",
    params: [
      .program, .session, .dryRun, .keyUnlessDryRun, .batch,
      .required(
        "rows",
        .list(
          .object([
            .required("learner", .identifier, "The learner."),
            .required(
              "status", .word(AttendanceStatus.allCases.map(\.word)),
              "What is true; none takes the row away."),
            .optional(
              "minutes", .integer(0...Int64(ProgramState.attendanceMinutesMax)),
              "How many minutes they were there."),
            .optional(
              "note", .either([.prose, .word([""])]), "A note; absent leaves it, empty is none."),
          ]), max: ProgramState.attendanceRowsMax),
        "Up to 1,000 learners; whoever is not named stays as they are."),
    ],
    result: [
      .required("rows", .count, "How many rows there were."),
      .required("changed", .count, "How many said something new."),
      .required("points", .number, "What the rules pay for that, in all."),
      .optional(
        "changes",
        .list(
          .object([
            .required("learner", .identifier, "A learner whose row changes."), .erased,
            .required(
              "before", .word(AttendanceStatus.allCases.map(\.word)), "What is true now."),
            .required(
              "status", .word(AttendanceStatus.allCases.map(\.word)), "What would be true."),
            .required("points", .number, "What the learner gains or loses."),
          ]), max: ProgramState.attendanceRowsMax), "What would change; only where dryRun."),
    ], roles: [.award, .admin], changes: true)

  /// The program's id.
  public let program: String
  /// Whether to tell only what would change.
  public let isDryRun: Bool
  private let sheet: AttendanceSheet

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    isDryRun = try fields.optionalBool("dryRun") ?? false
    sheet = AttendanceSheet(
      session: try fields.identifier("session"),
      rows: try fields.items("rows", max: ProgramState.attendanceRowsMax) {
        value throws(ParameterError) in try value.fields(Self.row)
      })
  }

  private static func row(_ fields: inout Fields) throws(ParameterError) -> AttendanceSheet.Row {
    let learner = try fields.identifier("learner")
    let status = try fields.optionalWord("status", of: AttendanceStatus.allCases, \.word)
    guard let status else { throw ParameterError("status", .missing, "Add the field.") }
    let minutes = try fields.optionalInt(
      "minutes", in: 0...Int64(ProgramState.attendanceMinutesMax))
    return AttendanceSheet.Row(
      learner: learner, status: status, minutes: minutes.map { Int32($0) },
      note: try fields.optionalTextOrNone("note", max: CallLimits.textBytesMax))
  }

  /// Refuses a session or a learner who is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    try state.check(session: sheet.session, sight)
    for (index, row) in sheet.rows.enumerated() {
      try state.check(learner: row.learner, field: "rows[\(index)].learner", sight, wall: wall)
    }
  }

  /// Decides the sheet.
  public func decide(
    _ context: borrowing some CommandContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let (state, principal, sheet) = (context.state, context.principal, sheet)
    let now = state.now(context.wall)
    var found: [LearnerNumber: LearnerLog] = [:]
    for row in sheet.rows {
      guard let learner = state.learnerNumber(row.learner), let log = context.log(of: learner)
      else { continue }
      found[learner] = log
    }
    let logs = found
    let before = isDryRun ? Self.standing(of: sheet, in: state) : [:]
    let decide = { (buffer: inout ChangeBuffer) throws(Undecided) -> Effects in
      let start = buffer.changes.count
      let changed = try state.decide(
        sheet, now: now, by: principal, logs: { logs[$0] }, into: &buffer)
      return Effects(changed: changed, points: buffer.pointsByLearner(from: start))
    }
    let effects: Effects
    if isDryRun {
      var scratch = ChangeBuffer()
      effects = try decide(&scratch)
    } else {
      effects = try context.commit(decide)
    }
    return jsonObject { writer in
      writer.member("rows", sheet.rows.count)
      writer.member("changed", effects.changed.count)
      writer.member("points", effects.points.values.reduce(0, +))
      if isDryRun { Self.write(effects, before, sheet, state, to: &writer) }
    }
  }

  private struct Effects {
    var changed: [LearnerNumber]
    var points: [LearnerNumber: Int64]
  }

  private static func standing(
    of sheet: AttendanceSheet, in state: ProgramState
  ) -> [LearnerNumber: AttendanceStatus] {
    guard let session = state.session(sheet.session) else { return [:] }
    var standing: [LearnerNumber: AttendanceStatus] = [:]
    for row in sheet.rows {
      guard let learner = state.learnerNumber(row.learner) else { continue }
      standing[learner] = state.attendanceStatus(of: learner, in: session).status
    }
    return standing
  }

  private static func write(
    _ effects: Effects, _ before: [LearnerNumber: AttendanceStatus], _ sheet: AttendanceSheet,
    _ state: ProgramState, to writer: inout JSONWriter
  ) {
    var said: [LearnerNumber: AttendanceStatus] = [:]
    for row in sheet.rows {
      if let learner = state.learnerNumber(row.learner) { said[learner] = row.status }
    }
    writer.array("changes") { writer in
      for learner in effects.changed {
        writer.object { writer in
          writer.learner(learner, of: state)
          writer.member("before", (before[learner] ?? .none).word)
          writer.member("status", (said[learner] ?? .none).word)
          writer.member("points", effects.points[learner] ?? 0)
        }
      }
    }
  }
}

extension ChangeBuffer {
  /// What the changes from an index on post to each learner, in points earned.
  func pointsByLearner(from start: Int) -> [LearnerNumber: Int64] {
    var points: [LearnerNumber: Int64] = [:]
    for change in changes[start...] {
      switch change {
      case .fact(let fact):
        points[fact.learner, default: 0] &+= outcomes[fact.outcomes.range].reduce(0) {
          $0 &+ $1.points
        }
      case .moved(let move): points[move.learner, default: 0] &+= move.posting.points
      default: break
      }
    }
    return points
  }
}
