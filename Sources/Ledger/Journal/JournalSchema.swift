import Incentives
import LMDB

/// The one table of the journal's environment.
enum JournalSchema {
  static let format = EnvironmentFormat(kind: "laurel journal", version: 1)

  // Which block begins at this position of this program's log?
  static let blocks = BlockTable<BlockKey>(0, "blocks", typeID: 1, formatVersion: 1)
}

/// A block's place: its program, and the position of its first record.
struct BlockKey: DomainKey, Hashable {
  let program: ProgramNumber
  let first: Position

  init(program: ProgramNumber, first: Position) {
    self.program = program
    self.first = first
  }

  var stored: Key2<UInt32, UInt64> { Key2(program.rawValue, first.rawValue) }

  init(stored: Key2<UInt32, UInt64>) {
    program = ProgramNumber(rawValue: stored.first)
    first = Position(rawValue: stored.second)
  }
}

/// Runs work on the store and tells its failures in this module's words.
func storing<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as LMDBError {
    throw LedgerError.storage(error)
  }
}
