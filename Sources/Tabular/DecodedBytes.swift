/// The bytes of another source as UTF-8, whichever of the known encodings they are in.
///
/// What encoding that is, is decided at the first byte outside ASCII, from up to 64 KiB behind it, or
/// by a byte order mark; until then there is nothing to decide and bytes pass as they come. So a pipe
/// is read as a stream and a file reads the same however it is cut into pieces. UTF-8 is not checked
/// here. Where GB18030 has no character, `GB18030Decoder.illFormed` stands in the output.
final class DecodedBytes: ByteSource {
  /// The encoding; nil as long as all bytes were ASCII.
  private(set) var encoding: TextEncoding?

  private let source: any ByteSource
  private let input: UnsafeMutableRawBufferPointer
  private var from = 0
  private var end = 0
  private var isAtStart = true
  private var sourceIsAtEnd = false
  private var decoder: GB18030Decoder?

  /// How much of the text decides.
  static let windowBytes = 64 << 10

  init(_ source: any ByteSource, encoding: TextEncoding? = nil) {
    self.source = source
    self.encoding = encoding
    input = .allocate(byteCount: Self.windowBytes, alignment: 16)
  }

  deinit { input.deallocate() }

  var progress: ReadProgress { source.progress }

  func read(into target: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
    precondition(target.count >= GB18030Decoder.characterBytesMax, "room for one character")
    if encoding == nil {
      let count = try readASCII(into: target)
      if count > 0 || encoding == nil { return count }
    }
    return encoding == .gb18030 ? try convert(into: target) : try pass(into: target)
  }

  /// Passes what comes before the first byte outside ASCII; there, decides and gives 0.
  private func readASCII(
    into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceFailure) -> Int {
    if from == end, try !refill() { return 0 }
    let room = min(end, from + target.count)
    let high = input[from..<room].firstIndex { $0 >= 0x80 } ?? room
    if high == from {
      encoding = try decide()
      return 0
    }
    isAtStart = false
    return copy(high - from, into: target)
  }

  private func decide() throws(ByteSourceFailure) -> TextEncoding {
    while end - from < Self.windowBytes, try refill() {}
    let window = UnsafeRawBufferPointer(rebasing: input[from..<end])
    if isAtStart {
      if window.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
      if window.starts(with: [0x84, 0x31, 0x95, 0x33]) { return .gb18030 }
      if window.starts(with: [0xFF, 0xFE]) || window.starts(with: [0xFE, 0xFF]) {
        throw ByteSourceFailure(reason: .isUTF16)
      }
    }
    return try TextEncoding.judge(window, isWhole: sourceIsAtEnd)
  }

  private func pass(
    into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceFailure) -> Int {
    guard from < end else { return sourceIsAtEnd ? 0 : try source.read(into: target) }
    return copy(min(end - from, target.count), into: target)
  }

  private func convert(
    into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceFailure) -> Int {
    let decoder: GB18030Decoder
    if let known = self.decoder { decoder = known } else { decoder = try GB18030Decoder() }
    self.decoder = decoder
    while true {
      let waiting = UnsafeRawBufferPointer(rebasing: input[from..<end])
      let (taken, made) = decoder.decode(waiting, isLast: sourceIsAtEnd, into: target)
      from += taken
      if made > 0 { return made }
      if sourceIsAtEnd, from == end { return 0 }
      // Nothing was made although there is room: a character is cut off, or there is nothing left.
      _ = try refill()
    }
  }

  private func copy(_ count: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[from..<from + count]))
    from += count
    return count
  }

  /// Reads behind what is waiting; false at the end of the source.
  private func refill() throws(ByteSourceFailure) -> Bool {
    guard !sourceIsAtEnd else { return false }
    if from > 0 {
      let waiting = UnsafeRawBufferPointer(rebasing: input[from..<end])
      input.copyMemory(from: waiting)
      end -= from
      from = 0
    }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: input[end...]))
    end += count
    sourceIsAtEnd = count == 0
    return !sourceIsAtEnd
  }
}
