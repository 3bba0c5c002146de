import Incentives
import LMDB
import Synchronization

/// What the chain must not say: who the learners are, the keys that seal their texts, the store's
/// secrets, the API keys.
///
/// An LMDB environment of its own, in which rows can be changed and destroyed, which the journal never
/// allows. A learner's key is durable here before the first block that uses it (`prepare`). Destroying
/// it (`erase`) makes every text sealed under it unreadable, in the journal and in every backup of the
/// journal; the vault is then rewritten, so that its own free pages hold nothing either.
///
/// The vault runs ahead of the journal by the blocks that are on their way. After a crash it may hold a
/// learner whose block was never durable: the number is given again, and the row is then replaced. It may
/// also hold a name that was never acknowledged, until the name is set again.
///
/// Threads: every method may be called from anywhere; writes wait for each other and for the disk.
public final class Vault: Sendable {
  /// The open environment and the thread that writes it.
  struct Live: Sendable {
    let environment: Environment
    let writer: WriterThread
  }

  private let path: String
  let options: EnvironmentOptions
  // Nil once the vault is closed. Held for every read, since compaction swaps the file.
  private let live: Mutex<Live?>
  // Held for every write and for compaction; always taken before `live`.
  private let writing = Mutex(())
  /// The secret of the keyed hash of identities, drawn when the store was created.
  public let identitySecret: KeyedHash
  /// The command secrets that came with imported programs.
  let commandSecrets: Mutex<[ProgramNumber: StoreSecret]>
  /// What was refused, and what was done to the server's keys.
  public let notes: AuditNotes

  private init(
    path: String, options: EnvironmentOptions, live: Live, secret: StoreSecret,
    commandSecrets: [ProgramNumber: StoreSecret], notes: AuditNotes
  ) {
    self.path = path
    self.options = options
    self.live = Mutex(live)
    self.commandSecrets = Mutex(commandSecrets)
    self.notes = notes
    identitySecret = KeyedHash(key: (secret.low, secret.high))
  }

  deinit { live.withLock { $0?.writer.finish() } }

  /// Opens the vault in a directory, creating it with fresh secrets when there is none.
  ///
  /// An erasure that was interrupted is ended first. Throws `.vaultIncomplete` when an existing vault
  /// has rows but no secret, or has none though a fresh one `mayBeDrawn` no more: a store whose journal
  /// has blocks had a vault.
  public static func open(
    at path: String, options: EnvironmentOptions = EnvironmentOptions(mapBytes: 16 << 30),
    mayBeDrawn: Bool = true
  ) throws -> Vault {
    let vault = try storing {
      let live = try attach(path, options)
      do {
        try VaultCompaction.removeRemains(of: path)
        return Vault(
          path: path, options: options, live: live,
          secret: try identitySecret(of: live, path: path, mayBeDrawn: mayBeDrawn),
          commandSecrets: try commandSecrets(of: live),
          notes: AuditNotes(next: try nextNotes(of: live)))
      } catch {
        live.writer.finish()
        throw error
      }
    }
    let mustBeRewritten = try vault.read {
      try $0.contains(VaultSchema.duties, VaultDuty.rewriting)
    }
    if mustBeRewritten { try vault.exclusively { try vault.compact() } }
    return vault
  }

  /// What the examination of the file put right when it was opened; nil where nothing was wrong.
  var recovery: MetaRecovery? { live.withLock { $0?.environment.preflight?.recovery } }

  /// Lets running writes end and closes the vault; every call after it throws.
  public func close() throws {
    try storing {
      try writing.withLock { _ throws in
        try live.withLock { live throws in
          guard let closing = live else { return }
          live = nil
          closing.writer.finish()
          try closing.environment.close()
        }
      }
    }
  }

  /// Runs a closure over a snapshot; it must be short, since others wait.
  func read<Result>(_ body: (borrowing ReadTransaction) throws -> Result) throws -> Result {
    try storing {
      // The result leaves through a variable, since a mutex lets out only what can be sent.
      var result: Result?
      try live.withLock { live throws in
        guard let live else { throw LMDBError.closed }
        result = try live.environment.read(body)
      }
      guard let result else { throw LMDBError.closed }
      return result
    }
  }

  /// Lends the right to write: whoever has it reads what nobody changes until it is given back.
  func exclusively<Result: Sendable>(_ body: () throws -> Result) throws -> Result {
    try writing.withLock { _ throws in try body() }
  }

  /// Runs a closure as one synced transaction; only inside `exclusively`.
  func commit<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try storing {
      let writer = live.withLock { $0?.writer }
      guard let writer else { throw LMDBError.closed }
      return try writer.run(body)
    }
  }

  /// Rewrites the file with its live rows only; only inside `exclusively`.
  func compact() throws {
    try VaultCompaction.removeDraft(of: path)
    // Others go on reading, and nobody writes.
    try copy(to: VaultCompaction.draft(of: path))
    try storing {
      try live.withLock { live throws in
        try Self.detach(&live)
        try VaultCompaction.swap(path)
        live = try Self.attach(path, options)
      }
    }
  }

  /// Closes the environment and lets go of it, so that its directory can be opened again.
  private static func detach(_ live: inout Live?) throws {
    guard let closing = live else { throw LMDBError.closed }
    live = nil
    closing.writer.finish()
    try closing.environment.close()
  }

  private static func attach(_ path: String, _ options: EnvironmentOptions) throws -> Live {
    let environment = try Environment.open(
      at: path, format: VaultSchema.format, tables: VaultSchema.tables, options: options)
    return Live(environment: environment, writer: try WriterThread(environment))
  }

  private static func identitySecret(
    of live: Live, path: String, mayBeDrawn: Bool
  ) throws -> StoreSecret {
    let (found, isNew) = try live.environment.read { transaction in
      let found = try transaction.get(VaultSchema.secrets, StoreSecret.identity)
      let rows =
        try transaction.count(VaultSchema.learners) + transaction.count(VaultSchema.apiKeys)
      return (found, rows == 0)
    }
    if let found { return found }
    guard isNew, mayBeDrawn else { throw LedgerError.vaultIncomplete(path: path) }
    let secret = StoreSecret.random()
    try live.writer.run { try $0.put(VaultSchema.secrets, StoreSecret.identity, secret) }
    return secret
  }
}
