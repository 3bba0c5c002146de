import JSONRPC
import Testing

@testable import laurel

/// The way of a program file from YAML to the definition on the wire.
@Suite("CLI: program files")
struct CLIProgramFileTests {
  private func json(_ file: ProgramFile) -> String {
    var writer = JSONWriter()
    writer.definition(file.definition)
    return writer.string
  }

  private func refusal(_ yaml: String) -> ProgramFileError? {
    do throws(ProgramFileError) {
      _ = try ProgramFile(yaml: yaml)
      return nil
    } catch {
      return error
    }
  }

  @Test("a file becomes the definition, value by value, in its order")
  func conversion() throws {
    let file = try ProgramFile(
      yaml: """
        id: 2026            # a number in YAML, a text in Laurel
        name: "001"
        zone: Asia/Shanghai
        dayStart: 04:00     # sixty times four for YAML 1.1
        terms:
          - {id: t, from: 2026-09-01, to: 2027-01-20, grace: 48h}
        rules:
          - id: quiz
            verbs: [submitted:quiz]
            where: {late: false, try: 1}
            perValue: {points: 1, each: 10}
            best: object
        """)
    #expect(
      json(file) == """
        {"id":"2026","name":"001","zone":"Asia/Shanghai","dayStart":"04:00",\
        "terms":[{"id":"t","from":"2026-09-01","to":"2027-01-20","grace":"48h"}],\
        "rules":[{"id":"quiz","verbs":["submitted:quiz"],"where":{"late":"false","try":"1"},\
        "perValue":{"points":1,"each":10},"best":"object"}]}
        """)
    #expect(file.id == "2026")
  }

  @Test("the examples in the binary can be read, and oulad has exactly its five rules")
  func examples() throws {
    let oulad = try ProgramFile(yaml: ExampleName.oulad.yaml)
    #expect(
      json(oulad).hasSuffix(
        """
        "rules":[{"id":"view","verbs":["viewed:*"],"points":1,"cap":{"points":5,"per":"day"}},\
        {"id":"forum","verbs":["viewed:forumng"],"points":1,"cap":{"times":3,"per":"day"}},\
        {"id":"quiz","verbs":["viewed:quiz"],"points":2,"once":"object-day"},\
        {"id":"daily","verbs":["viewed:*"],"points":1,"once":"day"},\
        {"id":"submit","verbs":["submitted:*"],"perValue":{"points":1,"each":10},"best":"object"}]}
        """))
    let demo = try ProgramFile(yaml: ExampleName.demo.yaml)
    #expect(demo.definition["rules"]?.items.count == 8)
  }

  @Test(
    "a slip of the pen is named with its line and field",
    arguments: [
      ("id: a\nnmae: b", 2, "nmae"),
      ("id: a\nrules:\n  - id: r\n    cap: {points: five, per: day}", 4, "rules[0].cap.points"),
      ("id: a\nrules:\n  - id: r\n    once: daily", 4, "rules[0].once"),
      ("id: a\nrules:\n  id: r", 3, "rules"),
      ("id: [a]", 1, "id"),
      ("id:", 1, "id"),
      ("- a", 1, ""),
      ("", 1, ""),
    ])
  func slips(yaml: String, line: Int, field: String) throws {
    let error = try #require(refusal(yaml))
    #expect(error.line == line)
    #expect(error.field == field)
  }

  @Test("a name given twice and broken YAML are errors with a line")
  func broken() throws {
    #expect(try #require(refusal("id: a\nname: b\nid: c")).message.contains("id"))
    #expect(try #require(refusal("id: a\nrules: [")).line >= 2)
  }

  @Test("a field that the server refuses is found in the file again")
  func lines() throws {
    let file = try ProgramFile(
      yaml: "id: a\nrules:\n  - id: r\n    verbs: [v]\n  - id: s\n    points: -1")
    #expect(file.line(of: "program.rules[1].points") == 6)
    #expect(file.line(of: "rules[1].perValue.each") == 5)
    #expect(file.line(of: "rules[0].verbs") == 4)
    #expect(file.line(of: "zone") == nil)
  }

  @Test("a log of other years stretches the term and nothing else")
  func stretch() throws {
    var file = try ProgramFile(yaml: ExampleName.oulad.yaml)
    let before = file.definition["rules"]
    let first = try #require(file.definition["terms"]?.items.first)
    file.stretchTerm(over: day("2013-03-17")...day("2014-06-26"))
    #expect(file.definition["terms"]?.items.first == first)
    file.stretchTerm(over: day("2009-01-02")...day("2021-06-26"))
    #expect(file.definition["terms"]?.items.first?["from"]?.text == "2009-01-02")
    #expect(file.definition["terms"]?.items.first?["to"]?.text == "2021-06-26")
    #expect(file.definition["rules"] == before)
  }
}
