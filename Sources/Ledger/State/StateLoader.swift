import Incentives
import LMDB

/// The living state as a start finds it: every program's, and the index of known identities.
///
/// Made on the thread that will own it, or handed over to it as a whole.
public final class LoadedState {
  /// The environment the follower goes on with.
  public let store: StateStore
  /// The programs by number; all that the journal has.
  public internal(set) var programs: [ProgramState] = []
  private var index: FactIndex?

  init(store: StateStore, index: consuming FactIndex) {
    self.store = store
    self.index = consume index
  }

  /// Takes the index of known identities; once.
  public func takeIndex() -> FactIndex {
    guard let taken = index.take() else { preconditionFailure("the index is taken once") }
    return taken
  }

  func insert(_ identity: IdentityHash, at position: Position) {
    index?.insert(identity, number: position.rawValue)
  }

  var identityCount: Int { index?.count ?? 0 }
}

/// Brings the living state back: loads the follower's tables, then applies the journal after them.
///
/// The tables are believed only as far as they agree with the journal: each program's head must be in
/// its chain. Tables that do not agree, or can not be read, are thrown away; the whole journal is then
/// applied, and the follower fills a new environment meanwhile. Who the learners are comes from the
/// vault; one whom it does not know (erased, or imported without names) gets an id that nobody can
/// have: a zero byte, `#` and the number.
public enum StateLoader {
  /// Loads the state in a directory, on the thread that calls.
  ///
  /// Nothing is written, so the follower's thread may be any other. Errors of journal and vault are
  /// thrown; those of the tables are told to `report` and put right.
  public static func load(
    at path: String, journal: Journal, vault: Vault,
    options: EnvironmentOptions = StateStore.defaultOptions,
    report: (LoadEvent) -> Void = { _ in }
  ) throws -> LoadedState {
    let state: LoadedState
    do {
      state = try loadTables(at: path, journal, vault, options)
    } catch let defect as StateDefect {
      report(.discarded(defect))
      try StateStore.discard(at: path)
      state = LoadedState(
        store: try StateStore.open(at: path, options: options), index: FactIndex())
    }
    report(
      .loaded(
        programs: state.programs.count,
        learners: state.programs.reduce(0) { $0 + $1.learners.count },
        identities: state.identityCount))
    let applied = try JournalTail.apply(to: state, journal: journal, vault: vault)
    report(.applied(changes: applied))
    return state
  }

  /// Throws a `StateDefect` where the tables are of no use; the environment is then closed.
  private static func loadTables(
    at path: String, _ journal: Journal, _ vault: Vault, _ options: EnvironmentOptions
  ) throws -> LoadedState {
    let store = try reading {
      try forgetPrograms(at: path, journal, options)
      return try StateStore.open(at: path, options: options)
    }
    do {
      let rows = try reading { try readPrograms(store) }
      try check(rows, journal)
      let index = try IndexLoading(store, rows, secret: vault.identitySecret)
      let programs: [ProgramState]
      do {
        programs = try loadPrograms(rows, store, journal, vault)
      } catch {
        index.abandon()
        throw error
      }
      let state = LoadedState(store: store, index: try reading { try index.finish() })
      state.programs = programs
      return state
    } catch {
      try store.close()
      throw error
    }
  }

  private static func loadPrograms(
    _ rows: [ProgramNumber: ProgramRow], _ store: StateStore, _ journal: Journal, _ vault: Vault
  ) throws -> [ProgramState] {
    var programs: [ProgramNumber: ProgramState] = [:]
    for (number, row) in rows {
      let state = ProgramState(number: number, hash: vault.identitySecret)
      try LearnerWords.restore(state, count: row.learnerCount, vault: vault)
      programs[number] = state
    }
    try reading {
      try storing {
        try store.environment.read { try TableLoading(programs: programs, rows: rows).load($0) }
      }
    }
    for (number, state) in programs {
      guard let row = rows[number] else { continue }
      try vault.restoreStaffNames(of: state)
      try vault.restoreFileNames(of: state)
      try JournalTail.restoreOpenDays(of: state, through: row, journal: journal, vault: vault)
      state.finishRestoring(row.counters)
    }
    return programs.values.sorted { $0.number < $1.number }
  }

  /// Removes what is left of programs that the journal has no more.
  ///
  /// The environment is closed again: the thread that writes it from now on may be another.
  private static func forgetPrograms(
    at path: String, _ journal: Journal, _ options: EnvironmentOptions
  ) throws {
    let store = try StateStore.open(at: path, options: options)
    do {
      for program in try readPrograms(store).keys
      where journal.head(of: program).position.isNone {
        try store.forget(program)
      }
    } catch {
      try store.close()
      throw error
    }
    try store.close()
  }

  private static func readPrograms(_ store: StateStore) throws -> [ProgramNumber: ProgramRow] {
    try storing {
      try store.environment.read { transaction in
        var rows: [ProgramNumber: ProgramRow] = [:]
        try transaction.scan(StateSchema.programs) { key, row in
          rows[key.program] = row
          return .next
        }
        return rows
      }
    }
  }

  /// Holds each program's head against its chain.
  private static func check(_ rows: [ProgramNumber: ProgramRow], _ journal: Journal) throws {
    for (program, row) in rows.sorted(by: { $0.key < $1.key }) {
      let defect = StateDefect.otherHistory(program, row.head.position)
      guard row.head.position <= journal.head(of: program).position else { throw defect }
      let isThere = try journal.block(of: program, containing: row.head.position) {
        $0.head == row.head
      }
      guard isThere else { throw defect }
    }
  }

  /// Turns what is wrong with the tables themselves into a `StateDefect`.
  private static func reading<Result: ~Copyable>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      throw StateDefect.unreadable(error) ?? error
    }
  }
}
