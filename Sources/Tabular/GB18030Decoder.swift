import Glibc

/// The system's converter from GB18030 to UTF-8, a piece at a time.
///
/// One-, two- and four-byte characters are converted as the C library's table has them. Bytes that
/// are no character become `illFormed`, a byte that no UTF-8 has, one for one, so that whoever checks
/// the text finds them in their place; the bytes behind are read on.
final class GB18030Decoder {
  /// Stands in the output for a byte that is part of no character.
  static let illFormed: UInt8 = 0xFF
  /// The most bytes of one character in the output.
  static let characterBytesMax = 4

  private let converter: iconv_t

  init() throws(ByteSourceFailure) {
    guard let converter = iconv_open("UTF-8", "GB18030"), converter != Self.failed else {
      throw ByteSourceFailure(reason: .noConverter(.gb18030))
    }
    self.converter = converter
  }

  deinit { iconv_close(converter) }

  /// What `iconv_open` answers where there is no such converter.
  private static var failed: iconv_t? { iconv_t(bitPattern: -1) }

  /// Converts as much of `input` as fits into `output`.
  ///
  /// A character that the end of `input` cuts off is left untaken, unless nothing follows it
  /// (`isLast`): then its bytes are ill-formed.
  func decode(
    _ input: UnsafeRawBufferPointer, isLast: Bool, into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, made: Int) {
    var (taken, made) = (0, 0)
    while taken < input.count, made < output.count {
      let rest = UnsafeRawBufferPointer(rebasing: input[taken...])
      let room = UnsafeMutableRawBufferPointer(rebasing: output[made...])
      let (read, wrote, problem) = convert(rest, into: room)
      taken += read
      made += wrote
      switch problem {
      case 0: break
      case EILSEQ where made < output.count, EINVAL where isLast && made < output.count:
        output[made] = Self.illFormed
        made += 1
        taken += 1
      default: return (taken, made)
      }
    }
    return (taken, made)
  }

  /// How many bytes of a text belong to no character.
  func illFormedBytes(_ text: UnsafeRawBufferPointer, isWhole: Bool) -> Int {
    var illFormed = 0
    var taken = 0
    withUnsafeTemporaryAllocation(byteCount: 8 << 10, alignment: 1) { room in
      while taken < text.count {
        let rest = UnsafeRawBufferPointer(rebasing: text[taken...])
        let (read, made) = decode(rest, isLast: isWhole, into: room)
        illFormed += room[..<made].count { $0 == Self.illFormed }
        taken += read
        if read == 0 { return }
      }
    }
    return illFormed
  }

  private func convert(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (read: Int, wrote: Int, problem: Int32) {
    let bytes = UnsafeMutableRawPointer(mutating: input.baseAddress)
    var from = bytes?.assumingMemoryBound(to: CChar.self)
    var to = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    var (inputLeft, outputLeft) = (input.count, output.count)
    let code = iconv(converter, &from, &inputLeft, &to, &outputLeft)
    let problem = code == -1 ? errno : 0
    return (input.count - inputLeft, output.count - outputLeft, problem)
  }
}
