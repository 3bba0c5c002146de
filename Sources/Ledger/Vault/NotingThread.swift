import Glibc
import Synchronization

/// Writes what is noted beside the chain, about once a second, so that nobody who is refused waits for it.
final class NotingThread: Sendable {
  private let vault: Vault
  private let onFailure: @Sendable (any Error) -> Void
  private let bell = Doorbell()
  private let isStopping = Atomic(false)
  private let thread = Mutex<pthread_t?>(nil)

  init(vault: Vault, onFailure: @escaping @Sendable (any Error) -> Void) {
    self.vault = vault
    self.onFailure = onFailure
  }

  /// Starts to write.
  func start() throws {
    let started = try PlainThread.start(name: "laurel-notes") { self.run() }
    thread.withLock { $0 = started }
  }

  /// Writes what waits, and ends.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    bell.ring()
    let ending = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let ending { pthread_join(ending, nil) }
  }

  private func run() {
    var failed = false
    while true {
      bell.wait(atMost: .seconds(1))
      let isLast = isStopping.load(ordering: .acquiring)
      do {
        try vault.writeNotes()
        failed = false
      } catch {
        // Told once; the notes wait, and are tried again.
        if !failed { onFailure(error) }
        failed = true
      }
      if isLast { return }
    }
  }
}
