import Incentives
import Tabular

/// A real learning log on disk: `events.csv` (or `.csv.gz`) and `enrolments.csv` beside it.
///
/// Its shape is that of the OULAD excerpts: events with the columns `source, event_id, learner_id,
/// cohort, verb, object_id, occurred_on, day_offset, value`, enrolments with `code_module,
/// code_presentation, id_student, …`. The log has dates, no times; values may be decimals and are
/// floored. The roster is everybody who is enrolled or does something, without end dates: leaving is
/// only a fact. Logs with times instead of dates are played too. A learner's cohort is that of their enrolment, else of their first event.
///
/// The log is read twice: once for its learners and days, once to be streamed.
struct LearningLog {
  /// The file of events.
  let eventsPath: String
  /// The learners in groups, ready for the roster.
  let roster: [LearnerRow]
  /// How many events there are.
  let count: Int
  /// The first day something happens on.
  let firstDay: LocalDay
  /// The last.
  let lastDay: LocalDay

  /// Reads a directory's log.
  init(directory: String, language: Language) throws {
    guard let eventsPath = Self.file("events", in: directory) else {
      throw CommandFailure.refused("there is no events.csv or events.csv.gz in \(directory)")
    }
    self.eventsPath = eventsPath
    var cohorts = try Self.enrolments(in: directory, language: language)
    var count = 0
    var days: (first: LocalDay, last: LocalDay)?
    try Self.eachEvent(eventsPath, language) { event, _ in
      count += 1
      if cohorts[event.fact.learner] == nil { cohorts[event.fact.learner] = event.cohort }
      guard let day = event.day else { return }
      days = (min(days?.first ?? day, day), max(days?.last ?? day, day))
    }
    guard let days else {
      throw CommandFailure.refused("\(eventsPath): \(language("no event in it", "没有任何事件"))")
    }
    self.count = count
    (firstDay, lastDay) = days
    roster = Grouping(cohorts.keys).groups.flatMap { group in
      group.members.enumerated().map { place, id in
        let cohort = cohorts[id].flatMap { $0.isEmpty ? nil : $0 }
        return LearnerRow(
          id: id, cohort: cohort, group: group.name, leads: place == 0 ? true : nil)
      }
    }
  }

  /// Streams the facts in the file's order.
  func stream(_ language: Language, _ body: (FactRow, Int) throws -> Void) throws {
    try Self.eachEvent(eventsPath, language) { event, line in try body(event.fact, line) }
  }

  private struct Event {
    let fact: FactRow
    let cohort: String

    /// The day as the source writes it; for a time with an offset the program's may be a day beside it,
    /// which the closing of days allows for.
    var day: LocalDay? {
      switch fact.time {
      case .on(let text): LocalDay(text)
      case .at(let text): LocalDay(String(text.prefix(10)))
      }
    }
  }

  private static func eachEvent(
    _ path: String, _ language: Language, _ body: (Event, Int) throws -> Void
  ) throws {
    let rows = CSVRows<Event>(path: path, language: language) {
      header throws(ColumnMappingError) in
      let columns = try FactColumns(header: header, map: nil, source: nil, verb: nil, metadata: [])
      let cohort = try ColumnMapping([.init("cohort")], header: header)["cohort"]
      return CSVColumns { reader throws(RowProblem) in
        Event(
          fact: try columns.row(reader), cohort: cohort.map { reader.string($0) } ?? "")
      }
    }
    try rows.read(
      good: { line, event, _ in try body(event, line) },
      bad: { row in
        throw CommandFailure.refused(
          "\(path): \(language("line \(row.line)", "第 \(row.line) 行")): \(row.text)")
      })
  }

  /// The enrolled learners and their cohorts; none where there is no such file.
  private static func enrolments(
    in directory: String, language: Language
  ) throws -> [String: String] {
    guard let path = file("enrolments", in: directory) else { return [:] }
    let rows = CSVRows<(id: String, cohort: String)>(path: path, language: language) {
      header throws(ColumnMappingError) in
      let columns = try ColumnMapping(
        [
          .init("id", synonyms: ["id_student"], isRequired: true), .init("code_module"),
          .init("code_presentation"),
        ], header: header)
      let cohort = [columns["code_module"], columns["code_presentation"]].compactMap(\.self)
      return CSVColumns { reader throws(RowProblem) in
        guard let id = columns["id"], !reader.isEmpty(id) else {
          throw RowProblem("id_student", "is empty", "为空")
        }
        let parts = cohort.map { reader.string($0) }.filter { !$0.isEmpty }
        return (reader.string(id), parts.joined(separator: "-"))
      }
    }
    var cohorts: [String: String] = [:]
    try rows.read(
      good: { _, row, _ in if cohorts[row.id] == nil { cohorts[row.id] = row.cohort } },
      bad: { row in
        throw CommandFailure.refused(
          "\(path): \(language("line \(row.line)", "第 \(row.line) 行")): \(row.text)")
      })
    return cohorts
  }

  private static func file(_ name: String, in directory: String) -> String? {
    [".csv.gz", ".csv"].map { "\(directory)/\(name)\($0)" }.first(where: FileText.exists)
  }
}
