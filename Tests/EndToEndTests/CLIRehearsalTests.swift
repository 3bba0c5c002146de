import Foundation
import Testing

@testable import laurel

/// A term's end rehearsed by an admin on the built binary.
@Suite("CLI: rehearsing on a copy")
struct CLIRehearsalTests {
  private func classroom() throws -> CLIBinary {
    let laurel = try CLIBinary.classroom()
    let roster = try laurel.write("people.csv", "id,name,group\nXA,欧阳慕雪,G1\nXB,周一,G1\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    for (learner, day) in [("XA", "02"), ("XA", "03"), ("XB", "03")] {
      let run = try laurel.run(
        "record", learner, "viewed:page", "--id", "\(learner)-\(day)", "--on", "2025-09-\(day)")
      #expect(run.status == 0, "\(run.errors)")
    }
    return laurel
  }

  @Test("a copy is made, advanced and dropped, and the class itself notices nothing")
  func rehearses() throws {
    let laurel = try classroom()
    let before = try laurel.run("program", "get", "--json").answer()
    let id = try #require(before["definition"]?.text("id"))
    let made = try laurel.run("program", "clone", id, "trial", "--rehearsal")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("trial is a rehearsal of \(id)"))
    #expect(made.errors.contains("Copying"))
    #expect(try laurel.run("program", "clone", id, "trial", "--rehearsal").status == 1)
    #expect(try laurel.run("program", "clone", id, "other").status != 0)

    // The only program that is no rehearsal is meant without a word.
    let copied = try laurel.run("balance", "XA", "--program", "trial").output
    #expect(try laurel.run("balance", "XA").output == copied)
    #expect(try laurel.run("program", "list").output.contains("trial"))
    let shown = try laurel.run("program", "get", "--program", "trial", "--json").answer()
    #expect(shown.text("rehearsalOf") == id)
    #expect(shown["definition"]?.text("clock") == "manual")

    let advanced = try laurel.run("program", "advance", "2026-02-10", "--program", "trial")
    #expect(advanced.status == 0, "\(advanced.errors)")
    let record = try laurel.run(
      "record", "XA", "viewed:page", "--id", "new", "--on", "2025-09-04", "--program", "trial")
    #expect(record.status == 0, "\(record.errors)")
    #expect(try laurel.run("verify", "--rules").status == 0)

    #expect(try laurel.run("program", "drop", "trial").errors.contains("--yes"))
    #expect(try laurel.run("program", "drop", id, "--yes").errors.contains("no rehearsal"))
    let dropped = try laurel.run("program", "drop", "trial", "--yes", "--lang", "zh")
    #expect(dropped.output == "trial 已删除。\n", "\(dropped.errors)")
    #expect(try laurel.run("balance", "XA", "--program", "trial").status == 1)
    let after = try laurel.run("program", "get", "--json").answer()
    #expect(after.text("head") == before.text("head"))
    #expect(try laurel.stop() == 0)
    let verified = try laurel.run("verify", "--rules")
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test("nobody is erased while a rehearsal holds them; then they are gone everywhere")
  func erases() throws {
    let laurel = try classroom()
    let id = try #require(
      try laurel.run("program", "get", "--json").answer()["definition"]?.text("id"))
    #expect(try laurel.run("program", "clone", id, "trial", "--rehearsal").status == 0)
    let refused = try laurel.run("erase", "XA", "--yes")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("laurel program drop trial"))
    #expect(try laurel.run("program", "drop", "trial", "--yes").status == 0)
    #expect(try laurel.run("erase", "XA", "--yes").status == 0)
    #expect(try laurel.stop() == 0)
    let data = "\(laurel.directory)/data"
    for path in try FileManager.default.subpathsOfDirectory(atPath: data) {
      let file = try? Data(contentsOf: URL(fileURLWithPath: "\(data)/\(path)"))
      #expect(file?.range(of: Data("欧阳慕雪".utf8)) == nil, "\(path)")
    }
  }
}
