import ArgumentParser
import Foundation
import Incentives
import JSONRPC
import Tabular

/// `laurel balance`: what a learner has.
struct BalanceCommand: Question {
  static let configuration = CommandConfiguration(
    commandName: "balance", abstract: "Show what a learner has: earned, spendable, and the rest.",
    discussion: """
        laurel balance 20250107
        laurel balance 李娜 --json
      """)

  @Argument(help: "The learner: id or name.")
  var learner: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let learner = try session.learner(learner)
    let answer = try session.call("balance.get") { writer in
      writer.member("program", program)
      writer.member("learner", learner)
    }
    try session.tell(answer) { answer in
      var table = TextTable([
        .init(learner), .init(session.language("Points", "积分"), .right),
      ])
      for account in Account.allCases where account.isMain || answer.int(account.field) != 0 {
        table.addRow([account.title(session.language), "\(answer.int(account.field))"])
      }
      return table.shown + Lots.text(answer.items("lots"), session.language)
        + Self.level(answer, session.language)
    }
  }

  /// The level, where the program has any.
  private static func level(_ answer: Answer, _ language: Language) -> String {
    guard let level = answer["level"]?.int else { return "" }
    guard let next = answer["nextLevelAt"]?.int else {
      return language("level \(level), the highest\n", "等级 \(level)（最高）\n")
    }
    return language(
      "level \(level), the next at \(next)\n", "等级 \(level)，成长值 \(next) 升级\n")
  }
}

/// Points that expire, as people read them.
enum Lots {
  /// A line each: how many, and the last day on which they can be spent.
  static func text(_ lots: [Answer], _ language: Language) -> String {
    lots.map { lot in
      let points = lot.int("points")
      guard let last = LocalDay(lot.text("expires"))?.previous else { return "" }
      let weekday = last.weekday.name.capitalized
      return language(
        "\(points) of it until \(weekday) \(last)\n",
        "其中 \(points) 分可用至 \(Shown.day("\(last)", language))\n")
    }.joined()
  }
}

/// The figures of a balance, in the order tables and CSV files show them.
enum Account: CaseIterable {
  case earned, spendable, bonus, prizes, adjusted, writtenOff, returned, redeemed, expired, debt
  case held, pending

  /// Whether it is shown even when it is 0.
  var isMain: Bool { self == .earned || self == .spendable }

  /// Its name on the wire and in CSV files.
  var field: StaticString {
    switch self {
    case .earned: "earned"
    case .spendable: "spendable"
    case .bonus: "bonus"
    case .prizes: "prizes"
    case .adjusted: "adjusted"
    case .writtenOff: "writtenOff"
    case .returned: "returned"
    case .redeemed: "redeemed"
    case .expired: "expired"
    case .debt: "debt"
    case .held: "held"
    case .pending: "pending"
    }
  }

  /// Its name for people.
  func title(_ language: Language) -> String {
    switch self {
    case .earned: language("earned", "成长值")
    case .spendable: language("spendable", "积分（可用）")
    case .bonus: language("bonus", "奖励")
    case .prizes: language("prizes", "奖金")
    case .adjusted: language("adjusted", "调整")
    case .writtenOff: language("written off", "核销")
    case .returned: language("returned", "退还")
    case .redeemed: language("redeemed", "已兑换")
    case .expired: language("expired", "已过期")
    case .debt: language("debt", "待抵扣")
    case .held: language("held", "兑换中")
    case .pending: language("facts waiting for the roster", "等待名册的事实")
    }
  }
}
