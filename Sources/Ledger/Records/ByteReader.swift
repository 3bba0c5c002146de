/// Reads the fields of a record from bytes that nobody vouches for.
///
/// It never reads outside its bytes and never traps. The first thing that is wrong is remembered in
/// `problem`, every read after it gives zero, and the caller asks once, at the end. So a decoder
/// reads like the list of its fields.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// What is wrong with the bytes; nil while nothing is.
  private(set) var problem: StaticString?

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes are left.
  var remaining: Int { bytes.count - offset }

  /// Remembers that something is wrong.
  @inline(never)
  mutating func fail(_ problem: StaticString) {
    if self.problem == nil { self.problem = problem }
    offset = bytes.count
  }

  /// What is wrong, if anything, now that nothing may be left.
  mutating func end() -> StaticString? {
    if offset != bytes.count { fail("bytes are left over") }
    return problem
  }

  @inline(__always)
  mutating func byte() -> UInt8 {
    guard offset < bytes.count else {
      fail("it ends too early")
      return 0
    }
    defer { offset &+= 1 }
    return bytes[offset]
  }

  mutating func fixed<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) -> Value {
    guard remaining >= MemoryLayout<Value>.size else {
      fail("it ends too early")
      return 0
    }
    defer { offset += MemoryLayout<Value>.size }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  @inline(__always)
  mutating func varint() -> UInt64 {
    let first = byte()
    return first < 0x80 ? UInt64(first) : longVarint(first)
  }

  private mutating func longVarint(_ first: UInt8) -> UInt64 {
    var value = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while true {
      let next = byte()
      // The tenth byte holds the last of 64 bits.
      guard shift < 63 || next <= 1 else {
        fail("a number exceeds 64 bits")
        return 0
      }
      value |= UInt64(next & 0x7f) &<< shift
      guard next >= 0x80 else { return value }
      shift &+= 7
    }
  }

  @inline(__always)
  mutating func number<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value {
    let value = varint()
    guard let number = Value(exactly: value) else {
      fail("a number exceeds its field")
      return 0
    }
    return number
  }

  @inline(__always)
  mutating func zigzag() -> Int64 {
    let value = varint()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A run of bytes after its length; valid as long as the reader's bytes.
  @inline(__always)
  mutating func text() -> UnsafeRawBufferPointer {
    let length = varint()
    guard length <= UInt64(remaining) else {
      fail("a text is longer than its record")
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    defer { offset &+= Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
  }

  /// How many elements follow, each of some bytes at least; so a wrong number never reserves anything.
  @inline(__always)
  mutating func count(of bytesMin: Int) -> Int {
    let count = varint()
    guard count <= UInt64(remaining / bytesMin) else {
      fail("there are more elements than bytes")
      return 0
    }
    return Int(count)
  }

  /// A case of an enumeration by its raw byte.
  @inline(__always)
  mutating func choice<Value: RawRepresentable>(_: Value.Type, or fallback: Value) -> Value
  where Value.RawValue == UInt8 {
    choice(byte(), or: fallback)
  }

  /// A case of an enumeration by bits already read.
  @inline(__always)
  mutating func choice<Value: RawRepresentable>(_ raw: UInt8, or fallback: Value) -> Value
  where Value.RawValue == UInt8 {
    guard let value = Value(rawValue: raw) else {
      fail("an unknown choice")
      return fallback
    }
    return value
  }

  /// Yes or no, as one byte.
  mutating func flag() -> Bool {
    let value = byte()
    if value > 1 { fail("an unknown choice") }
    return value == 1
  }
}
