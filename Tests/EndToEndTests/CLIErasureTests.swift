import Foundation
import Testing

@testable import laurel

/// What is left of a learner who was erased: points and places, and nothing that says who it was.
@Suite("CLI: erasing a learner")
struct CLIErasureTests {
  private static let id = "XH-7741902"
  private static let name = "欧阳慕雪"
  private static let alias = "Snowfinch77"
  private static let number = "工20250911"
  private static let detail = "private-remark-5512"

  /// A class whose second learner is to be erased; a fact id of theirs holds their own.
  private func classroom() throws -> CLIBinary {
    let laurel = try CLIBinary.classroom()
    let roster = try laurel.write(
      "people.csv",
      "id,工号,name,alias,group\nXA,,周一,,G1\n"
        + "\(Self.id),\(Self.number),\(Self.name),\(Self.alias),G1\nXZ,,周二,,G1\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    for (learner, id) in [
      ("XA", "a-1"), (Self.id, "b-1"), (Self.id, "sub-\(Self.id)"), ("XZ", "c-1"),
    ] {
      let run = try laurel.run(
        "record", learner, "viewed:page", "--id", id, "--on", "2025-09-02", "--metadata",
        "note=\(Self.detail)")
      #expect(run.status == 0, "\(run.errors)")
    }
    return laurel
  }

  /// The files of the store that hold some bytes.
  private func files(with text: String, in laurel: CLIBinary) throws -> [String] {
    let data = "\(laurel.directory)/data"
    let needle = Data(text.utf8)
    return try FileManager.default.subpathsOfDirectory(atPath: data).filter { path in
      let file = try? Data(contentsOf: URL(fileURLWithPath: "\(data)/\(path)"))
      return file?.range(of: needle) != nil
    }
  }

  private func board(_ laurel: CLIBinary) throws -> [String] {
    try laurel.run("board", "--json").answer().items("places").map {
      "\($0.int("rank")) \($0.int("score"))"
    }
  }

  @Test("id, name, alias and details are nowhere in the store; points, places and head stay")
  func erased() throws {
    let laurel = try classroom()
    for text in [Self.id, Self.name, Self.alias, Self.number] {
      #expect(try !files(with: text, in: laurel).isEmpty, "the test looks in the wrong place")
    }
    let before = try board(laurel)
    let run = try laurel.run("erase", Self.id, "--yes", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try run.answer()["outcome"]
    #expect(outcome?.int("facts") == 2)
    #expect(outcome?.items("factIds").map(\.shown) == ["sub-\(Self.id)"])
    #expect(try board(laurel) == before)
    // The id of a fact is its source's, and stays: it is what was listed.
    for text in [Self.name, Self.alias, Self.number, Self.detail + "#"] {
      #expect(try files(with: text, in: laurel) == [], "\(text)")
    }
    #expect(try laurel.run("erase", Self.id, "--yes").status == 1)
    #expect(try laurel.run("balance", Self.id).status == 1)
    #expect(try laurel.run("verify").status == 0)
    // What a rule paid that looks at details can not be judged again, and is not said to be good.
    let rules = try laurel.run("verify", "--rules")
    #expect(rules.status == 2)
    #expect(rules.output.contains("not checked"))

    #expect(try laurel.stop() == 0)
    for text in [Self.name, Self.alias, Self.number] {
      #expect(try files(with: text, in: laurel) == [], "\(text)")
    }
    #expect(try laurel.run("balance", Self.number).status == 1)
    #expect(try board(laurel) == before)
    #expect(try laurel.run("verify").status == 0)
    // The id is free again, for somebody else.
    #expect(try laurel.run("import", "roster", "people.csv").status == 0)
    #expect(try laurel.run("balance", Self.id, "--json").answer().int("earned") == 0)
  }

  @Test("a file that is called after somebody is named in the vault, and nowhere in the chain")
  func fileNames() throws {
    let laurel = try CLIBinary.classroom()
    let file = try laurel.write("\(Self.name)-\(Self.id).csv", "id,name\nXA,周一\n")
    #expect(try laurel.run("import", "roster", file).status == 0)
    for isServing in [true, false] {
      for text in [Self.name, Self.id] {
        #expect(try files(with: text, in: laurel).allSatisfy { $0.hasPrefix("vault/") })
        #expect(try !files(with: text, in: laurel).isEmpty)
      }
      // A start finds the name again.
      let listed = try laurel.run("import", "list", "--json").answer().items("batches")
      #expect(listed.first?.text("file") == "\(Self.name)-\(Self.id).csv")
      #expect(try laurel.run("verify").status == 0)
      if isServing { #expect(try laurel.stop() == 0) }
    }
    let lines = try laurel.run("export", "journal").output
    #expect(!lines.contains(Self.id))
  }

  @Test("it asks for the id before it does what can not be undone")
  func asks() throws {
    let laurel = try classroom()
    let run = try laurel.run("erase", Self.id)
    #expect(run.status == 1)
    #expect(run.errors.contains("--yes"))
    #expect(try laurel.run("balance", Self.id).status == 0)
  }
}
