import Testing

@testable import Tabular

@Suite("Finding the columns of a file")
struct ColumnMappingTests {
  private let fields = [
    ColumnMapping.Field("learner", synonyms: ["learner_id", "学员", "学号", "工号"], isRequired: true),
    ColumnMapping.Field("id", synonyms: ["event_id", "编号"], isRequired: true),
    ColumnMapping.Field("occurredOn", synonyms: ["date", "日期"], isRequired: true),
    ColumnMapping.Field("value", synonyms: ["score", "成绩"]),
  ]
  private let log = ["source", "event_id", "learner_id", "occurred_on", "day_offset", "value"]

  private func refusal(
    _ header: [String], _ explicit: String? = nil, fields: [ColumnMapping.Field]? = nil
  ) -> ColumnMappingError? {
    do {
      _ = try ColumnMapping(fields ?? self.fields, header: header, explicit: explicit)
      return nil
    } catch {
      return error
    }
  }

  @Test("a mapping names field and header; the rest is recognised or ignored")
  func explicit() throws {
    let mapping = try ColumnMapping(
      fields, header: log, explicit: "learner=learner_id, id=event_id,occurredOn=occurred_on")
    #expect(mapping["learner"] == 2)
    #expect(mapping["id"] == 1)
    #expect(mapping["occurredOn"] == 3)
    #expect(mapping["value"] == 5)
    #expect(mapping.ignored == ["source", "day_offset"])
  }

  @Test(
    "English and Chinese headers are recognised, however they are spelled",
    arguments: [
      ["Learner ID", "Event-Id", "OCCURRED ON", "Score"], ["学员", "编号", "日 期", "成绩"],
      ["ｌｅａｒｎｅｒ＿ｉｄ", "id", "occurred_on", "value"], ["\u{FEFF}工号", "编号", "Date", "x"],
    ])
  func recognised(header: [String]) throws {
    let mapping = try ColumnMapping(fields, header: header)
    #expect(mapping["learner"] == 0)
    #expect(mapping["id"] == 1)
    #expect(mapping["occurredOn"] == 2)
    #expect(mapping["value"] == (header[3] == "x" ? nil : 3))
  }

  @Test("the field's own name wins over its synonyms")
  func ownNameFirst() throws {
    let mapping = try ColumnMapping(fields, header: ["learner_id", "learner", "id", "date"])
    #expect(mapping["learner"] == 1)
    #expect(mapping.ignored == ["learner_id"])
  }

  @Test("two columns that fit one field are not guessed at; the mapping decides")
  func ambiguous() throws {
    let header = ["学员", "学号", "id", "date"]
    let error = try #require(refusal(header))
    #expect(error == .ambiguous(field: "learner", headers: ["学员", "学号"]))
    #expect("\(error)" == "the columns 学员, 学号 all fit “learner”; choose one with learner=学员")
    #expect(try ColumnMapping(fields, header: header, explicit: "learner=学号")["learner"] == 1)
    #expect(
      refusal(["learner", "learner", "id", "date"])
        == .ambiguous(field: "learner", headers: ["learner", "learner"]))
    #expect(
      refusal(["x", "x", "id", "date"], "learner=x")
        == .ambiguous(field: "learner", headers: ["x", "x"]))
  }

  @Test("one column that fits two fields is not guessed at")
  func shared() {
    let fields = [
      ColumnMapping.Field("name", synonyms: ["学员"]), ColumnMapping.Field("id", synonyms: ["学员"]),
    ]
    #expect(refusal(["学员"], fields: fields) == .sharedColumn("学员", fields: ["name", "id"]))
    #expect(refusal(["学员"], "id=学员", fields: fields) == nil)
    #expect(refusal(["学员"], "id=学员,name=学员", fields: fields) == nil)
  }

  @Test("all missing columns are named at once")
  func missing() throws {
    let error = try #require(refusal(["learner", "verb"]))
    #expect(error == .missing(["id", "occurredOn"], header: ["learner", "verb"]))
    #expect(
      "\(error)" == "the file has no column for id, occurredOn; it has learner, verb. "
        + "Name it with id=header")
  }

  @Test("a mapping that means nothing is refused with what it could have meant")
  func unknown() {
    #expect(refusal(log, "pupil=learner_id") == .unknownField("pupil", known: fields.map(\.name)))
    #expect(refusal(log, "learner=pupil") == .noSuchHeader("pupil", header: log))
    #expect(refusal(log, "id=event_id,id=source") == .mappedTwice("id"))
    for bad in ["learner", "=x", "id=", "id=\"x"] {
      guard case .notAMapping = refusal(log, bad) else {
        Issue.record("“\(bad)” was taken for a mapping")
        return
      }
    }
  }

  @Test("a header with a comma can be mapped in quotes")
  func quotedHeader() throws {
    let header = ["name, first", "id", "date"]
    let mapping = try ColumnMapping(fields, header: header, explicit: "\"learner=name, first\"")
    #expect(mapping["learner"] == 0)
  }
}
