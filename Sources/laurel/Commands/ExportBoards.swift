import ArgumentParser
import Engine
import Incentives
import Ledger

/// `laurel export boards`: the places of one board, or of every board there is.
///
/// Open boards come from the living state, closed ones from their tables, all at the same position.
struct ExportBoards: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boards", abstract: "Export boards at one position: every period, or one.",
    discussion: "While a server runs, it makes a copy of the store for this; see laurel backup.")

  @Option(help: "Only this period.") var period: String?
  @Flag(help: "Groups instead of learners.") var groups = false
  @Flag(help: "The format.") var format: ExportFormat = .csv
  @Flag(help: "Add names and titles.") var withNames = false
  @OptionGroup var program: ProgramOption
  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Offline.reading(global) { store in
      let state = try store.load().program(program.wanted, global.language)
      try store.startFollowing { _, _ in }
      let tables = try store.reader(of: state.number, at: state.position)
      let member = groups ? "group" : "learner"
      let columns = ["period", "state", member] + (withNames ? ["name"] : []) + ["rank", "score"]
      let out = RowOutput(format, columns: columns)
      for period in try periods(state, tables) { try write(period, state, tables, out) }
      try out.flush()
    }
  }

  /// The closed periods in the order they closed, then the open ones; or the one that was asked for.
  private func periods(_ state: ProgramState, _ tables: StateReader) throws -> [Period] {
    let all = try tables.closedPeriods(of: state.number) + state.periods.keys.sorted()
    guard let period else { return all }
    let found = all.filter { state.name(of: $0) == period }
    guard found.isEmpty else { return found }
    throw CommandFailure.refused(
      global.language(
        "there is no board “\(period)”; see laurel board list",
        "没有榜单“\(period)”；查看：laurel board list"))
  }

  private func write(
    _ period: Period, _ state: ProgramState, _ tables: StateReader, _ out: RowOutput
  ) throws {
    let name = state.name(of: period)
    if state.periods[period] != nil {
      let now = state.definition.clock == .manual ? state.clock : WallClock.now()
      let request = BoardRequest(period: period, ranksGroups: groups, segment: .everyone)
      let board = state.top(request, count: .max, now: now)
      for place in board.places {
        try out.write([name, "open"] + who(place.member, state), [Int64(place.rank), place.score])
      }
      return
    }
    let places = try tables.standings(
      of: state.number, period, ranksGroups: groups, from: 0, count: .max)
    for place in places {
      let standing = place.standing
      try out.write(
        [name, "final"] + who(standing.member, state), [Int64(place.rank), standing.score])
    }
  }

  private func who(_ member: UInt32, _ state: ProgramState) -> [String] {
    if groups {
      let id = state.names.word(.group, member)
      return withNames ? [id, state.groups[Int(member)].title] : [id]
    }
    let learner = state.learners.surviving(LearnerNumber(rawValue: member))
    let id = state.learners.shownID(learner)
    return withNames ? [id, state.learners.name(learner)] : [id]
  }
}

extension ProgramState {
  /// A period as people and the wire write it: a term by its id.
  fileprivate func name(of period: Period) -> String {
    guard period.kind == .term, termIDs.indices.contains(Int(period.index) - 1) else {
      return period.description
    }
    return "term:\(termIDs[Int(period.index) - 1])"
  }
}
