import ArgumentParser
import JSONRPC
import Tabular

/// `laurel group`: who is in which group, moved on or put right.
struct GroupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "group", abstract: "Move a learner to another group, or correct a wrong one.",
    discussion: """
      Two different things. Somebody changes group: `transfer` says from which day on, and what was
      earned before stays with the old group. Somebody was entered in the wrong group: `correct` says
      which days were wrong, and the points of those days move to the right group.

        laurel group transfer 20250107 group-04 --from 2026-09-09
        laurel group correct 20250107 group-04 --from 2026-09-01 --to 2026-09-08
      """, subcommands: [TransferToGroup.self, CorrectGroup.self])
}

/// `laurel group transfer`: a learner joins another group from a day on.
struct TransferToGroup: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Move a learner to another group from a day on.",
    discussion: """
      History stays where it was. A day that is past is fine: points since that day follow.

        laurel group transfer 王芳 group-04
        laurel group transfer 20250107 none --from 2026-10-01
      """)

  @OptionGroup var membership: MembershipOptions
  @Option(help: "The first day in the new group; default: today.")
  var from: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    try MembershipChange(
      method: "membership.transfer", question: ("Move?", "确认转组？"), days: (from, nil),
      options: membership, key: keyed.idempotencyKey
    ).run(session)
  }
}

/// `laurel group correct`: a learner's group was recorded wrongly.
struct CorrectGroup: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct", abstract: "Correct the group a learner was recorded in.",
    discussion: """
      Replaces everything that was said of the learner's group from one day to another, and moves the
      points of that time. Shows what would move and asks before it does it.

        laurel group correct 20250107 group-04 --from 2026-09-01 --dry-run
        laurel group correct 王芳 none --from 2026-09-01 --to 2026-09-05
      """)

  @OptionGroup var membership: MembershipOptions
  @Option(help: "The first day that was wrong; default: since ever.")
  var from: String?
  @Option(help: "The last day that was wrong; default: until further notice.")
  var to: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    try MembershipChange(
      method: "membership.correct", question: ("Correct it?", "确认更正？"), days: (from, to),
      options: membership, key: keyed.idempotencyKey
    ).run(session)
  }
}

/// What both commands understand.
struct MembershipOptions: ParsableArguments {
  @Argument(help: "The learner: id or whole name.")
  var learner: String
  @Argument(help: "The group's id; none for no group.")
  var group: String
  @Flag(help: "The learner leads the group.")
  var leads = false
  @Flag(help: "Only show what would move.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
}

/// A change of a membership: shown, confirmed where points move, done.
struct MembershipChange {
  let method: String
  let question: (String, String)
  let days: (from: String?, to: String?)
  let options: MembershipOptions
  let key: String?

  func run(_ session: Session) throws {
    let person = try session.recipient(options.learner)
    let preview = try call(session, person, isDryRun: true)
    if options.dryRun { return try session.tell(preview) { text($0, person, session.language) } }
    let moves = preview["outcome"]?["effects"]?.int("learners") ?? 0
    if !options.yes, moves > 0 {
      Terminal.error.show(text(preview, person, session.language))
      try Confirmation.ask(
        session.language(question.0, question.1), word: "yes", language: session.language)
    }
    let answer = try call(session, person, isDryRun: false)
    try session.tell(answer) { text($0, person, session.language) }
  }

  private func call(_ session: Session, _ person: Person, isDryRun: Bool) throws -> Answer {
    let program = try session.program()
    let write = { (writer: inout JSONWriter) in
      writer.member("program", program)
      writer.member("learner", person.id)
      writer.member("group", options.group == "none" ? "" : options.group)
      if let from = days.from { writer.member("from", from) }
      if let to = days.to { writer.member("to", to) }
      if options.leads { writer.member("leads", true) }
    }
    guard isDryRun else { return try session.change(method, key: key, write) }
    return try session.call(method) { writer in
      write(&writer)
      writer.member("dryRun", true)
    }
  }

  private func text(_ answer: Answer, _ person: Person, _ language: Language) -> String {
    guard let outcome = answer["outcome"] else { return "" }
    guard outcome["changed"]?.bool ?? false else {
      return language(
        "\(person.shown): this is known already.\n", "\(person.shown)：已经是这样了。\n")
    }
    let group = options.group == "none" ? language("no group", "无小组") : options.group
    var days = ""
    if let from = outcome["from"]?.text {
      days += language(" from \(Shown.day(from, language))", " 自 \(Shown.day(from, language)) 起")
    }
    if let to = outcome["to"]?.text {
      days += language(" to \(Shown.day(to, language))", " 至 \(Shown.day(to, language))")
    }
    return "\(person.shown) → \(group)\(days)\n" + EffectsText.text(outcome["effects"], language)
  }
}

/// What a change of the past moves, as people read it.
enum EffectsText {
  static func text(_ effects: Answer?, _ language: Language) -> String {
    guard let effects, effects.int("learners") > 0 else {
      return language("No points move.\n", "没有积分变动。\n")
    }
    let (learners, net) = (effects.int("learners"), Shown.signed(effects.int("points")))
    var text = language(
      "\(learners) learners' points move, \(net) in all.\n", "\(learners) 位学员的积分变动，合计 \(net)。\n")
    for group in effects.items("groups") {
      text += "  \(group.text("group")) \(Shown.signed(group.int("points")))\n"
    }
    let standing = effects.int("standingCount")
    if standing > 0 {
      let periods = effects.items("standing").map(\.shown).joined(separator: ", ")
      text += language(
        "Closed boards stand: \(periods)\(standing > 100 ? ", …" : "")\n",
        "已结算的榜单不变：\(periods)\(standing > 100 ? "……" : "")\n")
    }
    return text
  }
}
