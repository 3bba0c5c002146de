import API
import Incentives
import JSONRPC
import Tabular

/// A row of a sheet on its way from a file to `attendance.set`.
struct AttendanceRow: Hashable, Sendable {
  /// The learner as the file says: an id, or a name where the file has no ids.
  var learner: String
  /// The word of the status on the wire.
  var status: String
  /// How many minutes; nil where the cell is empty.
  var minutes: Int64?
  /// A note; nil where the file has no such column.
  var note: String?
}

/// The statuses of attendance as people write and read them.
enum AttendanceWords {
  /// The word on the wire, how it is shown in Chinese, and what else is understood.
  static let all: [(word: String, chinese: String, others: [String])] = [
    ("present", "出勤", ["p", "到", "到课", "已到", "√", "✓", "1"]),
    ("late", "迟到", ["l", "迟"]),
    ("leftEarly", "早退", ["leftearly", "left early", "left_early"]),
    ("absent", "缺勤", ["a", "旷课", "未到", "缺", "×", "0"]),
    ("sick", "病假", ["病"]),
    ("personal", "事假", ["事"]),
    ("business", "公假", ["公"]),
    ("madeUp", "补课", ["madeup", "made up", "made_up", "补"]),
    ("none", "无记录", ["-", "清除"]),
  ]

  /// The word on the wire; nil for what is no status.
  static func word(_ text: String) -> String? {
    let wanted = text.lowercased()
    return all.first { entry in
      entry.word == text || entry.chinese == text || entry.others.contains(wanted)
        || entry.word.lowercased() == wanted
    }?.word
  }

  /// A status as people read it.
  static func shown(_ word: String, _ language: Language) -> String {
    let chinese = all.first { $0.word == word }?.chinese ?? word
    return language(word == "none" ? "–" : word, word == "none" ? "–" : chinese)
  }
}

/// Which columns of a CSV file make a row of a sheet, and how one is read.
struct AttendanceColumns {
  /// The wanted fields and the headers they are known by.
  static let fields: [ColumnMapping.Field] = [
    .init(
      "learner",
      synonyms: [
        "id", "learner_id", "student_id", "user_id", "学员编号", "编号", "学号", "工号",
      ]),
    .init("name", synonyms: ["full_name", "student_name", "姓名", "学员姓名", "学员"]),
    .init("status", synonyms: ["attendance", "考勤", "考勤状态", "状态", "出勤情况"], isRequired: true),
    .init("minutes", synonyms: ["分钟", "在线分钟", "时长", "时长（分钟）"]),
    .init("note", synonyms: ["remark", "备注", "说明"]),
  ]

  /// The header of a sheet to fill in.
  static func template(_ language: Language) -> [String] {
    language == .zh
      ? ["学号", "姓名", "考勤", "分钟", "备注"] : ["learner", "name", "status", "minutes", "note"]
  }

  private let mapping: ColumnMapping

  /// Finds the columns in a header.
  init(header: [String], map: String?) throws(ColumnMappingError) {
    mapping = try ColumnMapping(Self.fields, header: header, explicit: map)
  }

  /// How a row of the file is read.
  var columns: CSVColumns<AttendanceRow?> { CSVColumns(ignored: mapping.ignored, row: row) }

  /// The row of the reader's current record; nil where nobody filled in a status.
  func row(_ reader: CSVReader) throws(RowProblem) -> AttendanceRow? {
    guard let said = try text("status", reader) else { return nil }
    guard let status = AttendanceWords.word(said) else {
      let words = AttendanceWords.all.dropLast()
      throw RowProblem(
        "status", "“\(said)” is none of \(words.map(\.word).joined(separator: ", "))",
        "“\(said)” 应为 \(words.map(\.chinese).joined(separator: "、"))")
    }
    let (id, name) = (try text("learner", reader), try text("name", reader))
    guard let learner = id ?? name else {
      throw RowProblem("learner", "is empty", "为空")
    }
    return AttendanceRow(
      learner: try RowProblem.identifier(learner, "learner"), status: status,
      minutes: try minutes(reader),
      note: mapping["note"] == nil ? nil : try text("note", reader) ?? "")
  }

  private func minutes(_ reader: CSVReader) throws(RowProblem) -> Int64? {
    guard let text = try text("minutes", reader) else { return nil }
    guard let minutes = Int64(text), 0...Int64(ProgramState.attendanceMinutesMax) ~= minutes
    else {
      throw RowProblem(
        "minutes", "“\(text)” is no number of minutes up to 1440", "“\(text)” 应为 0 到 1440 的整数")
    }
    return minutes
  }

  private func text(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.checked(
      SheetCell.plain(reader.string(column)), field, bytesMax: CallLimits.textBytesMax)
  }
}

extension JSONWriter {
  /// Writes a row as `attendance.set` takes it.
  mutating func attendanceRow(_ row: AttendanceRow) {
    object { writer in
      writer.member("learner", row.learner)
      writer.member("status", row.status)
      if let minutes = row.minutes { writer.member("minutes", minutes) }
      if let note = row.note { writer.member("note", note) }
    }
  }
}
