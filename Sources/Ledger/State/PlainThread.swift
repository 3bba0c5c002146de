import Glibc

/// A thread of the operating system, for work that must not move between threads.
public enum PlainThread {
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a thread, to be joined; `top -H` and an error show its name, of at most 15 bytes.
  public static func start(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(LedgerError) -> pthread_t {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(name, body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        PlainThread.showName(body.name)
        body.run()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw .system(operation: "starting a thread", path: name, errno: code)
    }
    return thread
  }

  /// Gives the calling thread a name to be seen by; where there is no /proc it goes without.
  private static func showName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, name, name.utf8.count)
    close(file)
  }
}
