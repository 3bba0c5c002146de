import Glibc
import Incentives
import Synchronization

/// Everything a directory holds: the journal, the vault, the state tables and who follows whom.
///
///     <store>/journal   the truth: blocks of changes, hash-chained
///     <store>/vault     keys and names of people, API keys, the secret of the store
///     <store>/state     what the follower made of the journal; expendable
///     <store>/heads     the heads last known to be durable, against exchanged files
///
/// One process at a time: each environment holds its own lock.
public final class Store: Sendable {
  /// Where it lies.
  public let path: String
  /// The log of all programs.
  public let journal: Journal
  /// What identifies people, and the server's secrets.
  public let vault: Vault
  private let heads: Mutex<HeadFile>

  /// The keyed hash with which this store hashes words and identities.
  public var identitySecret: KeyedHash { vault.identitySecret }

  private init(path: String, journal: Journal, vault: Vault, heads: consuming sending HeadFile) {
    self.path = path
    self.journal = journal
    self.vault = vault
    self.heads = Mutex(heads)
  }

  /// Opens the store in a directory, creating it when there is none.
  ///
  /// Examines the files before it touches them, and compares the journal with the heads last known to
  /// be durable; throws an error with advice when something is wrong.
  public static func open(at path: String) throws -> Store {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw LedgerError.system(operation: "making the directory", path: path, errno: errno)
    }
    let journal = try Journal.open(at: path + "/journal")
    let vault = try Vault.open(at: path + "/vault")
    let heads = try HeadFile.open(at: path + "/heads")
    try journal.check(heads.heads)
    return Store(path: path, journal: journal, vault: vault, heads: heads)
  }

  /// Closes the environments; throws while somebody reads.
  public func close() throws {
    try writeHeadFile()
    try journal.close()
    try vault.close()
  }

  /// Writes the present heads where an exchanged journal would be noticed.
  public func writeHeadFile() throws {
    let heads = journal.allHeads()
    try self.heads.withLock { try $0.write(heads) }
  }

  /// The identity that leads to a record, computed from its words; nil for records without one.
  public func identity(of change: Change, in state: ProgramState, _ buffer: ChangeBuffer)
    -> Digest128?
  {
    func fact(_ source: SourceNumber, _ id: TextRef) -> Digest128 {
      state.names.withWord(.source, UInt32(source.rawValue)) { source in
        buffer.text.withBytes(id) {
          FactIdentity.hash(
            secret: identitySecret, program: state.number, source: source, id: $0)
        }
      }
    }
    switch change {
    case .fact(let change): return fact(change.source, change.id)
    case .reversalAwaited(let change): return fact(change.source, change.id)
    case .keyUsed(let change):
      return buffer.text.withBytes(change.key) {
        KeyIdentity.hash(
          secret: identitySecret, program: state.number, principal: change.principal, key: $0)
      }
    default: return nil
    }
  }
}
