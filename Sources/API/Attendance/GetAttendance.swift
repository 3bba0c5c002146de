import Incentives
import JSONRPC

/// `attendance.get`: the roll of a session, or a learner's attendance session by session.
public struct GetAttendance: QueryMethod {
  /// What the table says of it.
  public static let card = MethodCard(
    "attendance.get", "Tells who was at a session, or what a learner attended, owes and lost.",
    params: [
      .program,
      .optional("session", .identifier, "The session; this or learner."),
      .optional("learner", .identifier, "The learner; this or session."),
      .optional("from", .day, "Of a learner, only sessions from this day on."),
      .optional("to", .day, "Of a learner, only sessions up to this day."),
    ],
    result: [
      .optional("session", .object(Property.sessionMembers), "The session asked for."),
      .optional("rows", .list(.object(AttendanceRoll.row), max: .max), "Its roll."),
      .optional("others", .count, "Rows of learners whom the caller does not see."),
      .optional("learner", .identifier, "The learner asked for."), .erased,
      .optional(
        "sessions", .list(.object(LearnerAttendance.line), max: .max),
        "The learner's sessions in order of time."),
      .optional(
        "leaves", .list(.object(LearnerAttendance.leave), max: .max), "What was said of leaves."),
      .optional(
        "perfect", .list(.object(LearnerAttendance.perfect), max: .max),
        "The perfect attendances, week by week and so on; open periods as of now."),
    ], roles: [.read, .award, .admin])

  /// The program's id.
  public let program: String
  private let session: String?
  private let learner: String?
  private let from: LocalDay
  private let to: LocalDay

  /// Reads the parameters.
  public init(_ fields: inout Fields) throws(ParameterError) {
    program = try fields.identifier("program")
    session = try fields.optionalIdentifier("session")
    learner = try fields.optionalIdentifier("learner")
    from = try fields.optionalDay("from") ?? LocalDay(number: .min)
    to = try fields.optionalDay("to") ?? LocalDay(number: .max)
    guard session == nil || learner == nil else {
      throw ParameterError("learner", .invalidValue, "Name a session or a learner, not both.")
    }
    guard session != nil || learner != nil else {
      throw ParameterError("learner", .missing, "Name a session or a learner.")
    }
  }

  /// Refuses a session or learner that is not seen.
  public func check(_ sight: Sight, in state: ProgramState, wall: Instant) throws(Undecided) {
    if let session { try state.check(session: session, sight) }
    if let learner { try state.check(learner: learner, sight, wall: wall) }
  }

  /// Tells.
  public func answer(
    _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) -> [UInt8] {
    let state = context.state
    if let session {
      let roll = try AttendanceRoll(of: try state.knownSession(session), context)
      return jsonObject { roll.write(to: &$0, state) }
    }
    let number = try state.knownLearner(learner ?? "")
    let log = try context.log(of: number)
    let attendance = LearnerAttendance(
      of: number, state, log, days: from...max(from, to), context.sight)
    return jsonObject { attendance.write(to: &$0, state) }
  }
}

/// The roll of a session, with its notes.
struct AttendanceRoll {
  private let session: SessionRow
  private var rows: [RollRow]
  private var notes: [Position: String] = [:]
  private let hiddenCount: Int

  static let row: [Property] = [
    .required("learner", .identifier, "The learner."), .erased,
    .optional("name", .prose, "The name people read."),
    .required(
      "status", .word(AttendanceStatus.allCases.map(\.word)),
      "What is true; none where nobody says."),
    .optional("minutes", .count, "How many minutes they were there."),
    .optional("origin", .word(AttendanceOrigin.words), "Who says it: a person or facts."),
    .optional("by", .prose, "The person who said it."),
    .optional("at", .instant, "When."),
    .optional("note", .prose, "What is noted."),
    .optional("guest", .boolean, "True where the learner is of another class."),
  ]

  init(
    of session: SessionRow, _ context: borrowing some QueryContext & ~Copyable
  ) throws(Undecided) {
    let (state, sight) = (context.state, context.sight)
    self.session = session
    let all = state.roll(of: session)
    rows = all.filter { state.sees($0.learner, with: sight, on: session.day) }
    hiddenCount = all.count - rows.count
    let noted = rows.compactMap { $0.statement?.isNoted == true ? $0.statement?.position : nil }
    guard !noted.isEmpty else { return }
    guard case .records(let found) = try context.cold(.records(noted.sorted())) else { return }
    for (position, record) in found {
      guard case .attendance(let row) = record.change else { continue }
      notes[position] = record.buffer.text.string(row.note)
    }
  }

  func write(to writer: inout JSONWriter, _ state: ProgramState) {
    writer.object("session") { $0.members(of: session, in: state) }
    writer.array("rows") { writer in
      for row in rows { writer.object { write(row, to: &$0, state) } }
    }
    if hiddenCount > 0 { writer.member("others", hiddenCount) }
  }

  private func write(_ row: RollRow, to writer: inout JSONWriter, _ state: ProgramState) {
    writer.learner(row.learner, of: state)
    writer.memberUnlessEmpty("name", state.learners.name(row.learner))
    writer.member("status", row.status.word)
    if row.minutes >= 0 { writer.member("minutes", Int(row.minutes)) }
    if let origin = row.origin { writer.member("origin", origin.word) }
    if let statement = row.statement {
      writer.memberUnlessEmpty(
        "by", state.names.word(.principal, statement.principal.rawValue))
      writer.member("at", statement.at)
      writer.memberUnlessEmpty("note", notes[statement.position] ?? "")
    }
    if row.isGuest { writer.member("guest", true) }
  }
}

extension AttendanceOrigin {
  /// The word on the wire.
  var word: String {
    switch self {
    case .person: "person"
    case .fact: "facts"
    }
  }

  static let words = [AttendanceOrigin.person, .fact].map(\.word)
}
