import Incentives
import JSONRPC

/// The members of one fact as they lie in the parsed text; null is absent.
struct FactMembers {
  var source: JSONValue?
  var id: JSONValue?
  var learner: JSONValue?
  var verb: JSONValue?
  var object: JSONValue?
  var occurredAt: JSONValue?
  var occurredOn: JSONValue?
  var value: JSONValue?
  var metadata: JSONValue?

  /// Sorts the members out; refuses unknown and doubled ones.
  init(_ item: JSONValue) throws(ParameterError) {
    guard let object = item.object else {
      throw ParameterError("", .wrongType, "Send an object with named fields.")
    }
    var seen: UInt16 = 0
    for (key, value) in object {
      let bit = take(key, value)
      guard bit != 0 else {
        throw ParameterError(
          field: key.shown, reason: .unknownField,
          advice: "Leave it out, or put it into metadata.")
      }
      guard seen & bit == 0 else {
        throw ParameterError(
          field: key.shown, reason: .duplicateField, advice: "Send the field once.")
      }
      seen |= bit
    }
  }

  /// Keeps a member and returns its bit; 0 for one that no fact has.
  private mutating func take(_ key: JSONText, _ value: JSONValue) -> UInt16 {
    let kept = value.isNull ? nil : value
    return switch key {
    case "source": Self.set(&source, kept, bit: 0)
    case "id": Self.set(&id, kept, bit: 1)
    case "learner": Self.set(&learner, kept, bit: 2)
    case "verb": Self.set(&verb, kept, bit: 3)
    case "object": Self.set(&object, kept, bit: 4)
    case "occurredAt": Self.set(&occurredAt, kept, bit: 5)
    case "occurredOn": Self.set(&occurredOn, kept, bit: 6)
    case "value": Self.set(&self.value, kept, bit: 7)
    case "metadata": Self.set(&metadata, kept, bit: 8)
    default: 0
    }
  }

  private static func set(_ member: inout JSONValue?, _ value: JSONValue?, bit: UInt16) -> UInt16 {
    member = value
    return 1 << bit
  }

  /// A word that must be there: 1 to 128 bytes without NUL.
  static func word(_ value: JSONValue?, _ name: StaticString) throws(ParameterError) -> JSONText {
    guard let value else { throw ParameterError(name, .missing, "Add the field.") }
    return try value.text(named: name, max: CallLimits.identifierBytesMax)
  }

  /// When it happened: exactly one of `occurredAt` and `occurredOn`.
  func time() throws(ParameterError) -> FactTime {
    switch (occurredAt, occurredOn) {
    case (let at?, nil):
      let text = try at.text(named: "occurredAt", max: CallLimits.identifierBytesMax)
      switch InstantText.parse(text.bytes) {
      case .instant(let instant)?: return .instant(instant)
      case .local(let microseconds)?: return .local(microseconds)
      case nil: throw ParameterError("occurredAt", .invalidValue, InstantText.advice)
      }
    case (nil, let on?):
      let text = try on.text(named: "occurredOn", max: CallLimits.identifierBytesMax)
      guard let day = InstantText.parseDay(text.bytes) else {
        throw ParameterError("occurredOn", .invalidValue, "Send a day such as 2026-09-01.")
      }
      return .day(day)
    case (nil, nil):
      throw ParameterError("occurredAt", .missing, "Add occurredAt, or occurredOn for a mere date.")
    case (_?, _?):
      throw ParameterError("occurredOn", .invalidValue, "Send occurredAt or occurredOn, not both.")
    }
  }
}

/// One pair of a fact's metadata, as it lies in the parsed text.
struct MetadataPair {
  let key: JSONText
  private let value: Value

  private enum Value {
    case text(JSONText)
    case bool(Bool)
    case integer(Int64)
  }

  /// Reads a map of free keys to strings, booleans and integers.
  static func read(_ map: JSONValue, into pairs: inout [MetadataPair]) throws(ParameterError) {
    guard let object = map.object else {
      throw ParameterError("", .wrongType, "Send an object.")
    }
    guard object.count <= CallLimits.metadataPairsMax else {
      throw ParameterError("", .tooMany, "Send at most \(CallLimits.metadataPairsMax) members.")
    }
    for (key, value) in object {
      guard !key.isEmpty, key.count <= CallLimits.metadataBytesMax, !key.containsNUL else {
        throw ParameterError(
          field: key.shown, reason: .invalidValue,
          advice: "Name it with 1 to \(CallLimits.metadataBytesMax) bytes without U+0000.")
      }
      guard !pairs.contains(where: { $0.key == key }) else {
        throw ParameterError(
          field: key.shown, reason: .duplicateField, advice: "Send the key once.")
      }
      pairs.append(MetadataPair(key: key, value: try read(value, of: key)))
    }
  }

  private static func read(_ value: JSONValue, of key: JSONText) throws(ParameterError) -> Value {
    if let text = value.text {
      guard text.count <= CallLimits.metadataBytesMax, !text.containsNUL else {
        throw ParameterError(
          field: key.shown, reason: .tooLong,
          advice: "Send at most \(CallLimits.metadataBytesMax) bytes without U+0000.")
      }
      return .text(text)
    }
    if let integer = value.int64 { return .integer(integer) }
    if let bool = value.bool { return .bool(bool) }
    throw ParameterError(
      field: key.shown, reason: .wrongType, advice: "Send a string, a boolean or an integer.")
  }

  /// The value as a text.
  var word: String {
    switch value {
    case .text(let text): text.string
    case .bool(let bool): bool ? "true" : "false"
    case .integer(let integer): String(integer)
    }
  }

  /// Appends key and value, each behind its length in two bytes, big-endian.
  func append(to arena: inout ByteArena) {
    Self.append(key.bytes, to: &arena)
    switch value {
    case .text(let text): Self.append(text.bytes, to: &arena)
    case .bool(let bool): Self.append(bool ? "true" : "false", to: &arena)
    case .integer(let integer): Self.append(integer, to: &arena)
    }
  }

  private static func append(_ bytes: UnsafeRawBufferPointer, to arena: inout ByteArena) {
    arena.bytes.append(UInt8(truncatingIfNeeded: bytes.count >> 8))
    arena.bytes.append(UInt8(truncatingIfNeeded: bytes.count))
    arena.bytes.append(contentsOf: bytes)
  }

  private static func append(_ word: StaticString, to arena: inout ByteArena) {
    append(
      UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount), to: &arena)
  }

  private static func append(_ integer: Int64, to arena: inout ByteArena) {
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var place = digits.count
      var rest = integer.magnitude
      repeat {
        place -= 1
        digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if integer < 0 {
        place -= 1
        digits[place] = UInt8(ascii: "-")
      }
      append(UnsafeRawBufferPointer(rebasing: digits[place...]), to: &arena)
    }
  }
}

extension JSONText {
  /// A name as it was sent, shortened so that an error never carries a whole frame back.
  var shown: String {
    let max = CallLimits.identifierBytesMax
    guard count > max else { return string }
    return String(decoding: bytes.prefix(max), as: UTF8.self) + "…"
  }
}
