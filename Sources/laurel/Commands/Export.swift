import ArgumentParser
import Incentives
import JSONRPC
import Ledger
import Tabular

/// `laurel export`: takes a program's journal, balances or boards out.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Export a program's journal, balances or boards.",
    discussion: """
      Everything goes to standard output. Learners are named by id; --with-names adds what people
      call them.

        laurel export balances --program class --csv > balances.csv
        laurel export boards --period term:autumn-2026 --groups > groups.csv
        laurel export journal --program class > class.ndjson
      """,
    subcommands: [ExportBalances.self, ExportBoards.self, ExportJournal.self])
}

/// How tables are exported.
enum ExportFormat: String, EnumerableFlag {
  /// RFC 4180 with a header, UTF-8.
  case csv
  /// One JSON object a line.
  case ndjson
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
      for number in 0..<UInt32(state.learners.count) {
        let learner = LearnerNumber(rawValue: number + 1)
        let accounts = state.learners[learner].accounts
        let id = state.learners.externalID(learner)
        out.write(
          withNames ? [id, state.learners.name(learner)] : [id],
          Self.accounts.map { $0.points(of: accounts) })
      }
      out.flush()
    }
  }
}

extension LoadedState {
  /// The program of an id, or the only one there is.
  func program(_ id: String?, _ language: Language) throws(CommandFailure) -> ProgramState {
    let programs = programs.filter { $0.number != .server }
    let wanted = id.map { id in programs.filter { $0.definition.id == id } } ?? programs
    guard wanted.count != 1 else { return wanted[0] }
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

/// `laurel export boards`: the places of one board, or of every board there is.
struct ExportBoards: ServerCommand {
  static let configuration = CommandConfiguration(
    commandName: "boards", abstract: "Export boards: every period, or one.")

  @Option(help: "Only this period.") var period: String?
  @Flag(help: "Groups instead of learners.") var groups = false
  @Flag(help: "The format.") var format: ExportFormat = .csv
  @Flag(help: "Add names and titles.") var withNames = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions
  var wantedProgram: String? { program.wanted }

  private static let placesMax = 1_000
  private static let neighboursMax = 100

  func run(with session: Session) throws {
    let id = groups ? "group" : "learner"
    let names = ["period", "state", id] + (withNames ? ["name"] : [])
    let out = RowOutput(format, columns: names + ["rank", "score"])
    for period in try periods(session) { try write(period, out, session) }
    out.flush()
  }

  private func periods(_ session: Session) throws -> [String] {
    if let period { return [period] }
    let program = try session.program()
    let list = try session.call("board.list") { $0.member("program", program) }
    return (list.items("closed") + list.items("open")).map(\.shown)
  }

  /// Writes a board of any length: the first thousand places, then by the neighbours of the last one.
  private func write(_ period: String, _ out: RowOutput, _ session: Session) throws {
    var page = try session.board(period, groups: groups, limit: Self.placesMax)
    var places = page.items("places")
    while let last = places.last {
      for place in places { write(place, of: page, period, out) }
      guard places.count >= Self.neighboursMax else { return }
      let who = self.who(last)
      page = try session.around(
        who, period, groups: groups, neighbours: Self.neighboursMax)
      let shown = page.items("places")
      guard let own = shown.firstIndex(where: { self.who($0) == who }) else { return }
      places = Array(shown[(own + 1)...])
    }
  }

  private func write(_ place: Answer, of page: Answer, _ period: String, _ out: RowOutput) {
    let name = withNames ? [place.text("name")] : []
    out.write(
      [period, page.flag("final") ? "final" : "open", who(place)] + name,
      [place.int("rank"), place.int("score")])
  }

  private func who(_ place: Answer) -> String {
    groups ? place.text("group") : place.text("learner")
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
        Terminal.output.write(String(decoding: line, as: UTF8.self))
      }
    }
  }
}

/// Rows on standard output, as CSV or as JSON lines, written in large pieces.
final class RowOutput {
  private let format: ExportFormat
  private let columns: [String]
  private var csv = CSVWriter()
  private var lines = JSONWriter()

  /// Opens an output; CSV begins with the header.
  init(_ format: ExportFormat, columns: [String]) {
    self.format = format
    self.columns = columns
    guard format == .csv else { return }
    for column in columns { csv.append(column) }
    csv.endRecord()
  }

  /// Writes a row: texts, then whole numbers, in the order of the columns.
  func write(_ texts: [String], _ numbers: [Int64]) {
    precondition(texts.count + numbers.count == columns.count, "a row has one value a column")
    switch format {
    case .csv:
      for text in texts { csv.append(text) }
      for number in numbers { csv.append(number) }
      csv.endRecord()
    case .ndjson:
      lines.object { writer in
        for (name, text) in zip(columns, texts) {
          writer.key(name)
          writer.string(text)
        }
        for (name, number) in zip(columns[texts.count...], numbers) {
          writer.key(name)
          writer.int(number)
        }
      }
      lines.endLine()
    }
    if csv.bytes.count + lines.count > 64 << 10 { flush() }
  }

  /// Writes what is held back.
  func flush() {
    Terminal.output.write(String(decoding: csv.takeBytes(), as: UTF8.self))
    Terminal.output.write(lines.string)
    lines.removeAll()
  }
}
