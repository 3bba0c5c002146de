/// Gathers the answers to one batch, in whatever order they come, into one array.
///
/// Open one when a batch arrives, call `expect` for each request that will be answered, `seal` when
/// all were handed on, `add` for each answer. Once `isComplete`, `finish` gives the array — or nil
/// when nothing was to be answered, because then nothing may be sent, not even an empty array.
/// It belongs to one event loop and is not `Sendable`.
public final class BatchReply {
  private var writer = JSONWriter()
  private var expected = 0
  private var received = 0
  private var isSealed = false

  /// Opens the array.
  public init() {
    writer.beginArray()
  }

  /// Announces one more answer.
  public func expect() {
    precondition(!isSealed, "a sealed batch expects no more answers")
    expected += 1
  }

  /// Says that every request was handed on.
  public func seal() {
    isSealed = true
    // Answers that were there at once came before the seal; the last of them could not know.
    if isComplete { writer.endArray() }
  }

  /// Adds one answer; the closure writes exactly one reply.
  public func add(_ write: (inout JSONWriter) -> Void) {
    precondition(received < expected, "more answers than calls")
    received += 1
    write(&writer)
    if isComplete { writer.endArray() }
  }

  /// Bytes of the array so far.
  public var byteCount: Int { writer.count }

  /// Whether all answers are there.
  public var isComplete: Bool { isSealed && received == expected }

  /// Hands the whole reply to the closure; not called when nothing may be sent.
  public func finish(_ send: (UnsafeRawBufferPointer) -> Void) {
    precondition(isComplete, "a batch is answered as a whole")
    if expected > 0 { send(writer.bytes) }
  }
}
