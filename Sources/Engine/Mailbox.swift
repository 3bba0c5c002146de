import Glibc

/// The one thing that crosses threads: letters in, taken out in the order they came.
///
/// Bounded by the bytes its letters declare; a letter beyond the bound is turned away at the door, which
/// is how an edge learns `busy`. The taker waits until a letter comes or a deadline passes. It is the
/// engine's only lock, held for a few pointer moves.
public final class Mailbox<Letter: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var letters: ContiguousArray<Letter> = []
  private var pendingBytes = 0
  private var isClosed = false
  private let bytesMax: Int

  /// Makes an empty mailbox that holds letters of at most `bytesMax` bytes in all.
  public init(bytesMax: Int = .max) {
    self.bytesMax = bytesMax
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Puts a letter in; false, and nothing is kept, where it does not fit or the box is closed.
  @discardableResult
  public func put(_ letter: Letter, bytes: Int = 0) -> Bool {
    pthread_mutex_lock(mutex)
    let fits = !isClosed && (pendingBytes == 0 || pendingBytes + bytes <= bytesMax)
    if fits {
      letters.append(letter)
      pendingBytes += bytes
      if letters.count == 1 { pthread_cond_signal(condition) }
    }
    pthread_mutex_unlock(mutex)
    return fits
  }

  /// Takes all letters, waiting for the first at most so many microseconds; nil means for ever.
  ///
  /// Empty when the time passed or the box was closed.
  public func take(waiting microseconds: Int64?, into taken: inout ContiguousArray<Letter>) {
    taken.removeAll(keepingCapacity: true)
    pthread_mutex_lock(mutex)
    if letters.isEmpty, !isClosed, microseconds != 0 { wait(microseconds) }
    swap(&letters, &taken)
    pendingBytes = 0
    pthread_mutex_unlock(mutex)
  }

  private func wait(_ microseconds: Int64?) {
    guard let microseconds else {
      while letters.isEmpty, !isClosed { pthread_cond_wait(condition, mutex) }
      return
    }
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    let nanoseconds = Int64(deadline.tv_nsec) + microseconds % 1_000_000 * 1_000
    deadline.tv_sec += Int(microseconds / 1_000_000 + nanoseconds / 1_000_000_000)
    deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
    while letters.isEmpty, !isClosed {
      if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return }
    }
  }

  /// Turns away every later letter and wakes the taker.
  public func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Whether the box was closed; letters put before may still be in it.
  public var closed: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return isClosed
  }
}
