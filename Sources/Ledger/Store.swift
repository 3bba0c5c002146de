import Glibc
import Incentives
import LMDB
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
  /// What opening it put right, to be told to people.
  public let recoveries: [StoreEvent]
  let options: StoreOptions
  private let heads: Mutex<HeadFile>
  private let following = Mutex<Following?>(nil)
  private let noting = Mutex<NotingThread?>(nil)

  /// What there is once the living state was loaded.
  private struct Following: Sendable {
    let tables: StateStore
    let reader: StateReader
    var thread: FollowerThread?
  }

  /// The keyed hash with which this store hashes words and identities.
  public var identitySecret: KeyedHash { vault.identitySecret }

  private init(
    path: String, options: StoreOptions, journal: Journal, vault: Vault,
    heads: consuming sending HeadFile
  ) {
    self.path = path
    self.options = options
    self.journal = journal
    self.vault = vault
    recoveries = [
      journal.recovery.map { .recovered(part: "journal", $0) },
      vault.recovery.map { .recovered(part: "vault", $0) },
    ].compactMap { $0 }
    self.heads = Mutex(heads)
  }

  /// Opens the store in a directory, creating it when there is none.
  ///
  /// Examines the files before it touches them, and compares the journal with the heads last known to
  /// be durable; throws an error with advice when something is wrong. A journal that has blocks is never
  /// given a fresh vault (`.vaultMissing`): who its learners are would be lost for good.
  public static func open(
    at path: String, options: StoreOptions = StoreOptions()
  ) throws -> Store {
    let path = FileSystem.trimmed(path)
    try storing { try FileSystem.createDirectory(path) }
    let journal = try Journal.open(
      at: path + "/journal", options: try options.environment(at: path + "/journal"))
    let isNew = journal.allHeads().isEmpty
    let vaultPath = path + "/vault"
    let hasVault = try storing { try FileSystem.byteCount(of: vaultPath + "/data.mdb") != nil }
    guard isNew || hasVault else { throw LedgerError.vaultMissing(path: vaultPath) }
    let vault = try Vault.open(at: vaultPath, mayBeDrawn: isNew)
    let heads = try HeadFile.open(at: path + "/heads")
    try journal.check(heads.heads)
    let store = Store(path: path, options: options, journal: journal, vault: vault, heads: heads)
    guard try store.finishRehearsals() else { return store }
    // The journal belongs to the thread that wrote it; whoever opens it now is to write it.
    try store.close()
    return try open(at: path, options: options)
  }

  /// Ends the follower and closes the environments; throws while somebody reads.
  public func close() throws {
    let ending = following.withLock { following in
      defer { following = nil }
      return following
    }
    ending?.thread?.stop()
    noting.withLock { noting in
      noting?.stop()
      noting = nil
    }
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
      at: statePath, journal: journal, vault: vault,
      options: try options.environment(at: statePath, readsAhead: false), report: report)
    for state in loaded.programs { try finishErasures(of: state) }
    let reader = StateReader(store: loaded.store, journal: journal, vault: vault)
    following.withLock { $0 = Following(tables: loaded.store, reader: reader, thread: nil) }
    return loaded
  }

  /// Destroys the keys that a crash left after the erasure was durable.
  private func finishErasures(of state: ProgramState) throws {
    let left = try state.learners.erased.filter { learner in
      try vault.learner(learner, of: state.number).map { !$0.isErased } ?? false
    }
    if !left.isEmpty { try vault.erase(left, of: state.number) }
  }

  /// Starts to follow the journal; `onEvent` is told what the follower does and how far it is behind.
  public func startFollowing(
    _ options: FollowerOptions = FollowerOptions(),
    onEvent: @escaping @Sendable (FollowerEvent, FollowerLag?) -> Void
  ) throws {
    guard let tables else { preconditionFailure("the state is loaded before it is followed") }
    let thread = FollowerThread(
      store: tables, journal: journal, secret: identitySecret, options: options
    ) { [self] event in onEvent(event, followerLag) }
    try thread.start()
    following.withLock { $0?.thread = thread }
  }

  /// Starts to write what is noted beside the chain; `onFailure` is told when that begins to fail.
  public func startNoting(onFailure: @escaping @Sendable (any Error) -> Void) throws {
    let thread = NotingThread(vault: vault, onFailure: onFailure)
    try thread.start()
    noting.withLock { $0 = thread }
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

  /// Lets the tables go of a program; where nobody follows, the next start does.
  func forgetTables(of program: ProgramNumber) throws { try follower?.forget(program) }

  /// How much room the tables take; nil before the state was loaded.
  public func stateUsage() throws -> StateUsage? {
    try tables?.usage()
  }

  /// Where the tables lie.
  var statePath: String { path + "/state" }

  /// The tables, once the living state was loaded.
  var tables: StateStore? { following.withLock { $0?.tables } }

  private var follower: FollowerThread? { following.withLock { $0?.thread } }

  /// The identity that leads to a record, computed from its words; nil for records without one.
  public func identity(of change: Change, in state: ProgramState, _ buffer: ChangeBuffer)
    -> Digest128?
  {
    Identities.identity(of: change, in: buffer, program: state.number, secret: identitySecret) {
      source, body in state.names.withWord(.source, UInt32(source.rawValue), body)
    }
  }
}
