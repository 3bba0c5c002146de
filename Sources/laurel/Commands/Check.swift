import ArgumentParser
import Glibc
import Incentives
import JSONRPC
import Tabular

/// `laurel check`: what will bite, each line with the command that solves it.
struct Check: Question {
  static let configuration = CommandConfiguration(
    abstract: "Say what needs attention: facts that wait, work that is due, room that runs out.",
    discussion: """
      Exit code 3 when there is something. Without --program every program is looked at.

        laurel check
        laurel check --program class --json
      """)

  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let server = ServerCheck(
      stats: try session.call("system.stats"),
      directory: global.connect == nil ? global.dataDirectory : nil)
    var findings = server.findings
    let programs =
      try wantedProgram.map { [$0] }
      ?? session.call("program.list").items("programs").map { $0.text("program") }
    for id in programs { findings += try session.check(id) }
    try Output.write(
      session.isJSON ? Finding.json(findings, session.language) : Finding.text(findings, session))
    if !findings.isEmpty { throw CommandFailure.needsAttention() }
  }
}

/// One thing that needs somebody.
struct Finding {
  /// The program, or `server`.
  let place: String
  /// A stable word.
  let code: String
  /// What it is.
  let english: String
  /// What it is, in Chinese.
  let chinese: String
  /// The command that helps.
  let command: String

  /// The findings as machines read them.
  static func json(_ findings: [Finding], _ language: Language) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.array("findings") { writer in
        for finding in findings {
          writer.object { writer in
            writer.member("place", finding.place)
            writer.member("code", finding.code)
            writer.member("text", language(finding.english, finding.chinese))
            writer.member("command", finding.command)
          }
        }
      }
    }
    return writer.string + "\n"
  }

  /// The findings as people read them.
  static func text(_ findings: [Finding], _ session: Session) -> String {
    let language = session.language
    guard !findings.isEmpty else {
      return language("Nothing needs attention.\n", "没有需要处理的事。\n")
    }
    var table = TextTable([
      .init(language("Where", "位置")), .init(language("What", "事项")),
      .init(language("Then", "处理")),
    ])
    for finding in findings {
      table.addRow([finding.place, language(finding.english, finding.chinese), finding.command])
    }
    return table.shown
  }
}

/// What the server's figures and its disk say.
struct ServerCheck {
  let stats: Answer
  /// The data directory, where it is on this machine.
  let directory: String?

  /// Below this a store soon refuses writes.
  private static let freeBytesMin: UInt64 = 1 << 30
  /// A follower further behind makes the server slow down before long.
  private static let lagMax: Int64 = 2_000_000

  var findings: [Finding] {
    var findings: [Finding] = []
    if let free = freeBytes, free < Self.freeBytesMin {
      findings.append(
        Finding(
          place: "server", code: "disk", english: "\(free >> 20) MiB are free on the disk",
          chinese: "磁盘只剩 \(free >> 20) MiB", command: "df -h \(directory ?? "")"))
    }
    let lag = stats.int("followerLag")
    if lag > Self.lagMax {
      findings.append(
        Finding(
          place: "server", code: "followerLag",
          english: "the tables are \(lag) records behind the journal",
          chinese: "状态表落后日志 \(lag) 条", command: "laurel check"))
    }
    if let failure = stats["followerFailure"]?.text {
      findings.append(
        Finding(
          place: "server", code: "followerFailure",
          english: "the tables no longer follow the journal, until a restart: \(failure)",
          chinese: "状态表已停止跟随日志，须重启服务器：\(failure)", command: "laurel serve"))
    }
    return findings
  }

  private var freeBytes: UInt64? {
    var status = statvfs()
    guard let directory, statvfs(directory, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}

extension Session {
  /// What needs attention in a program.
  fileprivate func check(_ id: String) throws(CommandFailure) -> [Finding] {
    let program = try call("program.get") { $0.member("program", id) }
    let jobs = try call("job.list") { $0.member("program", id) }
    var findings: [Finding] = []
    let pending = program.int("pending")
    if pending > 0 {
      findings.append(
        Finding(
          place: id, code: "pending",
          english: "\(pending) facts wait for their learners to be on the roster",
          chinese: "\(pending) 条事实的学员不在名册",
          command: "laurel import roster FILE.csv --program \(id)"))
    }
    if program["definition"]?.items("rules").isEmpty == true {
      findings.append(
        Finding(
          place: id, code: "noRules", english: "no rule is declared, so nothing pays",
          chinese: "没有积分规则，什么都不给分", command: "laurel program example"))
    }
    for year in program["definition"].map(Self.yearsWithoutCalendar) ?? [] {
      findings.append(
        Finding(
          place: id, code: "calendar",
          english: "a term reaches into \(year), which has no holidays",
          chinese: "学期延伸到 \(year) 年，该年没有节假日安排",
          command: "laurel calendar import FILE.csv --program \(id)"))
    }
    findings += try PeopleCheck(self, program: id).findings
    let count = jobs.items("jobs").count
    if count > 0 || jobs.flag("due") {
      findings.append(
        Finding(
          place: id, code: "jobs", english: "\(count) jobs are not done",
          chinese: "\(count) 个任务还没有做完", command: "laurel check --program \(id)"))
    }
    return findings
  }

  /// Years of terms for which a program with teaching days declares no dated entry.
  private static func yearsWithoutCalendar(_ definition: Answer) -> [String] {
    guard !definition.items("teachingDays").isEmpty else { return [] }
    let declared = Set(definition.items("calendar").map { $0.text("day").prefix(4) })
    let years = definition.items("terms").flatMap { term -> [String] in
      guard let from = LocalDay(term.text("from")), let to = LocalDay(term.text("to")), from <= to
      else { return [] }
      return (from.date.year...to.date.year).map { "\($0)" }
    }
    return Set(years).filter { !declared.contains($0[...]) }.sorted()
  }
}
