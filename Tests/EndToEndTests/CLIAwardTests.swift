import Testing

@testable import laurel

/// A class's stars and honours from the command line, over a real server and its store.
@Suite("CLI: awards")
struct CLIAwardTests {
  private static let program = """
    id: class
    name: 一班
    zone: Asia/Shanghai
    clock: manual
    terms:
      - {id: autumn, from: 2025-09-01, to: 2025-12-21}
    rules:
      - {id: comment, verbs: [commented], points: 3}
      - {id: read, verbs: [read], points: 1}
    awards:
      - {id: star, title: 每日之星, kind: star, period: day, points: 5, minimum: 2}
      - id: chosen
        title: 周星
        kind: star
        period: week
        confirm: staff
        confirmWithin: 48h
      - {id: honour, title: 优秀学员, kind: given, points: 10, counts: true}
      - {id: work, title: 优秀作业, kind: excellentWork, peers: true, quota: 2}

    """
  private static let facts = """
    source,event_id,learner_id,verb,occurred_at
    lms,1,s1,commented,2025-09-01T10:00:00+08:00
    lms,2,s2,read,2025-09-01T10:00:00+08:00
    lms,3,s2,read,2025-09-01T11:00:00+08:00
    lms,4,s2,read,2025-09-01T12:00:00+08:00
    lms,5,s3,read,2025-09-01T12:00:00+08:00

    """

  private func classroom() throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve()
    let program = try laurel.write("class.yaml", Self.program)
    #expect(try laurel.run("program", "apply", program).status == 0)
    let roster = try laurel.write(
      "roster.csv", "学号,姓名,班级,小组\ns1,王芳,A,G1\ns2,李娜,A,G1\ns3,赵六,A,G2\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let facts = try laurel.write("facts.csv", Self.facts)
    let imported = try laurel.run("import", "facts", facts)
    #expect(imported.status == 0, "\(imported.errors)")
    return laurel
  }

  @Test("a star stands, is final with its proof, is revoked, and the runner-up has it")
  func stars() throws {
    let laurel = try classroom()
    let open = try laurel.run("award", "list", "--period", "2025-09-01", "--lang", "zh").output
    #expect(open.contains("每日之星 2025-09-01：暂列"), "\(open)")
    #expect(open.contains("并列第一 2 人，规则：本学期得星少者优先"), "\(open)")
    #expect(try laurel.run("program", "advance", "2025-09-02T02:00").status == 0)
    let list = try laurel.run("award", "list", "--proof", "--json").answer()
    let award = try #require(list.items("awards").first)
    #expect(award.text("learner") == "s1" && award.text("title") == "每日之星")
    #expect(award["proof"]?.items("candidates").map { $0.text("learner") } == ["s1", "s2"])
    let table = try laurel.run("award", "list", "--award", "star").output
    #expect(table.contains("每日之星") && table.contains("most points") && table.contains("A-0001"))
    let history = try laurel.run("history", "s1", "--lang", "zh").output
    #expect(history.contains("奖项：每日之星 2025-09-01"), "\(history)")

    let revoke = ["award", "revoke", "A-0001", "--reason", "抄袭", "--yes"]
    let refused = try laurel.run(revoke)
    #expect(refused.status == 1, "a person is asked for")
    try laurel.logIn()
    let revoked = try laurel.run(revoke)
    #expect(revoked.output == "A-0001 is revoked, −5. Instead: A-0002.\n", "\(revoked.errors)")
    let verified = try laurel.run("verify", "--rules")
    #expect(verified.status == 0, "\(verified.output)")
    #expect(verified.output.contains("stars"))

    // The same after a restart, from the follower's tables.
    #expect(try laurel.stop() == 0)
    try laurel.serve()
    let again = try laurel.run("award", "list", "--json").answer()
    #expect(
      again.items("awards").map { "\($0.text("id")) \($0.text("learner")) \($0.text("status"))" }
        == ["A-0002 s2 standing", "A-0001 s1 revoked"])
    #expect(try laurel.run("balance", "s2", "--json").answer().int("bonus") == 5)
  }

  @Test("staff choose a star, give an honour, and a work goes from nomination to award")
  func honours() throws {
    let laurel = try classroom()
    #expect(try laurel.run("program", "advance", "2025-09-08T02:00").status == 0)
    let waiting = try laurel.run("award", "list", "--json").answer().items("waiting")
    let decision = try #require(waiting.first?.text("decision"))
    #expect(waiting.first?.text("deadline") == "2025-09-09T18:00:00Z")
    #expect(try laurel.run("award", "confirm", decision, "赵六").status == 0)
    #expect(try laurel.run("award", "confirm", decision, "王芳").status == 1)

    let honour = ["award", "grant", "honour", "王芳", "李娜", "--citation", "帮助同学完成项目"]
    let given = try laurel.run(honour + ["--lang", "zh"])
    #expect(given.output == "honour：颁发 2 项（A-0003、A-0004），每项 +10 分。\n", "\(given.errors)")
    #expect(try laurel.run("balance", "s1", "--json").answer().int("earned") == 13)
    let hidden = try laurel.run("award", "list", "--public", "--award", "honour").output
    #expect(hidden.contains("王同学") && !hidden.contains("王芳"), "\(hidden)")

    let nominate = ["award", "nominate", "work", "李娜", "--object", "essay:7"]
    #expect(
      try laurel.run(nominate + ["--nominator", "王芳"]).output == "s2 李娜 is nominated: N-0001\n")
    #expect(try laurel.run(nominate + ["--nominator", "王芳"]).status == 1)
    let decided = try laurel.run("award", "decide", "N-0001", "--accept", "--citation", "结构清晰")
    #expect(decided.output == "N-0001 is accepted: A-0005, 0.\n", "\(decided.errors)")
    let list = try laurel.run("award", "list", "--award", "work").output
    #expect(list.contains("结构清晰") && list.contains("essay:7") && list.contains("accepted"))
    #expect(try laurel.run("verify", "--rules").status == 0)
  }
}
