import Client
import Glibc
import Synchronization
import Testing
import Trials

@testable import laurel

/// Imports by the built binary: pipes, compressed files, dry runs, and how one ends that does not run
/// through.
@Suite("CLI: imports")
struct CLIImportTests {
  private static let emptyLearner = #"{"line":3,"reason":"learner: is empty"}"#
  private static let header = "source,id,learner,verb,occurredOn"

  private func earned(_ learner: String, _ laurel: CLIBinary) throws -> Int64 {
    try laurel.run("balance", learner, "--json").answer().int("earned")
  }

  @Test("a template is filled in and imported, in either language")
  func templates() throws {
    let laurel = try CLIBinary.lesson()
    let english = try laurel.run("import", "facts", "--template").output
    #expect(english == "source,id,learner,verb,object,kind,occurredAt,value\n")
    let facts = try laurel.write(
      "filled.csv", english + "lms,t1,s2,viewed:forumng,f,,2013-10-07T10:00:00Z,\n")
    #expect(try laurel.run("import", "facts", facts).status == 0)
    #expect(try earned("s2", laurel) == 6)
    let chinese = try laurel.run("import", "roster", "--template", "--lang", "zh").output
    let roster = try laurel.write("名单.csv", chinese + "s3,王芳,,A,,G1,,,,\n")
    #expect(try laurel.run("import", "roster", roster).status == 0)
    #expect(try laurel.run("balance", "王芳", "--json").answer().text("learner") == "s3")
  }

