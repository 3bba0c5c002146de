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
  private let following = Mutex<Following?>(nil)

  /// What there is once the living state was loaded.
  private struct Following: Sendable {
    let tables: StateStore
    let reader: StateReader
    var thread: FollowerThread?
  }

  /// The keyed hash with which this store hashes words and identities.
  public var identitySecret: KeyedHash { vault.identitySecret }

  private init(
    path: String, journal: Journal, vault: Vault, heads: consuming sending HeadFile
  ) {
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

  /// Ends the follower and closes the environments; throws while somebody reads.
  public func close() throws {
    let ending = following.withLock { following in
      defer { following = nil }
      return following
    }
    ending?.thread?.stop()
    try ending?.tables.close()
    try writeHeadFile()
    try journal.close()
    try vault.close()
  }

  /// Writes the present heads where an exchanged journal would be noticed.
  public func writeHeadFile() throws {
    let heads = journal.allHeads()
    try self.heads.withLock { try $0.write(heads) }
  }

  /// Loads the living state: the follower's tables, then the journal after them; once.
  public func load(report: (LoadEvent) -> Void = { _ in }) throws -> LoadedState {
    let loaded = try StateLoader.load(
      at: path + "/state", journal: journal, vault: vault, report: report)
    let reader = StateReader(store: loaded.store, journal: journal, vault: vault)
    following.withLock { $0 = Following(tables: loaded.store, reader: reader, thread: nil) }
    return loaded
  }

  /// Starts to follow the journal; `lag` is told how far behind the tables are, now and then.
  public func startFollowing(
    _ options: FollowerOptions = FollowerOptions(),
    lag: @escaping @Sendable (FollowerLag) -> Void
  ) throws {
    guard let tables = following.withLock({ $0?.tables }) else {
      preconditionFailure("the state is loaded before it is followed")
    }
    let thread = FollowerThread(
      store: tables, journal: journal, secret: identitySecret, options: options
    ) { [self] _ in
      if let now = followerLag { lag(now) }
    }
    try thread.start()
    following.withLock { $0?.thread = thread }
  }

  /// Tells the follower that blocks became durable.
  public func noteDurable() { follower?.notify() }

  /// How far the tables are behind the journal; nil while nobody follows.
  public var followerLag: FollowerLag? { follower?.lag }

  /// The tables that are not resident, read where they stand.
  ///
  /// Waits until they stand at a position or further; throws where they can not.
  public func reader(of program: ProgramNumber, at position: Position) throws -> StateReader {
    guard let (reader, thread) = following.withLock({ $0.map { ($0.reader, $0.thread) } }),
      let thread
    else { throw LedgerError.followerStopped }
    try thread.waitUntil(program, position)
    return reader
  }

  /// How much room the tables take; nil before the state was loaded.
  public func stateUsage() throws -> StateUsage? {
    try following.withLock { $0?.tables }?.usage()
  }

  private var follower: FollowerThread? { following.withLock { $0?.thread } }

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
