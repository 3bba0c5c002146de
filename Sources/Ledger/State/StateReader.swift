import Incentives
import LMDB

/// Reads what is not resident: the log by learner, the boards of closed periods, lists of facts.
///
/// It may be used from any thread. The answers stand where the tables stand (`position(of:)`): who needs
/// more lets the follower catch up first, or adds what came since. Read transactions are short: rows are
/// copied out in slices, and records are then read from the journal by position.
public struct StateReader: Sendable {
  let store: StateStore
  let journal: Journal
  let vault: Vault

  /// Reads a store's tables, its journal, and who its learners are.
  public init(store: StateStore, journal: Journal, vault: Vault) {
    self.store = store
    self.journal = journal
    self.vault = vault
  }

  /// Where the tables of a program stand.
  public func position(of program: ProgramNumber) throws -> Position {
    try read { try $0.get(StateSchema.programs, ProgramKey(program))?.head.position ?? .none }
  }

  /// Answers a question that the living state could not.
  public func answer(_ question: ColdQuestion, of program: ProgramNumber) throws -> ColdAnswer {
    switch question {
    case .closedPart(let request, let part):
      .closedPart(try closedPart(of: program, request, part))
    case .closedPeriods: .closedPeriods(try closedPeriods(of: program))
    case .facts(let position, let filter, let count):
      try facts(of: program, from: position, filter: filter, count: count)
    case .learners(let text, let limit):
      .learners(try learners(of: program, containing: text, limit: limit))
    case .learnersTouched(let parts): .learners(try learnersTouched(by: parts, of: program))
    case .batchTaken(let batch, let position, let count, of: _):
      try batchTaken(batch, of: program, from: position, count: count)
    case .audit(let filter, let cursor, let count):
      try audit(of: program, filter, before: cursor, count: count)
    case .recompute(let application): .recompute(try recompute(application, of: program))
    case .records(let positions):
      .records(
        Dictionary(
          try journal.records(of: program, at: positions, keys: vault.keyring(of: program))
            .map { ($0.position, $0) }, uniquingKeysWith: { $1 }))
    }
  }

  func read<Result>(_ body: (borrowing ReadTransaction) throws -> Result) throws -> Result {
    try storing { try store.environment.read(body) }
  }

  /// Fetches records at ascending positions.
  func records(
    of program: ProgramNumber, at positions: ContiguousArray<Position>, into log: inout LearnerLog
  ) throws {
    try journal.records(
      of: program, at: positions, keys: vault.keyring(of: program), into: &log)
  }
}
