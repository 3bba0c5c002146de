import Synchronization
import Trials

/// A thread that does something over and over while something else is measured.
final class Meanwhile<Value: Sendable>: Sendable {
  private let isOver = Atomic(false)
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let thread = Mutex<BackgroundThread?>(nil)

  /// Starts it; the body asks now and then whether it is over, and then gives what it found.
  init(_ body: @escaping @Sendable (_ isOver: () -> Bool) throws -> Value) {
    let started = BackgroundThread { [self] in
      let found = Result { try body { isOver.load(ordering: .relaxed) } }
      result.withLock { $0 = found }
    }
    thread.withLock { $0 = started }
  }

  /// Ends it and gives what it found.
  func end() throws -> Value {
    isOver.store(true, ordering: .relaxed)
    thread.withLock { $0.take() }?.join()
    guard let found = result.withLock({ $0 }) else { throw TrialError("a thread gave nothing") }
    return try found.get()
  }
}
