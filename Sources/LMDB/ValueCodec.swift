/// A type that can be a table's value.
///
/// A row's bytes are `[format version][payload][CRC-32 of table, key, version and payload]`; this
/// protocol is about the payload alone. A kind that changes its payload raises `formatVersion` and
/// keeps decoding the versions from `oldestVersion` on, so old rows stay readable for ever.
public protocol ValueCodec: Sendable {
  /// The kind of value, recorded in the file so that another kind is refused; never reused.
  static var typeID: UInt32 { get }

  /// The version that `encode` writes.
  static var formatVersion: UInt8 { get }

  /// The oldest version that `init(from:version:)` still reads.
  static var oldestVersion: UInt8 { get }

  /// The exact length of this value's payload.
  var byteCount: Int { get }

  /// Writes exactly `byteCount` bytes.
  func encode(into writer: inout ValueWriter)

  /// Reads a payload of the given version; all of it must be consumed.
  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue)
}

extension ValueCodec {
  /// By default only the current version is readable.
  @inlinable public static var oldestVersion: UInt8 { formatVersion }
}

/// The bytes are no value of the type; reported to the caller as `.corrupt` with table and key.
public struct InvalidValue: Error, Equatable {
  /// Creates the error.
  public init() {}
}

/// Fills a payload from left to right, in place in the page.
@frozen
public struct ValueWriter: ~Copyable {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let capacity: Int
  @usableFromInline var offset = 0

  @inlinable
  init(base: UnsafeMutableRawPointer, capacity: Int) {
    self.base = base
    self.capacity = capacity
  }

  /// Appends an integer, least significant byte first.
  @inlinable
  public mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number) {
    let width = MemoryLayout<Number>.size
    precondition(width <= capacity - offset, "a value encodes more bytes than its byteCount")
    base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Number.self)
    offset += width
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= capacity - offset, "a value encodes more bytes than its byteCount")
    guard let source = bytes.baseAddress else { return }
    base.advanced(by: offset).copyMemory(from: source, byteCount: bytes.count)
    offset += bytes.count
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }
}

/// Takes a payload apart from left to right.
@frozen
public struct ValueReader: ~Copyable {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline var offset = 0

  @inlinable
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// How many bytes are left.
  @inlinable public var remaining: Int { bytes.count - offset }

  /// Takes an integer, least significant byte first.
  @inlinable
  public mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(
    as type: Number.Type = Number.self
  ) throws(InvalidValue) -> Number {
    let width = MemoryLayout<Number>.size
    guard width <= remaining else { throw InvalidValue() }
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
    offset += width
    return Number(littleEndian: value)
  }

  /// Takes the next `count` bytes; the buffer is valid until the initialiser returns.
  @inlinable
  public mutating func nextBytes(_ count: Int) throws(InvalidValue) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else { throw InvalidValue() }
    let slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    offset += count
    return slice
  }
}
