import API
import Incentives
import JSONRPC
import Tabular

/// A dated entry on its way from a file to `calendar.import`.
struct CalendarRow: Hashable, Sendable {
  /// The local day.
  var day: String
  /// `holiday`, `workday` or `cancelled`.
  var kind: String
  /// The weekday whose timetable a workday follows.
  var follows: String?
  /// The cohorts it is for; empty for the whole program.
  var cohorts: [String] = []
}

/// Which columns of a CSV file make a dated calendar entry, and how one is read.
///
/// English and Chinese words mean the same: 放假, 上班 (调休), 停课; 周三 is `wednesday`.
struct CalendarColumns {
  /// The wanted fields and the headers they are known by.
  static let fields: [ColumnMapping.Field] = [
    .init("day", synonyms: ["date", "日期"], isRequired: true),
    .init("kind", synonyms: ["type", "类型", "安排"], isRequired: true),
    .init("as", synonyms: ["timetable", "按", "按周几", "课表"]),
    .init("cohorts", synonyms: ["cohort", "class", "班级"]),
  ]

  private let mapping: ColumnMapping

  /// Finds the columns in a header.
  init(header: [String], map: String?) throws(ColumnMappingError) {
    mapping = try ColumnMapping(Self.fields, header: header, explicit: map)
  }

  /// How a row of the file is read.
  var columns: CSVColumns<CalendarRow> { CSVColumns(ignored: mapping.ignored, row: row) }

  /// The entry of the reader's current record, or what is wrong with it.
  func row(_ reader: CSVReader) throws(RowProblem) -> CalendarRow {
    guard let text = try text("day", reader) else { throw RowProblem("day", "is empty", "为空") }
    let kind = try word("kind", reader, of: Self.kinds)
    guard let kind else { throw RowProblem("kind", "is empty", "为空") }
    let row = CalendarRow(
      day: try SheetTime.day(text, "day"), kind: kind,
      follows: try word("as", reader, of: Self.weekdays),
      cohorts: try self.text("cohorts", reader).map { cohorts in
        cohorts.split { " ;；、".contains($0) }.map(String.init)
      } ?? [])
    guard row.follows == nil || row.kind == "workday" else {
      throw RowProblem(
        "as", "only a workday follows the timetable of another day", "只有上班日可以按其他日子的课表")
    }
    return row
  }

  private func text(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.checked(
      SheetCell.plain(reader.string(column)), field, bytesMax: CallLimits.textBytesMax)
  }

  private func word(
    _ field: String, _ reader: CSVReader, of words: [(word: String, names: [String])]
  ) throws(RowProblem) -> String? {
    guard let text = try text(field, reader) else { return nil }
    let wanted = text.lowercased()
    if let found = words.first(where: { $0.word == wanted || $0.names.contains(wanted) }) {
      return found.word
    }
    let english = words.map(\.word).joined(separator: ", ")
    let chinese = words.compactMap(\.names.first).joined(separator: "、")
    throw RowProblem(field, "“\(text)” is none of \(english)", "“\(text)” 应为 \(chinese)")
  }

  private static let kinds: [(word: String, names: [String])] = [
    ("holiday", ["放假", "节假日", "假日", "休", "休息"]),
    ("workday", ["上班", "上课", "调休", "调休上班", "补班", "补课", "班"]),
    ("cancelled", ["停课", "取消", "canceled"]),
  ]

  private static let weekdays: [(word: String, names: [String])] =
    zip(Weekday.allCases, ["一", "二", "三", "四", "五", "六", "日"]).map { weekday, name in
      (weekday.name, ["周", "星期", "礼拜"].map { $0 + name } + (name == "日" ? ["周天", "星期天"] : []))
    }
}

extension JSONWriter {
  /// Writes an entry as `calendar.import` takes it.
  mutating func calendarDay(_ row: CalendarRow) {
    object { writer in
      writer.member("day", row.day)
      writer.member("kind", row.kind)
      if let follows = row.follows { writer.member("as", follows) }
      if !row.cohorts.isEmpty {
        writer.array("cohorts") { writer in
          for cohort in row.cohorts { writer.string(cohort) }
        }
      }
    }
  }
}
