import Testing

@testable import laurel

/// What the built binary writes for Excel.
@Suite("CLI: files for Excel")
struct CLIExcelTests {
  @Test("--excel marks UTF-8, ends lines with CRLF, keeps ids text and makes formulas harmless")
  func export() throws {
    let laurel = try CLIBinary.lesson()
    let roster = try laurel.write("more.csv", "id,name\n007,=1+1\n@x,王芳\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let excel = try laurel.run("export", "balances", "--excel", "--with-names")
    #expect(excel.status == 0, "\(excel.errors)")
    let lines = excel.output.split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("\u{FEFF}learner,name,earned,spendable,") == true)
    let zeros = String(repeating: ",0", count: 11)
    #expect(lines.contains { $0 == #""=""007""",'=1+1"# + zeros })
    #expect(lines.contains { $0 == #""=""@x""",王芳"# + zeros })
    #expect(lines.contains { $0.hasPrefix(#""=""s1""",李娜,11,11,"#) })
    #expect(lines.last == "")
    let plain = try laurel.run("export", "balances", "--with-names").output
    #expect(plain.contains("\n007,=1+1,0,"))
    #expect(!plain.contains("\r"))
    #expect(plain.hasPrefix("learner,"))
    let boards = try laurel.run("export", "boards", "--period", "2013-10", "--excel").output
    #expect(boards.contains(#""=""2013-10""",open,"=""s1""",1,11"#), "\(boards)")
  }

  @Test("a template for Excel comes back filled in, its own cells and all")
  func template() throws {
    let laurel = try CLIBinary.lesson()
    let header = try laurel.run(
      "import", "roster", "--template", "--excel", "--lang", "zh"
    ).output
    #expect(header == "\u{FEFF}学号,姓名,昵称,班级,层级,小组,组长,标记,开始日期,结束日期\r\n")
    let list = try laurel.write(
      "名单.csv", header + "\"=\"\"007\"\"\",'=王,,A,,G1,,,2013/9/1,\r\n")
    let run = try laurel.run("import", "roster", list)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try laurel.run("balance", "007", "--json").answer().text("learner") == "007")
    #expect(try laurel.run("balance", "=王", "--json").answer().text("learner") == "007")
    #expect(try laurel.run("import", "roster", list, "--excel").status != 0)
  }
}
