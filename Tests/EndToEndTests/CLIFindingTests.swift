import Testing

@testable import laurel

/// How the built binary finds the person who is meant.
@Suite("CLI: finding people")
struct CLIFindingTests {
  @Test("whoever can be meant is listed as a table, and as candidates for machines")
  func candidates() throws {
    let laurel = try CLIBinary.lesson()
    let roster = try laurel.write(
      "more.csv", "工号,姓名,班级,小组\nT-07,王芳,A,G1\nT-08,王芳,B,G2\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let commands = [
      ["balance", "王芳"], ["history", "王芳"], ["board", "around", "王芳"],
      ["record", "王芳", "viewed:page", "--id", "1", "--on", "2013-10-01"],
      ["grant", "发言", "王芳"],
    ]
    for command in commands {
      let refused = try laurel.run(command)
      #expect(refused.status == 1, "\(command)")
      let lines = refused.errors.split(separator: "\n").map {
        $0.split(separator: " ").joined(separator: " ")
      }
      #expect(lines.first == "laurel: “王芳” may mean any of these; say the id:", "\(lines)")
      #expect(
        lines.dropFirst().first?.hasPrefix("Id Name Alias Cohort Group") == true, "\(lines)")
      #expect(lines.contains("T-07 王芳 A G1"), "\(lines)")
      #expect(lines.contains("T-08 王芳 B G2"), "\(lines)")
      let answer = try laurel.run(command + ["--json"])
      #expect(answer.status == 1)
      let candidates = try answer.answer()["error"]?.items("candidates") ?? []
      #expect(
        candidates.map(\.json) == [
          #"{"learner":"T-07","name":"王芳","cohort":"A","group":"G1"}"#,
          #"{"learner":"T-08","name":"王芳","cohort":"B","group":"G2"}"#,
        ])
    }
    #expect(try laurel.run("balance", "T-07", "--json").answer().text("learner") == "T-07")
    let nobody = try laurel.run("balance", "nobody", "--json")
    #expect(nobody.status == 1)
    #expect(try nobody.answer()["error"]?.text("message").contains("nobody") == true)
  }

  @Test("people are found by the number beside their id, which is nobody else's")
  func numbers() throws {
    let laurel = try CLIBinary.lesson()
    let roster = try laurel.write(
      "numbers.csv", "编号,学号,姓名\nT-07,2025-07,王芳\nT-08,2025-08,王芳\ns1,,2025-09\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("balance", "2025-07", "--json").answer().text("learner") == "T-07")
    let shown = try laurel.run("balance", "王芳")
    #expect(shown.errors.contains("2025-08"), "\(shown.errors)")
    let twice = try laurel.write("twice.csv", "编号,学号\nT-09,2025-09\nT-10,2025-07\n")
    let refused = try laurel.run("import", "roster", twice)
    #expect(refused.status != 0)
    #expect((refused.output + refused.errors).contains("number_taken"), "\(refused.errors)")
    #expect(
      try laurel.run("record", "2025-09", "viewed:page", "--id", "1", "--on", "2013-10-01")
        .status == 0)
    #expect(try laurel.run("history", "s1").output.contains("viewed:page"))
    // Without a column of its own for the id, 学号 is the id, as it was.
    let plain = try laurel.write("plain.csv", "学号,姓名\nT-11,赵四\n")
    #expect(try laurel.run("import", "roster", plain).status == 0)
    #expect(try laurel.run("balance", "T-11").status == 0)
    #expect(try laurel.stop() == 0)
    #expect(try laurel.run("balance", "2025-08", "--json").answer().text("learner") == "T-08")
    #expect(try laurel.run("verify").status == 0)
  }
}
