import Incentives
import JSONRPC

/// A learner's attendance as `attendance.get` tells it: sessions, leaves, and every perfect attendance with
/// what it was lost by.
struct LearnerAttendance {
  private let learner: LearnerNumber
  private let view: AttendanceView
  private let verdicts: [PerfectVerdict]
  private let notes: [ObjectNumber: String]
  private let granted: [(change: PerfectChange, grant: Position, position: Position)]
  private let days: ClosedRange<LocalDay>
  private let sight: Sight

  static let line: [Property] =
    Property.sessionMembers + [
      .required(
        "status", .word(AttendanceStatus.allCases.map(\.word)),
        "What is true; none where nobody says."),
      .optional("present", .count, "How many minutes the learner was there."),
      .optional("origin", .word(AttendanceOrigin.words), "Who says it: a person or facts."),
      .optional("note", .prose, "What is noted."),
      .required("own", .boolean, "Whether it was a session of the learner's own class."),
      .required("owed", .boolean, "Whether the learner owes it."),
      .required("attended", .boolean, "Whether the learner was there, or made it up."),
    ]

  static let leave: [Property] = [
    .required("from", .day, "The first local day."), .required("to", .day, "The last local day."),
    .required(
      "kind", .word(AttendanceStatus.allCases.map(\.word)), "The kind; none took it back."),
  ]

  static let perfect: [Property] = [
    .required("award", .identifier, "The perfect attendance."),
    .required("period", .period, "The period."),
    .required("perfect", .boolean, "Whether attendance is perfect."),
    .required("closed", .boolean, "Whether the period has closed; else it is as of now."),
    .required("granted", .boolean, "Whether the award is granted."),
    .required("points", .number, "What it pays."),
    .required("attended", .count, "How many of the sessions the cohort held were attended."),
    .required("held", .count, "How many the cohort held."),
    .required("minimumAttended", .count, "How many percent must be attended."),
    .required("enough", .boolean, "Whether so many were."),
    .required("lost", .list(.identifier, max: .max), "The sessions by which it is lost."),
    .required(
      "made",
      .list(
        .object([
          .required("session", .identifier, "A session that was not attended itself."),
          .required(
            "how", .word(["late", "madeUp", "attendedBefore", "excused", "paused"]),
            "Why it does not lose."),
          .optional("by", .identifier, "The session that made it up."),
        ]), max: .max), "The sessions that do not lose though they were not simply attended."),
    .optional("offAwards", .boolean, "True for staff, tests and observers, who win nothing."),
  ]

  init(
    of learner: LearnerNumber, _ state: ProgramState, _ log: LearnerLog,
    days: ClosedRange<LocalDay>, _ sight: Sight
  ) {
    self.learner = learner
    self.sight = sight
    self.days = days
    view = state.attendanceView(of: learner)
    verdicts = state.verdicts(of: view, isOpenToo: true).filter { !$0.fates.isEmpty }
    granted = state.attendance.perfect(of: learner)
    var notes: [ObjectNumber: String] = [:]
    for entry in state.attendance.entries(of: learner)
    where entry.isNoted && entry.status != .none {
      notes[entry.session] = log.note(at: entry.position)
    }
    self.notes = notes
  }

  func write(to writer: inout JSONWriter, _ state: ProgramState) {
    writer.learner(learner, of: state)
    writer.array("sessions") { writer in
      for line in view.lines
      where days.contains(line.session.day) && sight.sees(line.session.cohort) {
        writer.object { write(line, to: &$0, state) }
      }
    }
    writer.array("leaves") { writer in
      for leave in state.attendance.leaves(of: learner) {
        writer.object { writer in
          writer.member("from", leave.first)
          writer.member("to", leave.last)
          writer.member("kind", leave.kind.word)
        }
      }
    }
    writer.array("perfect") { writer in
      for verdict in verdicts
      where verdict.fates.contains(where: { days.contains(view.lines[$0.place].session.day) }) {
        writer.object { write(verdict, to: &$0, state) }
      }
    }
  }

  private func write(
    _ line: AttendanceView.Line, to writer: inout JSONWriter, _ state: ProgramState
  ) {
    writer.members(of: line.session, in: state)
    writer.member("status", line.status.word)
    if line.minutes >= 0 { writer.member("present", Int(line.minutes)) }
    if let origin = line.origin { writer.member("origin", origin.word) }
    writer.memberUnlessEmpty("note", notes[line.session.object] ?? "")
    writer.member("own", line.isOwn)
    writer.member("owed", line.isOwed)
    writer.member("attended", line.isAttended)
  }

  private func write(
    _ verdict: PerfectVerdict, to writer: inout JSONWriter, _ state: ProgramState
  ) {
    let isGranted = granted.contains { standing in
      standing.change.period == verdict.period
        && state.perfectID(standing.change.rule) == verdict.rule.id
    }
    writer.member("award", verdict.rule.id)
    writer.member("period", state.word(verdict.period))
    writer.member("perfect", verdict.isPerfect)
    writer.member("closed", state.isClosed(verdict.period))
    writer.member("granted", isGranted)
    writer.member("points", verdict.rule.points)
    writer.member("attended", verdict.attended)
    writer.member("held", verdict.held)
    writer.member("minimumAttended", Int(verdict.rule.minimumAttended))
    writer.member("enough", verdict.isEnough)
    writer.array("lost") { writer in
      for (place, fate) in verdict.fates
      where fate == .lost && sight.sees(view.lines[place].session.cohort) {
        writer.string(id(place, state))
      }
    }
    writer.array("made") { writer in
      for (place, fate) in verdict.fates {
        guard let (how, by) = Self.words(fate), sight.sees(view.lines[place].session.cohort)
        else { continue }
        writer.object { writer in
          writer.member("session", id(place, state))
          writer.member("how", how)
          if let by, sight.sees(view.lines[by].session.cohort) {
            writer.member("by", id(by, state))
          }
        }
      }
    }
    if verdict.isOffBoards { writer.member("offAwards", true) }
  }

  private func id(_ place: Int, _ state: ProgramState) -> String {
    state.sessionID(view.lines[place].session.object)
  }

  /// How a session does not lose, and by which other; nil where it was attended, or lost.
  private static func words(_ fate: PerfectVerdict.Fate) -> (how: String, by: Int?)? {
    switch fate {
    case .attended, .lost: nil
    case .late: ("late", nil)
    case .madeUp(let by): ("madeUp", by)
    case .attendedBefore(let before): ("attendedBefore", before)
    case .excused: ("excused", nil)
    case .paused: ("paused", nil)
    }
  }
}
