import ArgumentParser
import Engine
import Incentives
import Ledger
import Tabular

/// `laurel export`: takes a program's journal, balances or boards out.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Export a program's journal, balances or boards.",
    discussion: """
      Everything goes to standard output. Learners are named by id; --with-names adds what people
      call them. --excel is for a double click in Excel: marked as UTF-8, ids kept as text, cells
      that look like formulas made harmless; --csv is RFC 4180, and the default.

        laurel export balances --program class --csv > balances.csv
        laurel export balances --excel --with-names > balances.csv
        laurel export boards --period term:autumn-2026 --groups > groups.csv
        laurel export journal --program class > class.ndjson
      """,
    subcommands: [ExportBalances.self, ExportBoards.self, ExportJournal.self])
}

/// `laurel export balances`: a row for every learner.
struct ExportBalances: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balances", abstract: "Export every learner's balances, at one position.",
    discussion: "While a server runs, it makes a copy of the store for this; see laurel backup.")

  @Flag(help: "The format.") var format: ExportFormat = .csv
  @Flag(help: "Add the learners' names.") var withNames = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  /// What a row holds behind the learner.
  private static let accounts = Account.allCases.filter { $0 != .pending }

  func run() throws {
    try Offline.reading(global) { store in
      let state = try store.load().program(program.wanted, global.language)
      let names = withNames ? ["learner", "name"] : ["learner"]
      let out = RowOutput(format, columns: names + Self.accounts.map { "\($0.field)" })
      let now = state.definition.clock == .manual ? state.clock : WallClock.now()
      for number in 0..<UInt32(state.learners.count) {
        let learner = LearnerNumber(rawValue: number + 1)
        // Who was merged has nothing of their own.
        guard state.learners.surviving(learner) == learner else { continue }
        let accounts = state.accounts(of: learner, at: now)
        let id = state.learners.shownID(learner)
        try out.write(
          withNames ? [id, state.learners.name(learner)] : [id],
          Self.accounts.map { $0.points(of: accounts) })
      }
      try out.flush()
    }
  }
}

extension LoadedState {
  /// The program of an id, or the only one there is.
  func program(_ id: String?, _ language: Language) throws(CommandFailure) -> ProgramState {
    let programs = programs.filter { $0.number != .server }
    let wanted = id.map { id in programs.filter { $0.definition.id == id } } ?? programs
    guard wanted.count != 1 else { return wanted[0] }
    guard !programs.isEmpty else {
      throw .refused(language("there is no program in this store", "此数据中还没有项目"))
    }
    let list = programs.map(\.definition.id).joined(separator: ", ")
    throw .refused(
      language("which program? --program with one of \(list)", "哪个项目？用 --program 指明：\(list)"))
  }
}

extension Account {
  /// The account's points.
  fileprivate func points(of accounts: Accounts) -> Int64 {
    switch self {
    case .earned: accounts.earned
    case .spendable: accounts.spendable
    case .bonus: accounts.bonus
    case .prizes: accounts.prizes
    case .adjusted: accounts.adjusted
    case .writtenOff: accounts.writtenOff
    case .returned: accounts.returned
    case .redeemed: accounts.redeemed
    case .expired: accounts.expired
    case .debt: accounts.debt
    case .held: accounts.held
    case .pending: 0
    }
  }
}

/// `laurel export journal`: every block of a program's log, as NDJSON.
struct ExportJournal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Export a program's journal as NDJSON.",
    discussion: """
      A line is a block: its bytes in base64, with their hash, and what they say. Imported with
      `laurel import journal` into an empty store it gives the same head. Without --with-names
      nobody can be told from it, there or here.
      """)

  @Flag(help: "Add who the learners are, and the keys of their texts.")
  var withNames = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Offline.reading(global) { store in
      let state = try store.load().program(program.wanted, global.language)
      _ = try store.exportJournal(
        of: state.number, id: state.definition.id, withNames: withNames
      ) { line in
        try Output.write(String(decoding: line, as: UTF8.self))
      }
    }
  }
}
