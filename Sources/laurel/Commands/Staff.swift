import ArgumentParser
import JSONRPC
import Tabular

/// `laurel staff`: the people who act in a program.
struct Staff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "staff", abstract: "Declare, list and end members of staff.",
    discussion: """
      A member of staff is a person; a key belongs to one. What the keys may do is what the person may
      do on that day, in the person's cohorts.

        laurel staff put T-007 --name 王老师 --role award --role read --cohort 一班
        laurel staff list
        laurel staff end T-007 --successor T-009
      """,
    subcommands: [PutStaff.self, ListStaff.self, EndStaff.self])
}

/// `laurel staff put`: declares a member of staff, or says what is true of one.
struct PutStaff: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Declare a member of staff; what is left out stays.")

  @Argument(help: "The id the organisation uses.")
  var id: String
  @Option(help: "The name people read.")
  var name: String?
  @Option(
    name: .customLong("role"),
    help: "What the person may do: facts, read, award, settle, redeem, admin; may be repeated.")
  var roles: [String] = []
  @Option(name: .customLong("cohort"), help: "A cohort in which that holds; may be repeated.")
  var cohorts: [String] = []
  @Flag(help: "The roles hold in every cohort.")
  var everywhere = false
  @Option(help: ArgumentHelp("The first local day.", valueName: "day"))
  var from: String?
  @Option(help: ArgumentHelp("The last local day.", valueName: "day"))
  var to: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func validate() throws {
    guard cohorts.isEmpty || !everywhere else {
      throw ValidationError("Say either --cohort or --everywhere.")
    }
  }

  func run(with session: Session) throws {
    let program = try session.program()
    let answer = try session.change("staff.put", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("id", id)
      if let name { writer.member("name", name) }
      if !roles.isEmpty { writer.array("roles") { for role in roles { $0.string(role) } } }
      if everywhere || !cohorts.isEmpty {
        writer.array("cohorts") { for cohort in cohorts { $0.string(cohort) } }
      }
      if let from { writer.member("from", from) }
      if let to { writer.member("to", to) }
    }
    try session.tell(answer) { answer in
      guard let outcome = answer["outcome"] else { return "" }
      return StaffTable([outcome], session.language).shown
    }
  }
}

/// `laurel staff list`: everybody, those who ended included.
struct ListStaff: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the members of staff, those who ended included.")

  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let answer = try session.call("staff.list") { $0.member("program", program) }
    try session.tell(answer) { StaffTable($0.items("staff"), session.language).shown }
  }
}

/// Members of staff, a line each.
struct StaffTable {
  /// The lines as people read them.
  let shown: String

  init(_ people: [Answer], _ language: Language) {
    var table = TextTable([
      .init("Id"), .init(language("Name", "姓名")), .init(language("Roles", "角色")),
      .init(language("Cohorts", "班级")), .init(language("From", "自")), .init(language("To", "至")),
      .init(language("State", "状态")),
    ])
    for person in people {
      let successor = person.text("successor")
      var state = person.flag("acts") ? language("acts", "在任") : language("does not act", "不在任")
      if !successor.isEmpty { state += language(", then \(successor)", "，由 \(successor) 接手") }
      table.addRow([
        person.text("staff"), person.text("name"),
        person.items("roles").map(\.shown).joined(separator: " "),
        person["cohorts"] == nil
          ? language("all", "全部") : person.items("cohorts").map(\.shown).joined(separator: " "),
        person.text("from"), person.text("to"), state,
      ])
    }
    shown = table.shown
  }
}
