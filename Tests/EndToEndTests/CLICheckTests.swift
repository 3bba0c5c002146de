import Testing

@testable import laurel

/// What `laurel check` finds before it bites.
@Suite("CLI: what needs attention")
struct CLICheckTests {
  private func codes(_ laurel: CLIBinary) throws -> Set<String> {
    Set(try laurel.run("check", "--json").answer().items("findings").map { $0.text("code") })
  }

  @Test("each thing is one line with its command, and goes away when it is solved")
  func findings() throws {
    let laurel = try CLIBinary.lesson()
    let more = try laurel.write("more.csv", "学号,姓名,班级,小组\nx1,甲,,G1\nx2,乙,A,\n")
    #expect(try laurel.run("import", "roster", more).status == 0)
    let facts = try laurel.write(
      "facts.csv",
      "source,id,learner,verb,occurredOn\nlms,u1,s1,danced,2013-10-02\nlms,u2,z9,sang,2013-10-02\n")
    #expect(try laurel.run("import", "facts", facts).status == 0)
    #expect(
      try codes(laurel).isSuperset(of: [
        "pending", "groupSize", "noGroup", "noCohort", "unknownVerbs",
      ]))
    let table = try laurel.run("check", "--lang", "zh")
    #expect(table.status == 3)
    for text in [
      "1 个小组不是 5–8 人：G1 (3)", "1 位学员没有小组", "1 位学员没有班级", "danced", "1 条事实的学员不在名册",
    ] { #expect(table.output.contains(text), "\(text) \(table.output)") }
    #expect(table.output.contains("laurel import roster FILE.csv"))
    let solved = try laurel.write(
      "solved.csv", "学号,姓名,班级,小组\nx1,甲,A,G1\nx2,乙,A,G1\nz9,丙,A,G1\n")
    #expect(try laurel.run("import", "roster", solved).status == 0)
    #expect(try codes(laurel).isDisjoint(with: ["pending", "groupSize", "noGroup", "noCohort"]))
  }

  @Test("a term that reaches into a year without calendar is solved by importing one")
  func calendar() throws {
    let laurel = try CLIBinary.classroom()
    let definition = try laurel.run("program", "example").output
    let longer = try laurel.write(
      "longer.yaml", definition.replacing("to: 2025-12-21", with: "to: 2026-01-18"))
    #expect(try laurel.run("program", "apply", longer).status == 0)
    let before = try laurel.run("check", "--json").answer().items("findings")
    let line = before.first { $0.text("code") == "calendar" }
    #expect(line?.text("text") == "a term reaches into 2026, which has no holidays")
    #expect(line?.text("command") == "laurel calendar import FILE.csv --program demo")
    let file = try laurel.write("2026.csv", laurel.run("calendar", "example").output)
    #expect(try laurel.run("calendar", "import", file).status == 0)
    #expect(try !codes(laurel).contains("calendar"))
  }
}
