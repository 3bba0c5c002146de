/// A type that can be a table's key.
///
/// A key is a run of fixed-width components, most significant byte first, signed ones with the
/// sign bit flipped, so that LMDB's plain byte comparison sorts rows exactly as `<` sorts the Swift
/// values. Every key of a type has the same length, between 1 and 511 bytes, and is encoded on the
/// stack. Integers are keys; `Key2` and `Key3` combine them; a domain type becomes a key by
/// conforming to `DomainKey`. Text is deliberately not a key: hash it at the edge.
public protocol KeyCodec: Sendable {
  /// The length of every encoded key of this type.
  static var byteCount: Int { get }

  /// The components from left to right, recorded in the file so that another layout is refused.
  static var layout: [KeyComponent] { get }

  /// Appends exactly `byteCount` bytes.
  func encode(into writer: inout KeyWriter)

  /// Takes exactly `byteCount` bytes; every bit pattern is a value.
  init(from reader: inout KeyReader)
}

/// A domain type stored as another key: an identifier as its integer, a struct as a composite.
public protocol DomainKey: KeyCodec {
  /// The key that is stored.
  associatedtype Stored: KeyCodec

  /// This value as the stored key; it must sort as this type does.
  var stored: Stored { get }

  /// The value that a stored key stands for.
  init(stored: Stored)
}

extension DomainKey {
  /// The stored key's length.
  @inlinable public static var byteCount: Int { Stored.byteCount }

  /// The stored key's components.
  @inlinable public static var layout: [KeyComponent] { Stored.layout }

  /// Encodes the stored key.
  @inlinable
  public func encode(into writer: inout KeyWriter) { stored.encode(into: &writer) }

  /// Decodes the stored key.
  @inlinable
  public init(from reader: inout KeyReader) { self.init(stored: Stored(from: &reader)) }
}

/// One fixed-width component of a key.
@frozen
public struct KeyComponent: Equatable, Sendable {
  /// Whether the component's sign bit is stored flipped.
  public let isSigned: Bool
  /// The component's length.
  public let byteCount: UInt8

  /// An unsigned integer of this many bytes.
  public static func unsigned(_ byteCount: UInt8) -> KeyComponent {
    KeyComponent(isSigned: false, byteCount: byteCount)
  }

  /// A signed integer of this many bytes.
  public static func signed(_ byteCount: UInt8) -> KeyComponent {
    KeyComponent(isSigned: true, byteCount: byteCount)
  }

  /// The component as one byte of the table catalogue.
  var code: UInt8 { byteCount | (isSigned ? 0x80 : 0) }
}

/// Fills the stack buffer of one key from left to right.
@frozen
public struct KeyWriter: ~Copyable {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let capacity: Int
  @usableFromInline var offset = 0

  @inlinable
  init(base: UnsafeMutableRawPointer, capacity: Int) {
    self.base = base
    self.capacity = capacity
  }

  /// Appends an unsigned integer, most significant byte first.
  @inlinable
  public mutating func append<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ value: Number
  ) {
    let width = MemoryLayout<Number>.size
    precondition(offset + width <= capacity, "a key encodes more bytes than its byteCount")
    base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Number.self)
    offset += width
  }
}

/// Takes one key apart from left to right.
@frozen
public struct KeyReader: ~Copyable {
  @usableFromInline let base: UnsafeRawPointer
  @usableFromInline let capacity: Int
  @usableFromInline var offset = 0

  @inlinable
  init(base: UnsafeRawPointer, capacity: Int) {
    self.base = base
    self.capacity = capacity
  }

  /// Takes an unsigned integer, most significant byte first.
  @inlinable
  public mutating func next<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    as type: Number.Type = Number.self
  ) -> Number {
    let width = MemoryLayout<Number>.size
    precondition(offset + width <= capacity, "a key decodes more bytes than its byteCount")
    let value = base.loadUnaligned(fromByteOffset: offset, as: Number.self)
    offset += width
    return Number(bigEndian: value)
  }
}

extension KeyCodec {
  /// Encodes the key on the stack and lends its bytes.
  @inlinable
  @inline(__always)
  func withEncoded<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { bytes in
      encode(into: bytes)
      return body(bytes)
    }
  }

  /// Encodes the key into a buffer of `byteCount` bytes and asserts LMDB's limits.
  @inlinable
  @inline(__always)
  func encode(into bytes: UnsafeMutableRawBufferPointer) {
    guard let base = bytes.baseAddress, (1...511).contains(Self.byteCount) else {
      preconditionFailure("a key has 1 to 511 bytes")
    }
    var writer = KeyWriter(base: base, capacity: Self.byteCount)
    encode(into: &writer)
    precondition(writer.offset == Self.byteCount, "a key encodes fewer bytes than its byteCount")
  }

  /// Decodes a key found in the file; `nil` when its length is another type's.
  @inlinable
  static func decode(_ bytes: UnsafeRawBufferPointer) -> Self? {
    guard bytes.count == byteCount, let base = bytes.baseAddress else { return nil }
    var reader = KeyReader(base: base, capacity: byteCount)
    return Self(from: &reader)
  }
}
