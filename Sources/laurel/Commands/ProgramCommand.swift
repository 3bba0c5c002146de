import API
import ArgumentParser
import Client
import JSONRPC
import Tabular

/// `laurel program`: apply a program file, see what is in force, move a manual clock.
struct ProgramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program",
    abstract: "Apply a program file, see programs, move a manual clock.",
    discussion: """
      A program says in which zone its days are, when its terms are, and what a fact pays. It is a
      YAML file; `laurel program example` prints one to start from.

        laurel program example > class.yaml
        laurel program apply class.yaml --dry-run
        laurel program apply class.yaml
        laurel program list
      """,
    subcommands: [
      ApplyProgram.self, GetProgram.self, ListPrograms.self, AdvanceProgram.self,
      CloneProgram.self, DropProgram.self, ExampleProgram.self,
    ])
}

/// `laurel program get`: what is in force.
struct GetProgram: Question {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show a program: version, clock, what it holds.")

  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let answer = try session.call("program.get") { $0.member("program", id) }
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([.init(language("What", "项目")), .init("")])
      let definition = answer["definition"]
      table.addRow([language("Name", "名称"), definition?.text("name") ?? ""])
      table.addRow([language("Zone", "时区"), definition?.text("zone") ?? ""])
      for (name, label) in [
        ("version", language("Version", "版本")), ("clock", language("Clock", "时钟")),
        ("closedThrough", language("Closed through", "已收榜至")),
        ("learners", language("Learners", "学员")), ("groups", language("Groups", "小组")),
        ("facts", language("Facts", "事实")),
        ("pending", language("Waiting for the roster", "等待名册")),
        ("rehearsalOf", language("Rehearsal of", "演练自")),
        ("position", language("Position", "位置")), ("head", language("Head", "头哈希")),
      ] as [(StaticString, String)] {
        guard let value = answer[name] else { continue }
        table.addRow([label, value.shown])
      }
      return table.shown
    }
  }
}

/// `laurel program list`: every program of the server.
struct ListPrograms: Question {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the programs of the server.")

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) throws {
    let answer = try session.call("program.list")
    try session.tell(answer) { answer in
      let language = session.language
      var table = TextTable([
        .init(language("Program", "项目")), .init(language("Name", "名称")),
        .init(language("Version", "版本"), .right), .init(language("Learners", "学员"), .right),
        .init(language("Facts", "事实"), .right), .init(language("Position", "位置"), .right),
        .init(language("Rehearsal of", "演练自")),
      ])
      for program in answer.items("programs") {
        table.addRow([
          program.text("program"), program.text("name"), "\(program.int("version"))",
          "\(program.int("learners"))", "\(program.int("facts"))", "\(program.int("position"))",
          program.text("rehearsalOf"),
        ])
      }
      return table.shown
    }
  }
}

/// `laurel program advance`: moves the time of a program whose clock is manual.
struct AdvanceProgram: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "advance", abstract: "Move the time of a program whose clock is manual.",
    discussion: """
      Days whose grace is over then close, in order. A clock never goes back.

        laurel program advance 2025-09-08 --program demo
      """)

  @Argument(help: "A local day, or an instant with an offset.")
  var to: String
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let id = try session.program()
    let answer = try session.change("program.advance", key: keyed.idempotencyKey) { writer in
      writer.member("program", id)
      writer.member("to", to)
    }
    try session.tell(answer) { answer in
      let clock = answer["outcome"]?.text("clock") ?? ""
      let jobs = answer["outcome"]?.int("jobs") ?? 0
      return session.language(
        "\(id) is at \(clock); \(jobs) jobs are closing what is over.\n",
        "\(id) 的时间是 \(clock)；\(jobs) 个任务正在收榜。\n")
    }
  }
}

/// `laurel program example`: a program file to start from.
struct ExampleProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Print a program file to start from.",
    discussion: "`demo` is a class with a rule of every kind; `oulad` plays a real learning log.")

  @Argument(help: "Which example: demo or oulad.")
  var name: ExampleName = .demo

  func run() throws { try Output.write(name.yaml) }
}

/// The program files that are part of this binary.
enum ExampleName: String, CaseIterable, ExpressibleByArgument {
  /// A class with a rule of every kind.
  case demo
  /// The five rules of a real learning log.
  case oulad

  /// The file's text.
  var yaml: String {
    let bytes =
      switch self {
      case .demo: PackageResources.demo_yaml
      case .oulad: PackageResources.oulad_yaml
      }
    return String(decoding: bytes, as: UTF8.self)
  }
}
