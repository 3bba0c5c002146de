/// How strings and integers become bytes: RFC 8259's escapes and plain decimals.
///
/// Only what must be escaped is: the quote, the backslash and U+0000–U+001F. Everything else,
/// Chinese included, stays as it is. Most strings need no escape, so eight bytes are looked at
/// together and copied in one piece.
@usableFromInline
enum Escaping {
  /// Whether one of eight bytes is a quote, a backslash or below 0x20; exact, no false alarm.
  @inlinable
  static func needsEscape(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found =
      ((word &- ones &* 0x20) & ~word)
      | ((quote &- ones) & ~quote)
      | ((backslash &- ones) & ~backslash)
    return found & highs != 0
  }

  @inlinable
  static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5C
  }

  /// Length of the longest beginning that needs no escape.
  @inlinable
  static func plainCount(_ bytes: UnsafeRawBufferPointer) -> Int {
    var place = 0
    while place &+ 8 <= bytes.count {
      if needsEscape(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) { break }
      place &+= 8
    }
    while place < bytes.count, !needsEscape(bytes[place]) { place &+= 1 }
    return place
  }

  @usableFromInline
  static func isPlain(_ literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    return plainCount(UnsafeRawBufferPointer(start: literal.utf8Start, count: count)) == count
  }
}

extension ByteSink {
  @inlinable
  mutating func appendUnchecked(_ byte: UInt8) {
    base[used] = byte
    used &+= 1
  }

  @inlinable
  mutating func appendUnchecked(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(base + used).copyMemory(from: source, byteCount: bytes.count)
    used &+= bytes.count
  }

  /// Appends a string's bytes with JSON's escapes, without quotes.
  @inlinable
  mutating func appendEscaped(_ bytes: UnsafeRawBufferPointer) {
    let plain = Escaping.plainCount(bytes)
    append(UnsafeRawBufferPointer(rebasing: bytes[..<plain]))
    if plain < bytes.count {
      appendWithEscapes(UnsafeRawBufferPointer(rebasing: bytes[plain...]))
    }
  }

  @usableFromInline
  mutating func appendWithEscapes(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let byte = rest.first {
      appendEscape(byte)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      let plain = Escaping.plainCount(rest)
      append(UnsafeRawBufferPointer(rebasing: rest[..<plain]))
      rest = UnsafeRawBufferPointer(rebasing: rest[plain...])
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\r"): append("\\r")
    case UInt8(ascii: "\t"): append("\\t")
    case 0x08: append("\\b")
    case 0x0C: append("\\f")
    default:
      append("\\u00")
      append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
      let low = byte & 0x0F
      append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }

  /// Appends a signed integer in decimal.
  @inlinable
  mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(magnitude: value.magnitude)
  }

  /// Appends an unsigned integer in decimal; UInt64 has at most 20 digits.
  @inlinable
  mutating func appendDecimal(magnitude: UInt64) {
    reserve(20)
    if magnitude < 10 {
      appendUnchecked(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude))
      return
    }
    var rest = magnitude
    var length = 0
    while rest > 0 {
      rest /= 10
      length &+= 1
    }
    rest = magnitude
    var place = used &+ length
    used = place
    while rest > 0 {
      place &-= 1
      base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
