import Glibc
import Synchronization

/// The one thread that writes an environment, for users that have no loop of their own.
///
/// Closures run one after the other in the order they were handed in, each in its own commit. The
/// thread lives until `finish`, which every user must call before it drops the last reference: it
/// lets the queue run dry and joins the thread. Handing in a closure afterwards throws `.closed`.
public final class WriterThread: Sendable {
  /// The environment that is written.
  public let environment: Environment

  private let mailbox: Mailbox
  private let thread: Mutex<pthread_t?>

  /// Starts the thread.
  public init(_ environment: Environment) throws(LMDBError) {
    self.environment = environment
    let mailbox = Mailbox()
    var created = pthread_t()
    let argument = Unmanaged.passRetained(mailbox)
    let code = pthread_create(
      &created, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Mailbox>.fromOpaque(argument).takeRetainedValue().runUntilClosed()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw LMDBError(errno: code, operation: "starting the writer thread")
    }
    self.mailbox = mailbox
    thread = Mutex(created)
  }

  /// Runs a closure as one commit and waits for it; never call it from the thread itself.
  @discardableResult
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    let answer = Answer<Result>()
    let isTaken = mailbox.add { [environment] in
      answer.give(Swift.Result { try environment.write(body) })
    }
    guard isTaken else { throw LMDBError.closed }
    return try answer.take().get()
  }

  /// Lets the queue run dry and ends the thread; calling it again does nothing.
  public func finish() {
    mailbox.close()
    let joined = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let joined { pthread_join(joined, nil) }
  }
}

/// The queue in front of the thread.
private final class Mailbox: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wake = Semaphore()

  func add(_ job: @escaping @Sendable () -> Void) -> Bool {
    let isTaken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.jobs.append(job)
      return true
    }
    if isTaken { wake.signal() }
    return isTaken
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake.signal()
  }

  func runUntilClosed() {
    while true {
      wake.wait()
      let (jobs, isClosed) = state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isClosed)
      }
      for job in jobs { job() }
      if isClosed { return }
    }
  }
}

/// The place where a waiting caller finds its result.
private final class Answer<Value: Sendable>: Sendable {
  private let slot = Mutex<Result<Value, any Error>?>(nil)
  private let ready = Semaphore()

  func give(_ result: Result<Value, any Error>) {
    slot.withLock { $0 = result }
    ready.signal()
  }

  func take() -> Result<Value, any Error> {
    ready.wait()
    let result = slot.withLock { $0 }
    guard let result else { preconditionFailure("an answer is given before it is announced") }
    return result
  }
}

/// A counting semaphore of the operating system.
private final class Semaphore: Sendable {
  nonisolated(unsafe) private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func signal() { sem_post(semaphore) }

  func wait() {
    while sem_wait(semaphore) != 0 {}
  }
}
