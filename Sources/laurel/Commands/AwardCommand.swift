import ArgumentParser
import JSONRPC
import Tabular

/// `laurel award`: stars, excellent work, and what staff give.
struct AwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "award", abstract: "Show awards, give them, choose stars, take awards back.",
    discussion: """
      A star goes to who has most points when its period closes; until then it is shown as it stands.

        laurel award list
        laurel award list --period 2026-09-01 --proof
        laurel award grant 优秀学员 20250107 --citation "帮助同学完成项目"
        laurel award confirm D-0003 李娜
        laurel award revoke A-0012 --reason "测试账号"
        laurel award nominate 优秀作业 王芳 --object essay:7
        laurel award decide N-0004 --accept
      """,
    subcommands: [
      ListAwards.self, GrantAward.self, ConfirmAward.self, RevokeAward.self, NominateAward.self,
      DecideAward.self,
    ])
}

/// `laurel award list`: how stars stand, and who got what.
struct ListAwards: Question {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List provisional stars, stars that wait, awards and nominations.")

  @Option(help: "Only this award.")
  var award: String?
  @Option(help: "Only stars of this period: 2026-09-01, 2026-W36, 2026-09, term:ID.")
  var period: String?
  @Option(help: "Only this learner's: id or name.")
  var learner: String?
  @Flag(help: "Show who competed and what decided.")
  var proof = false
  @Flag(help: "As it may be published: no name without the learner's consent.")
  var `public` = false
  @Option(help: "Only awards given before this one; the last line of a page names it.")
  var before: String?
  @Option(help: "How many, at most 100.")
  var limit = 20
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let learner = try learner.map { try session.learner($0) }
    let answer = try session.call("award.list") { writer in
      writer.member("program", program)
      if let award { writer.member("award", award) }
      if let period { writer.member("period", period) }
      if let learner { writer.member("learner", learner) }
      if proof { writer.member("proof", true) }
      if `public` { writer.member("public", true) }
      if let before { writer.member("before", before) }
      writer.member("limit", limit)
    }
    try session.tell(answer) { AwardTables.text($0, session.language) }
  }
}

/// `laurel award grant`: a declared award for learners or groups.
struct GrantAward: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Give learners or groups a declared award.")

  @Argument(help: "The award, as the program file declares it.")
  var award: String
  @Argument(help: "Learners: ids or whole names.")
  var learners: [String] = []
  @Option(help: "A group whose members get it; may be repeated.")
  var group: [String] = []
  @Option(help: "The citation 事迹.")
  var citation: String?
  @Option(help: "The local day it is of; default: today.")
  var on: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard !learners.isEmpty || !group.isEmpty else {
      throw ValidationError("Name at least one learner, or a group with --group.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let people = try learners.map { try session.recipient($0) }
    let answer = try session.change("award.grant", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("award", award)
      if !people.isEmpty { writer.array("learners") { for one in people { $0.string(one.id) } } }
      if !group.isEmpty { writer.array("groups") { for name in group { $0.string(name) } } }
      if let citation { writer.member("citation", citation) }
      if let on { writer.member("occurredOn", on) }
    }
    try session.tell(answer) { answer in
      let given = answer["outcome"]?.items("awards").map(\.shown) ?? []
      let each = Shown.signed(answer["outcome"]?.int("points") ?? 0)
      let ids = given.joined(separator: session.language(", ", "、"))
      return session.language(
        "\(award): \(given.count) awards (\(ids)), \(each) each.\n",
        "\(award)：颁发 \(given.count) 项（\(ids)），每项 \(each) 分。\n")
    }
  }
}

/// `laurel award confirm`: staff choose who gets a star that waits.
struct ConfirmAward: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Choose who gets a star, among the first three.")

  @Argument(help: "The star that waits, as `laurel award list` names it: D-0003.")
  var decision: String
  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let person = try session.recipient(learner)
    let answer = try session.change("award.confirm", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("decision", decision)
      writer.member("learner", person.id)
    }
    try session.tell(answer) { answer in
      let id = answer["outcome"]?.text("id") ?? ""
      return session.language("\(person.shown): \(id)\n", "\(person.shown)：\(id)\n")
    }
  }
}

