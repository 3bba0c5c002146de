import API
import Tabular

/// Which columns of a CSV file make a dated calendar entry, and how one is read.
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
    try CalendarRow(
      day: try text("day", reader), kind: try text("kind", reader), follows: try text("as", reader),
      cohorts: try text("cohorts", reader).map { cohorts in
        cohorts.split { " ;；、".contains($0) }.map(String.init)
      } ?? [], line: reader.line)
  }

  private func text(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.checked(
      SheetCell.plain(reader.string(column)), field, bytesMax: CallLimits.textBytesMax)
  }
}
