import JSONRPC

/// The live lessons as sessions 课次, whose rows the learning system's facts fill, and who never missed one.
///
/// Nothing happens where the program declares no attendance, as with a log of another platform.
extension DemoRun {
  private var hasSessions: Bool { material.program.definition["attendance"] != nil }

  /// Declares the session of each live lesson, before the first fact comes.
  func planSessions() throws {
    guard hasSessions else { return }
    try heading("The live lessons, as sessions", "直播课，逐次排课")
    var days: Set<String> = []
    try material.stream { fact, _ in
      if fact.kind == "session" { days.insert(String(fact.object.suffix(10))) }
    }
    for day in days.sorted() {
      _ = try session.change("session.put") { writer in
        writer.member("program", program)
        writer.member("session", "live-\(day)")
        writer.member("cohort", ClassGenerator.cohort)
        writer.member("startsAt", "\(day)T19:00")
        writer.member("minutes", 60)
      }
    }
    try say("\(days.count) sessions.", "共 \(days.count) 个课次。")
  }

  /// Shows who has perfect attendance, and by which lesson somebody lost it.
  func showAttendance() throws {
    guard hasSessions else { return }
    try heading("Perfect attendance", "全勤")
    var granted: [String: Int] = [:]
    var closest: (learner: String, lost: Int, answer: Answer)?
    for row in material.roster {
      let answer = try session.call("attendance.get") { writer in
        writer.member("program", program)
        writer.member("learner", row.id)
      }
      let lost = answer.items("perfect").reduce(0) { $0 + $1.items("lost").count }
      if lost > 0, lost < closest?.lost ?? .max { closest = (row.id, lost, answer) }
      for verdict in answer.items("perfect") where verdict.flag("granted") {
        granted[verdict.text("period"), default: 0] += 1
      }
    }
    let months = granted.sorted { $0.key < $1.key }.map { month, count in
      language("\(month): \(count) learners", "\(month)：\(count) 人")
    }
    let list = months.joined(separator: language(", ", "，"))
    try say("Never missed a lesson, by month: \(list).", "每月全勤：\(list)。")
    guard let closest else { return }
    try say("\(closest.learner), who missed least:", "缺课最少的 \(closest.learner)：")
    try show(AttendanceText.verdicts(closest.answer, language))
  }
}
