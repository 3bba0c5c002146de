import ArgumentParser
import JSONRPC
import Tabular

/// `laurel adjust`: points added or taken with a reason in words.
struct Adjust: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add points to a learner, or take some, with a reason in words.",
    discussion: """
      A learner is named by id or whole name. Before it takes points it shows what there is and asks.
      Adjusted points can be spent and are on no board; earned ones count for 成长值, levels and the
      boards of their day.

        laurel adjust 20250107 --add 5 --reason "漏记一次签到"
        laurel adjust 20250107 --take 30 --reason "兑换学习券"
        laurel adjust 李娜 --take 10 --earned --on 2026-09-01 --reason "重复计分"
      """)

  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @Option(help: "How many points to add.")
  var add: Int64?
  @Option(help: "How many points to take.")
  var take: Int64?
  @Option(help: "Why, in words.")
  var reason: String
  @Flag(help: "Post it to 成长值 and boards, not to the adjustments.")
  var earned = false
  @Flag(help: "Take also what is not there: it becomes a debt, paid by the next earnings.")
  var allowDebt = false
  @Option(help: "The local day it is for; default: today.")
  var on: String?
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard (add == nil) != (take == nil), add ?? take ?? 0 > 0 else {
      throw ValidationError("Say how many points to --add or to --take; one of the two, above 0.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let person = try session.recipient(learner)
    if let take, !yes { try confirm(take, from: person, program, session) }
    let answer = try session.change("points.adjust", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("learner", person.id)
      writer.member("points", add ?? -(take ?? 0))
      writer.member("reason", reason)
      if let on { writer.member("occurredOn", on) }
      if earned { writer.member("earned", true) }
      if allowDebt { writer.member("allowDebt", true) }
    }
    try session.tell(answer) { Self.text($0, of: person, session.language) }
  }

  private func confirm(
    _ points: Int64, from person: Person, _ program: String, _ session: Session
  ) throws {
    let balance = try session.call("balance.get") { writer in
      writer.member("program", program)
      writer.member("learner", person.id)
    }
    let (spendable, grown) = (balance.int("spendable"), balance.int("earned"))
    try Confirmation.ask(
      session.language(
        "\(person.shown) has \(spendable) to spend, \(grown) earned. Take \(points)?",
        "\(person.shown) 可用积分 \(spendable)，成长值 \(grown)。扣 \(points) 分？"),
      word: "yes", language: session.language)
  }

  /// What an adjustment did, and what there is after it.
  static func text(_ answer: Answer, of person: Person, _ language: Language) -> String {
    guard let outcome = answer["outcome"] else { return "" }
    let moved = Shown.signed(outcome.int("points"))
    let (spendable, debt) = (outcome.int("spendable"), outcome.int("debt"))
    let owed = debt > 0 ? language(", owed \(debt)", "，待抵扣 \(debt)") : ""
    return language(
      "\(person.shown): \(moved), spendable \(spendable)\(owed), earned \(outcome.int("earned"))\n",
      "\(person.shown)：\(moved)，可用 \(spendable)\(owed)，成长值 \(outcome.int("earned"))\n")
  }
}
