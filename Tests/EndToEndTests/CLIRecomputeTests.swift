import Foundation
import Testing

@testable import laurel

/// A rule that was wrong since the first day, put right from the command line.
@Suite("CLI: judging the past anew")
struct CLIRecomputeTests {
  private func program(_ points: Int, _ notice: String = "") -> String {
    """
    id: class
    name: 一班
    zone: Asia/Shanghai
    clock: manual
    terms:
      - {id: autumn, from: 2013-09-01, to: 2013-12-31}
    rules:
      - {id: comment, verbs: [commented], points: \(points)}
    \(notice.isEmpty ? "" : "notice: \(notice)")
    """
  }

  /// A class in which s1 has two comments, s2 one, each paid 3.
  private func started() throws -> CLIBinary {
    let laurel = try CLIBinary()
    try laurel.serve()
    #expect(
      try laurel.run("program", "apply", laurel.write("class.yaml", program(3))).status == 0)
    let roster = try laurel.write("roster.csv", "学号,姓名,班级\ns1,李娜,A\ns2,李娜丽,A\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let events = try laurel.write(
      "events.csv",
      "source,id,learner,verb,occurred_on\nlms,1,s1,commented,2013-09-02\n"
        + "lms,2,s1,commented,2013-09-03\nlms,3,s2,commented,2013-09-03\n")
    #expect(try laurel.run("import", "facts", events).status == 0)
    return laurel
  }

  @Test("shown, asked, done: it raises, says the notice, and is done once")
  func raises() throws {
    let laurel = try started()
    let file = try laurel.write("class.yaml", program(5, "评论改为 5 分"))
    let since = ["program", "apply", file, "--since", "2013-09-03"]
    #expect(try laurel.run(since).errors.contains("recompute"))
    let shown = try laurel.run(since + ["--recompute", "--dry-run"])
    #expect(
      shown.output == """
        class would become version 2.
        2 learners, +4 points: +4, 0, 0 given back by the floor, 0 written off.
        Learner  Earned  then  Spendable  then
        -------  ------  ----  ---------  ----
        s1            6     8          6     8
        s2            3     5          3     5
        Portals say: 评论改为 5 分

        """, "\(shown.output)\(shown.errors)")
    // Nobody is here to confirm.
    #expect(try laurel.run(since + ["--recompute"]).status == 1)
    let done = try laurel.run(since + ["--recompute", "--yes", "--lang", "zh"])
    #expect(
      done.output == """
        class 现为第 2 版。
        学员端公告：评论改为 5 分

        """, "\(done.output)\(done.errors)")
    #expect(try laurel.run("balance", "s1", "--json").answer().int("earned") == 8)
    #expect(try laurel.run(since + ["--recompute", "--yes"]).output.contains("unchanged"))
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("what lowers is proposed by one person and carried out by another; a floor gives back")
  func lowers() throws {
    let laurel = try started()
    let file = try laurel.write("class.yaml", program(1))
    let call = ["program", "apply", file, "--since", "2013-09-01", "--recompute", "--yes"]
    let shown = try laurel.run(call + ["--dry-run"])
    #expect(shown.output.contains("2 learners, 0 points: 0, −6, 6 given back by the floor"))
    let lowering = call + ["--floor", "none"]
    #expect(try laurel.run(lowering + ["--dry-run"]).output.contains("2 learners, −6 points"))
    #expect(try laurel.run(lowering).errors.contains("person"))
    try laurel.logIn()
    let proposed = try laurel.run(lowering)
    #expect(proposed.output.hasPrefix("Proposed."), "\(proposed.output)\(proposed.errors)")
    #expect(try laurel.run("balance", "s1", "--json").answer().int("earned") == 6)
    let again = try laurel.run(lowering)
    #expect(again.status == 1 && again.errors.contains("another person"), "\(again.errors)")
    #expect(try laurel.run("staff", "put", "T-2", "--role", "admin").status == 0)
    let key = try laurel.run("keys", "create", "--staff", "T-2").output
    #expect(try laurel.run("login", input: key).status == 0)
    let done = try laurel.run(lowering)
    #expect(done.output == "class is now version 2.\n", "\(done.output)\(done.errors)")
    #expect(try laurel.run("balance", "s1", "--json").answer().int("earned") == 2)
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("a server that is killed in the middle goes on by itself")
  func killed() throws {
    let laurel = try started()
    let rows = (0..<8_000).map { "lms,x\($0),n\($0),commented,2013-09-03" }
    let roster = try laurel.write(
      "more.csv", "学号,姓名\n" + (0..<8_000).map { "n\($0),\($0)\n" }.joined())
    #expect(try laurel.run("import", "roster", roster).status == 0)
    let events = try laurel.write(
      "more-events.csv", "source,id,learner,verb,occurred_on\n" + rows.joined(separator: "\n"))
    #expect(try laurel.run("import", "facts", events).status == 0)
    let file = try laurel.write("class.yaml", program(5))
    // The command watches the job; the server is killed under it.
    let command = try laurel.process([
      "program", "apply", file, "--since", "2013-09-01", "--recompute", "--yes",
    ])
    command.standardOutput = FileHandle.nullDevice
    command.standardError = FileHandle.nullDevice
    try command.run()
    while try laurel.run("program", "get", "--json").answer().int("version") == 1 {}
    laurel.kill()
    command.waitUntilExit()
    try laurel.serve()
    #expect(try laurel.run("verify", "--rules").status == 0)
    let deadline = ContinuousClock.now + .seconds(60)
    while try laurel.run("balance", "n7999", "--json").answer().int("earned") == 3,
      ContinuousClock.now < deadline
    {}
    #expect(try laurel.run("verify", "--rules").status == 0)
    for (learner, points) in [("s1", 10), ("n0", 5), ("n7999", 5)] {
      #expect(try laurel.run("balance", learner, "--json").answer().int("earned") == points)
    }
  }
}
