import Incentives
import JSONRPC

/// A session on the wire.
extension Property {
  /// A session's id.
  static let session = required("session", .identifier, "The session, such as S-0004.")

  /// What answers tell of a session.
  static let sessionMembers: [Property] = [
    .session,
    .optional("cohort", .identifier, "Whose session it is; absent: of learners without a cohort."),
    .optional("lesson", .identifier, "The lesson it gives."),
    .required("day", .day, "Its local day."),
    .optional("startsAt", .instant, "When it begins; absent where only the day is known."),
    .optional("localTime", .text(bytesMax: 5), "When it begins on the program's clock: 09:00."),
    .optional("endsAt", .instant, "When it ends."),
    .optional("minutes", .count, "How many minutes it lasts."),
    .required("state", .word(SessionState.allCases.map(\.word)), "Whether it takes place."),
    .required("required", .boolean, "Whether the cohort's learners owe it."),
    .required("taken", .boolean, "Whether somebody was recorded for it."),
    .required("held", .boolean, "Whether it counts: taken, planned, and no holiday."),
  ]
}

extension JSONWriter {
  /// Writes what answers tell of a session.
  mutating func members(of session: SessionRow, in state: ProgramState) {
    member("session", state.sessionID(session.object))
    memberUnlessEmpty("cohort", state.names.word(.cohort, UInt32(session.cohort.rawValue)))
    memberUnlessEmpty("lesson", session.lesson)
    member("day", session.day)
    if !session.isDateOnly {
      member("startsAt", session.startsAt)
      let local = state.zone.localMicroseconds(at: session.startsAt)
      member(
        "localTime",
        String(Instant(microseconds: local).description.dropFirst(11).prefix(5)))
    }
    if let end = session.endsAt { member("endsAt", end) }
    if session.minutes > 0 { member("minutes", Int(session.minutes)) }
    member("state", session.state.word)
    member("required", session.isRequired)
    member("taken", state.isTaken(session.object))
    member("held", state.isHeld(session))
  }
}

extension ProgramState {
  /// Refuses a session of a cohort that is not seen, as one that is not there; one that is not there passes.
  func check(session id: String, _ sight: Sight) throws(Undecided) {
    guard sight.isLimited, let session = session(id), !sight.sees(session.cohort) else { return }
    throw .refused(
      Refusal(
        .notFound, field: "session",
        "There is no session with this id; `session.list` shows those there are."))
  }

  /// Refuses a cohort that is not seen.
  func check(cohort name: String?, _ sight: Sight) throws(Undecided) {
    guard case .cohorts(let seen) = sight else { return }
    let number = name.flatMap { names.number(.cohort, $0) }
    if let number, seen.contains(CohortNumber(rawValue: UInt16(number))) { return }
    throw .refused(
      Refusal(.notFound, field: "cohort", "Name one of the cohorts in which your roles hold."))
  }
}

extension Fields {
  /// A text that may be empty, and may be absent.
  mutating func optionalTextOrNone(
    _ name: StaticString, max: Int
  ) throws(ParameterError) -> String? {
    guard let value = optionalValue(name) else { return nil }
    if let text = value.text, text.isEmpty { return "" }
    return try value.text(named: name, max: max).string
  }

  /// One of the words of a choice that may be absent.
  mutating func optionalWord<Value>(
    _ name: StaticString, of values: [Value], _ word: (Value) -> String
  ) throws(ParameterError) -> Value? {
    guard let said = optionalValue(name) else { return nil }
    guard let text = said.text?.string else {
      throw ParameterError(name, .wrongType, "Send a string.")
    }
    if let value = values.first(where: { word($0) == text }) { return value }
    let words = values.map(word).joined(separator: ", ")
    throw ParameterError(name, .invalidValue, "Send one of: \(words).")
  }
}
