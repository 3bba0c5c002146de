import Dispatch
import Glibc
import Synchronization

/// The wish of a person or a supervisor that this process ends: Ctrl-C or SIGTERM.
enum Interrupt {
  /// Waits for it.
  ///
  /// Before and after, the signals end the process as usual.
  static func wait() {
    let semaphore = DispatchSemaphore(value: 0)
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { semaphore.signal() }
      source.resume()
      return source
    }
    semaphore.wait()
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  /// Does work whose traces must not outlive it: `clear` runs when it ends, throws, or is interrupted.
  ///
  /// Meanwhile a reader of standard output who goes away is a failed write, not the end.
  static func clearing<Result>(
    _ clear: @escaping @Sendable () -> Void, after work: () throws -> Result
  ) rethrows -> Result {
    let isEnding = Flag()
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        isEnding.value.store(true, ordering: .relaxed)
        clear()
        // As a shell tells of a signal; sending it again would only come back here.
        _exit(128 + number)
      }
      source.resume()
      return source
    }
    signal(SIGPIPE, SIG_IGN)
    defer {
      // Work whose files were taken away fails; the signal is what ended it.
      while isEnding.value.load(ordering: .relaxed) { pause() }
      for source in sources { source.cancel() }
      for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_DFL) }
      clear()
    }
    return try work()
  }
}

private final class Flag: Sendable {
  let value = Atomic(false)
}
