import API
import Incentives
import Tabular

/// Which columns of a CSV file make a row of the roster, and how one is read.
///
/// The id is what learning systems call somebody. Where a file has no column of its own for it, 学号 or 工号
/// is the id; where it has one, they are the `number` beside it, by which people are found as well.
///
/// An empty cell leaves what is known as it is. `flags` holds words with spaces or `;` between them.
struct RosterColumns {
  /// The wanted fields and the headers they are known by.
  static let fields: [ColumnMapping.Field] = [
    .init("id", synonyms: idHeaders + rollHeaders, isRequired: true),
    .init("number", synonyms: ["roll_number", "staff_number"]),
    .init("name", synonyms: ["full_name", "student_name", "姓名", "学员姓名", "学员"]),
    .init("alias", synonyms: ["nickname", "昵称", "别名"]),
    .init("cohort", synonyms: ["class", "班级"]),
    .init("tier", synonyms: ["level", "层级", "级别"]),
    .init("group", synonyms: ["team", "小组", "组", "组别"]),
    .init("leads", synonyms: ["leader", "is_leader", "组长", "是否组长"]),
    .init("flags", synonyms: ["flag", "标记"]),
    .init("from", synonyms: ["start", "start_date", "开始日期", "入班日期"]),
    .init("to", synonyms: ["end", "end_date", "结束日期", "离班日期"]),
  ]

  private static let idHeaders = [
    "learner", "learner_id", "student_id", "id_student", "user_id", "学员编号", "编号",
  ]
  private static let rollHeaders = ["学号", "工号"]

  /// The fields where the file has a column for the id beside those for numbers.
  private static let fieldsBesideID: [ColumnMapping.Field] =
    [
      .init("id", synonyms: idHeaders, isRequired: true),
      .init("number", synonyms: ["roll_number", "staff_number"] + rollHeaders),
    ] + fields.dropFirst(2)

  /// The header of an empty file to fill in.
  static func template(_ language: Language) -> [String] {
    language == .zh
      ? ["学号", "姓名", "昵称", "班级", "层级", "小组", "组长", "标记", "开始日期", "结束日期"]
      : fields.map(\.name).filter { $0 != "number" }
  }

  private let mapping: ColumnMapping

  /// Finds the columns in a header.
  init(header: [String], map: String?) throws(ColumnMappingError) {
    // Only the header tells which it is: whether it has a column for the id without 学号 and 工号.
    let hasOwnID = (try? ColumnMapping([Self.fieldsBesideID[0]], header: header)) != nil
    mapping = try ColumnMapping(
      hasOwnID ? Self.fieldsBesideID : Self.fields, header: header, explicit: map)
  }

  /// How a row of the file is read.
  var columns: CSVColumns<LearnerRow> { CSVColumns(ignored: mapping.ignored, row: row) }

  /// The learner of the reader's current record, or what is wrong with it.
  func row(_ reader: CSVReader) throws(RowProblem) -> LearnerRow {
    guard let id = try word("id", reader) else { throw RowProblem("id", "is empty", "为空") }
    let row = LearnerRow(
      id: id, name: try prose("name", reader), alias: try prose("alias", reader),
      number: try word("number", reader), cohort: try word("cohort", reader),
      tier: try word("tier", reader),
      group: try word("group", reader), leads: try leads(reader), flags: try flags(reader),
      from: try day("from", reader), to: try day("to", reader))
    if row.leads == true, row.group == nil {
      throw RowProblem("leads", "a leader needs a group", "组长须有小组")
    }
    return row
  }

  private func text(
    _ field: String, _ reader: CSVReader, bytesMax: Int
  ) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.checked(
      SheetCell.plain(reader.string(column)), field, bytesMax: bytesMax)
  }

  private func word(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let text = try text(field, reader, bytesMax: CallLimits.textBytesMax) else { return nil }
    return try RowProblem.identifier(text, field)
  }

  private func prose(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    try text(field, reader, bytesMax: CallLimits.textBytesMax)
  }

  private func day(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    try word(field, reader).map { text throws(RowProblem) in try SheetTime.day(text, field) }
  }

  private func leads(_ reader: CSVReader) throws(RowProblem) -> Bool? {
    guard let text = try word("leads", reader) else { return nil }
    switch text.lowercased() {
    case "yes", "y", "true", "1", "是", "组长": return true
    case "no", "n", "false", "0", "否": return false
    default:
      throw RowProblem("leads", "“\(text)” is neither yes nor no", "“\(text)” 应为 是 或 否")
    }
  }

  private func flags(_ reader: CSVReader) throws(RowProblem) -> [String]? {
    guard let text = try word("flags", reader) else { return nil }
    let flags = text.split { $0 == " " || $0 == ";" || $0 == "；" }.map(String.init)
    guard let unknown = flags.first(where: { !Self.flagWords.contains($0) }) else { return flags }
    let words = Self.flagWords.joined(separator: ", ")
    throw RowProblem("flags", "“\(unknown)” is none of \(words)", "“\(unknown)” 应为 \(words)")
  }

  private static let flagWords = ["staff", "test", "observer"]
}
