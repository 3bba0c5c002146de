import CZlib

/// CRC-32 (the one of zlib, gzip and PNG), quick for rows as well as for large values.
///
/// zlib needs 130 ns for a row of 50 bytes, because it warms up for long runs; eight table look-ups
/// for eight bytes need a sixth of that (Kounavis and Berry, "A Systematic Approach to Building High
/// Performance Software-based CRC Generators"). From 256 bytes on, zlib is asked.
@usableFromInline
package enum Checksum {
  private static let zlibBytesMin = 256

  /// Eight tables of 256: entry `b` of table `n` is the checksum of byte `b` and `n` zero bytes.
  nonisolated(unsafe) private static let tables: UnsafePointer<UInt32> = {
    let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<8 * 256 {
      let previous = tables[index - 256]
      tables[index] = tables[Int(previous & 0xFF)] ^ (previous >> 8)
    }
    return UnsafePointer(tables)
  }()

  /// Continues a checksum over more bytes; the first one continues 0.
  @usableFromInline
  package static func extend(_ sum: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return sum }
    if bytes.count >= zlibBytesMin {
      let words = base.assumingMemoryBound(to: UInt8.self)
      return UInt32(truncatingIfNeeded: crc32_z(UInt(sum), words, bytes.count))
    }
    let table = tables
    var value = ~sum
    var offset = 0
    while offset &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let mixed = word ^ UInt64(value)
      let low =
        table[0x700 &+ Int(mixed & 0xFF)] ^ table[0x600 &+ Int(mixed >> 8 & 0xFF)]
        ^ table[0x500 &+ Int(mixed >> 16 & 0xFF)] ^ table[0x400 &+ Int(mixed >> 24 & 0xFF)]
      let high =
        table[0x300 &+ Int(mixed >> 32 & 0xFF)] ^ table[0x200 &+ Int(mixed >> 40 & 0xFF)]
        ^ table[0x100 &+ Int(mixed >> 48 & 0xFF)] ^ table[Int(mixed >> 56)]
      value = low ^ high
      offset &+= 8
    }
    while offset < bytes.count {
      let byte = base.load(fromByteOffset: offset, as: UInt8.self)
      value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8)
      offset &+= 1
    }
    return ~value
  }
}
