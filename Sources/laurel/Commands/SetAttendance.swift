import ArgumentParser
import JSONRPC
import Tabular

/// `laurel attendance set`: takes a session's attendance from a CSV file.
struct SetAttendanceCommand: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Take a session's attendance from a CSV file, or correct it.",
    discussion: """
      Columns: learner 学号, name 姓名, status 考勤 (present 出勤, late 迟到, leftEarly 早退, absent 缺勤,
      sick 病假, personal 事假, business 公假, madeUp 补课), minutes 分钟, note 备注. A row without a
      status is left out; a row that is there already does nothing. All rows go in or none. The import
      is a batch: `laurel import undo` takes it back.

        laurel attendance set S-0004 --template --lang zh > 点名.csv
        laurel attendance set S-0004 点名.csv --dry-run
      """)

  @Argument(help: "The session's id.")
  var session: String
  @Argument(
    help: "The CSV file, UTF-8 or GB18030.", completion: .file(extensions: ["csv", "gz"]))
  var file: String?
  @Option(
    help: ArgumentHelp(
      "Which column holds which field, where the header does not say it.",
      valueName: "field=column,…"))
  var map: String?
  @Flag(help: "Only say what would change.")
  var dryRun = false
  @Flag(help: "Print the sheet with the session's roll, to fill in.")
  var template = false
  @Flag(help: "Print it for Excel: marked as UTF-8, with CRLF.")
  var excel = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard template || file != nil else {
      throw ValidationError("Name the CSV file, or ask for the sheet with --template.")
    }
    guard template || !excel else {
      throw ValidationError("--excel is for --template; a file is read as it is.")
    }
  }

  func run(with session: Session) throws {
    let id = try session.program()
    let roll = try session.call("attendance.get") { writer in
      writer.member("program", id)
      writer.member("session", self.session)
    }
    guard let file, !template else { return try printTemplate(roll, session.language) }
    let (read, encoding) = try AttendanceFile(path: file, map: map, session.language).read()
    let rows = try Recognition(roll, session.language).recognised(read)
    guard !rows.isEmpty else {
      throw CommandFailure.refused(
        "\(file): \(session.language("no row has a status", "没有填写考勤的行"))")
    }
    let write = { (writer: inout JSONWriter) in
      writer.member("program", id)
      writer.member("session", self.session)
      writer.array("rows") { writer in for row in rows { writer.attendanceRow(row) } }
      if dryRun { writer.member("dryRun", true) }
    }
    if dryRun {
      let answer = try session.call("attendance.set", write)
      return try session.tell(answer) { text($0, nil, encoding, session.language) }
    }
    let batch = try ImportBatch.open(kind: "run", path: file, isFile: true, in: id, session)
    let answer = try session.change("attendance.set", key: keyed.idempotencyKey) { writer in
      write(&writer)
      writer.member("batch", batch.id)
    }
    try session.tell(answer) { text($0, batch, encoding, session.language) }
  }

  private func printTemplate(_ roll: Answer, _ language: Language) throws(CommandFailure) {
    var csv = excel ? .forExcel() : CSVWriter()
    for name in AttendanceColumns.template(language) { csv.append(name) }
    csv.endRecord()
    for row in roll.items("rows") {
      let (id, name, note) = (row.text("learner"), row.text("name"), row.text("note"))
      csv.append(excel ? SheetCell.identifier(id) : id)
      csv.append(excel ? SheetCell.prose(name) : name)
      let status = row.text("status")
      csv.append(status == "none" ? "" : AttendanceWords.shown(status, language))
      csv.append(row["minutes"]?.shown ?? "")
      csv.append(excel ? SheetCell.prose(note) : note)
      csv.endRecord()
    }
    try Output.write(String(decoding: csv.takeBytes(), as: UTF8.self))
  }

  private func text(
    _ answer: Answer, _ batch: ImportBatch?, _ encoding: FoundEncoding?, _ language: Language
  ) -> String {
    let outcome = answer["outcome"] ?? answer
    let (rows, changed) = (outcome.int("rows"), outcome.int("changed"))
    let points = Shown.signed(outcome.int("points"))
    var text = encoding.map { $0.text(language) + "\n" } ?? ""
    text += language(
      "\(rows) rows, \(changed) new or other, \(points) points",
      "\(rows) 行，新增或改变 \(changed) 行，积分 \(points)")
    guard let batch else {
      return text + language("; nothing was changed yet.\n", "；尚未改动。\n")
        + changes(outcome, language)
    }
    text += language(".\n", "。\n")
    guard changed > 0 else { return text }
    return text
      + language(
        "This is batch \(batch.id); to take it back: laurel import undo \(batch.id)\n",
        "批次 \(batch.id)；如需撤回：laurel import undo \(batch.id)\n")
  }

  private func changes(_ outcome: Answer, _ language: Language) -> String {
    let changes = outcome.items("changes")
    guard !changes.isEmpty else { return "" }
    var table = TextTable([
      .init(language("Learner", "学号")), .init(language("Now", "现在")),
      .init(language("Then", "改为")), .init(language("Points", "积分"), .right),
    ])
    for change in changes {
      table.addRow([
        change.text("learner"), AttendanceWords.shown(change.text("before"), language),
        AttendanceWords.shown(change.text("status"), language),
        Shown.signed(change.int("points")),
      ])
    }
    return table.shown
  }
}

