import ArgumentParser
import Incentives
import JSONRPC
import Tabular

/// `laurel calendar`: holidays, 调休 workdays and cancelled days.
struct CalendarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calendar", abstract: "Import a year's holidays and workdays, or show them.",
    discussion: """
      A dated entry wins over the weekly pattern of teaching days, and a cohort's entry over the
      program's. `laurel calendar example` prints the year 2026 as China published it.

        laurel calendar example > 2026.csv
        laurel calendar import 2026.csv --dry-run
        laurel calendar show --year 2026
      """,
    subcommands: [ImportCalendar.self, ShowCalendar.self, ExampleCalendar.self])
}

/// `laurel calendar import`: replaces the entries of the years and cohorts a file speaks of.
struct ImportCalendar: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take in the dated entries of a CSV or YAML file.",
    discussion: """
      Columns: day 日期, kind 类型 (holiday 放假, workday 上班, cancelled 停课), as 按 (a weekday),
      cohorts 班级. A YAML file has the same fields in a list, `calendar:`, as a program file has it;
      `date` may stand for day. Entries of the same years and the same audience are replaced: those of the whole
      program by those without a cohort, those of a cohort by those that name it. They stay when a program
      file is applied, except where that has an entry of its own for the day and cohort.
      """)

  @Argument(
    help: "The file: CSV in UTF-8 or GB18030, or YAML.",
    completion: .file(extensions: ["csv", "gz", "yaml", "yml"]))
  var file: String
  @Option(
    help: ArgumentHelp(
      "Which column holds which field, where the header does not say it.",
      valueName: "field=column,…"))
  var map: String?
  @Flag(help: "Only say what would change.")
  var dryRun = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let calendar = try CalendarFile(path: file, map: map, language: session.language)
    let id = try session.program()
    let write = { (writer: inout JSONWriter) in
      writer.member("program", id)
      writer.array("calendar") { writer in
        for entry in calendar.entries { writer.calendarDay(entry) }
      }
      if dryRun { writer.member("dryRun", true) }
    }
    let answer = try call(calendar, session, write)
    try session.tell(answer) { text($0, calendar.encoding, session.language) }
  }

  /// Calls the method; a refusal of an entry is told with the line it stands on.
  private func call(
    _ calendar: CalendarFile, _ session: Session, _ write: (inout JSONWriter) -> Void
  ) throws(CommandFailure) -> Answer {
    do throws(CommandFailure) {
      return try dryRun
        ? session.call("calendar.import", write)
        : session.change("calendar.import", key: keyed.idempotencyKey, write)
    } catch {
      var failure = error
      if let line = calendar.line(of: failure.field) {
        failure.message = "\(file): line \(line): \(failure.message)"
      }
      throw failure
    }
  }

  private func text(
    _ answer: Answer, _ encoding: FoundEncoding?, _ language: Language
  ) -> String {
    let outcome = answer["outcome"]
    let years = outcome?.items("years").map(\.shown).joined(separator: ", ") ?? ""
    let (added, removed) = (outcome?.int("added") ?? 0, outcome?.int("removed") ?? 0)
    let version = outcome?.int("version") ?? 0
    let head = encoding.map { $0.text(language) + "\n" } ?? ""
    guard outcome?.flag("changed") == true else {
      return head + language("\(years): nothing new.\n", "\(years)：没有变化。\n")
    }
    let figures = language(
      "\(years): \(added) days new or other, \(removed) gone or other",
      "\(years)：\(added) 天新增或改变，\(removed) 天取消或改变")
    return head
      + (dryRun
        ? language(
          "\(figures); nothing was changed yet.\n", "\(figures)；尚未改动。\n")
        : language("\(figures); version \(version).\n", "\(figures)；第 \(version) 版。\n"))
  }
}

/// `laurel calendar show`: the dated entries in force.
struct ShowCalendar: Question {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the dated entries in force.")

  @Option(help: "Only this year.")
  var year: Int?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let answer = try session.call("program.get") { $0.member("program", id) }
    let language = session.language
    let entries = (answer["definition"]?.items("calendar") ?? []).filter { entry in
      year.map { entry.text("day").hasPrefix("\($0)-") } ?? true
    }
    if session.isJSON {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("program", id)
        writer.array("calendar") { for entry in entries { $0.value(entry.value) } }
      }
      return try Output.write(writer.string + "\n")
    }
    guard !entries.isEmpty else {
      return try Output.write(
        language(
          "No dated entries; laurel calendar import FILE.csv\n",
          "没有日历安排；导入：laurel calendar import 文件.csv\n"))
    }
    var table = TextTable([
      .init(language("Day", "日期")), .init(language("Kind", "类型")),
      .init(language("Timetable of", "按")), .init(language("Cohorts", "班级")),
    ])
    for entry in entries {
      table.addRow([
        Shown.day(entry.text("day"), language), Shown.kind(ofDay: entry.text("kind"), language),
        entry.text("as"),
        entry.items("cohorts").map(\.shown).joined(separator: language(", ", "、")),
      ])
    }
    try Output.write(table.shown)
  }
}

extension Shown {
  /// A kind of dated entry as people read it.
  static func kind(ofDay word: String, _ language: Language) -> String {
    switch word {
    case "holiday": language("holiday", "放假")
    case "workday": language("workday", "上班")
    case "cancelled": language("cancelled", "停课")
    default: word
    }
  }
}

/// `laurel calendar example`: a file to start from.
struct ExampleCalendar: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Print the year 2026 as China published it, to import.")

  @Flag(help: "For Excel: marked as UTF-8, with CRLF.")
  var excel = false
  @Flag(help: "As YAML instead of CSV.")
  var yaml = false

  func validate() throws {
    guard excel, yaml else { return }
    throw ValidationError("Say --excel or --yaml, not both: Excel reads no YAML.")
  }

  func run() throws {
    if yaml {
      return try Output.write(
        String(decoding: PackageResources.calendar_2026_yaml, as: UTF8.self))
    }
    let text = String(decoding: PackageResources.calendar_2026_csv, as: UTF8.self)
    guard excel else { return try Output.write(text) }
    try Output.write("\u{FEFF}" + text.split(separator: "\n").joined(separator: "\r\n") + "\r\n")
  }
}
