import Incentives
import LMDB

/// What can go wrong between the game and its files, each case with advice.
///
/// These are failures of a disk, a file or an operator; never refusals of the game, which are values.
/// A case names the program and the position where it can, so that `verify` and a person look at the
/// same place.
public enum LedgerError: Error, Equatable, Sendable {
  /// A record's bytes are not what was written.
  case corruptRecord(program: ProgramNumber, position: Position, problem: String)
  /// A record of a kind or format version that this build does not know.
  case unknownRecord(program: ProgramNumber, position: Position, kind: UInt8, version: UInt8)
  /// A block's bytes are not what was written.
  case corruptBlock(program: ProgramNumber, position: Position, problem: String)
  /// A block of a format version that this build does not know.
  case unknownBlockVersion(UInt32)
  /// A block does not begin where the program's log ends.
  case wrongPosition(program: ProgramNumber, expected: Position, found: Position)
  /// A block does not name the hash of the block before it.
  case brokenChain(program: ProgramNumber, position: Position)
  /// No record has this position.
  case noSuchRecord(program: ProgramNumber, position: Position)
  /// A personal text was to be sealed for a learner without a key: the vault was not prepared.
  case keyMissing(program: ProgramNumber, learner: LearnerNumber)
  /// A personal text would have to be sealed under a nonce that can not be formed.
  case positionTooGreat(program: ProgramNumber, position: Position)
  /// A sealed text does not open under its learner's key.
  case sealBroken(program: ProgramNumber, position: Position)
  /// A block would exceed what its format can hold.
  case blockTooLarge(program: ProgramNumber, position: Position)
  /// A program definition can not be written as JSON.
  case unwritableDefinition(program: ProgramNumber, position: Position, problem: String)
  /// The journal ends before a head that was durable.
  case journalRolledBack(program: ProgramNumber, expected: Position, found: Position)
  /// The journal holds another history than the one whose head was durable.
  case journalExchanged(program: ProgramNumber, position: Position)
  /// The head file can not be read.
  case damagedHeadFile(path: String, problem: String)
  /// A row of the vault is not what was written.
  case corruptVault(problem: String)
  /// The vault lacks a secret that this store was created with.
  case vaultIncomplete(path: String)
  /// There is no vault beside a journal that has blocks.
  case vaultMissing(path: String)
  /// An API key with this id exists already.
  case apiKeyExists(id: String)
  /// No API key has this id.
  case noSuchAPIKey(id: String)
  /// The follower does not run: the server is stopping.
  case followerStopped
  /// What the follower met is neither a failure of the store nor of the journal.
  case corruptState(problem: String)
  /// The store failed below this module.
  case storage(LMDBError)
  /// The directory is there already, and nothing is ever written over.
  case exists(path: String)
  /// The store has a program of this id, or of its number, already.
  case programExists(id: String)
  /// A backup or an export does not verify.
  case notClean(path: String, problem: String)
  /// A line of an export can not be read.
  case unreadableExport(line: Int, problem: String)
  /// The operating system refused, with its error number.
  case system(operation: String, path: String, errno: Int32)
}

