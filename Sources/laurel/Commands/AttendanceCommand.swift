import ArgumentParser
import JSONRPC
import Tabular

/// `laurel attendance`: who was there, and who never missed.
struct AttendanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attendance",
    abstract: "Take a session's attendance, print its sheet, look it up.",
    discussion: """
        laurel attendance sheet S-0004 --lang zh > 点名表.html
        laurel attendance set S-0004 --template --excel --lang zh > 点名.csv
        laurel attendance set S-0004 点名.csv --dry-run
        laurel attendance get S-0004
        laurel attendance get 王芳
        laurel attendance excuse 王芳 sick --from 2026-09-07 --to 2026-09-09
      """,
    subcommands: [
      SetAttendanceCommand.self, GetAttendanceCommand.self, PrintSheet.self, ExcuseCommand.self,
    ])
}

/// `laurel attendance excuse`: a learner's leave.
struct ExcuseCommand: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "excuse", abstract: "State that a learner is on leave for some days.",
    discussion: """
      An absence on such a day counts as that leave. What was said last of a day stands; none takes
      the days back.
      """)

  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @Argument(help: "sick 病假, personal 事假, business 公假, or none.")
  var kind: String
  @Option(help: "The first day.")
  var from: String
  @Option(help: "The last day; default the first.")
  var to: String?
  @Option(help: "A note.")
  var note: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let language = session.language
    guard let word = AttendanceWords.word(kind) else {
      throw CommandFailure.refused(
        language("“\(kind)” is none of sick, personal, business, none", "“\(kind)” 应为 病假、事假、公假"))
    }
    let person = try session.recipient(learner)
    let id = try session.program()
    let answer = try session.change("attendance.excuse", key: keyed.idempotencyKey) { writer in
      writer.member("program", id)
      writer.member("learner", person.id)
      writer.member("kind", word)
      writer.member("from", from)
      if let to { writer.member("to", to) }
      if let note { writer.member("note", note) }
    }
    try session.tell(answer) { answer in
      guard answer["outcome"]?.flag("changed") == true else {
        return language("\(person.shown): known already.\n", "\(person.shown)：已经是这样了。\n")
      }
      let days = [from, to ?? from].map { Shown.day($0, language) }
      let until = to == nil || to == from ? "" : " – \(days[1])"
      return "\(person.shown): \(AttendanceWords.shown(word, language)) \(days[0])\(until)\n"
    }
  }
}

/// `laurel attendance get`: the roll of a session, or a learner's attendance.
struct GetAttendanceCommand: Question {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show the roll of a session, or a learner's attendance.",
    discussion: """
      Of a learner: every session with what is owed, and every perfect attendance with the sessions by
      which it is lost.
      """)

  @Argument(help: "A session's id, or a learner's id or name.")
  var subject: String
  @Option(help: "Of a learner, only sessions from this day on.")
  var from: String?
  @Option(help: "Of a learner, only sessions up to this day.")
  var to: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let roll = try session.callIfFound("attendance.get") { writer in
      writer.member("program", id)
      writer.member("session", subject)
    }
    if let roll {
      return try session.tell(roll) { AttendanceText.roll($0, session.language) }
    }
    let learner = try session.learner(subject)
    let answer = try session.call("attendance.get") { writer in
      writer.member("program", id)
      writer.member("learner", learner)
      if let from { writer.member("from", from) }
      if let to { writer.member("to", to) }
    }
    try session.tell(answer) { AttendanceText.learner($0, session.language) }
  }
}