/// `laurel award revoke`: an award is taken back with what it paid.
struct RevokeAward: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Take an award back, with what it paid.",
    discussion: """
      The runner-up of a star gets it, dated to its period; no other star is decided again. What was
      spent already is written off.

        laurel award revoke A-0012 --reason "测试账号"
      """)

  @Argument(help: "The award that was given: A-0012.")
  var award: String
  @Option(help: "Why, in words.")
  var reason: String
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    if !yes {
      try Confirmation.ask(
        session.language("Take back \(award)?", "确认收回 \(award)？"), word: "yes",
        language: session.language)
    }
    let answer = try session.change("award.revoke", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("award", award)
      writer.member("reason", reason)
    }
    try session.tell(answer) { answer in
      let points = Shown.signed(answer["outcome"]?.int("points") ?? 0)
      let others = answer["outcome"]?.items("runnersUp").map { $0.text("id") } ?? []
      let instead = others.joined(separator: session.language(", ", "、"))
      let next =
        others.isEmpty
        ? "" : session.language(" Instead: \(instead).", "由 \(instead) 递补。")
      return session.language(
        "\(award) is revoked, \(points).\(next)\n", "已收回 \(award)，\(points) 分。\(next)\n")
    }
  }
}

/// `laurel award nominate`: a work for an award.
struct NominateAward: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "nominate", abstract: "Nominate a learner's work.",
    discussion: """
        laurel award nominate 优秀作业 王芳 --object essay:7
        laurel award nominate 优秀作业 20250107 --source lms --id submission-81 --nominator 20250112
      """)

  @Argument(help: "The award, won by excellent work.")
  var award: String
  @Argument(help: "Whose work it is: id or whole name.")
  var learner: String
  @Option(help: "The object that is the work, as kind:id.")
  var object: String?
  @Option(help: "The source of the fact that is the work.")
  var source: String?
  @Option(help: "The source's id of that fact.")
  var id: String?
  @Option(help: "The learner who nominates it: id or whole name.")
  var nominator: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard (object == nil) != (source == nil), (source == nil) == (id == nil) else {
      throw ValidationError("Say either --object, or --source and --id.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let person = try session.recipient(learner)
    let by = try nominator.map { try session.recipient($0) }
    let answer = try session.change("award.nominate", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("award", award)
      writer.member("learner", person.id)
      if let by { writer.member("nominator", by.id) }
      writer.object("work") { writer in
        if let source { writer.member("source", source) }
        if let id { writer.member("id", id) }
        guard let object else { return }
        let parts = object.split(separator: ":", maxSplits: 1).map(String.init)
        if parts.count == 2 { writer.member("kind", parts[0]) }
        writer.member("id", parts.last ?? object)
      }
    }
    try session.tell(answer) { answer in
      let nomination = answer["outcome"]?.text("nomination") ?? ""
      return session.language(
        "\(person.shown) is nominated: \(nomination)\n", "已提名 \(person.shown)：\(nomination)\n")
    }
  }
}

/// `laurel award decide`: a nominated work is accepted or refused.
struct DecideAward: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Accept or refuse a nominated work.")

  @Argument(help: "The nomination: N-0004.")
  var nomination: String
  @Flag(help: "Accept it.")
  var accept = false
  @Flag(help: "Refuse it.")
  var refuse = false
  @Option(help: "Why, in words.")
  var reason: String?
  @Option(help: "The citation 事迹 of the award.")
  var citation: String?
  @Option(help: "The learner who decides it: id or whole name.")
  var decider: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard accept != refuse else { throw ValidationError("Say either --accept or --refuse.") }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let by = try decider.map { try session.recipient($0) }
    let answer = try session.change("award.decide", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("nomination", nomination)
      writer.member("accept", accept)
      if let reason { writer.member("reason", reason) }
      if let citation { writer.member("citation", citation) }
      if let by { writer.member("decider", by.id) }
    }
    try session.tell(answer) { answer in
      guard let id = answer["outcome"]?["id"]?.text else {
        return session.language("\(nomination) is refused.\n", "\(nomination) 未采纳。\n")
      }
      let points = Shown.signed(answer["outcome"]?.int("points") ?? 0)
      return session.language(
        "\(nomination) is accepted: \(id), \(points).\n", "已采纳 \(nomination)：\(id)，\(points) 分。\n")
    }
  }
}
