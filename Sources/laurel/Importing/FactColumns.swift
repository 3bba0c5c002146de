import API
import Incentives
import Tabular

/// Which columns of a CSV file make a fact, and how a row of them is read.
///
/// The header is recognised in English and Chinese, or said with `--map`. Every value is checked
/// here as far as a row can say it, so that a bad row is found with its line before anything is
/// sent; decimals are floored exactly.
struct FactColumns {
  /// The wanted fields and the headers they are known by.
  static func fields(needsSource: Bool, needsVerb: Bool) -> [ColumnMapping.Field] {
    [
      .init("source", synonyms: ["system", "来源", "来源系统"], isRequired: needsSource),
      .init(
        "id", synonyms: ["event_id", "fact_id", "eventid", "事件编号", "事实编号", "编号"],
        isRequired: true),
      .init(
        "learner",
        synonyms: [
          "learner_id", "student", "student_id", "id_student", "user", "user_id", "学员", "学员编号",
          "学号", "工号",
        ], isRequired: true),
      .init("verb", synonyms: ["event", "action", "行为", "动作"], isRequired: needsVerb),
      .init("object", synonyms: ["object_id", "item", "对象", "对象编号", "内容"]),
      .init("kind", synonyms: ["object_kind", "object_type", "类型", "对象类型"]),
      .init("occurredAt", synonyms: ["occurred_at", "time", "timestamp", "发生时间", "时间"]),
      .init("occurredOn", synonyms: ["occurred_on", "date", "day", "发生日期", "日期"]),
      .init("value", synonyms: ["score", "points", "分值", "成绩", "得分", "值"]),
    ]
  }

  /// The header of an empty file to fill in.
  static func template(_ language: Language) -> [String] {
    language == .zh
      ? ["来源", "编号", "学员", "行为", "对象", "类型", "发生时间", "值"]
      : ["source", "id", "learner", "verb", "object", "kind", "occurredAt", "value"]
  }

  private let mapping: ColumnMapping
  private let details: [(name: String, column: Int)]
  private let source: String
  private let verb: String

  private var ignored: [String] {
    mapping.ignored.filter { name in !details.contains { $0.name == name } }
  }

  /// Finds the columns in a header; `source` and `verb` stand in where the file has no such column,
  /// and the columns of `metadata` are sent along as details of each fact.
  init(
    header: [String], map: String?, source: String?, verb: String?, metadata: [String]
  ) throws(ColumnMappingError) {
    mapping = try ColumnMapping(
      Self.fields(needsSource: source == nil, needsVerb: verb == nil), header: header,
      explicit: map)
    guard mapping["occurredAt"] != nil || mapping["occurredOn"] != nil else {
      throw .missing(["occurredAt", "occurredOn"], header: header)
    }
    var details: [(String, Int)] = []
    for name in metadata {
      guard let column = header.firstIndex(of: name) else {
        throw .noSuchHeader(name, header: header)
      }
      details.append((name, column))
    }
    self.details = details
    self.source = source ?? ""
    self.verb = verb ?? ""
  }

  /// How a row of the file is read.
  var columns: CSVColumns<FactRow> { CSVColumns(ignored: ignored, row: row) }

  /// The fact of the reader's current record, or what is wrong with it.
  func row(_ reader: CSVReader) throws(RowProblem) -> FactRow {
    var row = FactRow(
      source: try required("source", reader, otherwise: source),
      id: try required("id", reader), learner: try required("learner", reader),
      verb: try required("verb", reader, otherwise: verb),
      object: try optional("object", reader) ?? "",
      kind: try optional("kind", reader) ?? "",
      time: try time(reader))
    if row.object.isEmpty, !row.kind.isEmpty {
      throw RowProblem("kind", "stands without an object", "有类型而没有对象")
    }
    if let text = try optional("value", reader) {
      do throws(WholeValue.Problem) {
        row.value = try WholeValue.floor(text)
      } catch {
        throw RowProblem("value", "“\(text)” is no number", "“\(text)” 不是数")
      }
    }
    for (name, column) in details where !reader.isEmpty(column) {
      let text = try RowProblem.checked(
        reader.string(column), name, bytesMax: CallLimits.metadataBytesMax)
      row.metadata.append(.init(name: name, text: text))
    }
    return row
  }

  private func time(_ reader: CSVReader) throws(RowProblem) -> FactRow.Time {
    if let text = try optional("occurredAt", reader) {
      return .at(try SheetTime.instant(text, "occurredAt"))
    }
    guard let text = try optional("occurredOn", reader) else {
      throw RowProblem("occurredAt", "is empty", "为空")
    }
    return .on(try SheetTime.day(text, "occurredOn"))
  }

  private func optional(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.identifier(SheetCell.plain(reader.string(column)), field)
  }

  private func required(
    _ field: String, _ reader: CSVReader, otherwise standard: String = ""
  ) throws(RowProblem) -> String {
    let text = try optional(field, reader) ?? standard
    guard !text.isEmpty else { throw RowProblem(field, "is empty", "为空") }
    return text
  }
}
