/// Reads an object's members by name and remembers which were asked for.
///
/// The way every method but the hottest reads its parameters:
///
///     var fields = try Fields(call.params)
///     let learner = try fields.string("learner", max: 128)
///     let limit = try fields.optionalInt("limit", in: 1...100) ?? 20
///     try fields.finish()
///
/// Opening refuses duplicate keys and more than `Limits.fieldCount` members; `finish` refuses what
/// nobody asked for. Each error names the field's path, a stable reason and what to do. An
/// optional field may be absent or null. Texts are refused when they contain NUL or exceed their
/// limit in bytes; nothing is trimmed, converted or guessed.
///
/// The texts of `text` point into the parser's memory; `string` copies.
public struct Fields {
  @usableFromInline let object: JSONObject?
  private var asked: UInt64 = 0

  /// Opens a call's parameters; absent ones are an object without members.
  public init(_ params: JSONValue?) throws(ParameterError) {
    guard let params else {
      object = nil
      return
    }
    guard let object = params.object else {
      throw ParameterError("", .wrongType, "Send an object with named fields.")
    }
    guard object.count <= Limits.fieldCount else {
      throw ParameterError("", .tooMany, "Send at most \(Limits.fieldCount) fields.")
    }
    if let key = object.firstDuplicate {
      throw ParameterError(
        field: ParameterError.shown(key), reason: .duplicateField, advice: "Send the field once.")
    }
    self.object = object
  }

  /// Refuses fields that nobody asked for, naming the first.
  public func finish() throws(ParameterError) {
    guard let object, asked.nonzeroBitCount != object.count else { return }
    var place: UInt64 = 1
    for (key, _) in object {
      if asked & place == 0 {
        throw ParameterError(
          field: ParameterError.shown(key), reason: .unknownField,
          advice: "Leave it out, or check the spelling of its name.")
      }
      place &<<= 1
    }
  }

  /// The value as it was sent, null included, or nil when the field is absent.
  public mutating func rawValue(_ name: StaticString) -> JSONValue? {
    guard let object else { return nil }
    var place: UInt64 = 1
    for (key, value) in object {
      if key == name {
        asked |= place
        return value
      }
      place &<<= 1
    }
    return nil
  }

  /// The value of a field that may be absent or null.
  public mutating func optionalValue(_ name: StaticString) -> JSONValue? {
    guard let value = rawValue(name), !value.isNull else { return nil }
    return value
  }

  /// The value of a field that must be there and not null.
  public mutating func value(_ name: StaticString) throws(ParameterError) -> JSONValue {
    try Self.required(optionalValue(name), name)
  }

  static func required<Value>(
    _ value: Value?, _ name: StaticString
  ) throws(ParameterError) -> Value {
    guard let value else { throw ParameterError(name, .missing, "Add the field.") }
    return value
  }
}
