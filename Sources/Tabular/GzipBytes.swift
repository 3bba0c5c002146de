import CZlib

/// The bytes of another source, uncompressed if they begin as gzip does and untouched otherwise.
///
/// The content decides, not the file's name. Files of several gzip members, as `cat a.gz b.gz`
/// makes them, read as one. Each member's checksum is verified by zlib; a file that ends inside
/// a member is refused. Zero bytes behind the last member are padding, as for `gzip` itself.
final class GzipBytes: ByteSource {
  private enum Mode { case undecided, plain, inflating, betweenMembers, finished }

  private let source: any ByteSource
  private let input: UnsafeMutableRawBufferPointer
  // zlib's state points back at this struct, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var mode = Mode.undecided
  private var inputFrom = 0
  private var inputEnd = 0

  init(_ source: any ByteSource, inputBytes: Int = 64 << 10) {
    self.source = source
    input = .allocate(byteCount: max(2, inputBytes), alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    // Harmless when zlib was never started: its state is then null.
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  var progress: ReadProgress {
    let taken = source.progress
    return ReadProgress(
      bytesRead: taken.bytesRead - (inputEnd - inputFrom), bytesTotal: taken.bytesTotal)
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
    if mode == .undecided { try decide() }
    while true {
      switch mode {
      case .plain:
        return try readPlain(into: target)
      case .inflating:
        // Asked before more input is taken: zlib may hold output that did not fit last time.
        let count = try inflateSome(into: target)
        if count > 0 { return count }
        if mode == .inflating, inputFrom == inputEnd, try !refill() {
          throw ByteSourceFailure(reason: .truncatedGzip)
        }
      case .betweenMembers:
        try beginNextMember()
      case .finished, .undecided:
        return 0
      }
    }
  }

  private func decide() throws(ByteSourceFailure) {
    while inputEnd < 2 {
      let room = UnsafeMutableRawBufferPointer(rebasing: input[inputEnd...])
      let count = try source.read(into: room)
      if count == 0 { break }
      inputEnd += count
    }
    guard inputEnd >= 2, input[0] == 0x1f, input[1] == 0x8b else {
      mode = .plain
      return
    }
    // 15 bits of window, and 16 for gzip's header and trailer alone.
    let code = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw damaged(code) }
    mode = .inflating
  }

  private func readPlain(into target: UnsafeMutableRawBufferPointer)
    throws(ByteSourceFailure) -> Int
  {
    let buffered = min(inputEnd - inputFrom, target.count)
    guard buffered > 0 else { return try source.read(into: target) }
    let waiting = input[inputFrom..<inputFrom + buffered]
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: waiting))
    inputFrom += buffered
    return buffered
  }

  private func inflateSome(into target: UnsafeMutableRawBufferPointer)
    throws(ByteSourceFailure) -> Int
  {
    let bytes = input.assumingMemoryBound(to: UInt8.self)
    let room = UInt32(clamping: target.count)
    stream.pointee.next_in = bytes.baseAddress?.advanced(by: inputFrom)
    stream.pointee.avail_in = UInt32(inputEnd - inputFrom)
    stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
    stream.pointee.avail_out = room
    let code = inflate(stream, Z_NO_FLUSH)
    inputFrom = inputEnd - Int(stream.pointee.avail_in)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: mode = .betweenMembers
    default: throw damaged(code)
    }
    return Int(room - stream.pointee.avail_out)
  }

  private func beginNextMember() throws(ByteSourceFailure) {
    while true {
      if inputFrom == inputEnd, try !refill() {
        mode = .finished
        return
      }
      guard input[inputFrom] == 0 else { break }
      inputFrom += 1
    }
    let code = inflateReset(stream)
    guard code == Z_OK else { throw damaged(code) }
    mode = .inflating
  }

  private func refill() throws(ByteSourceFailure) -> Bool {
    inputFrom = 0
    inputEnd = 0
    inputEnd = try source.read(into: input)
    return inputEnd > 0
  }

  private func damaged(_ code: Int32) -> ByteSourceFailure {
    let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
    return ByteSourceFailure(reason: .damagedGzip(detail))
  }
}
