/// Texts, integers, booleans and choices among a call's fields.
extension Fields {
  /// A text of 1 to `max` bytes, in the parser's memory.
  public mutating func text(_ name: StaticString, max: Int) throws(ParameterError) -> JSONText {
    try Self.required(optionalText(name, max: max), name)
  }

  /// A text of 1 to `max` bytes that may be absent, in the parser's memory.
  public mutating func optionalText(
    _ name: StaticString, max: Int
  ) throws(ParameterError) -> JSONText? {
    guard let value = optionalValue(name) else { return nil }
    return try value.text(named: name, max: max)
  }

  /// A text of 1 to `max` bytes, copied.
  public mutating func string(_ name: StaticString, max: Int) throws(ParameterError) -> String {
    try text(name, max: max).string
  }

  /// A text of 1 to `max` bytes that may be absent, copied.
  public mutating func optionalString(
    _ name: StaticString, max: Int
  ) throws(ParameterError) -> String? {
    try optionalText(name, max: max)?.string
  }

  /// An integer within a range.
  public mutating func int(
    _ name: StaticString, in range: ClosedRange<Int64> = .min ... .max
  ) throws(ParameterError) -> Int64 {
    try Self.required(optionalInt(name, in: range), name)
  }

  /// An integer within a range that may be absent.
  public mutating func optionalInt(
    _ name: StaticString, in range: ClosedRange<Int64> = .min ... .max
  ) throws(ParameterError) -> Int64? {
    guard let value = optionalValue(name) else { return nil }
    return try value.int(named: name, in: range)
  }

  /// True or false.
  public mutating func bool(_ name: StaticString) throws(ParameterError) -> Bool {
    try Self.required(optionalBool(name), name)
  }

  /// True or false, or absent.
  public mutating func optionalBool(_ name: StaticString) throws(ParameterError) -> Bool? {
    guard let value = optionalValue(name) else { return nil }
    guard let bool = value.bool else {
      throw ParameterError(name, .wrongType, "Send true or false.")
    }
    return bool
  }

  /// One of the words of an enumeration.
  public mutating func choice<Choice>(
    _ name: StaticString, of type: Choice.Type = Choice.self
  ) throws(ParameterError) -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    try Self.required(optionalChoice(name, of: type), name)
  }

  /// One of the words of an enumeration, or absent.
  public mutating func optionalChoice<Choice>(
    _ name: StaticString, of type: Choice.Type = Choice.self
  ) throws(ParameterError) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    guard let value = optionalValue(name) else { return nil }
    guard let text = value.text else {
      throw ParameterError(name, .wrongType, "Send a string.")
    }
    if let choice = Choice(rawValue: text.string) { return choice }
    let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw ParameterError(name, .invalidValue, "Send one of: \(words).")
  }
}

extension JSONValue {
  /// This value as a text of 1 to `max` bytes; the name is only for the error.
  @inlinable
  public func text(named name: StaticString, max: Int) throws(ParameterError) -> JSONText {
    if let text, text.count <= max, !text.isEmpty, !text.containsNUL { return text }
    throw textError(named: name, max: max)
  }

  /// This value as an integer within a range; the name is only for the error.
  @inlinable
  public func int(
    named name: StaticString, in range: ClosedRange<Int64> = .min ... .max
  ) throws(ParameterError) -> Int64 {
    if let int64, range.contains(int64) { return int64 }
    throw intError(named: name, in: range)
  }

  @usableFromInline
  func textError(named name: StaticString, max: Int) -> ParameterError {
    guard let text else { return ParameterError(name, .wrongType, "Send a string.") }
    if text.isEmpty { return ParameterError(name, .empty, "Send a text, or leave the field out.") }
    if text.count > max {
      return ParameterError(name, .tooLong, "Send at most \(max) bytes of UTF-8.")
    }
    return ParameterError(name, .containsNUL, "Leave out the character U+0000.")
  }

  @usableFromInline
  func intError(named name: StaticString, in range: ClosedRange<Int64>) -> ParameterError {
    guard kind == .number else {
      return ParameterError(name, .wrongType, "Send an integer.")
    }
    guard int64 != nil || isLargeInteger else {
      return ParameterError(
        name, .notInteger, "Send a whole number without point, exponent or minus zero.")
    }
    return ParameterError(
      name, .outOfRange, "Send an integer from \(range.lowerBound) to \(range.upperBound).")
  }

  /// Whether this is an integer literal beyond `Int64`.
  private var isLargeInteger: Bool {
    guard int64 == nil, let digits = numberText, !(digits == "-0") else { return false }
    return digits.bytes.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
  }
}
