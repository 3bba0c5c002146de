import Glibc
import Incentives
import LMDB

/// Loads the index of known identities on a thread of its own, while the programs are loaded.
///
/// It shares nothing with them: it reads one table under its own snapshot, and nobody writes yet.
final class IndexLoading {
  /// What the thread works on; touched by the caller only after the thread was joined.
  private final class Work: Sendable {
    let store: StateStore
    let secret: KeyedHash
    let count: Int
    nonisolated(unsafe) var index: FactIndex? = FactIndex()
    nonisolated(unsafe) var failure: (any Error)?

    init(_ store: StateStore, secret: KeyedHash, count: Int) {
      self.store = store
      self.secret = secret
      self.count = count
    }

    func run() {
      do {
        index?.reserve(count)
        try storing {
          try store.environment.read { transaction in
            try transaction.scanBlocks(StateSchema.known) { key, span in
              let chunk = try span.withUnsafeBytes { try KnownChunk.open($0, key, secret) }
              index?.insert(chunk)
              return .next
            }
          }
        }
      } catch {
        failure = error
      }
    }
  }

  private let work: Work
  private let thread: pthread_t

  /// Starts the thread.
  init(
    _ store: StateStore, _ rows: [ProgramNumber: ProgramRow], secret: KeyedHash
  ) throws(LedgerError) {
    let count = rows.values.reduce(0) { $0 + Int($1.knownCount) }
    work = Work(store, secret: secret, count: count)
    thread = try PlainThread.start(name: "laurel-index", { [work] in work.run() })
  }

  /// Waits for the thread and takes the index.
  func finish() throws -> FactIndex {
    pthread_join(thread, nil)
    if let failure = work.failure { throw failure }
    guard let index = work.index.take(), index.count == work.count else {
      throw LedgerError.storage(.corrupt(table: StateSchema.known.name.description, key: []))
    }
    return index
  }

  /// Waits for the thread; its work is of no use.
  func abandon() { pthread_join(thread, nil) }
}
