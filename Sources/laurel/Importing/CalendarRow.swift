import API
import Incentives
import JSONRPC
import Tabular

/// A dated entry on its way from a file to `calendar.import`.
///
/// English and Chinese words mean the same: 放假, 上班 (调休), 停课; 周三 is `wednesday`.
struct CalendarRow: Hashable, Sendable {
  /// The local day.
  let day: String
  /// `holiday`, `workday` or `cancelled`.
  let kind: String
  /// The weekday whose timetable a workday follows.
  let follows: String?
  /// The cohorts it is for; empty for the whole program.
  let cohorts: [String]
  /// The line of the file on which it stands.
  let line: Int

  /// Makes an entry of a file's words, or says what is wrong with them.
  init(
    day: String?, kind: String?, follows: String?, cohorts: [String], line: Int
  ) throws(RowProblem) {
    guard let day else { throw RowProblem("day", "is empty", "为空") }
    guard let kind else { throw RowProblem("kind", "is empty", "为空") }
    self.kind = try Self.word(kind, "kind", of: Self.kinds)
    self.day = try SheetTime.day(day, "day")
    self.follows = try follows.map { text throws(RowProblem) in
      try Self.word(text, "as", of: Self.weekdays)
    }
    self.cohorts = cohorts
    self.line = line
    guard self.follows == nil || self.kind == "workday" else {
      throw RowProblem(
        "as", "only a workday follows the timetable of another day", "只有上班日可以按其他日子的课表")
    }
  }

  private static func word(
    _ text: String, _ field: String, of words: [(word: String, names: [String])]
  ) throws(RowProblem) -> String {
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
