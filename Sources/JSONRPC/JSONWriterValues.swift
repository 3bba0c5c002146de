/// The single values, and members made of a literal key and one of them.
extension JSONWriter {
  /// Writes null.
  @inlinable
  public mutating func null() {
    separate()
    sink.append("null")
  }

  /// Writes true or false.
  @inlinable
  public mutating func bool(_ value: Bool) {
    separate()
    sink.append(value ? "true" : "false")
  }

  /// Writes an integer.
  @inlinable
  public mutating func int(_ value: Int64) {
    separate()
    sink.appendDecimal(value)
  }

  /// Writes an integer of any width up to 64 bits.
  @inlinable
  public mutating func int(_ value: some FixedWidthInteger & SignedInteger) {
    int(Int64(value))
  }

  /// Writes an unsigned integer of any width up to 64 bits.
  @inlinable
  public mutating func int(_ value: some FixedWidthInteger & UnsignedInteger) {
    separate()
    sink.appendDecimal(magnitude: UInt64(value))
  }

  /// Writes a string.
  @inlinable
  public mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// Writes a string that was read.
  @inlinable
  public mutating func string(_ value: JSONText) {
    string(utf8: value.bytes)
  }

  /// Writes bytes that are valid UTF-8 as a string.
  @inlinable
  public mutating func string(utf8: UnsafeRawBufferPointer) {
    separate()
    sink.append(UInt8(ascii: "\""))
    sink.appendEscaped(utf8)
    sink.append(UInt8(ascii: "\""))
  }

  /// Writes bytes that are a complete JSON value already.
  @inlinable
  public mutating func raw(_ json: UnsafeRawBufferPointer) {
    separate()
    sink.append(json)
  }

  /// Writes a literal that is a complete JSON value already.
  @inlinable
  public mutating func raw(_ json: StaticString) {
    separate()
    sink.append(json)
  }

  // MARK: Members

  /// Writes a member with an integer.
  @inlinable
  public mutating func member(_ name: StaticString, _ value: Int64) {
    key(name)
    int(value)
  }

  /// Writes a member with an integer.
  @inlinable
  public mutating func member(_ name: StaticString, _ value: some FixedWidthInteger & SignedInteger)
  {
    key(name)
    int(value)
  }

  /// Writes a member with an unsigned integer.
  @inlinable
  public mutating func member(
    _ name: StaticString, _ value: some FixedWidthInteger & UnsignedInteger
  ) {
    key(name)
    int(value)
  }

  /// Writes a member with true or false.
  @inlinable
  public mutating func member(_ name: StaticString, _ value: Bool) {
    key(name)
    bool(value)
  }

  /// Writes a member with a string.
  @inlinable
  public mutating func member(_ name: StaticString, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes a member with a string that was read.
  @inlinable
  public mutating func member(_ name: StaticString, _ value: JSONText) {
    key(name)
    string(value)
  }

  /// Writes a member with an object.
  @inlinable
  public mutating func object<Failure>(
    _ name: StaticString, _ members: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    key(name)
    try object(members)
  }

  /// Writes a member with an array.
  @inlinable
  public mutating func array<Failure>(
    _ name: StaticString, _ items: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    key(name)
    try array(items)
  }

  /// Writes a whole value that was read: the same value, not the same spelling of its strings.
  public mutating func value(_ value: JSONValue) {
    switch value.kind {
    case .null: null()
    case .bool: bool(value.bool == true)
    case .string: if let text = value.text { string(text) }
    case .number: if let digits = value.numberText { raw(digits.bytes) }
    case .array:
      beginArray()
      if let items = value.array { for item in items { self.value(item) } }
      endArray()
    case .object:
      beginObject()
      if let members = value.object {
        for (key, member) in members {
          self.key(key)
          self.value(member)
        }
      }
      endObject()
    }
  }
}
