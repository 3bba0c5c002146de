import ArgumentParser
import JSONRPC
import Tabular

/// `laurel badge`: the badges of a learner.
struct BadgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "badge", abstract: "Show the badges of a learner, give one, or take one.",
    subcommands: [ListBadges.self, AwardBadge.self, RevokeBadge.self],
    defaultSubcommand: ListBadges.self)
}

/// `laurel badge list`: what a learner holds, and what the next grade needs.
struct ListBadges: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what a learner holds, and what the next grade needs.",
    discussion: """
        laurel badge list 20250107
        laurel badge list 李娜 --json
      """)

  @Argument(help: "The learner: id or name.")
  var learner: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let answer = try session.recognition("badge.list", of: learner)
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Badge", "徽章")), .init(language("Grade", "等级")),
        .init(language("Since", "自")), .init(language("Next", "下一级")),
        .init(language("Missing", "还差")),
      ])
      for badge in answer.items("badges") {
        let title = badge.text("title")
        let held =
          badge.flag("revoked") ? language("revoked", "已撤回") : badge.text("grade")
        table.addRow([
          title.isEmpty ? badge.text("badge") : title, held,
          Shown.day(badge.text("since"), language), badge.text("next"),
          Shown.missing(badge.items("missing"), language),
        ])
      }
      return table.shown
    }
  }
}

/// `laurel badge award`: gives a badge, whatever its criterion says.
struct AwardBadge: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "award", abstract: "Give a learner a badge, whatever its criterion says.",
    discussion: """
      It pays no points; use `laurel grant` or `laurel adjust` for these.

        laurel badge award 20250107 active --grade 银 --reason "展示会"
      """)

  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @Argument(help: "The badge.")
  var badge: String
  @Option(help: "The grade; default: the lowest.")
  var grade: String?
  @Option(help: "Why, in words.")
  var reason: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let person = try session.recipient(learner)
    let answer = try session.change("badge.award", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("learner", person.id)
      writer.member("badge", badge)
      if let grade { writer.member("grade", grade) }
      writer.member("reason", reason)
    }
    try session.tell(answer) { answer in
      let grade = answer["outcome"]?.text("grade") ?? ""
      return session.language(
        "\(person.shown) holds \(badge) \(grade).\n", "\(person.shown) 已获得 \(badge) \(grade)。\n")
    }
  }
}

/// `laurel badge revoke`: takes a badge, whatever its criterion says.
struct RevokeBadge: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take a badge from a learner until it is given again.",
    discussion: """
      What its facts paid stays; `laurel adjust` takes points.

        laurel badge revoke 20250107 active --reason "抄袭"
      """)

  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @Argument(help: "The badge.")
  var badge: String
  @Option(help: "Why, in words.")
  var reason: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let person = try session.recipient(learner)
    let answer = try session.change("badge.revoke", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("learner", person.id)
      writer.member("badge", badge)
      writer.member("reason", reason)
    }
    try session.tell(answer) { _ in
      session.language(
        "\(person.shown) no longer holds \(badge).\n", "已撤回 \(person.shown) 的 \(badge)。\n")
    }
  }
}

extension Session {
  /// What a learner has of badges, quests or streaks.
  func recognition(_ method: String, of learner: String) throws(CommandFailure) -> Answer {
    let (program, learner) = (try program(), try self.learner(learner))
    return try call(method) { writer in
      writer.member("program", program)
      writer.member("learner", learner)
    }
  }
}

extension Shown {
  /// What the next grade or step needs: how much there is of each part.
  static func missing(_ parts: [Answer], _ language: Language) -> String {
    parts.filter { $0.int("have") < $0.int("need") }.map { part in
      let numbers = "\(part.int("have"))/\(part.int("need"))"
      return "\(what(part["part"], language)) \(numbers)"
    }.joined(separator: language(", ", "，"))
  }

  private static func what(_ part: Answer?, _ language: Language) -> String {
    guard let part else { return "" }
    if let facts = part["facts"] {
      let verbs = facts.items("verbs").map(\.shown).joined(separator: "|")
      let name = verbs.isEmpty ? facts.text("rule") : verbs
      switch facts.text("distinct") {
      case "days": return language("days of \(name)", "\(name) 天数")
      case "objects": return language("objects of \(name)", "\(name) 项数")
      default: return name
      }
    }
    if let streak = part["streak"] {
      return language("streak \(streak.text("id"))", "连续 \(streak.text("id"))")
    }
    if let badge = part["badge"] {
      return language("badge \(badge.text("id"))", "徽章 \(badge.text("id"))")
    }
    return part["level"] != nil ? language("level", "等级") : language("earned", "成长值")
  }
}
