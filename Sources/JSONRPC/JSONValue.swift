import CJSON

/// A cursor on one value of a parsed text: two pointers, trivially copyable.
///
/// Reading is free of allocation, and stepping over a value costs the same whatever it contains.
/// The accessors answer nil for a value of another kind; none converts. A cursor is valid until
/// its parser parses again.
///
/// Numbers are either exact integers or text. There is deliberately no `Double`: an amount that
/// went through one cannot be told from its neighbours. Whoever takes decimals reads `numberText`
/// and floors the digits.
@frozen
public struct JSONValue: BitwiseCopyable {
  /// The seven kinds of value; an integer is a number without point, exponent or minus zero.
  @frozen
  public enum Kind: Sendable {
    case object, array, string, number, bool, null
  }

  @usableFromInline let element: UnsafePointer<UInt64>
  @usableFromInline let document: UnsafeMutablePointer<cjson_document>

  @inlinable
  init(element: UnsafePointer<UInt64>, document: UnsafeMutablePointer<cjson_document>) {
    self.element = element
    self.document = document
  }

  @inlinable
  var tag: UInt8 { UInt8(truncatingIfNeeded: element.pointee >> 56) }

  @inlinable
  var payload: Int { Int(truncatingIfNeeded: element.pointee & 0xFF_FFFF_FFFF_FFFF) }

  /// Which kind of value this is.
  @inlinable
  public var kind: Kind {
    switch tag {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  /// Whether this is the word null.
  @inlinable
  public var isNull: Bool { tag == UInt8(ascii: "n") }

  /// True or false, or nil for another kind.
  @inlinable
  public var bool: Bool? {
    switch tag {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: nil
    }
  }

  /// The string's bytes, or nil for another kind.
  @inlinable
  public var text: JSONText? {
    guard tag == UInt8(ascii: "\"") else { return nil }
    return uncheckedText
  }

  @inlinable
  var uncheckedText: JSONText {
    let start = UnsafeRawPointer(document.pointee.strings + payload)
    let count = Int(start.loadUnaligned(as: UInt32.self))
    return JSONText(unchecked: UnsafeRawBufferPointer(start: start + 4, count: count))
  }

  /// The exact value of an integer literal within `Int64`.
  ///
  /// Nil for `1.0`, `1e2`, `-0`, for what does not fit, and for other kinds.
  @inlinable
  public var int64: Int64? {
    guard tag == UInt8(ascii: "l") else { return nil }
    let value = Int64(bitPattern: element[1])
    guard value != 0 || !isMinusZero else { return nil }
    return value
  }

  @inlinable
  var isMinusZero: Bool {
    if document.pointee.minus_zero == CJSON_MINUS_ZERO_ABSENT { return false }
    return cjson_is_minus_zero(document, element)
  }

  /// The characters of a number as they were sent, or nil for another kind.
  ///
  /// The first question about a text takes one pass over it; the following ones take none.
  public var numberText: JSONText? {
    guard kind == .number, let source = document.pointee.source else { return nil }
    cjson_locate_numbers(document)
    let count = cjson_number_length(document, payload)
    return JSONText(unchecked: UnsafeRawBufferPointer(start: source + payload, count: count))
  }

  /// The object's members, or nil for another kind.
  @inlinable
  public var object: JSONObject? {
    guard tag == UInt8(ascii: "{") else { return nil }
    return JSONObject(value: self)
  }

  /// The array's items, or nil for another kind.
  @inlinable
  public var array: JSONArray? {
    guard tag == UInt8(ascii: "[") else { return nil }
    return JSONArray(value: self)
  }

  /// How many members or items a container has.
  @inlinable
  var containerCount: Int { Int(truncatingIfNeeded: (element.pointee >> 32) & 0xFF_FFFF) }

  /// The container's own closing word.
  @inlinable
  var containerEnd: UnsafePointer<UInt64> { next - 1 }

  /// The element after this value and all it contains.
  @inlinable
  var next: UnsafePointer<UInt64> {
    switch tag {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      document.pointee.tape + Int(UInt32(truncatingIfNeeded: element.pointee))
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
      element + 2
    default:
      element + 1
    }
  }
}
