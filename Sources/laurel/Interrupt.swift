import Dispatch
import Glibc

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
}
