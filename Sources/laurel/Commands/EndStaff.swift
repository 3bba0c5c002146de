import ArgumentParser
import Engine
import Incentives
import JSONRPC

/// `laurel staff end`: ends a person's time, and says who takes over.
struct EndStaff: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "end", abstract: "End a person's time; the keys end with it.",
    discussion: """
      Without --on the last day is yesterday, UTC: the person may do nothing more from now on. What was
      done stays theirs. Coming back, the person gets new keys.
      """)

  @Argument(help: "The person's id.")
  var id: String
  @Option(help: "Who takes over the open work.")
  var successor: String?
  @Option(help: ArgumentHelp("The last local day.", valueName: "day"))
  var on: String?
  @OptionGroup var program: ProgramOption
  @OptionGroup var keyed: KeyOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  func run(with session: Session) throws {
    let program = try session.program()
    let yesterday = WallClock.now().advanced(byMicroseconds: -24 * 3_600_000_000)
    let last = on ?? String(yesterday.description.prefix(10))
    let answer = try session.change("staff.put", key: keyed.idempotencyKey) { writer in
      writer.member("program", program)
      writer.member("id", id)
      writer.member("to", last)
      if let successor { writer.member("successor", successor) }
    }
    try session.tell(answer) { answer in
      guard let outcome = answer["outcome"] else { return "" }
      return StaffTable([outcome], session.language).shown
    }
  }
}
