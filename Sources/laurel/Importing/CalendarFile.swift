import Tabular

/// The dated entries of a file, in CSV or YAML, every one of them good.
///
/// A YAML file has a `calendar` list as a program file has one; `date` may stand for `day`, and the words
/// are those of the columns of a CSV file:
///
///     calendar:
///       - {date: 2026-10-10, kind: workday, as: friday}
///       - {date: 2026-10-12, kind: cancelled, cohorts: [A]}
struct CalendarFile {
  /// The entries, in the order of the file.
  let entries: [CalendarRow]
  /// How a CSV file turned out to be encoded; nil of a YAML file, which is UTF-8.
  let encoding: FoundEncoding?

  /// Reads a file; one bad entry refuses it whole, for a calendar with a hole is a wrong one.
  init(path: String, map: String?, language: Language) throws {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
      self = try Self(csv: path, map: map, language)
      return
    }
    guard map == nil else {
      throw CommandFailure.refused(
        language("\(path): a YAML file has no columns to map", "\(path)：YAML 文件没有列，不用 --map"))
    }
    self = try Self(yaml: path, language)
  }

  private init(entries: [CalendarRow], encoding: FoundEncoding?) {
    self.entries = entries
    self.encoding = encoding
  }

  private init(csv path: String, map: String?, _ language: Language) throws {
    let rows = CSVRows<CalendarRow>(path: path, language: language) {
      header throws(ColumnMappingError) in
      try CalendarColumns(header: header, map: map).columns
    }
    var entries: [CalendarRow] = []
    var bad = BadRows()
    var found: FoundEncoding?
    try rows.read(
      encoding: { found = $0 }, good: { _, row, _ in entries.append(row) },
      bad: { bad.add($0) })
    try Self.refuse(bad, of: path, found, language)
    self.init(entries: entries, encoding: found)
  }

  private init(yaml path: String, _ language: Language) throws {
    let file: ProgramFile
    do {
      file = try ProgramFile(path: path, as: .calendar)
    } catch let error as ProgramFileError {
      throw CommandFailure.refused("\(path): \(error)")
    }
    var entries: [CalendarRow] = []
    var bad = BadRows()
    for (place, entry) in (file.definition["calendar"]?.items ?? []).enumerated() {
      let line = file.line(of: "calendar[\(place)]") ?? 1
      do throws(RowProblem) {
        entries.append(try Self.row(entry, line))
      } catch {
        let line = file.line(of: "calendar[\(place)].\(error.field)") ?? line
        bad.add(BadRow(line: line, text: error.text(language)))
      }
    }
    try Self.refuse(bad, of: path, nil, language)
    self.init(entries: entries, encoding: nil)
  }

  private static func row(_ entry: DefinitionTree, _ line: Int) throws(RowProblem) -> CalendarRow {
    let days = [entry["day"]?.text, entry["date"]?.text].compactMap(\.self)
    guard days.count < 2 else {
      throw RowProblem("date", "stands beside day; say one of them", "与 day 重复，只写一个")
    }
    return try CalendarRow(
      day: days.first, kind: entry["kind"]?.text, follows: entry["as"]?.text,
      cohorts: (entry["cohorts"]?.items ?? []).compactMap(\.text), line: line)
  }

  private static func refuse(
    _ bad: BadRows, of path: String, _ found: FoundEncoding?, _ language: Language
  ) throws(CommandFailure) {
    guard bad.count > 0 else { return }
    let head = language("\(bad.count) bad rows:", "\(bad.count) 行有问题：")
    let advice = language("Nothing was imported; mend the file.", "没有导入任何行；请修好文件。")
    throw .refused(
      "\(path): \(head)\n\(bad.list(language))\(found?.text(language) ?? "")\n\(advice)")
  }

  /// The line of an entry that the server names, such as `calendar[2].day`; nil for other fields.
  func line(of field: String) -> Int? {
    guard field.hasPrefix("calendar["), let end = field.firstIndex(of: "]"),
      let place = Int(field[field.index(field.startIndex, offsetBy: 9)..<end]),
      entries.indices.contains(place)
    else { return nil }
    return entries[place].line
  }
}
