/// How the text of a file is encoded.
public enum TextEncoding: String, CaseIterable, Sendable {
  /// UTF-8, with or without a byte order mark.
  case utf8 = "UTF-8"
  /// GB18030, of which GBK and GB2312 are parts: what Excel in China saves as “CSV”.
  case gb18030 = "GB18030"

  /// The name as people write it: `utf-8` and `gbk` mean what they seem to.
  public init?(name: String) {
    switch name.lowercased() {
    case "utf-8", "utf8": self = .utf8
    case "gb18030", "gbk", "gb2312", "cp936": self = .gb18030
    default: return nil
    }
  }
}

extension TextEncoding {
  /// The encoding of a stretch of text that has at least one byte outside ASCII.
  ///
  /// Text that is wholly well-formed UTF-8 is UTF-8. Otherwise the reading with fewer ill-formed
  /// bytes wins, and UTF-8 also where at least half of its bytes are well formed: a UTF-8 file with one
  /// damaged row remains UTF-8, for its bytes read as GB18030 would mostly be characters, too, and
  /// mean nothing. A last character that the stretch cuts off counts for neither unless `isWhole`.
  static func judge(
    _ text: UnsafeRawBufferPointer, isWhole: Bool
  ) throws(ByteSourceFailure) -> TextEncoding {
    let (wellFormed, illFormed) = utf8Bytes(text, isWhole: isWhole)
    guard wellFormed < illFormed else { return .utf8 }
    let decoder = try GB18030Decoder()
    return decoder.illFormedBytes(text, isWhole: isWhole) < illFormed ? .gb18030 : .utf8
  }

  /// The bytes outside ASCII that make well-formed characters, and those that do not.
  private static func utf8Bytes(
    _ text: UnsafeRawBufferPointer, isWhole: Bool
  ) -> (wellFormed: Int, illFormed: Int) {
    var (wellFormed, illFormed) = (0, 0)
    var at = 0
    while at < text.count {
      guard text[at] >= 0x80 else {
        at += 1
        continue
      }
      let count = utf8Length(text[at])
      if !isWhole, count > 0, at + count > text.count { break }
      let isWellFormed = count > 0 && at + count <= text.count && isOneCharacter(text, at, count)
      wellFormed += isWellFormed ? count : 0
      illFormed += isWellFormed ? 0 : 1
      at += isWellFormed ? count : 1
    }
    return (wellFormed, illFormed)
  }

  private static func utf8Length(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  }

  private static func isOneCharacter(
    _ text: UnsafeRawBufferPointer, _ at: Int, _ count: Int
  ) -> Bool {
    let bytes = UnsafeRawBufferPointer(rebasing: text[at..<at + count])
    return bytes.withMemoryRebound(to: UInt8.self) { bytes in
      (try? UTF8Span(validating: bytes.span)) != nil
    }
  }
}
