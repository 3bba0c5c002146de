import ArgumentParser
import JSONRPC
import Tabular

/// `laurel merge`: two accounts turned out to be one person's.
struct Merge: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make two accounts of one person one.",
    discussion: """
      The facts of both are judged as one set: what both did on one day pays once where a rule pays
      once, and totals are never added. Both ids answer as the account that is kept, for good. Learners
      are named by id or whole name. It shows what it does and asks; --dry-run only shows it.

        laurel merge 20240311 20250107 --reason "复学后重新建号" --dry-run
        laurel merge 20240311 20250107 --reason "复学后重新建号"
      """)

  @Argument(help: "The account to give up: id or whole name.")
  var old: String
  @Argument(help: "The account to keep: id or whole name.")
  var new: String
  @Option(help: "Why, in words.")
  var reason: String
  @Flag(help: "Only show what it would do.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let (old, new) = (try session.recipient(old), try session.recipient(new))
    if dryRun || !yes {
      let shown = try session.call("learner.merge") { writer in
        members(of: (old, new), program, to: &writer)
        writer.member("dryRun", true)
      }
      guard !dryRun else {
        return try session.tell(shown) { answer in
          Self.text(answer["outcome"], old, new, session.language)
        }
      }
      Terminal.error.show(Self.text(shown["outcome"], old, new, session.language))
      try Confirmation.ask(
        session.language("This can not be undone.", "此操作无法撤销。"), word: old.id,
        language: session.language)
    }
    let answer = try session.change("learner.merge", key: keyed.idempotencyKey) { writer in
      members(of: (old, new), program, to: &writer)
    }
    try session.tell(answer) { answer in
      session.language(
        "Merged: \(old.id) answers as \(new.id) from now on.\n",
        "已合并：今后 \(old.id) 与 \(new.id) 是同一名学员。\n")
        + Self.text(answer["outcome"], old, new, session.language)
    }
  }

  private func members(
    of people: (old: Person, new: Person), _ program: String, to writer: inout JSONWriter
  ) {
    writer.member("program", program)
    writer.member("from", people.old.id)
    writer.member("into", people.new.id)
    writer.member("reason", reason)
  }

  /// What both had and what the one has.
  static func text(
    _ outcome: Answer?, _ old: Person, _ new: Person, _ language: Language
  ) -> String {
    guard let outcome else { return "" }
    var table = TextTable([
      .init(language("Account", "账户")), .init(language("Earned", "成长值"), .right),
      .init(language("Spendable", "积分"), .right), .init(language("Owed", "待抵扣"), .right),
    ])
    let rows: [(String, Answer?)] = [
      (old.shown, outcome["before"]?["from"]), (new.shown, outcome["before"]?["into"]),
      (language("together", "合并后") + " \(new.id)", outcome["after"]),
    ]
    for (who, balance) in rows {
      let points = [balance?.int("earned"), balance?.int("spendable"), balance?.int("debt")]
      table.addRow([who] + points.map { "\($0 ?? 0)" })
    }
    let (facts, moves) = (outcome.int("facts"), outcome.int("moveCount"))
    let difference = Shown.signed(outcome["difference"]?.int("earned") ?? 0)
    return table.shown
      + language(
        "\(facts) facts, \(outcome.int("factsOfFrom")) of them from \(old.id); \(moves) payments move, "
          + "\(difference) earned against the sum.\n",
        "共 \(facts) 条事实，其中 \(outcome.int("factsOfFrom")) 条来自 \(old.id)；变动 \(moves) 笔，"
          + "成长值比两者之和 \(difference)。\n")
  }
}
