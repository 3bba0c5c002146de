import Glibc

/// A thread of the operating system, for work that must not move between threads.
public enum PlainThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread, to be joined; the name is for the error.
  public static func start(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(LedgerError) -> pthread_t {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw .system(operation: "starting a thread", path: name, errno: code)
    }
    return thread
  }
}
