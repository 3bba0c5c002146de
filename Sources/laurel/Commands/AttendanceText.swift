import Tabular

/// Attendance as people read it.
enum AttendanceText {
  /// The roll of a session.
  static func roll(_ answer: Answer, _ language: Language) -> String {
    let session = answer["session"]
    let title = session.map { SessionWords.title($0, language) } ?? ""
    let state = session.map { SessionWords.state($0, language) } ?? ""
    var table = TextTable([
      .init(language("Learner", "学号")), .init(language("Name", "姓名")),
      .init(language("Attendance", "考勤")), .init(language("Minutes", "分钟"), .right),
      .init(language("By", "记录人")), .init(language("Note", "备注")),
    ])
    for row in answer.items("rows") {
      let guest = row.flag("guest") ? language(" (guest)", "（外班）") : ""
      let by = row.text("origin") == "facts" ? language("LMS", "系统") : row.text("by")
      table.addRow([
        row.text("learner"), row.text("name") + guest,
        AttendanceWords.shown(row.text("status"), language), row["minutes"]?.shown ?? "", by,
        row.text("note"),
      ])
    }
    let others = answer.int("others")
    let hidden =
      others == 0
      ? "" : language("\(others) of other classes.\n", "另有外班学员 \(others) 人。\n")
    return "\(title) · \(state)\n" + table.shown + hidden
  }

  /// A learner's attendance.
  static func learner(_ answer: Answer, _ language: Language) -> String {
    var table = TextTable([
      .init(language("Session", "课次")), .init(language("Day", "日期")),
      .init(language("Lesson", "课")), .init(language("Attendance", "考勤")),
      .init(language("Owed", "应到")), .init(language("Note", "备注")),
    ])
    for line in answer.items("sessions") {
      let owed =
        line.flag("owed")
        ? language("yes", "是")
        : line.flag("held") ? language("no", "否") : SessionWords.state(line, language)
      table.addRow([
        line.text("session"), Shown.day(line.text("day"), language), line.text("lesson"),
        AttendanceWords.shown(line.text("status"), language), owed, line.text("note"),
      ])
    }
    return table.shown + verdicts(answer, language)
  }

  /// A learner's perfect attendances, a line each.
  static func verdicts(_ answer: Answer, _ language: Language) -> String {
    answer.items("perfect").map { verdict($0, language) + "\n" }.joined()
  }

  /// One line on a perfect attendance: whether it is, and by what it is not.
  private static func verdict(_ verdict: Answer, _ language: Language) -> String {
    let name = "\(verdict.text("award")) \(verdict.text("period"))"
    let count = language(
      "\(verdict.int("attended")) of \(verdict.int("held"))",
      "\(verdict.int("attended"))/\(verdict.int("held"))")
    var parts: [String] = []
    let lost = verdict.items("lost").map(\.shown).joined(separator: language(", ", "、"))
    if !lost.isEmpty { parts.append(language("lost by \(lost)", "因 \(lost) 失去")) }
    if !verdict.flag("enough") {
      let least = verdict.int("minimumAttended")
      parts.append(language("below \(least) %", "未到 \(least)%"))
    }
    if verdict.flag("offAwards") { parts.append(language("off all awards", "不参评")) }
    parts += verdict.items("made").map { made($0, language) }
    let state =
      verdict.flag("granted")
      ? language("granted", "已获全勤")
      : verdict.flag("perfect")
        ? language("kept so far", "暂保持全勤") : language("not perfect", "未全勤")
    let why =
      parts.isEmpty ? "" : language(": ", "：") + parts.joined(separator: language("; ", "；"))
    return "\(name) · \(state) · \(count)\(why)"
  }

  private static func made(_ made: Answer, _ language: Language) -> String {
    let (session, by) = (made.text("session"), made.text("by"))
    switch made.text("how") {
    case "late": return language("\(session) late", "\(session) 迟到或早退")
    case "excused": return language("\(session) excused", "\(session) 请假计出勤")
    case "paused": return language("\(session) not owed (leave)", "\(session) 请假不计")
    case "attendedBefore":
      return language("\(session) attended before in \(by)", "\(session) 已在 \(by) 上过")
    default:
      return by.isEmpty
        ? language("\(session) made up", "\(session) 已补课")
        : language("\(session) made up in \(by)", "\(session) 已在 \(by) 补课")
    }
  }
}
