import CJSON

/// Writes JSON text piece by piece; commas and escapes are its business, nesting is the caller's.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///       writer.member("learner", learner.text)
///       writer.member("spendable", 420)
///     }
///
/// The closures are inlined; nothing is allocated but the one buffer, which `removeAll` keeps.
/// Strings must be valid UTF-8, as a `String` and a `JSONText` always are, and come out valid.
/// The writer does not check that a value follows each key and that equal keys are avoided.
public struct JSONWriter: ~Copyable {
  @usableFromInline var sink: ByteSink
  @usableFromInline var needsComma = false

  /// Creates a writer with room for some bytes.
  public init(capacity: Int = 256) {
    sink = ByteSink(capacity: capacity)
  }

  /// The text written so far, valid until the next change.
  @inlinable
  public var bytes: UnsafeRawBufferPointer { sink.bytes }

  /// The number of bytes written so far.
  @inlinable
  public var count: Int { sink.count }

  /// The text written so far as a `String`; for tests and command lines.
  public var string: String { String(decoding: sink.bytes, as: UTF8.self) }

  /// Forgets the text and keeps the room.
  @inlinable
  public mutating func removeAll() {
    sink.removeAll()
    needsComma = false
  }

  /// Ends a top-level text with a newline, so that the next one can follow in the same buffer.
  @inlinable
  public mutating func endLine() {
    sink.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  // MARK: Containers

  /// Writes an object; the closure writes its members.
  @inlinable
  public mutating func object<Failure>(
    _ members: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginObject()
    try members(&self)
    endObject()
  }

  /// Writes an array; the closure writes its items.
  @inlinable
  public mutating func array<Failure>(
    _ items: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginArray()
    try items(&self)
    endArray()
  }

  /// Opens an object that `endObject` closes.
  @inlinable
  public mutating func beginObject() { open(UInt8(ascii: "{")) }

  /// Closes the innermost object.
  @inlinable
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Opens an array that `endArray` closes.
  @inlinable
  public mutating func beginArray() { open(UInt8(ascii: "[")) }

  /// Closes the innermost array.
  @inlinable
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  @inlinable
  mutating func open(_ bracket: UInt8) {
    separate()
    sink.append(bracket)
    needsComma = false
  }

  @inlinable
  mutating func close(_ bracket: UInt8) {
    sink.append(bracket)
    needsComma = true
  }

  /// Writes the comma that is due, and makes one due after the value that follows.
  @inlinable
  mutating func separate() {
    if needsComma { sink.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  // MARK: Keys

  /// Writes the key of the member whose value comes next; a literal that needs no escapes.
  @inlinable
  public mutating func key(_ literal: StaticString) {
    assert(Escaping.isPlain(literal), "a literal key must need no escapes")
    let count = literal.utf8CodeUnitCount
    sink.reserve(count + 4)
    if needsComma { sink.appendUnchecked(UInt8(ascii: ",")) }
    sink.appendUnchecked(UInt8(ascii: "\""))
    sink.appendUnchecked(UnsafeRawBufferPointer(start: literal.utf8Start, count: count))
    sink.appendUnchecked(UInt8(ascii: "\""))
    sink.appendUnchecked(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a key that is not known beforehand.
  @inlinable
  public mutating func key(_ text: JSONText) {
    string(utf8: text.bytes)
    sink.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a key that is not known beforehand.
  @inlinable
  public mutating func key(_ text: String) {
    string(text)
    sink.append(UInt8(ascii: ":"))
    needsComma = false
  }
}
