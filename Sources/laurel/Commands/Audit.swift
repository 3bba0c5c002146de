import ArgumentParser
import JSONRPC
import Tabular

/// `laurel audit`: who did what, when, to whom, and what was refused.
struct Audit: Question {
  static let configuration = CommandConfiguration(
    abstract: "Show who did what, when, to whom, and what was refused; newest first.",
    discussion: """
      What was done is in the program's log and stays as long as it. What was refused, and keys made or
      ended, is noted beside it: the last 100,000 lines of each, the same refusal of the same caller one
      line a minute. A crash may lose the notes of the last second. A refusal names no learner.

        laurel audit
        laurel audit --by t-wang --from 2026-09-01
        laurel audit --learner 20250107 --action points.adjust
        laurel audit --refusals --json
      """)

  @Option(help: "Only this person, integration or source of facts.")
  var by: String?
  @Option(help: "Only commands that concerned this learner: id or name. Facts: laurel history.")
  var learner: String?
  @Option(help: ArgumentHelp("Only this method, such as points.grant.", valueName: "method"))
  var action: String?
  @Option(help: ArgumentHelp("Only from this day or instant on.", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Only up to this day, or before this instant.", valueName: "time"))
  var to: String?
  @Flag(help: "Only what was refused.")
  var refusals = false
  @Option(help: "How many lines, at most 200.")
  var limit = 50
  @Option(help: "Where the page before ended; its last line says so.")
  var before: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let learner = try learner.map { try session.learner($0) }
    var cursor = before
    var answer: Answer
    // A filter that hides much gives pages without a line, which go on.
    repeat {
      answer = try session.call("audit.list") { writer in
        writer.member("program", program)
        if let by { writer.member("by", by) }
        if let learner { writer.member("learner", learner) }
        if let action { writer.member("action", action) }
        if let from { writer.member("from", from) }
        if let to { writer.member("to", to) }
        if refusals { writer.member("refused", true) }
        if let cursor { writer.member("before", cursor) }
        writer.member("limit", limit)
      }
      cursor = answer["next"]?.text
    } while answer.items("entries").isEmpty && cursor != nil
    try session.tell(answer) { AuditTable.text($0, session.language) }
  }
}

/// A page of the audit as people read it.
enum AuditTable {
  static func text(_ page: Answer, _ language: Language) -> String {
    var table = TextTable([
      .init(language("When", "时间")), .init(language("Who", "操作人")),
      .init(language("What", "操作")), .init(language("Whom", "对象")),
      .init(language("Outcome", "结果")),
    ])
    for entry in page.items("entries") {
      let by = entry.text("by")
      table.addRow([
        entry.text("at"), by.isEmpty ? entry.text("source") : by,
        entry["action"]?.text ?? language("(not kept then)", "（当时未记）"), whom(entry, language),
        outcome(entry, language),
      ])
    }
    guard let next = page["next"]?.text else { return table.shown }
    return table.shown + language("Older: --before \(next)\n", "更早的：--before \(next)\n")
  }

  private static func whom(_ entry: Answer, _ language: Language) -> String {
    var parts: [String] = []
    let learners = entry.items("learners").compactMap(\.text)
    let count = Int(entry.int("learnerCount"))
    if count > 3 {
      let some = learners.prefix(2).joined(separator: ", ")
      parts.append(language("\(some) … (\(count))", "\(some) 等 \(count) 人"))
    } else {
      parts += learners
    }
    parts += [entry.text("staff"), entry.text("batch"), entry.text("subject")].filter {
      !$0.isEmpty
    }
    return parts.joined(separator: ", ")
  }

  private static func outcome(_ entry: Answer, _ language: Language) -> String {
    let count = entry.int("count")
    if !entry.text("source").isEmpty {
      return language("\(count) facts", "\(count) 条事实")
    }
    let word = entry.text("refused")
    guard !word.isEmpty else { return language("done", "完成") }
    let times = count > 1 ? language(", \(count) times", "，\(count) 次") : ""
    return language("refused: ", "拒绝：") + Shown.refusal(word, language) + times
  }
}

extension Shown {
  /// The stable word of a refusal as people read it.
  static func refusal(_ word: String, _ language: Language) -> String {
    switch word {
    case "forbidden": language("may not", "无权")
    case "unauthenticated": language("no valid key", "密钥无效")
    case "person_required": language("a person must", "须本人操作")
    case "not_found": language("not found", "不存在")
    case "over_budget": language("over the week's budget", "超出本周额度")
    case "same_signer": language("same person again", "同一人不能复核")
    case "already_reversed": language("taken back before", "早已撤回")
    case "idempotency_key_reused": language("key used for another command", "幂等键已用于其他操作")
    case "recompute_required": language("would change the past", "会改变过去")
    case "term_frozen": language("the term is frozen", "学期已锁定")
    case "limit_reached": language("a limit is reached", "已达上限")
    case "insufficient_points": language("not enough points", "积分不足")
    default: word
    }
  }
}
