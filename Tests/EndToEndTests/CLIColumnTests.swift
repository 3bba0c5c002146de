import Tabular
import Testing

@testable import laurel

/// How rows of CSV files become facts and learners.
@Suite("CLI: columns and rows")
struct CLIColumnTests {
  private struct Rows<Row> {
    var good: [Row] = []
    var bad: [String] = []
  }

  private func facts(
    _ text: String, map: String? = nil, source: String? = nil, verb: String? = nil,
    metadata: [String] = []
  ) throws -> Rows<FactRow> {
    try read(text) { header throws(ColumnMappingError) in
      try FactColumns(
        header: header, map: map, source: source, verb: verb, metadata: metadata
      ).columns
    }
  }

  private func learners(_ text: String) throws -> Rows<LearnerRow> {
    try read(text) { header throws(ColumnMappingError) in
      try RosterColumns(header: header, map: nil).columns
    }
  }

  private func read<Row>(
    _ text: String, _ columns: ([String]) throws(ColumnMappingError) -> CSVColumns<Row>
  ) throws -> Rows<Row> {
    let reader = CSVReader(bytes: Array(text.utf8))
    guard try reader.next() else { return Rows() }
    let columns = try columns(reader.strings())
    var rows = Rows<Row>()
    while try reader.next() {
      do throws(RowProblem) {
        rows.good.append(try columns.row(reader))
      } catch {
        rows.bad.append("\(reader.line) \(error.text(.en))")
      }
    }
    return rows
  }

  @Test("English and Chinese headers mean the same facts")
  func headers() throws {
    let english = try facts(
      "source,event_id,learner_id,verb,object_id,occurred_on,value\nlms,1,s1,v,o,2026-09-01,7\n")
    let chinese = try facts("来源,编号,学号,行为,对象,日期,成绩\nlms,1,s1,v,o,2026-09-01,7\n")
    #expect(english.good == chinese.good)
    #expect(
      english.good == [
        FactRow(
          source: "lms", id: "1", learner: "s1", verb: "v", object: "o", time: .on("2026-09-01"),
          value: 7)
      ])
  }

  @Test("a mapping, defaults and details fill in what the header does not say")
  func mapping() throws {
    let rows = try facts(
      "userid,logid,timecreated,late\ns1,9,2026-09-01T08:00:00+08:00,true\n",
      map: "learner=userid,id=logid,occurredAt=timecreated", source: "moodle", verb: "viewed:page",
      metadata: ["late"])
    #expect(
      rows.good == [
        FactRow(
          source: "moodle", id: "9", learner: "s1", verb: "viewed:page",
          time: .at("2026-09-01T08:00:00+08:00"), metadata: [.init(name: "late", text: "true")])
      ])
  }

  @Test("each bad row is told with its line and its field")
  func badRows() throws {
    let long = String(repeating: "x", count: 129)
    let rows = try facts(
      """
      source,id,learner,verb,object,kind,occurredOn,value
      lms,,s1,v,,,2026-09-01,
      lms,2,s1,v,,,2026-02-30,
      lms,3,s1,v,,,2026-09-01,ten
      lms,4,s1,v,,page,2026-09-01,
      lms,\(long),s1,v,,,2026-09-01,
      lms,6,s1,v,o,page,2026-09-01,-0.5
      """)
    #expect(
      rows.bad == [
        "2 id: is empty", "3 occurredOn: “2026-02-30” is no day such as 2026-09-01",
        "4 value: “ten” is no number", "5 kind: stands without an object",
        "6 id: is longer than 128 bytes",
      ])
    #expect(rows.good.map(\.value) == [-1])
  }

  @Test(
    "decimals are floored exactly",
    arguments: [
      ("7", 7), ("79.9999999999999999999999", 79), ("-0.5", -1), ("-3.000", -3), (".5", 0),
      ("+12.", 12), ("0009007199254740993.9", 9_007_199_254_740_993),
    ])
  func floors(text: String, value: Int64) throws {
    #expect(try WholeValue.floor(text) == value)
  }

  @Test("what is no decimal is refused", arguments: ["", ".", "-", "1e3", "1,5", "0x10", "1 "])
  func noNumbers(text: String) {
    #expect(throws: WholeValue.Problem.notANumber) { try WholeValue.floor(text) }
  }

  @Test("a roster row keeps apart what is said and what is left out")
  func roster() throws {
    let rows = try learners(
      "学号,姓名,小组,组长,标记,开始日期\ns1,李娜,G1,是,test; staff,2026-09-01\ns2,,,,,\ns3,,,是,,\ns4,,G1,maybe,,\n")
    #expect(
      rows.good == [
        LearnerRow(
          id: "s1", name: "李娜", group: "G1", leads: true, flags: ["test", "staff"],
          from: "2026-09-01"), LearnerRow(id: "s2"),
      ])
    #expect(
      rows.bad == ["4 leads: a leader needs a group", "5 leads: “maybe” is neither yes nor no"])
  }

  @Test("days and times as Excel shows them are read; what could be two days is not")
  func sheetDays() throws {
    let rows = try learners(
      "id,from\ns1,2026/9/1\ns2,2026年12月31日\ns3,2026-9-1\ns4,9/1/2026\ns5,2026/2/30\n")
    #expect(rows.good.map(\.from) == ["2026-09-01", "2026-12-31", "2026-09-01"])
    #expect(
      rows.bad == [
        "5 from: “9/1/2026” is no day such as 2026-09-01",
        "6 from: “2026/2/30” is no day such as 2026-09-01",
      ])
    let events = try facts(
      """
      source,id,learner,verb,time
      lms,1,s1,v,2026/9/1 8:05
      lms,2,s1,v,2026/9/1 18:05:30
      lms,3,s1,v,8:05
      """)
    #expect(events.good.map(\.time) == [.at("2026-09-01T08:05"), .at("2026-09-01T18:05:30")])
    #expect(events.bad.map { $0.prefix(17) } == ["4 occurredAt: “8:"])
  }

  @Test("an id that Excel shortened is refused row by row, with the value and what to do")
  func scientific() throws {
    let rows = try learners(
      "学号,姓名,班级\n20260001,甲,A\n1.23E+11,乙,A\ns3,丙,1E+05\n1.5e+2,丁,\nE+1,戊,\n2E5,己,\n1.2.3E+4,庚,\n")
    #expect(rows.good.map(\.id) == ["20260001", "E+1", "2E5", "1.2.3E+4"])
    #expect(
      rows.bad.map { String($0.prefix { $0 != ";" }) } == [
        "3 id: “1.23E+11” is a number shortened by Excel, digits are lost",
        "4 cohort: “1E+05” is a number shortened by Excel, digits are lost",
        "5 id: “1.5e+2” is a number shortened by Excel, digits are lost",
      ])
    let events = try facts(
      "source,id,learner,verb,occurredOn\nlms,1,1.23E+11,v,2026-09-01\nlms,2E+10,s1,v,2026-09-01\n")
    #expect(events.good.isEmpty)
    #expect(events.bad.allSatisfy { $0.contains("Number without decimals") })
  }

  @Test("a header without the needed columns says what it has")
  func missing() {
    #expect(throws: ColumnMappingError.self) { try facts("a,b\n1,2\n") }
    #expect(
      throws: ColumnMappingError.missing(["occurredAt", "occurredOn"], header: ["id", "learner"])
    ) {
      try facts("id,learner\n1,2\n", source: "s", verb: "v")
    }
  }
}
