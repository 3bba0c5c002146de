import Foundation
import Testing

@testable import laurel

/// The built binary against a server of its own: what people type, what they see, how it ends.
@Suite("CLI: commands of the built binary")
struct CLICommandTests {
  @Test("a log imported twice pays once, and every balance can be exported")
  func importTwice() throws {
    let laurel = try CLIBinary.lesson()
    let again = try laurel.run("import", "facts", "events.csv", "--json")
    #expect(again.status == 0)
    let tally = try again.answer()
    #expect(tally.int("replayed") == 3)
    #expect(tally.int("recorded") == 0)
    #expect(tally.int("points") == 0)
    let export = try laurel.run("export", "balances", "--csv")
    #expect(
      export.output == """
        learner,earned,spendable,bonus,prizes,adjusted,writtenOff,returned,redeemed,expired,debt,held
        s1,11,11,0,0,0,0,0,0,0,0,0
        s2,3,3,0,0,0,0,0,0,0,0,0

        """)
  }

  @Test("a learner is found by id or name; a name of two lists them")
  func names() throws {
    let laurel = try CLIBinary.lesson()
    #expect(try laurel.run("balance", "s1", "--json").answer().int("earned") == 11)
    #expect(try laurel.run("balance", "李娜", "--json").answer().text("learner") == "s1")
    let both = try laurel.run("balance", "李")
    #expect(both.status == 1)
    #expect(both.errors.contains("s1") && both.errors.contains("s2"))
    #expect(try laurel.run("balance", "nobody").status == 1)
  }

  @Test("boards, history and programs answer people and machines")
  func answers() throws {
    let laurel = try CLIBinary.lesson()
    let board = try laurel.run("board", "--json").answer()
    #expect(board.items("places").map { $0.text("learner") } == ["s1", "s2"])
    #expect(board.items("places").map { $0.int("rank") } == [1, 2])
    let week = try laurel.run("board", "top", "--period", "2013-W40", "--json").answer()
    #expect(week.text("period") == "2013-W40")
    let groups = try laurel.run("board", "--groups", "--lang", "zh")
    #expect(groups.output.contains("名次") && groups.output.contains("G1"))
    let around = try laurel.run("board", "around", "s2", "--json").answer()
    #expect(around["own"]?.int("toNext") == 8)
    let history = try laurel.run("history", "s1").output
    #expect(history.contains("submit +7") && history.contains("2013-10-01 Tue"))
    #expect(try laurel.run("program", "list", "--json").answer().items("programs").count == 1)
  }

  @Test("a mistake is shown, confirmed, taken back once; each ending has its exit code")
  func reversal() throws {
    let laurel = try CLIBinary.lesson()
    let fact = ["viewed:quiz", "q9", "--id", "x1", "--on", "2013-10-03"]
    #expect(
      try laurel.run("record", "s2", fact[0], fact[1], fact[2], fact[3], fact[4], fact[5]).status
        == 0)
    let conflict = try laurel.run("record", "s2", fact[0], "q8", fact[2], fact[3], fact[4], fact[5])
    #expect(conflict.status == 1)
    #expect(conflict.errors.contains("fact_conflict"))
    #expect(try laurel.run("reverse", "cli", "x1", "--dry-run").status == 0)
    #expect(try laurel.run("reverse", "cli", "x1").status == 1)
    #expect(try laurel.run("balance", "s2", "--json").answer().int("earned") == 7)
    #expect(try laurel.run("reverse", "cli", "x1", "--yes").status == 0)
    #expect(try laurel.run("balance", "s2", "--json").answer().int("earned") == 3)
    #expect(try laurel.run("reverse", "cli", "x1", "--yes").status == 1)
    #expect(try laurel.run("no-such-command").status == 1)
    #expect(try laurel.run("balance", "s1", "--socket", "/nowhere/laurel.sock").status == 2)
  }

  @Test("a file with bad rows is refused whole, or imported without them, never silently by half")
  func badRows() throws {
    let laurel = try CLIBinary.lesson()
    let bad = try laurel.write(
      "bad.csv",
      """
      source,id,learner,verb,occurredOn
      lms,e7,s2,viewed:forumng,2013-10-05
      lms,e8,,viewed:forumng,2013-10-05

      """)
    let refused = try laurel.run("import", "facts", bad)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("line 3"))
    #expect(try laurel.run("balance", "s2", "--json").answer().int("earned") == 3)
    let skipped = try laurel.run("import", "facts", bad, "--skip-bad", "--json")
    #expect(skipped.status == 3)
    #expect(try skipped.answer().int("recorded") == 1)
    #expect(try skipped.answer().items("bad").map { $0.int("line") } == [3])
    #expect(try laurel.run("balance", "s2", "--json").answer().int("earned") == 6)
  }

  @Test("facts of strangers wait, and check says so until the roster covers them")
  func pending() throws {
    let laurel = try CLIBinary.lesson()
    // The group of two is small from the start.
    let codes = {
      try laurel.run("check", "--json").answer().items("findings").map { $0.text("code") }
    }
    #expect(try codes() == ["groupSize"])
    _ = try laurel.run("record", "s3", "viewed:quiz", "--id", "p1", "--on", "2013-10-03")
    let check = try laurel.run("check", "--json")
    #expect(check.status == 3)
    #expect(try codes() == ["pending", "groupSize"])
    let roster = try laurel.write(
      "late.csv", "id,cohort,group\n" + (3...5).map { "s\($0),A,G1\n" }.joined())
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("check").status == 0)
  }

  @Test("a declared reason grants points once a click, and a repetition is remarked upon")
  func grants() throws {
    let laurel = try CLIBinary.classroom()
    let granted = try laurel.run("grant", "发言", "s1", "李娜丽", "--on", "2025-09-02")
    #expect(granted.output == "发言: s1 李娜, s2 李娜丽: 2 learners, +2 each, 4 in all.\n")
    #expect(try laurel.run("grant", "展示", "s2", "--on", "2025-09-02").status == 0)
    // Not the first one named, not their newest entry, and a machine reads the answer.
    let again = try laurel.run("grant", "发言", "s1", "s2", "--on", "2025-09-02", "--json")
    #expect(again.status == 0)
    #expect(again.errors.contains("less than a minute ago: s1 李娜, s2 李娜丽."))
    let bonus = try laurel.run("grant", "展示", "--group", "G1", "--no-counts", "--on", "2025-09-02")
    #expect(bonus.status == 0)
    let balance = try laurel.run("balance", "s1", "--json").answer()
    #expect(balance.int("earned") == 4)
    #expect(balance.int("bonus") == 20)
    #expect(balance.int("spendable") == 24)
    #expect(try laurel.run("grant", "没有这个理由", "s1").status == 1)
  }

  @Test("an adjustment takes what is there, asks before, and debt is shown as 待抵扣")
  func adjusts() throws {
    let laurel = try CLIBinary.classroom()
    #expect(try laurel.run("grant", "发言", "s1", "--on", "2025-09-02").status == 0)
    try laurel.logIn()
    let take = ["adjust", "李娜", "--take", "5", "--reason", "学习券", "--lang", "zh"]
    let unasked = try laurel.run(take)
    #expect(unasked.status == 1)
    #expect(unasked.errors.contains("请加 --yes"))
    let refused = try laurel.run(take + ["--yes"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("2 to spend"))
    let owed = try laurel.run(take + ["--yes", "--allow-debt"])
    #expect(owed.output == "s1 李娜：−5，可用 0，待抵扣 3，成长值 2\n")
    #expect(try laurel.run("balance", "s1", "--lang", "zh").output.contains("待抵扣"))
    let added = try laurel.run("adjust", "s1", "--add", "4", "--earned", "--reason", "补记")
    #expect(added.output == "s1 李娜: +4, spendable 1, earned 6\n")
    let history = try laurel.run("history", "s1").output
    #expect(history.contains("adjusted: 学习券"))
    #expect(try laurel.run("adjust", "s1", "--reason", "nothing").status == 1)
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("points go to an id or a whole name, never to a part of one")
  func grantsByName() throws {
    let laurel = try CLIBinary.classroom()
    // “丽” is in one name only, and still nobody's.
    for part in ["李", "丽", "s"] {
      let refused = try laurel.run("grant", "发言", part, "--on", "2025-09-02")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("s2  李娜丽"))
    }
    // More people are called so than are listed: among the others may be another 王.
    let crowd = (0..<120).map { "p\($0),\($0 == 5 ? "王" : "王\($0)")" }.joined(separator: "\n")
    let roster = try laurel.write("crowd.csv", "学号,姓名\n\(crowd)\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("grant", "发言", "王", "--on", "2025-09-02").status == 1)
    let twin = try laurel.write("twin.csv", "学号,姓名\nt1,赵敏\nt2,赵敏\n")
    #expect(try laurel.run("import", "roster", twin).status == 0)
    let both = try laurel.run("grant", "发言", "赵敏", "--on", "2025-09-02")
    #expect(both.status == 1)
    #expect(both.errors.contains("t1") && both.errors.contains("t2"))
    let fact = ["赵敏", "submitted:homework", "--id", "h1", "--on", "2025-09-02"]
    #expect(try laurel.run(["record"] + fact).status == 1)
    #expect(try laurel.run("balance", "s2", "--json").answer().int("earned") == 0)
    #expect(try laurel.run("balance", "p5", "--json").answer().int("earned") == 0)
  }

  @Test("backup, restore, journal export and import give the same head, and all verify clean")
  func copies() throws {
    let laurel = try CLIBinary.lesson()
    let head = try laurel.run("program", "get", "--json").answer().text("head")
    #expect(try laurel.run("verify", "--rules").status == 0)
    #expect(try laurel.run("backup", "copy").status == 0)
    let journal = try laurel.write(
      "j.ndjson", laurel.run("export", "journal", "--with-names").output)
    #expect(try laurel.stop() == 0)
    let restored = try laurel.run("restore", "copy", "--into", "restored", "--json").answer()
    #expect(restored.items("programs").first?.text("head") == head)
    let imported = try laurel.run("import", "journal", journal, "--into", "imported", "--json")
    #expect(try imported.answer().items("programs").first?.text("head") == head)
    for store in ["data", "restored", "imported"] {
      #expect(try laurel.run("verify", "--rules", "--data", store).status == 0, "\(store)")
      let balance = try laurel.run("balance", "s1", "--data", store, "--json")
      #expect(try balance.answer().int("earned") == 11, "\(store)")
    }
    #expect(try laurel.run("verify", "--data", "nowhere").status == 2)
    #expect(try laurel.run("restore", "copy", "--into", "restored").status == 1)
  }

  @Test("a damaged journal is a difference, and verify names it")
  func damage() throws {
    let laurel = try CLIBinary.lesson()
    #expect(try laurel.stop() == 0)
    let path = "\(laurel.directory)/data/journal/data.mdb"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let needle = Data("submitted:TMA".utf8)
    let found = try #require(bytes.range(of: needle), "the verb stands in the journal")
    bytes[found.lowerBound] ^= 0x20
    try bytes.write(to: URL(fileURLWithPath: path))
    let verify = try laurel.run("verify", "--json")
    #expect(verify.status == 3)
    #expect(try verify.answer().flag("clean") == false)
  }

  @Test("the demo plays a log whose every point can be counted by hand, and stays to be asked")
  func demo() throws {
    let laurel = try CLIBinary()
    try FileManager.default.createDirectory(
      atPath: "\(laurel.directory)/log", withIntermediateDirectories: true)
    _ = try laurel.write(
      "log/events.csv", CLIBinary.events.replacingOccurrences(of: "79.99", with: "80"))
    _ = try laurel.write("log/enrolments.csv", "id_student\ns1\ns9\n")
    let demo = try laurel.run("demo", "log", "--once", "--data", "played", "--lang", "en")
    #expect(demo.status == 0, "\(demo.errors)")
    #expect(demo.output.contains("Verified: clean."))
    #expect(demo.output.contains("3 known already, 0 new, 0 points paid."))
    let export = try laurel.run("export", "balances", "--data", "played").output.split(
      separator: "\n")
    #expect(
      export.map { $0.split(separator: ",").prefix(2).joined(separator: ",") } == [
        "learner,earned", "s1,12", "s2,3", "s9,0",
      ])
    #expect(try laurel.run("demo", "--once", "--data", "played").status == 1)
  }
}