extension LedgerError: CustomStringConvertible {
  /// What happened and what to do about it.
  public var description: String {
    switch self {
    case .corruptRecord(let program, let position, let problem):
      "record \(place(program, position)) is damaged: \(problem); \(Self.restoreAdvice)"
    case .unknownRecord(let program, let position, let kind, let version):
      "record \(place(program, position)) is of kind \(kind), version \(version), which this "
        + "build does not know; \(Self.newerAdvice)"
    case .corruptBlock(let program, let position, let problem):
      "the block at \(place(program, position)) is damaged: \(problem); \(Self.restoreAdvice)"
    case .unknownBlockVersion(let version):
      "a block has format version \(version), which this build does not know; \(Self.newerAdvice)"
    case .wrongPosition(let program, let expected, let found):
      "a block begins at \(place(program, found)) where the log goes on at \(expected.rawValue); "
        + "another writer was here, or blocks were lost: run verify"
    case .brokenChain(let program, let position):
      "the block at \(place(program, position)) does not follow the block before it; "
        + "the journal was altered: run verify --head with a head kept elsewhere"
    case .noSuchRecord(let program, let position):
      "there is no record \(place(program, position)); ask for the head first"
    case .keyMissing(let program, let learner):
      "program \(program.rawValue) has no key for learner \(learner.rawValue); "
        + "prepare the vault before encoding the block, or restore the vault from a backup"
    case .positionTooGreat(let program, let position):
      "\(place(program, position)) is beyond 2^56 records; begin a new program"
    case .sealBroken(let program, let position):
      "a sealed text of \(place(program, position)) does not open under its learner's key; "
        + "journal and vault are from different stores: restore both from one backup"
    case .blockTooLarge(let program, let position):
      "the block at \(place(program, position)) exceeds 4 GiB; seal blocks earlier"
    case .unwritableDefinition(let program, let position, let problem):
      "the definition at \(place(program, position)) can not be written: \(problem)"
    case .journalRolledBack(let program, let expected, let found):
      "the journal was exchanged or rolled back: program \(program.rawValue) ends at "
        + "\(found.rawValue), but \(expected.rawValue) was durable; put the journal back, "
        + "or run restore, which begins a new epoch"
    case .journalExchanged(let program, let position):
      "the journal was exchanged or rolled back: its block that ends at "
        + "\(place(program, position)) is another one than was durable; put the journal back, "
        + "or run restore, which begins a new epoch"
    case .damagedHeadFile(let path, let problem):
      "the head file \(path) can not be read: \(problem); run verify with a head kept elsewhere, "
        + "then remove the file"
    case .corruptVault(let problem):
      "the vault is damaged: \(problem); restore it from a backup"
    case .vaultIncomplete(let path):
      "\(path) lacks the store's secret; restore the vault from a backup"
    case .vaultMissing(let path):
      "\(path) is not there, but the journal has blocks: without it nobody can be named and no fact "
        + "recognised; put the vault back, or restore a backup"
    case .apiKeyExists(let id):
      "an API key \(id) exists already; create another"
    case .noSuchAPIKey(let id):
      "there is no API key \(id); list the keys to see which exist"
    case .followerStopped:
      "the follower does not run; try again once the server is up"
    case .corruptState(let problem):
      "the state tables can not be followed: \(problem); restart, and they are built again"
    case .exists(let path):
      "\(path) is there already; name a directory that does not exist yet."
    case .programExists(let id):
      "program \(id) is in this store already; import into a new store."
    case .notClean(let path, let problem):
      "\(path) does not verify (\(problem)); take another backup."
    case .unreadableExport(let line, let problem):
      "Line \(line) of the export can not be read: \(problem)."
    case .storage(let error):
      error.description
    case .system(let operation, let path, let number):
      "\(operation) of \(path) failed with errno \(number): check the disk and its permissions"
    }
  }

  /// Whether the files are not what was written, rather than the way to them or this build.
  ///
  /// What `verify` calls a difference; every other failure means that something could not be checked.
  public var isDamage: Bool {
    switch self {
    case .corruptRecord, .corruptBlock, .wrongPosition, .brokenChain, .noSuchRecord, .sealBroken,
      .journalRolledBack, .journalExchanged, .damagedHeadFile, .corruptVault, .vaultIncomplete,
      .vaultMissing, .corruptState, .notClean:
      true
    case .storage(.damagedFile), .storage(.corrupt): true
    case .unknownRecord, .unknownBlockVersion, .keyMissing, .positionTooGreat, .blockTooLarge,
      .unwritableDefinition, .apiKeyExists, .noSuchAPIKey, .followerStopped, .storage, .exists,
      .programExists, .unreadableExport, .system:
      false
    }
  }

  private static let restoreAdvice = "run verify to see how far it reaches, then restore a backup"
  private static let newerAdvice = "it was written by a newer one, use that"

  private func place(_ program: ProgramNumber, _ position: Position) -> String {
    "\(program.rawValue)/\(position.rawValue)"
  }
}
