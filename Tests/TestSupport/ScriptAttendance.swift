import Incentives

/// Sessions and attendance, in scripts.
extension ScriptPlayer {
  /// `session [ID] [cohort=] [lesson=] [on=DAY] [at=TIME] [ends=TIME] [minutes=] [state=] [required=no]`.
  func session(_ line: ScriptLine) throws -> [String] {
    func instant(_ key: String) throws -> Instant? {
      try line.values[key].map { game.state.instant(of: try ScriptLine.time($0)) }
    }
    let state = line.values["state"].flatMap { word in
      SessionState.allCases.first { $0.word == word }
    }
    return game.tell(
      try game.put(
        SessionRecord(
          id: line.words.count > 1 ? line.words[1] : nil, cohort: line.values["cohort"],
          lesson: line.values["lesson"], day: try line.day("on"), startsAt: try instant("at"),
          endsAt: try instant("ends"), minutes: try line.number("minutes").map { Int32($0) },
          state: state, isRequired: line.values["required"].map { $0 != "no" })))
  }

  /// `attend SESSION learner=STATUS[/MINUTES][/NOTE] …`.
  func attend(_ line: ScriptLine) throws -> [String] {
    let rows = try line.values.sorted { $0.key < $1.key }.map { learner, said in
      let parts = said.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard let status = AttendanceStatus.allCases.first(where: { $0.word == parts[0] }) else {
        throw ScriptError(text: "no status \(parts[0])")
      }
      return AttendanceSheet.Row(
        learner: learner, status: status, minutes: parts.count > 1 ? Int32(parts[1]) : nil,
        note: parts.count > 2 ? parts[2] : nil)
    }
    return game.tell(try game.set(AttendanceSheet(session: try line.word(1), rows: rows)))
  }

  /// `leave LEARNER KIND from=DAY to=DAY`.
  func leave(_ line: ScriptLine) throws -> [String] {
    let kind = try line.word(2)
    guard let status = AttendanceStatus.allCases.first(where: { $0.word == kind }),
      let first = try line.day("from")
    else { throw ScriptError(text: "leave LEARNER KIND from=DAY") }
    let last = try line.day("to") ?? first
    return game.tell(
      try game.put(
        ExcuseRecord(learner: try line.word(1), first: first, last: last, kind: status)))
  }

  /// `sheet SESSION`: what is true of the session.
  func sheet(_ line: ScriptLine) throws -> [String] {
    let id = try line.word(1)
    guard let session = game.state.session(id) else { return ["\(id) is not known"] }
    let rows = game.state.roll(of: session).map { row in
      "  \(game.state.learners.externalID(row.learner)) "
        + (row.status == .none ? "-" : row.status.word)
        + (row.minutes >= 0 ? " \(row.minutes) minutes" : "")
        + (row.origin == .fact ? " by facts" : "") + (row.isGuest ? " guest" : "")
    }
    let isHeld = game.state.isHeld(session)
    let word = isHeld ? "held" : game.state.takesPlace(session) ? "not taken" : "not held"
    return ["\(id) \(session.day) \(word)"] + rows
  }

  /// `attendance LEARNER`: session by session, and what became of each perfect attendance.
  func attendance(_ line: ScriptLine) throws -> [String] {
    let id = try line.word(1)
    guard let learner = game.state.learnerNumber(id) else { return ["\(id) is not known"] }
    let view = game.state.attendanceView(of: learner)
    var told = view.lines.map { line in
      let status = line.status == .none ? "-" : line.status.word
      return "\(game.state.sessionID(line.session.object)) \(line.session.day) \(status)"
        + (line.minutes >= 0 ? " \(line.minutes) minutes" : "")
        + (line.isOwed ? " owed" : line.isHeld ? " not owed" : " not held")
    }
    for verdict in game.state.verdicts(of: view, isOpenToo: true) where !verdict.fates.isEmpty {
      told.append(tell(verdict, view))
    }
    return told
  }

