import Foundation
import Testing

@testable import laurel

/// What `laurel verify` proves of a store that runs, and of one at rest.
@Suite("CLI: verify")
struct CLIVerifyTests {
  @Test("heads that were kept are found, by the server and on the files; others are a difference")
  func knownHeads() throws {
    let laurel = try CLIBinary.lesson()
    let programs = try laurel.run("program", "list", "--json").answer().items("programs")
    let program = try #require(programs.first)
    let (id, position) = (program.text("program"), program.int("position"))
    let kept = "\(id):\(position):\(program.text("head"))"
    let lost = "\(id):\(position + 1):\(program.text("head"))"
    func verify(_ heads: String...) throws -> Int32 {
      try laurel.run(["verify"] + heads.flatMap { ["--head", $0] }).status
    }
    #expect(try verify(kept) == 0)
    #expect(try verify(kept, lost) == 3)
    #expect(try verify("other:1:\(program.text("head"))") == 3)
    #expect(try verify("nonsense") == 1)
    #expect(try laurel.stop() == 0)
    #expect(try verify(kept) == 0)
    #expect(try verify(kept, lost) == 3)
  }

  @Test("a running server compares its tables, and says so")
  func tables() throws {
    let laurel = try CLIBinary.lesson()
    let checks = try laurel.run("verify", "--json").answer().items("checks")
    #expect(checks.filter { $0.text("check") == "tables" }.map { $0.text("status") } == ["ok"])
  }

  @Test("no id of a learner stands in the journal, or in an export without names")
  func nobodyIsNamed() throws {
    let laurel = try CLIBinary.lesson()
    let id = "zoe-4711"
    let roster = try laurel.write("late.csv", "id,name,group\n\(id),Zoe,G1\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(
      try laurel.run("record", id, "viewed:quiz", "q", "--id", "z1", "--on", "2013-10-03").status
        == 0)
    #expect(try laurel.run("reverse", "cli", "z1", "--yes").status == 0)
    #expect(try laurel.run("balance", id).status == 0)
    let nameless = try laurel.run("export", "journal").output
    #expect(!nameless.isEmpty && !nameless.contains(id))
    #expect(try laurel.run("export", "journal", "--with-names").output.contains(id))
    #expect(try laurel.stop() == 0)
    let journal = try Data(
      contentsOf: URL(fileURLWithPath: "\(laurel.directory)/data/journal/data.mdb"))
    #expect(journal.range(of: Data("viewed:quiz".utf8)) != nil)
    #expect(journal.range(of: Data(id.utf8)) == nil)
  }
}
