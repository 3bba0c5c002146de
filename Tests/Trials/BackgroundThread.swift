import Glibc

/// A thread of its own; joined once.
public struct BackgroundThread: Sendable {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  private let thread: pthread_t

  /// Starts it.
  public init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    let result = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument)
    precondition(result == 0, "a thread could not be made: error \(result)")
    self.thread = thread
  }

  /// Waits for its end.
  public func join() { pthread_join(thread, nil) }
}

/// Runs a body on so many threads at once and waits for all of them.
///
/// Real threads, because a trial wants them to wait in calls at the same time, however few cores there
/// are.
public func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let threads = (0..<count).map { number in BackgroundThread { body(number) } }
  for thread in threads { thread.join() }
}