  private func tell(_ verdict: PerfectVerdict, _ view: AttendanceView) -> String {
    let lost = verdict.fates.filter { $0.fate == .lost }.map {
      game.state.sessionID(view.lines[$0.place].session.object)
    }
    let other = verdict.fates.compactMap { place, fate -> String? in
      let session = game.state.sessionID(view.lines[place].session.object)
      func id(_ place: Int) -> String {
        game.state.sessionID(view.lines[place].session.object)
      }
      switch fate {
      case .madeUp(let by?): return "\(session) made up by \(id(by))"
      case .madeUp(nil): return "\(session) made up"
      case .attendedBefore(let before): return "\(session) attended before in \(id(before))"
      case .excused: return "\(session) excused"
      case .paused: return "\(session) paused"
      case .late: return "\(session) late"
      case .attended, .lost: return nil
      }
    }
    var parts = ["\(verdict.attended) of \(verdict.held)"]
    if !lost.isEmpty { parts.append("lost by \(lost.joined(separator: " "))") }
    if !verdict.isEnough { parts.append("too few") }
    if verdict.isOffBoards { parts.append("off all awards") }
    return "\(verdict.rule.id) \(game.describe(verdict.period)) "
      + "\(verdict.isPerfect ? "perfect" : "not perfect"): "
      + (parts + other).joined(separator: ", ")
  }

  /// `not-taken`: the sessions that wait for somebody to be recorded.
  func notTaken() -> [String] {
    let sessions = game.state.sessionsNotTaken(at: game.now)
    return sessions.isEmpty ? ["none"] : sessions.map { game.state.sessionID($0.object) }
  }

  /// `excused LEARNER DAY`.
  func excused(_ line: ScriptLine) throws -> [String] {
    guard let learner = game.state.learnerNumber(try line.word(1)) else { return ["not known"] }
    let day = try ScriptLine.day(try line.word(2))
    return ["\(day) \(game.state.isExcused(learner, on: day) ? "excused" : "not excused")"]
  }
}

extension ScriptProgram {
  /// `attendance verbs=joined,attended [minimumMinutes=30] [sick= business= personal=]`.
  static func attendance(
    _ line: ScriptLine, _ standing: AttendanceDefinition?
  ) throws(ScriptError) -> AttendanceDefinition {
    var attendance = standing ?? AttendanceDefinition()
    if line.values["verbs"] != nil { attendance.verbs = line.list("verbs") }
    attendance.minimumMinutes = try line.number("minimumMinutes").map { Int32($0) }
    attendance.excuses = try excuses(line) ?? ExcuseRules()
    return attendance
  }

  /// `perfect week|month|term [id=] [pays=] [counts] [late=counts|breaks|N] [within=] [minimum=] [sick=]`.
  static func perfect(_ line: ScriptLine) throws(ScriptError) -> PerfectRule {
    guard let span = PerfectRule.Span(rawValue: try line.word(1)) else {
      throw ScriptError(text: "perfect week, month or term")
    }
    var late = LateRule.counts
    switch line.values["late"] {
    case nil, "counts": break
    case "breaks": late = .breaks
    default: late = .toAbsence(Int32(try line.number("late") ?? 3))
    }
    return PerfectRule(
      id: line.values["id"], period: span, makeUpWithin: Int32(try line.number("within") ?? 14),
      excuses: try excuses(line), late: late,
      minimumAttended: Int32(try line.number("minimum") ?? 80),
      points: try line.number("pays") ?? 0, counts: line.has("counts"))
  }

  private static func excuses(_ line: ScriptLine) throws(ScriptError) -> ExcuseRules? {
    var rules = ExcuseRules()
    var isSaid = false
    func read(_ key: String, _ treatment: inout ExcuseTreatment) throws(ScriptError) {
      guard let word = line.values[key] else { return }
      guard let said = ExcuseTreatment(rawValue: word) else {
        throw ScriptError(text: "\(word) is no treatment")
      }
      treatment = said
      isSaid = true
    }
    try read("sick", &rules.sick)
    try read("business", &rules.business)
    try read("personal", &rules.personal)
    return isSaid ? rules : nil
  }
}
