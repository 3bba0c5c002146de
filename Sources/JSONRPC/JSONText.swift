import CJSON

/// The bytes of a JSON string with its escapes resolved: valid UTF-8, which may contain NUL.
///
/// It points into the parser's memory and lives as long as the value it was read from. Compare it
/// with literals — `text == "lms"`, or as the patterns of a `switch` — without building a `String`.
@frozen
public struct JSONText: BitwiseCopyable {
  /// The bytes, without quotes.
  public let bytes: UnsafeRawBufferPointer

  /// Wraps bytes the caller knows to be valid UTF-8.
  @inlinable
  public init(unchecked bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The number of bytes, not of characters.
  @inlinable
  public var count: Int { bytes.count }

  /// Whether there are no bytes.
  @inlinable
  public var isEmpty: Bool { bytes.isEmpty }

  /// Whether a NUL is among the bytes: legal JSON, and never legal in Laurel's own fields.
  @inlinable
  public var containsNUL: Bool {
    guard let base = bytes.baseAddress else { return false }
    return cjson_find_nul(base, bytes.count) != nil
  }

  /// A copy that outlives the parser's memory.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether the bytes are those of a literal.
  @inlinable
  public static func == (text: JSONText, literal: StaticString) -> Bool {
    guard text.bytes.count == literal.utf8CodeUnitCount else { return false }
    guard let base = text.bytes.baseAddress else { return true }
    return cjson_equal(base, literal.utf8Start, text.bytes.count)
  }

  /// Whether two texts have the same bytes.
  @inlinable
  public static func == (left: JSONText, right: JSONText) -> Bool {
    guard left.bytes.count == right.bytes.count else { return false }
    guard let base = left.bytes.baseAddress, let other = right.bytes.baseAddress else {
      return true
    }
    return cjson_equal(base, other, left.bytes.count)
  }

  /// Lets literals be the patterns of a `switch` over a text.
  @inlinable
  public static func ~= (pattern: StaticString, text: JSONText) -> Bool {
    text == pattern
  }
}
