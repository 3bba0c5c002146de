import ArgumentParser
import Tabular

/// `laurel attendance sheet`: the sheet of a session as a page to print.
struct PrintSheet: Question {
  static let configuration = CommandConfiguration(
    commandName: "sheet", abstract: "Print the sheet of a session as HTML, with its roll.",
    discussion: """
      A page for A4 paper: one line a learner, one box a status, what is recorded already ticked.

        laurel attendance sheet S-0004 --lang zh > 点名表.html
      """)

  @Argument(help: "The session's id.")
  var session: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let roll = try session.call("attendance.get") { writer in
      writer.member("program", id)
      writer.member("session", self.session)
    }
    try session.tell(roll) { SheetPage.html($0, session.language) }
  }
}

/// The page: plain HTML without anything to load.
enum SheetPage {
  /// The statuses that have a column of boxes.
  private static let words = AttendanceWords.all.dropLast().map(\.word)

  /// The page for a roll.
  static func html(_ roll: Answer, _ language: Language) -> String {
    let title = roll["session"].map { SessionWords.title($0, language) } ?? ""
    let heads =
      ["#", language("Id", "学号"), language("Name", "姓名")]
      + words.map { AttendanceWords.shown($0, language) } + [language("Note", "备注")]
    let lines = roll.items("rows").enumerated().map { line($0.element, $0.offset + 1, language) }
    let code = language("en", "zh")
    return """
      <!DOCTYPE html>
      <html lang="\(code)">
      <head>
      <meta charset="utf-8">
      <title>\(escaped(title))</title>
      <style>
      @page { size: A4; margin: 15mm; }
      body { font-family: sans-serif; font-size: 11pt; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border: 1px solid #444; padding: 3px 5px; text-align: center; }
      td.name, td.note { text-align: left; }
      td.note { min-width: 30mm; }
      thead { display: table-header-group; }
      tr { break-inside: avoid; }
      </style>
      </head>
      <body>
      <h1>\(language("Attendance", "考勤点名表"))</h1>
      <p>\(escaped(title))</p>
      <table>
      <thead><tr>\(heads.map { "<th>\(escaped($0))</th>" }.joined())</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table>
      <p>\(language("Taken by", "点名人"))：____________ \
      \(language("Date", "日期"))：____________</p>
      </body>
      </html>

      """
  }

  private static func line(_ row: Answer, _ number: Int, _ language: Language) -> String {
    let status = row.text("status")
    let boxes = words.map { "<td>\($0 == status ? "☑" : "☐")</td>" }.joined()
    let guest = row.flag("guest") ? language(" (guest)", "（外班）") : ""
    return "<tr><td>\(number)</td><td>\(escaped(row.text("learner")))</td>"
      + "<td class=\"name\">\(escaped(row.text("name") + guest))</td>\(boxes)"
      + "<td class=\"note\">\(escaped(row.text("note")))</td></tr>"
  }

  /// A text in which nothing is markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
