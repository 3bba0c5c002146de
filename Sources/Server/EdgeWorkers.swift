import NIOPosix

/// The threads of an edge's long work, beside event loops and engine.
struct EdgeWorkers: Sendable {
  /// Verifies and copies stores, one at a time.
  let services = NIOThreadPool(numberOfThreads: 1)
  /// Writes the table of keys; a revocation must not wait until a store is verified.
  let keys = NIOThreadPool(numberOfThreads: 1)

  /// Starts the threads.
  func start() {
    services.start()
    keys.start()
  }

  /// Lets running work end.
  func shutDown() async throws {
    try await services.shutdownGracefully()
    try await keys.shutdownGracefully()
  }
}
