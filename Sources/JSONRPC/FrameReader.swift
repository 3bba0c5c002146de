import CJSON

/// Cuts a stream of bytes into frames: one JSON text a line.
///
/// Fed with chunks as they arrive. A frame that lies whole within a chunk is handed on where it
/// lies; only a frame that spans chunks is copied, into a buffer of at most twice the limit. Each
/// byte is searched for a newline once. A carriage return before the newline is dropped, and empty
/// lines are skipped. JSON escapes newlines inside strings, so a newline always ends a frame.
///
/// A line above the limit is reported once, as soon as it is known to be too long; its rest is
/// skipped without being kept, and the next line is read as usual. Whether to answer and go on or
/// to close is for the caller to decide.
public struct FrameReader: ~Copyable {
  /// What the stream yields.
  public enum Event {
    /// A whole frame, valid until the closure returns.
    case frame(UnsafeRawBufferPointer)

    /// A line longer than the limit, which is being skipped.
    case tooLong
  }

  /// The greatest number of bytes in a frame, without its line end.
  public let byteCountMax: Int

  private var pending: ByteSink
  private var isSkipping = false

  /// Creates a reader for frames up to a size in bytes.
  public init(byteCountMax: Int = Limits.frameByteCount) {
    self.byteCountMax = byteCountMax
    pending = ByteSink(capacity: 0)
  }

  /// How many bytes of an unfinished frame are held.
  public var pendingCount: Int { pending.count }

  /// Takes the next chunk and hands on what it completes.
  ///
  /// When the closure throws, the rest of the chunk is lost: throw only to close the stream.
  public mutating func feed<Failure>(
    _ chunk: UnsafeRawBufferPointer, _ handle: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = chunk
    while let base = rest.baseAddress, let end = cjson_find_newline(base, rest.count) {
      let count = end - base
      let line = UnsafeRawBufferPointer(start: base, count: count)
      rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
      try finishLine(line, handle)
    }
    try keep(rest, handle)
  }

  /// Takes the end of the stream: what is left without a newline is a frame as well.
  public mutating func finish<Failure>(
    _ handle: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    try finishLine(UnsafeRawBufferPointer(start: nil, count: 0), handle)
  }

  private mutating func finishLine<Failure>(
    _ line: UnsafeRawBufferPointer, _ handle: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    if isSkipping {
      isSkipping = false
      return
    }
    guard pending.count > 0 else { return try emit(line, handle) }
    guard fits(pending.count + line.count, last: line.last ?? pending.bytes.last) else {
      release()
      return try handle(.tooLong)
    }
    pending.append(line)
    defer { release() }
    try emit(pending.bytes, handle)
  }

  private func emit<Failure>(
    _ line: UnsafeRawBufferPointer, _ handle: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    guard fits(line.count, last: line.last) else { return try handle(.tooLong) }
    let hasReturn = line.last == UInt8(ascii: "\r")
    let frame = UnsafeRawBufferPointer(rebasing: hasReturn ? line.dropLast() : line[...])
    if !frame.isEmpty { try handle(.frame(frame)) }
  }

  private mutating func keep<Failure>(
    _ rest: UnsafeRawBufferPointer, _ handle: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    guard !isSkipping, !rest.isEmpty else { return }
    guard fits(pending.count + rest.count, last: rest.last) else {
      isSkipping = true
      release()
      return try handle(.tooLong)
    }
    pending.append(rest)
  }

  /// A line may exceed the limit by the carriage return that is not part of the frame.
  private func fits(_ count: Int, last: UInt8?) -> Bool {
    count <= byteCountMax || (count == byteCountMax + 1 && last == UInt8(ascii: "\r"))
  }

  /// Keeps a small buffer for the next frame and gives a large one back, as most peers are idle.
  private mutating func release() {
    let keptMax = 64 * 1024
    if pending.capacity > keptMax {
      pending = ByteSink(capacity: 0)
    } else {
      pending.removeAll()
    }
  }
}
