import Testing

@testable import laurel

/// How the built binary shows who did what.
@Suite("CLI: the audit")
struct CLIAuditTests {
  /// The lines of a table without their times, in order.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").dropFirst(2).map { line in
      line.split(separator: " ").dropFirst().joined(separator: " ")
    }
  }

  @Test("an admin sees who did what to whom, and what was refused, in either language")
  func table() throws {
    let laurel = try CLIBinary.classroom()
    #expect(try laurel.run("grant", "发言", "s1").status == 0)
    #expect(
      try laurel.run("record", "s1", "viewed:page", "--id", "1", "--on", "2025-09-02").status == 0)
    #expect(try laurel.run("import", "undo", "B-0001", "--yes").status == 1)
    let english = try laurel.run("audit", "--lang", "en")
    #expect(english.status == 0, "\(english.errors)")
    #expect(
      lines(english.output).sorted()
        == [
          "owner batch.open B-0001 done", "owner batch.reverse refused: a person must",
          "owner points.grant s1 done", "owner program.advance done", "owner program.apply done",
          "owner roster.import s1, s2, B-0001 done", "cli facts.record 1 facts",
        ].sorted(), "\(english.output)")
    let chinese = try laurel.run("audit", "--lang", "zh", "--refusals")
    #expect(lines(chinese.output) == ["owner batch.reverse 拒绝：须本人操作"], "\(chinese.output)")
    let grants = try laurel.run("audit", "--learner", "李娜", "--action", "points.grant", "--json")
    #expect(try grants.answer().items("entries").map { $0.text("by") } == ["owner"])
    let first = try laurel.run("audit", "--limit", "1", "--json").answer()
    let next = try #require(first["next"]?.text)
    let rest = try laurel.run("audit", "--before", next, "--json").answer()
    #expect(first.items("entries").count + rest.items("entries").count == 7)
  }
}
