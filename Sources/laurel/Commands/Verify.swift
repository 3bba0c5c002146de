import ArgumentParser
import JSONRPC
import Ledger
import Tabular

/// `laurel verify`: proves that what is shown follows from what is recorded.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the journal's chain and everything derived from it.",
    discussion: """
      Asks the server where one runs; else reads the data directory itself. With --rules every
      payment is decided again from the facts. With --head the log must hold a head that you kept, as
      every write replies it: so even a tail that was cut off is found. Exit codes: 0 clean, 3 a
      difference (the first is named), 2 could not be checked.

        laurel verify
        laurel verify --head class:1042:9f2c…
        laurel verify --rules --data /var/lib/laurel
      """)

  @Flag(help: "Also decide every payment again.")
  var rules = false
  @Option(
    help: ArgumentHelp(
      "A head kept elsewhere; may be given again.", valueName: "program:position:hash"),
    transform: Self.head)
  var head: [KnownHead] = []
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let report: VerifyReport
    if let client = try Doorway.runningServer(global) {
      let session = Session(client, language: global.language, isJSON: global.json)
      report = try session.verify(rules: rules, heads: head)
    } else {
      report = try Offline.verify(
        directory: global.dataDirectory, rules: rules, heads: head)
    }
    try Output.write(global.json ? report.json + "\n" : report.text(global.language))
    try report.endCommand()
  }

  private static func head(_ text: String) throws -> KnownHead {
    guard let head = KnownHead(text) else {
      throw ValidationError("--head is program:position:hash, with the 64 digits of the hash.")
    }
    return head
  }
}

extension Session {
  /// Lets the server verify itself; a long store takes long.
  func verify(rules: Bool, heads: [KnownHead] = []) throws(CommandFailure) -> VerifyReport {
    let usual = client.timeout
    client.timeout = .seconds(24 * 3_600)
    defer { client.timeout = usual }
    let answer = try call("system.verify") { writer in
      if rules { writer.member("rules", true) }
      guard !heads.isEmpty else { return }
      writer.array("heads") { writer in
        for head in heads {
          writer.object { writer in
            writer.member("program", head.program)
            writer.member("position", head.position.rawValue)
            writer.member("head", "\(head.hash)")
          }
        }
      }
    }
    return VerifyReport(
      lines: answer.items("checks").map { check in
        VerifyReport.Line(
          check.text("check"), VerifyReport.Status(rawValue: check.text("status")) ?? .unchecked,
          check.text("detail"))
      })
  }
}

extension VerifyReport {
  /// Leaves the exit status of the report.
  func endCommand() throws(CommandFailure) {
    guard let status = ExitStatus(rawValue: exitCode), status != .done else { return }
    throw CommandFailure(status: status, message: "")
  }

  /// The report as machines read it: the shape of `system.verify`.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("clean", isClean)
      writer.array("checks") { writer in
        for line in lines {
          writer.object { writer in
            writer.member("check", line.check)
            writer.member("status", line.status.rawValue)
            if !line.detail.isEmpty { writer.member("detail", line.detail) }
          }
        }
      }
    }
    return writer.string
  }

  /// The report as people read it.
  func text(_ language: Language) -> String {
    var table = TextTable([
      .init(language("Check", "检查")), .init(language("Result", "结果")),
      .init(language("What was looked at, or what is wrong", "内容或首个差异")),
    ])
    for line in lines { table.addRow([line.check, Self.word(line.status, language), line.detail]) }
    return table.shown + sentence(language)
  }

  private static func word(_ status: Status, _ language: Language) -> String {
    switch status {
    case .ok: language("ok", "一致")
    case .difference: language("DIFFERENCE", "有差异")
    case .unchecked: language("not checked", "未能检查")
    }
  }

  private func sentence(_ language: Language) -> String {
    switch ExitStatus(rawValue: exitCode) {
    case .done: language("Verified: clean.\n", "核对完毕：完全一致。\n")
    case .needsAttention:
      language(
        "A difference was found. Keep the directory as it is and restore the last good backup "
          + "beside it: laurel restore DIR --into NEW\n",
        "发现差异。请保留现状，并把最近的备份恢复到旁边：laurel restore 目录 --into 新目录\n")
    default: language("Some of it could not be checked.\n", "有些内容未能检查。\n")
    }
  }
}