  @Test("opening balances go in once; a second time is refused row by row")
  func openings() throws {
    let laurel = try CLIBinary.classroom()
    let template = try laurel.run("import", "opening", "--template", "--lang", "zh").output
    #expect(template == "学号,成长值,可用积分\n")
    let file = try laurel.write("期初.csv", template + "s1,120,40\ns2,65,\n")
    let first = try laurel.run("import", "opening", file, "--on", "2025-09-02")
    #expect(first.status == 0)
    #expect(first.output.hasPrefix("2 rows sent, 2 opened\n"))
    let balance = try laurel.run("balance", "s1", "--json").answer()
    #expect(balance.int("earned") == 120)
    #expect(balance.int("spendable") == 40)
    #expect(try earned("s2", laurel) == 65)
    let again = try laurel.run("import", "opening", file, "--on", "2025-09-02", "--json")
    #expect(again.status == 3)
    #expect(try again.answer().items("refused").map { $0.int("line") } == [2, 3])
    #expect(try earned("s1", laurel) == 120)
    #expect(try laurel.run("history", "s1").output.contains("opening balance"))
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  @Test("a class list saved by Excel in China is imported as it is, compressed too, and it says so")
  func excelInChina() throws {
    let laurel = try CLIBinary.lesson()
    // 学号,姓名,班级,小组 / s3,王芳,一班,G1 in GB18030, as “CSV (逗号分隔)” has it.
    let header: [UInt8] = [
      0xD1, 0xA7, 0xBA, 0xC5, 0x2C, 0xD0, 0xD5, 0xC3, 0xFB, 0x2C, 0xB0, 0xE0, 0xBC, 0xB6, 0x2C,
      0xD0, 0xA1, 0xD7, 0xE9, 0x0D, 0x0A,
    ]
    let name: [UInt8] = [0xCD, 0xF5, 0xB7, 0xBC]
    let row = Array("s3,".utf8) + name + Array(",A,G1\r\n".utf8)
    let list = try laurel.write("名单.csv", bytes: header + row)
    let run = try laurel.run("import", "roster", list, "--lang", "zh")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("按 GB18030 读取。"), "\(run.output)")
    #expect(try laurel.run("balance", "王芳", "--json").answer().text("learner") == "s3")
    let (ending, output) = try ChildProcess.run(["gzip", list], in: try TrialDirectory("gzip"))
    try #require(ending == .code(0), "\(output)")
    let again = try laurel.run("import", "roster", "名单.csv.gz", "--json")
    #expect(try again.answer().text("encoding") == "GB18030")
    #expect(try again.answer().int("imported") == 1)
    let marked = try laurel.write("bom.csv", "\u{FEFF}学号,姓名\ns4,李明\n")
    #expect(try laurel.run("import", "roster", marked).output.contains("Read as UTF-8 with BOM."))
    let damaged = try laurel.write(
      "damaged.csv", bytes: header + row + Array("s5,".utf8) + [0xFF] + Array(",A,G1\r\n".utf8))
    let refused = try laurel.run("import", "roster", damaged)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("line 3: column 2 is not GB18030"), "\(refused.errors)")
    #expect(refused.errors.contains("Read as GB18030."))
  }

  @Test("a compressed file is imported; a dry run sends nothing")
  func compressed() throws {
    let laurel = try CLIBinary.lesson()
    let path = try laurel.write(
      "more.csv", "\(Self.header)\nlms,g1,s2,viewed:forumng,2013-10-07\n")
    let (ending, output) = try ChildProcess.run(["gzip", path], in: try TrialDirectory("gzip"))
    try #require(ending == .code(0), "\(output)")
    let dry = try laurel.run("import", "facts", "more.csv.gz", "--dry-run", "--json")
    #expect(dry.status == 0)
    #expect(try dry.answer().int("good") == 1)
    #expect(try dry.answer().int("imported") == 0)
    #expect(try earned("s2", laurel) == 3)
    #expect(try laurel.run("import", "facts", "more.csv.gz").status == 0)
    #expect(try earned("s2", laurel) == 6)
  }

  @Test("columns that are not read are named, also in a dry run")
  func ignoredColumns() throws {
    let laurel = try CLIBinary.lesson()
    let facts = try laurel.write(
      "wide.csv", "\(Self.header),mood,late\nlms,w1,s2,viewed:forumng,2013-10-07,fine,no\n")
    let dry = try laurel.run("import", "facts", facts, "--dry-run")
    #expect(dry.output.contains("not read: mood, late"))
    let sent = try laurel.run("import", "facts", facts, "--metadata", "late", "--json")
    #expect(try sent.answer().items("ignored").map(\.shown) == ["mood"])
    let roster = try laurel.write("wide-roster.csv", "id,name,shoe size\ns9,王芳,43\n")
    let learners = try laurel.run("import", "roster", roster, "--json")
    #expect(try learners.answer().items("ignored").map(\.shown) == ["shoe size"])
  }

  @Test("a pipe is one by what it is, not by its name, and is read once")
  func pipes() throws {
    let laurel = try CLIBinary.lesson()
    let text = "\(Self.header)\nlms,p1,s2,viewed:forumng,2013-10-06\n"
    let refused = try laurel.run("import", "facts", "/proc/self/fd/0", input: text)
    #expect(refused.status == 1)
    let dry = try laurel.run("import", "facts", "/dev/stdin", "--dry-run", "--json", input: text)
    #expect(dry.status == 0)
    #expect(try dry.answer().int("good") == 1)
    #expect(try earned("s2", laurel) == 3)
    for name in ["/proc/self/fd/0", "/dev/stdin"] {
      let sent = try laurel.run("import", "facts", name, "--skip-bad", "--json", input: text)
      #expect(sent.status == 0)
      #expect(try sent.answer().int("imported") == 1, "\(name)")
    }
    #expect(try earned("s2", laurel) == 6)
  }

  @Test("behind a stray quote a pipe is read no further; what went before is told")
  func strayQuote() throws {
    let laurel = try CLIBinary.lesson()
    let text = """
      \(Self.header)
      lms,q1,s2,viewed:forumng,2013-10-06
      lms,q2,s2,view"ed,2013-10-06
      lms,q3,s2,viewed:forumng,2013-10-07

      """
    let run = try laurel.run(
      "import", "facts", "/dev/stdin", "--skip-bad", "--json", input: text)
    #expect(run.status == 2)
    let report = try run.answer()
    #expect(report.int("recorded") == 1)
    #expect(report.items("bad").map { $0.int("line") } == [3])
    #expect(report["error"]?.text("message").contains("line 3") == true)
    #expect(try earned("s2", laurel) == 6)
  }

  @Test("every ending of an import has one shape for machines, in one language")
  func shapes() throws {
    let laurel = try CLIBinary.lesson()
    let bad = try laurel.write(
      "bad.csv", "\(Self.header)\nlms,b1,s2,viewed:forumng,2013-10-05\nlms,b2,,v,2013-10-05\n")
    var names: [[String]] = []
    for options in ["--skip-bad", "--dry-run", "--json"] {
      let english = try laurel.run("import", "facts", bad, options, "--json", "--lang", "en")
      let chinese = try laurel.run("import", "facts", bad, options, "--json", "--lang", "zh")
      #expect(english.status == 3)
      #expect(try english.answer().items("bad").map(\.json) == [Self.emptyLearner])
      #expect(try chinese.answer().items("bad").map(\.json) == [Self.emptyLearner])
      let fixed = ["good", "imported", "ignored", "badCount", "bad", "refusedCount", "refused"]
      names.append(try english.answer().members.map(\.name).filter { fixed.contains($0) })
      #expect(try english.answer().int("good") == 1)
    }
    #expect(Set(names).count == 1)
    #expect(names.first?.count == 7)
  }

  @Test("an import is listed and taken back whole; the balances are those before it")
  func undo() throws {
    let laurel = try CLIBinary.lesson()
    let facts = try laurel.write(
      "wrong.csv",
      "\(Self.header)\nlms,u1,s1,viewed:forumng,2013-10-08\nlms,u2,s2,viewed:page,2013-10-08\n")
    let sent = try laurel.run("import", "facts", facts, "--json").answer()
    let batch = sent.text("batch")
    #expect(batch == "B-0003")
    #expect(try [earned("s1", laurel), earned("s2", laurel)] == [14, 5])
    // The same file goes on with its batch.
    #expect(try laurel.run("import", "facts", facts, "--json").answer().text("batch") == batch)
    let list = try laurel.run("import", "list", "--json").answer().items("batches")
    #expect(list.map { $0.text("batch") } == ["B-0003", "B-0002", "B-0001"])
    #expect(list.map { $0.text("file") } == ["wrong.csv", "events.csv", "roster.csv"])
    #expect(list.first?.int("facts") == 2)

    #expect(try laurel.run("import", "undo", batch).status == 1)
    #expect(try [earned("s1", laurel), earned("s2", laurel)] == [14, 5])
    // Not even the owner undoes without being somebody.
    let nobody = try laurel.run("import", "undo", batch, "--yes")
    #expect(nobody.status == 1)
    #expect(nobody.errors.contains("person_required"))
    #expect(nobody.errors.contains("laurel login"))
    try laurel.logIn()
    // What it would come to, before: the same as what is posted then.
    let rehearsed = try laurel.run("import", "undo", batch, "--dry-run", "--json").answer()
    let told = try laurel.run("import", "undo", batch, "--dry-run", "--lang", "zh")
    #expect(told.output.contains("涉及 2 位学员：2 条事实"), "\(told.output)")
    #expect(try [earned("s1", laurel), earned("s2", laurel)] == [14, 5])
    let undone = try laurel.run("import", "undo", batch, "--yes", "--json", "--reason", "旧表")
    #expect(undone.status == 0)
    let outcome = try undone.answer()
    #expect(outcome.text("status") == "reversed")
    #expect(outcome.text("reason") == "旧表")
    #expect(outcome.int("points") == -5)
    #expect(outcome.text("reversedBy") == "T-1")
    #expect(outcome.items("learners").map { $0.int("points") } == [-3, -2])
    #expect(rehearsed.items("learners").map(\.json) == outcome.items("learners").map(\.json))
    #expect(try [earned("s1", laurel), earned("s2", laurel)] == [11, 3])
    #expect(try laurel.run("import", "undo", batch, "--yes").status == 1)
    let people = try laurel.run("import", "undo", batch, "--yes", "--lang", "zh")
    #expect(people.errors.contains("already_reversed"))
    #expect(try laurel.run("verify", "--rules").status == 0)
  }

  private static func rows(_ count: Int) -> String {
    ([header] + (0..<count).map { "lms,c\($0),s1,viewed:page,2013-10-05" })
      .joined(separator: "\n") + "\n"
  }

  @Test("an import that is cut off tells what is in, and is never called a refusal")
  func cutOff() throws {
    let laurel = try CLIBinary()
    let facts = try laurel.write("many.csv", Self.rows(2_000))
    let gone = try ScriptedServer { number, _, params in
      switch number {
      case 0: ScriptedServer.opened
      case 1: ScriptedServer.recorded(params)
      default: nil
      }
    }
    let run = try laurel.run(
      "import", "facts", facts, "--program", "p", "--socket", gone.path, "--json")
    #expect(run.status == 2)
    #expect(try run.answer().int("imported") == 1_000)
    #expect(try run.answer()["error"]?.text("message").contains("repeat the command") == true)

    let roster = try laurel.write(
      "crowd.csv", "id\n" + (0..<1_500).map { "r\($0)\n" }.joined())
    let refusing = try ScriptedServer { number, _, _ in
      switch number {
      case 0: ScriptedServer.opened
      case 1: #""result":{"outcome":{"changed":1000}}"#
      default: ScriptedServer.notFound
      }
    }
    let second = try laurel.run(
      "import", "roster", roster, "--program", "p", "--socket", refusing.path)
    #expect(second.status == 2)
    #expect(second.output.contains("1000 rows sent, 1000 changed"))
    #expect(second.errors.contains("repeat the command"))
  }

  @Test("a server that refuses the first call has refused the command")
  func refusedAtOnce() throws {
    let laurel = try CLIBinary()
    let facts = try laurel.write("few.csv", Self.rows(2))
    let server = try ScriptedServer { _, _, _ in ScriptedServer.notFound }
    let run = try laurel.run(
      "import", "facts", facts, "--program", "p", "--socket", server.path)
    #expect(run.status == 1)
  }

  @Test("what a server is too busy for is sent again: a call with its key, a fact alone")
  func busy() throws {
    let laurel = try CLIBinary()
    let roster = try laurel.write("roster.csv", CLIBinary.roster)
    let keys = Mutex<[String]>([])
    let server = try ScriptedServer { number, method, params in
      guard method != "batch.open" else { return ScriptedServer.opened }
      keys.withLock { $0.append(params.text("idempotencyKey")) }
      return number < 3 ? ScriptedServer.busy : #""result":{"outcome":{"changed":2}}"#
    }
    let learners = try laurel.run(
      "import", "roster", roster, "--program", "p", "--socket", server.path)
    #expect(learners.status == 0, "\(learners.errors)")
    #expect(keys.withLock { $0.count } == 3)
    #expect(keys.withLock { Set($0).count } == 1)

    let facts = try laurel.write("few.csv", Self.rows(3))
    let counts = Mutex<[Int]>([])
    let other = try ScriptedServer { number, method, params in
      guard method != "batch.open" else { return ScriptedServer.opened }
      counts.withLock { $0.append(params.items("facts").count) }
      return ScriptedServer.recorded(params, busy: number < 3 ? ["c1"] : [])
    }
    let run = try laurel.run(
      "import", "facts", facts, "--program", "p", "--socket", other.path, "--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try run.answer().int("imported") == 3)
    #expect(try run.answer().int("refusedCount") == 0)
    #expect(counts.withLock { $0 } == [3, 1, 1])
  }
}
