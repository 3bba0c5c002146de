import CLMDB
import Glibc
import Synchronization

/// One LMDB data file and the transactions on it.
///
/// Guarantees: what `write` returned from is on the disk; what threw left no trace; a reader sees
/// one commit, whole, for as long as its closure runs. A file is examined by `Preflight` before
/// LMDB touches it, and a directory can be open only once. A commit that fails leaves memory and
/// disk at odds, so from then on every call throws `.failedCommit` and the process should end.
///
/// Threads: reads may run anywhere, at the same time. The first thread that writes is bound as the
/// environment's writer, because LMDB's write lock belongs to a thread; a write from any other
/// thread, or inside another write, is a bug and stops the process. `WriterThread` provides such a
/// thread. A closure must be short and never suspend: an open reader keeps old pages from reuse.
///
/// One thing remains fatal: a sector that the disk can not read kills the process with SIGBUS when it
/// is touched through the map. Opening reads the pages of all trees, and refuses a file with the number
/// of such a page; it does not read the pages of large values. `FileSystem.readThrough` reads all.
///
/// Deliberately absent: nested transactions, duplicate keys, native-endian keys, unsynced modes.
public final class Environment: Sendable {
  /// The directory.
  public let path: String
  /// The limits it was opened with.
  public let options: EnvironmentOptions
  /// What the examination of the file found, or `nil` when the environment was new.
  public let preflight: PreflightReport?

  nonisolated(unsafe) let handle: OpaquePointer
  nonisolated(unsafe) private let tables: UnsafeMutableBufferPointer<TableHandle>
  private let lock: Mutex<DirectoryLock?>
  /// How many transactions run; far below zero once closed.
  private let running = Atomic<Int>(0)
  private let hasFailed = Atomic<Bool>(false)
  private let isWriting = Atomic<Bool>(false)
  private let writer = Atomic<UInt>(0)

  init(
    path: String, options: EnvironmentOptions, preflight: PreflightReport?, handle: OpaquePointer,
    tables: UnsafeMutableBufferPointer<TableHandle>, lock: consuming DirectoryLock
  ) {
    self.path = path
    self.options = options
    self.preflight = preflight
    self.handle = handle
    self.tables = tables
    self.lock = Mutex(lock)
  }

  deinit {
    if running.load(ordering: .acquiring) >= 0 { mdb_env_close(handle) }
    tables.deallocate()
  }

  /// Closes the environment, or throws `.inUse` while transactions run.
  ///
  /// Closing twice is fine. The directory can be opened again as soon as this returns.
  public func close() throws(LMDBError) {
    let (exchanged, found) = running.compareExchange(
      expected: 0, desired: Self.closedMark, ordering: .acquiringAndReleasing)
    if exchanged {
      mdb_env_close(handle)
      lock.withLock { $0 = nil }
    }
    guard found <= 0 else { throw .inUse(transactions: found) }
  }

  /// Runs a closure over one consistent snapshot.
  @discardableResult
  public func read<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    try enter()
    defer { leave() }
    let transaction = try begin(UInt32(MDB_RDONLY))
    defer { mdb_txn_abort(transaction) }
    var state = TransactionState(mapBytes: options.mapBytes)
    return try withUnsafeMutablePointer(to: &state) { state in
      let context = context(transaction, state)
      return try body(ReadTransaction(context: context))
    }
  }

  /// Runs a closure that may change anything, then commits and syncs; a throw undoes it all.
  ///
  /// A closure that changed nothing costs no commit.
  @discardableResult
  public func write<Result>(
    _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    try enter()
    defer { leave() }
    bindWriter()
    defer { isWriting.store(false, ordering: .releasing) }
    let transaction = try begin(0)
    var state = TransactionState(mapBytes: options.mapBytes)
    do {
      let result = try withUnsafeMutablePointer(to: &state) { state in
        let context = context(transaction, state)
        return try body(WriteTransaction(context: context))
      }
      if let failure = state.failure { throw failure }
      guard state.changes > 0 else {
        mdb_txn_abort(transaction)
        return result
      }
      try Catalogue.stamp(transaction)
      try commit(transaction)
      return result
    } catch let error as FailedCommit {
      throw error.cause
    } catch {
      mdb_txn_abort(transaction)
      throw explained(error)
    }
  }

  private static let closedMark = Int.min / 2

  private func enter() throws(LMDBError) {
    guard running.wrappingAdd(1, ordering: .acquiring).newValue > 0 else {
      leave()
      throw .closed
    }
    guard !hasFailed.load(ordering: .acquiring) else {
      leave()
      throw .failedCommit
    }
  }

  private func leave() { running.wrappingSubtract(1, ordering: .releasing) }

  private func bindWriter() {
    let me = UInt(pthread_self())
    let (_, owner) = writer.compareExchange(expected: 0, desired: me, ordering: .relaxed)
    precondition(owner == 0 || owner == me, "an environment has one writing thread")
    let wasWriting = isWriting.exchange(true, ordering: .acquiring)
    precondition(!wasWriting, "a write transaction cannot contain another")
  }

  private func begin(_ flags: UInt32) throws(LMDBError) -> OpaquePointer {
    var transaction: OpaquePointer?
    let code = mdb_txn_begin(handle, nil, flags, &transaction)
    guard code == MDB_SUCCESS, let transaction else {
      throw LMDBError(code: code, operation: "beginning a transaction")
    }
    return transaction
  }

  private func context(
    _ transaction: OpaquePointer, _ state: UnsafeMutablePointer<TransactionState>
  ) -> TransactionContext {
    TransactionContext(handle: transaction, tables: UnsafeBufferPointer(tables), state: state)
  }

  /// LMDB frees the transaction whatever it answers, so a failure here must not abort again.
  private struct FailedCommit: Error {
    let cause: LMDBError
  }

  private func commit(_ transaction: OpaquePointer) throws(FailedCommit) {
    let code = mdb_txn_commit(transaction)
    guard code != MDB_SUCCESS else { return }
    let error = LMDBError(code: code, operation: "commit", mapBytes: options.mapBytes)
    // A full map is noticed before the first page is written; anything else is ambiguous.
    if code != MDB_MAP_FULL, code != MDB_TXN_FULL { hasFailed.store(true, ordering: .releasing) }
    throw FailedCommit(cause: explained(error) as? LMDBError ?? error)
  }

  /// LMDB reports a write that the full disk cut short as an I/O error; asks the disk which it was.
  private func explained(_ error: any Error) -> any Error {
    switch error as? LMDBError {
    case .io(let operation) where FileSystem.isFull(path + "/data.mdb"):
      LMDBError.storageFull(operation: operation)
    case .mapFull: LMDBError.mapFull(mapBytes: options.mapBytes)
    default: error
    }
  }
}
