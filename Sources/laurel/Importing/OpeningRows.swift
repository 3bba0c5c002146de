import API
import JSONRPC
import Tabular

/// One opening balance on the way from a file to `points.open`.
struct OpeningRow: Hashable, Sendable {
  /// The learner's id.
  var learner: String
  /// What was earned before 成长值.
  var earned: Int64
  /// What is left to spend 积分; nil for all that was earned.
  var spendable: Int64?
}

/// Which columns of a CSV file make an opening balance, and how one is read.
struct OpeningColumns {
  /// The wanted fields and the headers they are known by.
  static let fields: [ColumnMapping.Field] = [
    .init(
      "learner",
      synonyms: [
        "id", "learner_id", "student_id", "id_student", "user_id", "学员编号", "编号", "学号", "工号",
      ], isRequired: true),
    .init("earned", synonyms: ["total", "growth", "成长值", "累计积分"], isRequired: true),
    .init("spendable", synonyms: ["balance", "points", "积分", "可用积分", "剩余积分"]),
  ]

  /// The header of an empty file to fill in.
  static func template(_ language: Language) -> [String] {
    language == .zh ? ["学号", "成长值", "可用积分"] : fields.map(\.name)
  }

  private let mapping: ColumnMapping

  /// Finds the columns in a header.
  init(header: [String], map: String?) throws(ColumnMappingError) {
    mapping = try ColumnMapping(Self.fields, header: header, explicit: map)
  }

  /// How a row of the file is read.
  var columns: CSVColumns<OpeningRow> { CSVColumns(ignored: mapping.ignored, row: row) }

  private func row(_ reader: CSVReader) throws(RowProblem) -> OpeningRow {
    guard let learner = try text("learner", reader) else {
      throw RowProblem("learner", "is empty", "为空")
    }
    guard let earned = try points("earned", reader) else {
      throw RowProblem("earned", "is empty", "为空")
    }
    return OpeningRow(
      learner: learner, earned: earned, spendable: try points("spendable", reader))
  }

  private func text(_ field: String, _ reader: CSVReader) throws(RowProblem) -> String? {
    guard let column = mapping[field], !reader.isEmpty(column) else { return nil }
    return try RowProblem.checked(
      reader.string(column), field, bytesMax: CallLimits.identifierBytesMax)
  }

  /// Whole points of 0 or more; Excel may write them with a point and zeros.
  private func points(_ field: String, _ reader: CSVReader) throws(RowProblem) -> Int64? {
    guard let text = try text(field, reader) else { return nil }
    guard let points = try? WholeValue.floor(text), points >= 0 else {
      throw RowProblem(
        field, "“\(text)” is no number of points", "“\(text)” 不是积分数")
    }
    return points
  }
}

extension RowUpload where Row == OpeningRow {
  /// An upload of opening balances into a program, for a local day; nil means today.
  convenience init(
    _ session: Session, program: String, batch: ImportBatch? = nil, day: String?
  ) {
    self.init(
      session, program: program, batch: batch,
      method: Method(
        name: "points.open", rows: "balances", figure: ("opened", "opened", "已入期初"),
        head: { writer in if let day { writer.member("occurredOn", day) } },
        write: { writer, row in
          writer.object { writer in
            writer.member("learner", row.learner)
            writer.member("earned", row.earned)
            if let spendable = row.spendable { writer.member("spendable", spendable) }
          }
        }))
  }
}
