import ArgumentParser
import JSONRPC
import Tabular

/// `laurel streak`: the streaks of a learner, today.
struct StreakCommand: Question {
  static let configuration = CommandConfiguration(
    commandName: "streak",
    abstract: "Show the streaks of a learner: standing run, longest, passes.",
    discussion: """
        laurel streak 20250107
      """)

  @Argument(help: "The learner: id or name.")
  var learner: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let answer = try session.recognition("streak.list", of: learner)
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Streak", "连续打卡")), .init(language("Days", "天数"), .right),
        .init(language("Longest", "最长"), .right), .init(language("Last day", "最近一天")),
        .init(language("Passes left", "剩余补签卡"), .right), .init(language("Next", "下一目标")),
      ])
      for streak in answer.items("streaks") {
        let next = streak["next"].map { next in
          language(
            "\(next.int("days")) days: +\(next.int("points"))",
            "\(next.int("days")) 天：+\(next.int("points"))")
        }
        table.addRow([
          streak.text("title").isEmpty ? streak.text("streak") : streak.text("title"),
          "\(streak.int("days"))", "\(streak.int("longest"))",
          Shown.day(streak.text("last"), language), "\(streak.int("passesLeft"))", next ?? "",
        ])
      }
      return table.shown
    }
  }
}
