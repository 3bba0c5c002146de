import Testing

@testable import laurel

/// A year's calendar by the built binary.
@Suite("CLI: calendar")
struct CLICalendarTests {
  @Test("the year as published goes in once, is shown, and comes through a restart")
  func example() throws {
    let laurel = try CLIBinary.classroom()
    let example = try laurel.run("calendar", "example").output
    let file = try laurel.write("2026.csv", example)
    let dry = try laurel.run("calendar", "import", file, "--dry-run")
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(
      dry.output == """
        Read as UTF-8.
        2026: 39 days new or other, 0 gone or other; nothing was changed yet.

        """)
    #expect(
      try laurel.run("calendar", "show", "--year", "2026", "--lang", "zh").output
        == "没有日历安排；导入：laurel calendar import 文件.csv\n")
    let sent = try laurel.run("calendar", "import", file, "--lang", "zh")
    #expect(sent.output == "按 UTF-8 读取。\n2026：39 天新增或改变，0 天取消或改变；第 2 版。\n")
    let excel = try laurel.write("excel.csv", laurel.run("calendar", "example", "--excel").output)
    let again = try laurel.run("calendar", "import", excel)
    #expect(again.output == "Read as UTF-8 with BOM.\n2026: nothing new.\n")
    #expect(try laurel.stop() == 0)
    let shown = try laurel.run("calendar", "show", "--year", "2026", "--json").answer()
    let days = shown.items("calendar").map { "\($0.text("day")) \($0.text("kind"))" }
    #expect(days.count == 39)
    #expect(days.contains("2026-09-20 workday"))
    #expect(days.contains("2026-10-10 workday"))
    for day in 1...7 { #expect(days.contains("2026-10-0\(day) holiday")) }
    let table = try laurel.run("calendar", "show", "--year", "2026", "--lang", "zh").output
    #expect(table.contains("2026-09-20 周日"))
    let verified = try laurel.run("verify")
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
  }

  @Test("a class's own day, a later correction, and a file with mistakes")
  func corrections() throws {
    let laurel = try CLIBinary.classroom()
    let own = try laurel.write(
      "own.csv", "day,kind,as,class\n2026/9/20,workday,wednesday,\n2026-09-21,停课,,A;B\n")
    #expect(try laurel.run("calendar", "import", own).status == 0)
    let later = try laurel.write("later.csv", "日期,类型,按\n2026-09-20,放假,\n")
    let run = try laurel.run("calendar", "import", later)
    #expect(run.output.contains("2026: 1 days new or other, 1 gone or other; version 3."))
    let shown = try laurel.run("calendar", "show", "--year", "2026", "--json").answer()
    #expect(
      shown.items("calendar").map(\.json) == [
        #"{"day":"2026-09-20","kind":"holiday"}"#,
        #"{"day":"2026-09-21","kind":"cancelled","cohorts":["A","B"]}"#,
      ])
    let wrong = try laurel.write(
      "wrong.csv", "日期,类型,按\n10/1/2026,放假,\n2026-10-02,party,\n2026-10-03,放假,周三\n")
    let refused = try laurel.run("calendar", "import", wrong, "--lang", "zh")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("第 2 行：day: “10/1/2026” 不是日期"))
    #expect(refused.errors.contains("第 3 行：kind: “party” 应为 放假、上班、停课"))
    #expect(refused.errors.contains("第 4 行：as: 只有上班日"))
    let twice = try laurel.write("twice.csv", "day,kind\n2026-10-01,holiday\n2026-10-01,workday\n")
    let clash = try laurel.run("calendar", "import", twice)
    #expect(clash.status == 1)
    #expect(clash.errors.contains("calendar[1].day"), "\(clash.errors)")
  }
}
