import ArgumentParser
import JSONRPC
import Tabular

/// `laurel session`: the sessions 课次 of cohorts.
struct SessionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Declare or change sessions, or list them.",
    discussion: """
        laurel session put --cohort A --lesson L3 --starts 2026-09-01T09:00 --ends 2026-09-01T10:30
        laurel session put S-0004 --state cancelled
        laurel session list --cohort A --from 2026-09-01
        laurel session list --not-taken
      """, subcommands: [PutSessionCommand.self, ListSessionsCommand.self])
}

/// `laurel session put`: declares a session, or changes one.
struct PutSessionCommand: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Declare a session, or change one.",
    discussion: """
      Without an id the session gets the next short one. What is left out stays as it was. A session
      that moves takes the rows of its sheet along. Another cohort's session of the same lesson makes
      up a missed one.
      """)

  @Argument(help: "The session's id, such as S-0004; absent: a new one.")
  var session: String?
  @Option(help: "Whose session it is.")
  var cohort: String?
  @Option(help: "The lesson it gives; none for no lesson.")
  var lesson: String?
  @Option(help: ArgumentHelp("When it begins, such as 2026-09-01T09:00.", valueName: "time"))
  var starts: String?
  @Option(help: ArgumentHelp("When it ends.", valueName: "time"))
  var ends: String?
  @Option(help: "Its day, where the time is not known.")
  var day: String?
  @Option(help: "How many minutes it lasts; default by its times.")
  var minutes: Int?
  @Option(help: ArgumentHelp("planned, cancelled or waived.", valueName: "state"))
  var state: String?
  @Flag(inversion: .prefixedNo, help: "Whether the cohort's learners owe it.")
  var required: Bool?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let answer = try session.change("session.put", key: keyed.idempotencyKey) { writer in
      writer.member("program", id)
      if let session = self.session { writer.member("session", session) }
      if let cohort { writer.member("cohort", cohort) }
      if let lesson { writer.member("lesson", lesson == "none" ? "" : lesson) }
      if let starts { writer.member("startsAt", starts) }
      if let ends { writer.member("endsAt", ends) }
      if let day { writer.member("day", day) }
      if let minutes { writer.member("minutes", minutes) }
      if let state { writer.member("state", state) }
      if let required { writer.member("required", required) }
    }
    try session.tell(answer) { answer in
      let put = answer["outcome"]?.text("session") ?? ""
      return session.language(
        "Session \(put). Its sheet: laurel attendance sheet \(put) > sheet.html\n",
        "课次 \(put)。打印点名表：laurel attendance sheet \(put) > 点名表.html\n")
    }
  }
}

/// `laurel session list`: sessions in order of time.
struct ListSessionsCommand: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List sessions in order of time.")

  @Option(help: "Only sessions of this cohort.")
  var cohort: String?
  @Option(help: "Only sessions of this lesson.")
  var lesson: String?
  @Option(help: "Only sessions from this day on.")
  var from: String?
  @Option(help: "Only sessions up to this day.")
  var to: String?
  @Flag(help: "Only sessions that have begun and were not taken.")
  var notTaken = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    var sessions: [Answer] = []
    var after: String?
    repeat {
      let page = try session.call("session.list") { writer in
        writer.member("program", id)
        if let cohort { writer.member("cohort", cohort) }
        if let lesson { writer.member("lesson", lesson) }
        if let from { writer.member("from", from) }
        if let to { writer.member("to", to) }
        if notTaken { writer.member("notTaken", true) }
        if let after { writer.member("after", after) }
      }
      sessions += page.items("sessions")
      after = page["next"]?.text
    } while after != nil
    if session.isJSON {
      var writer = JSONWriter()
      writer.object { writer in
        writer.array("sessions") { for entry in sessions { $0.value(entry.value) } }
      }
      return try Output.write(writer.string + "\n")
    }
    try Output.write(text(sessions, session.language))
  }

  private func text(_ sessions: [Answer], _ language: Language) -> String {
    guard !sessions.isEmpty else { return language("No sessions.\n", "没有课次。\n") }
    var table = TextTable([
      .init(language("Session", "课次")), .init(language("Day", "日期")),
      .init(language("Time", "时间")), .init(language("Cohort", "班级")),
      .init(language("Lesson", "课")), .init(language("Minutes", "分钟"), .right),
      .init(language("State", "状态")),
    ])
    for entry in sessions {
      let minutes = entry.int("minutes")
      table.addRow([
        entry.text("session"), Shown.day(entry.text("day"), language), entry.text("localTime"),
        entry.text("cohort"), entry.text("lesson"), minutes > 0 ? "\(minutes)" : "",
        SessionWords.state(entry, language),
      ])
    }
    return table.shown
  }
}

/// What is said of a session.
enum SessionWords {
  /// Whether it is held, or why not.
  static func state(_ session: Answer, _ language: Language) -> String {
    let optional = session.flag("required") ? "" : language(", not required", "，选修")
    let word =
      switch session.text("state") {
      case "cancelled": language("cancelled", "已取消")
      case "waived": language("waived", "免考勤")
      default:
        session.flag("held")
          ? language("taken", "已点名")
          : session.flag("taken") ? language("holiday", "放假") : language("not taken", "未点名")
      }
    return word + optional
  }

  /// One line that says which session it is.
  static func title(_ session: Answer, _ language: Language) -> String {
    let parts = [
      session.text("session"), session.text("cohort"), session.text("lesson"),
      Shown.day(session.text("day"), language), session.text("localTime"),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }
}
