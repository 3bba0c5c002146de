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
    #expect(clash.errors.contains("twice.csv: line 3: "), "\(clash.errors)")
    #expect(clash.errors.contains("calendar[1].day"), "\(clash.errors)")
  }

  @Test("the same year in YAML is the same calendar")
  func yaml() throws {
    let laurel = try CLIBinary.classroom()
    let sheet = try laurel.write("2026.csv", laurel.run("calendar", "example").output)
    #expect(try laurel.run("calendar", "import", sheet).status == 0)
    let example = try laurel.run("calendar", "example", "--yaml").output
    let file = try laurel.write("2026.yaml", example)
    let again = try laurel.run("calendar", "import", file)
    #expect(again.output == "2026: nothing new.\n", "\(again.errors)")
    let own = try laurel.write(
      "own.yml",
      """
      calendar:
        - date: 2027-01-09
          kind: 调休
          as: 周五
        - {day: 2027-01-10, kind: cancelled, cohorts: [A, B]}

      """)
    #expect(try laurel.run("calendar", "import", own).status == 0)
    let shown = try laurel.run("calendar", "show", "--year", "2027", "--json").answer()
    #expect(
      shown.items("calendar").map(\.json) == [
        #"{"day":"2027-01-09","kind":"workday","as":"friday"}"#,
        #"{"day":"2027-01-10","kind":"cancelled","cohorts":["A","B"]}"#,
      ])
  }

  @Test("what is wrong with a YAML file is told with its line, by the file and by the server")
  func yamlErrors() throws {
    let laurel = try CLIBinary.classroom()
    func errors(_ text: String) throws -> String {
      let run = try laurel.run("calendar", "import", try laurel.write("wrong.yaml", text))
      #expect(run.status == 1)
      return run.errors
    }
    let wrong = try errors(
      """
      calendar:
        - {date: 10/1/2026, kind: holiday}
        - date: 2026-10-02
          kind: party
        - {date: 2026-10-03, kind: holiday, as: wednesday}
        - {date: 2026-10-04, day: 2026-10-04, kind: holiday}
        - {kind: holiday}

      """)
    for line in [
      "line 2: day: “10/1/2026”", "line 4: kind: “party”", "line 5: as: only a workday",
      "line 6: date: stands beside day", "line 7: day: is empty",
    ] {
      #expect(wrong.contains(line), "\(line) in \(wrong)")
    }
    #expect(try errors("- {date: 2026-10-01, kind: holiday}\n").contains("line 1: "))
    #expect(
      try errors("calendar:\n  - {date: 2026-10-01, colour: red}\n").contains(
        "line 2: calendar[0].colour: there is no such field"))
    let twice = try errors(
      "calendar:\n  - {date: 2026-10-01, kind: holiday}\n\n  - {date: 2026-10-01, kind: workday}\n")
    #expect(twice.contains("wrong.yaml: line 4: "), "\(twice)")
    #expect(
      try laurel.run("calendar", "show", "--year", "2026").output.contains("No dated entries"))
  }

  @Test("a program file keeps the imported year, and tells which of its own days go")
  func keptThroughApply() throws {
    let laurel = try CLIBinary.classroom()
    let sheet = try laurel.write("2026.csv", laurel.run("calendar", "example").output)
    #expect(try laurel.run("calendar", "import", sheet).status == 0)
    let yaml = try laurel.run("program", "example").output
    let same = try laurel.run("program", "apply", try laurel.write("demo.yaml", yaml))
    #expect(same.output == "demo is unchanged, version 2.\n", "\(same.errors)")
    let bare = try laurel.write("bare.yaml", Self.withoutCalendar(yaml))
    let dry = try laurel.run("program", "apply", bare, "--dry-run", "--lang", "zh")
    #expect(dry.output.contains("条日历安排被取消或改变"), "\(dry.output)\(dry.errors)")
    #expect(dry.output.contains("2025-"))
    #expect(!dry.output.contains("2026-"))
    #expect(try laurel.run("program", "apply", bare).status == 0)
    let shown = try laurel.run("calendar", "show", "--json").answer()
    #expect(shown.items("calendar").count == 39)
    #expect(shown.items("calendar").allSatisfy { $0.text("day").hasPrefix("2026-") })
    #expect(try laurel.run("program", "apply", bare).output.contains("unchanged"))
  }

  /// The file without its calendar: from that line to the next that is not indented.
  private static func withoutCalendar(_ yaml: String) -> String {
    var isInside = false
    return yaml.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("calendar:") {
        isInside = true
      } else if let first = line.first, !" #-".contains(first) {
        isInside = false
      }
      return !isInside
    }.joined(separator: "\n")
  }
}
