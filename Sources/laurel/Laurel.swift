import ArgumentParser
import Tabular

/// The command line: one subcommand a file, each a thin client of the methods the server has.
///
/// What all of them share is in `GlobalOptions`: where the server is, who is asking, which language
/// people read, `--json` for machines. A command talks to the server on its Unix socket; when none runs,
/// it opens the store of `--data` itself for as long as it needs. It ends with 0 done, 1 refused,
/// 2 failed, 3 needs attention.
@main
struct Laurel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "laurel",
    abstract: "An incentive ledger for learning: facts in, points out.",
    discussion: """
      Start a server, tell it what a program pays, bring in learners and facts:

        laurel serve --data /var/lib/laurel
        laurel program apply class.yaml
        laurel import roster learners.csv
        laurel import facts events.csv.gz
        laurel board

      See it all at once with `laurel demo`. Exit codes: 0 done, 1 refused, 2 failed,
      3 needs attention.
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Server", subcommands: [Serve.self, Demo.self, Keys.self, Bench.self]),
      CommandGroup(name: "People", subcommands: [Staff.self, Login.self, Logout.self]),
      CommandGroup(
        name: "Game",
        subcommands: [
          ProgramCommand.self, CalendarCommand.self, ImportCommand.self, Record.self,
          FactCommand.self,
        ]),
      CommandGroup(
        name: "Points",
        subcommands: [
          Grant.self, Adjust.self, Reverse.self, BalanceCommand.self, History.self,
        ]),
      CommandGroup(name: "People", subcommands: [GroupCommand.self, Merge.self, Erase.self]),
      CommandGroup(
        name: "Recognition",
        subcommands: [
          BadgeCommand.self, QuestCommand.self, StreakCommand.self, AwardCommand.self,
        ]),
      CommandGroup(
        name: "Attendance", subcommands: [SessionCommand.self, AttendanceCommand.self]),
      CommandGroup(name: "Boards", subcommands: [BoardCommand.self]),
      CommandGroup(
        name: "Trust",
        subcommands: [
          Check.self, Audit.self, Verify.self, Backup.self, Restore.self, ExportCommand.self,
        ]),
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let failure = failure(of: error) else { exit(withError: error) }
      failure.tell(asJSON: CommandLine.arguments.contains("--json"))
      exit(withError: ExitCode(failure.status.rawValue))
    }
  }

  /// How a command ends that threw; nil for help, a version and the like, which is no failure.
  static func failure(of error: any Error) -> CommandFailure? {
    if let failure = error as? CommandFailure { return failure }
    switch exitCode(for: error) {
    case .success: return nil
    case .validationFailure: return .refused(fullMessage(for: error))
    default: return error is ExitCode ? nil : .failed("\(error)")
    }
  }
}
