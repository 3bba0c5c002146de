import ArgumentParser
import JSONRPC

/// `laurel erase`: destroys what identifies a learner.
struct Erase: ServerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Destroy what identifies a learner, for good.",
    discussion: """
      Id, name, alias and the details of facts can not be read any more, here and in exports with
      names; points, boards and the journal's head stay as they are. Backups made before still hold
      them: destroy those too. Ids that sources gave to facts stay, and are listed where they contain
      the learner's id. The learner is named by id.

        laurel erase 20250107
      """)

  @Argument(help: "The learner's id.")
  var learner: String
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    if !yes {
      let known = try session.call("learner.get") { writer in
        writer.member("program", program)
        writer.member("learner", learner)
      }
      let name = known.text("name")
      try Confirmation.ask(
        session.language(
          "This can not be undone: \(learner) \(name) will be nobody.",
          "此操作无法撤销：\(learner) \(name) 将成为已注销学员。"), word: learner,
        language: session.language)
    }
    let answer = try session.change("learner.erase", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("learner", learner)
    }
    try session.tell(answer) { answer in
      let outcome = answer["outcome"]
      let (facts, shown) = (outcome?.int("facts") ?? 0, outcome?.text("shownAs") ?? "")
      var text = session.language(
        "Erased; shown as \(shown) from now on. \(facts) facts stay, without whose they were.\n",
        "已注销，今后显示为 \(shown)。\(facts) 条事实保留，但不再知道属于谁。\n")
      let count = outcome?.int("factIdCount") ?? 0
      if count > 0 {
        let ids = outcome?.items("factIds").map(\.shown).joined(separator: " ") ?? ""
        text += session.language(
          "\(count) fact ids contain the id and stay: \(ids)\n", "\(count) 个事实编号含有该学号，会保留：\(ids)\n")
      }
      return text
    }
  }
}
