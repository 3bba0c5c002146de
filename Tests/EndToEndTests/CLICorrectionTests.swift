import Testing

@testable import laurel

/// What a class office gets wrong, put right from the command line.
@Suite("CLI: putting things right")
struct CLICorrectionTests {
  @Test("a wrong group: shown, confirmed, corrected; a move later stays a move")
  func group() throws {
    let laurel = try CLIBinary.lesson()
    let more = try laurel.write("more.csv", "学号,姓名,班级,小组\ns3,王芳,A,G2\n")
    #expect(try laurel.run("import", "roster", more).status == 0)
    let correct = ["group", "correct", "李娜", "G2", "--from", "2013-10-01"]
    let shown = try laurel.run(correct + ["--dry-run"])
    #expect(
      shown.output == """
        s1 李娜 → G2 from 2013-10-01 Tue
        1 learners' points move, 0 in all.
          G1 −11
          G2 +11

        """)
    #expect(try laurel.run(correct).status == 1)
    let done = try laurel.run(correct + ["--yes", "--json"])
    let told = try laurel.run(correct + ["--dry-run", "--json"])
    #expect(done.status == 0)
    #expect(try done.answer()["outcome"]?["effects"]?.int("learners") == 1)
    #expect(try told.answer()["outcome"]?.flag("changed") == false)
    let chinese = try laurel.run(
      "group", "transfer", "s2", "G2", "--from", "2013-10-05", "--lang", "zh")
    #expect(chinese.output.contains("s2 李娜丽 → G2 自"))
    #expect(chinese.output.contains("没有积分变动"))
    let board = try laurel.run("board", "--groups", "--json").answer()
    #expect(board.items("places").map { $0.int("score") } == [11, 3])
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("two accounts of one person: shown, confirmed by the old id, one from then on")
  func merge() throws {
    let laurel = try CLIBinary.lesson()
    let more = try laurel.write("more.csv", "id,name,group\ns1-neu,李娜,G1\n")
    #expect(try laurel.run("import", "roster", more).status == 0)
    let facts = try laurel.write(
      "neu.csv", "source,id,learner,verb,occurredOn\nlms,n1,s1-neu,viewed:forumng,2013-10-07\n")
    #expect(try laurel.run("import", "facts", facts).status == 0)
    let before = try laurel.run("balance", "s1", "--json").answer().int("earned")
    let own = try laurel.run("balance", "s1-neu", "--json").answer().int("earned")
    let merge = ["merge", "s1", "s1-neu", "--reason", "重新建号"]
    // It asks for a person, and for the word.
    #expect(try laurel.run(merge + ["--yes"]).status == 1)
    try laurel.logIn()
    let shown = try laurel.run(merge + ["--dry-run", "--json"])
    #expect(shown.status == 0, "\(shown.errors)")
    let unasked = try laurel.run(merge + ["--lang", "zh"])
    #expect(unasked.status == 1)
    #expect(unasked.errors.contains("请加 --yes"))
    #expect(unasked.errors.contains("成长值比两者之和"))
    // Who bears both names is told apart by id alone.
    #expect(try laurel.run("merge", "李娜", "s1-neu", "--reason", "r", "--yes").status == 1)
    let done = try laurel.run(merge + ["--yes", "--json"])
    #expect(done.status == 0, "\(done.errors)")
    #expect(try shown.answer()["outcome"]?.json == done.answer()["outcome"]?.json)
    let outcome = try #require(try done.answer()["outcome"])
    #expect(outcome["before"]?["from"]?.int("earned") == before)
    #expect(outcome["before"]?["into"]?.int("earned") == own)
    for id in ["s1", "s1-neu", "李娜"] {
      let balance = try laurel.run("balance", id, "--json").answer()
      #expect(balance.text("learner") == "s1-neu")
      #expect(balance.int("earned") == outcome["after"]?.int("earned"))
    }
    #expect(try laurel.run("balance", "s1").output.hasPrefix("s1-neu"))
    #expect(try laurel.run("history", "s1", "--lang", "zh").output.contains("合并：s1, 重新建号"))
    #expect(try laurel.run(merge + ["--yes"]).status == 1)
    #expect(try laurel.run("verify", "--rules").status == 0)
    #expect(try laurel.stop() == 0)
    #expect(try laurel.run("balance", "s1", "--json").answer().text("learner") == "s1-neu")
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("facts that wait for the roster are listed, and decided when it comes")
  func pending() throws {
    let laurel = try CLIBinary.lesson()
    #expect(try laurel.run("fact", "list", "--pending").output.contains("No fact waits"))
    let facts = try laurel.write(
      "late.csv", "source,id,learner,verb,occurredOn\nlms,p1,s9,viewed:forumng,2013-10-07\n")
    #expect(try laurel.run("import", "facts", facts).status == 0)
    let listed = try laurel.run("fact", "list", "--pending", "--json").answer()
    #expect(listed.items("facts").map { $0.text("learner") } == ["s9"])
    let roster = try laurel.write("late-roster.csv", "id,name,group\ns9,周杰,G1\n")
    let shown = try laurel.run("import", "roster", roster, "--dry-run")
    #expect(
      shown.output.hasPrefix(
        """
        1 good rows; nothing was changed. It would mean: 1 changed, 1 learners whose points move, \
        3 points in all
          G1 +3

        """))
    #expect(try laurel.run("fact", "list", "--pending").output.contains("s9"))
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("fact", "list", "--pending", "--lang", "zh").output.contains("没有等待"))
    #expect(try laurel.run("balance", "s9", "--json").answer().int("earned") == 3)
  }
}