/// A sheet in a file, read whole: one bad row refuses it, for half a sheet is a wrong one.
private struct AttendanceFile {
  let path: String
  let map: String?
  let language: Language

  init(path: String, map: String?, _ language: Language) {
    self.path = path
    self.map = map
    self.language = language
  }

  func read() throws -> (rows: [(line: Int, row: AttendanceRow)], FoundEncoding?) {
    let rows = CSVRows<AttendanceRow?>(path: path, language: language) {
      header throws(ColumnMappingError) in
      try AttendanceColumns(header: header, map: map).columns
    }
    var read: [(line: Int, row: AttendanceRow)] = []
    var bad = BadRows()
    var found: FoundEncoding?
    try rows.read(
      encoding: { found = $0 },
      good: { line, row, _ in if let row { read.append((line, row)) } }, bad: { bad.add($0) })
    guard bad.count == 0 else {
      let head = language("\(bad.count) bad rows:", "\(bad.count) 行有问题：")
      let advice = language("Nothing was taken; mend the file.", "没有记录任何行；请修好文件。")
      throw CommandFailure.refused(
        "\(path): \(head)\n\(bad.list(language))\(found?.text(language) ?? "")\n\(advice)")
    }
    return (read, found)
  }
}

/// Whom a sheet means: an id, or the only one of the roll with that name.
private struct Recognition {
  private let ids: Set<String>
  private let named: [String: [String]]
  private let language: Language

  init(_ roll: Answer, _ language: Language) {
    self.language = language
    let rows = roll.items("rows")
    ids = Set(rows.map { $0.text("learner") })
    named = Dictionary(grouping: rows, by: { $0.text("name") })
      .mapValues { $0.map { $0.text("learner") } }
  }

  func recognised(
    _ rows: [(line: Int, row: AttendanceRow)]
  ) throws(CommandFailure) -> [AttendanceRow] {
    var found: [AttendanceRow] = []
    var bad = BadRows()
    for (line, row) in rows {
      var row = row
      let namesakes = named[row.learner] ?? []
      if !ids.contains(row.learner), let only = namesakes.first {
        guard namesakes.count == 1 else {
          let all = namesakes.joined(separator: ", ")
          bad.add(
            BadRow(
              line: line,
              text: language(
                "several are called \(row.learner): \(all); write the id",
                "有多位 \(row.learner)：\(all)；请填写学号")))
          continue
        }
        row.learner = only
      }
      found.append(row)
    }
    guard bad.count == 0 else {
      throw .refused(
        language("\(bad.count) bad rows:\n", "\(bad.count) 行有问题：\n") + bad.list(language))
    }
    return found
  }
}
