import ArgumentParser
import JSONRPC
import Tabular

/// `laurel quest`: how far a learner is with the quests.
struct QuestCommand: Question {
  static let configuration = CommandConfiguration(
    commandName: "quest", abstract: "Show how far a learner is with the quests.",
    discussion: """
        laurel quest 20250107
      """)

  @Argument(help: "The learner: id or name.")
  var learner: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let answer = try session.recognition("quest.get", of: learner)
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Quest", "闯关")), .init(language("Step", "关卡")),
        .init(language("State", "状态")), .init(language("Missing", "还差")),
      ])
      for quest in answer.items("quests") {
        let title = quest.text("title").isEmpty ? quest.text("quest") : quest.text("title")
        for step in quest.items("steps") {
          let isOpen = step.text("state") == "open"
          table.addRow([
            title, step.text("name"), Self.state(step.text("state"), language),
            isOpen ? Shown.missing(quest.items("missing"), language) : "",
          ])
        }
      }
      return table.shown
    }
  }

  private static func state(_ word: String, _ language: Language) -> String {
    switch word {
    case "done": language("done", "已完成")
    case "open": language("open", "进行中")
    default: language("locked", "未开启")
    }
  }
}
