import LMDB

// Numbers of varying length in the rows of the state: LEB128, signed ones zigzag first. A row must
// know its length before it is written, so each has a measure.

/// How many bytes numbers take.
enum Packed {
  @inline(__always)
  static func bytes(_ value: UInt64) -> Int {
    value < 0x80 ? 1 : (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7
  }

  @inline(__always)
  static func bytes(_ value: Int64) -> Int { bytes(zigzag(value)) }

  @inline(__always)
  static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }
}

extension ValueWriter {
  @inline(__always)
  mutating func append(packed value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always)
  mutating func append(packed value: Int64) { append(packed: Packed.zigzag(value)) }
}

extension ValueReader {
  @inline(__always)
  mutating func packed() throws(InvalidValue) -> UInt64 {
    let first = try next(as: UInt8.self)
    guard first >= 0x80 else { return UInt64(first) }
    var value = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while true {
      let byte = try next(as: UInt8.self)
      guard shift < 63 || byte <= 1 else { throw InvalidValue() }
      value |= UInt64(byte & 0x7f) &<< shift
      guard byte >= 0x80 else { return value }
      shift &+= 7
    }
  }

  @inline(__always)
  mutating func packedSigned() throws(InvalidValue) -> Int64 {
    let value = try packed()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  @inline(__always)
  mutating func packed<Number: FixedWidthInteger>(
    as _: Number.Type
  ) throws(InvalidValue) -> Number {
    guard let number = Number(exactly: try packed()) else { throw InvalidValue() }
    return number
  }

  @inline(__always)
  mutating func packedSigned<Number: FixedWidthInteger>(
    as _: Number.Type
  ) throws(InvalidValue) -> Number {
    guard let number = Number(exactly: try packedSigned()) else { throw InvalidValue() }
    return number
  }
}
