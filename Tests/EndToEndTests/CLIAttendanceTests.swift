import Testing

@testable import laurel

/// Sessions and attendance by the built binary.
@Suite("CLI: attendance")
struct CLIAttendanceTests {
  private static let program = """
    id: class
    name: 一班
    zone: Asia/Shanghai
    clock: manual
    terms: [{id: autumn, from: 2026-08-31, to: 2026-12-31}]
    rules:
      - {id: there, verbs: [attended], points: 5, once: object}
    attendance:
      excuses: {personal: pauses}
      perfect:
        - {period: week, points: 20, late: {toAbsence: 3}, minimumAttended: 50}
        - {id: strict, period: week, late: breaks, counts: true}
    """

  private func taught() throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve()
    let file = try laurel.write("class.yaml", Self.program)
    let applied = try laurel.run("program", "apply", file)
    #expect(applied.status == 0, "\(applied.errors)")
    let roster = try laurel.write(
      "roster.csv", "学号,姓名,班级\ns1,李娜,A\ns2,王芳,A\ns3,<b>,B\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let put = try laurel.run(
      "session", "put", "--cohort", "A", "--lesson", "L1", "--starts", "2026-09-01T09:00",
      "--ends", "2026-09-01T10:30")
    #expect(put.status == 0, "\(put.errors)")
    #expect(put.output.hasPrefix("Session S-0001."))
    #expect(try laurel.run("program", "advance", "2026-09-02").status == 0)
    return laurel
  }

  @Test("a sheet is printed, filled in, taken, corrected and undone")
  func sheet() throws {
    let laurel = try taught()
    let check = try laurel.run("check")
    #expect(check.output.contains("1 sessions were not taken: S-0001"), "\(check.output)")
    let template = try laurel.run("attendance", "set", "S-0001", "--template", "--lang", "zh")
    #expect(template.output == "学号,姓名,考勤,分钟,备注\ns1,李娜,,,\ns2,王芳,,,\n")
    let page = try laurel.run("attendance", "sheet", "S-0001", "--lang", "zh").output
    #expect(page.contains("<td>s1</td><td class=\"name\">李娜</td>"), "\(page)")
    let file = try laurel.write(
      "sheet.csv", "学号,姓名,考勤,分钟,备注\ns1,李娜,出勤,90,\n,王芳,迟到,70,车晚点\ns3,,,,\n")
    let dry = try laurel.run(
      "attendance", "set", "S-0001", file, "--dry-run", "--lang", "zh")
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(dry.output.contains("2 行，新增或改变 2 行，积分 +10；尚未改动。"), "\(dry.output)")
    let set = try laurel.run("attendance", "set", "S-0001", file)
    #expect(set.output.contains("2 rows, 2 new or other, +10 points."), "\(set.output)")
    #expect(set.output.contains("laurel import undo B-0002"), "\(set.output)")
    let again = try laurel.run("attendance", "set", "S-0001", file)
    #expect(again.output.contains("2 rows, 0 new or other, 0 points."), "\(again.output)")
    let roll = try laurel.run("attendance", "get", "S-0001", "--lang", "zh").output
    #expect(roll.contains("迟到") && roll.contains("车晚点"), "\(roll)")
    let gb = try laurel.write(
      "gb.csv", bytes: Array("learner,status\ns1,".utf8) + [0xB2, 0xA1, 0xBC, 0xD9, 0x0A])
    let corrected = try laurel.run("attendance", "set", "S-0001", gb, "--json")
    #expect(try corrected.answer()["outcome"]?.int("points") == -5, "\(corrected.output)")
    let history = try laurel.run("history", "s1", "--lang", "zh").output
    #expect(history.contains("S-0001: 出勤") && history.contains("S-0001: 病假"), "\(history)")
    let listed = try laurel.run("session", "list", "--json").answer().items("sessions")
    #expect(listed.map { $0.text("localTime") } == ["09:00"])
  }

  @Test("perfect attendance is told with what it is lost by, and is right after a restart")
  func perfect() throws {
    let laurel = try taught()
    let file = try laurel.write("sheet.csv", "learner,status\ns1,present\ns2,absent\n")
    #expect(try laurel.run("attendance", "set", "S-0001", file).status == 0)
    #expect(try laurel.run("program", "advance", "2026-09-08").status == 0)
    #expect(try laurel.stop() == 0)
    let kept = try laurel.run("attendance", "get", "李娜").output
    #expect(kept.contains("perfect-week 2026-W36 · granted · 1 of 1"), "\(kept)")
    let lost = try laurel.run("attendance", "get", "王芳", "--lang", "zh").output
    #expect(lost.contains("perfect-week 2026-W36 · 未全勤 · 0/1：因 S-0001 失去"), "\(lost)")
    let excused = try laurel.run(
      "attendance", "excuse", "王芳", "病假", "--from", "2026-09-01", "--lang", "zh")
    #expect(excused.output == "s2 王芳: 病假 2026-09-01 周二\n", "\(excused.errors)")
    let verified = try laurel.run("verify", "--rules")
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    #expect(verified.output.contains("attendance"), "\(verified.output)")
  }

  @Test("a sheet with mistakes is refused whole, each line told")
  func mistakes() throws {
    let laurel = try taught()
    let file = try laurel.write(
      "wrong.csv", "学号,考勤,分钟\ns1,在家,\ns2,出勤,很久\n")
    let wrong = try laurel.run("attendance", "set", "S-0001", file, "--lang", "zh")
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("第 2 行：status: “在家” 应为 出勤、迟到"), "\(wrong.errors)")
    #expect(wrong.errors.contains("第 3 行：minutes: “很久”"), "\(wrong.errors)")
    let stranger = try laurel.write("stranger.csv", "learner,status\ns1,late\ns9,late\n")
    let refused = try laurel.run("attendance", "set", "S-0001", stranger)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("rows[1].learner"), "\(refused.errors)")
    #expect(try laurel.run("attendance", "get", "S-0009").status == 1)
  }
}
