import Incentives
import LMDB

/// Why a state environment was thrown away.
///
/// Never a loss: the journal has it all.
public enum StateDefect: Error, Equatable, Sendable {
  /// The file is damaged, or of another format.
  case unreadable(LedgerError)
  /// The tables stand for records that the journal does not have, or not at this program's place.
  case otherHistory(ProgramNumber, Position)

  /// Whether an error of the environment means that only its contents are of no use.
  ///
  /// Others (a lock, a full disk, a device that fails) would meet a new environment as well.
  static func unreadable(_ error: any Error) -> StateDefect? {
    if let defect = error as? StateDefect { return defect }
    let known = (error as? LMDBError).map(LedgerError.storage) ?? error as? LedgerError
    switch known {
    case .storage(.damagedFile), .storage(.corrupt), .storage(.wrongFormat),
      .storage(.wrongTable), .corruptRecord, .unknownRecord:
      return known.map(StateDefect.unreadable)
    default: return nil
    }
  }
}

extension StateDefect: CustomStringConvertible {
  /// What was wrong with the tables and what happens now.
  public var description: String {
    switch self {
    case .unreadable(let error):
      "the state tables can not be used and are built again from the journal: \(error)"
    case .otherHistory(let program, let position):
      "the state tables stand for \(program.rawValue)/\(position.rawValue), which is not in the "
        + "journal; they are built again from it"
    }
  }
}

/// What a start of the store did, to be told to people.
public enum LoadEvent: Equatable, Sendable {
  /// The tables were of no use; the whole journal is applied instead, and the follower begins anew.
  case discarded(StateDefect)
  /// The tables were loaded.
  case loaded(programs: Int, learners: Int, identities: Int)
  /// The records after them were applied.
  case applied(changes: Int)
}
