import CZlib
import Testing

@testable import LMDB

@Suite("The checksum is zlib's")
struct ChecksumTests {
  @Test("for every length, alignment and continuation")
  func agreesWithZlib() {
    var random = Seeded(8)
    let bytes = random.bytes(2_000)
    for length in 0..<600 {
      let start = Int(random.next() % 1_000)
      let seed = UInt32(truncatingIfNeeded: random.next())
      let slice = bytes[start..<start + length]
      let (ours, zlibs) = slice.withUnsafeBytes { buffer in
        (
          Checksum.extend(seed, over: buffer),
          crc32_z(
            UInt(seed), buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
        )
      }
      #expect(length == 0 || UInt(ours) == zlibs)
    }
    let check = Array("123456789".utf8)
    #expect(check.withUnsafeBytes { Checksum.extend(0, over: $0) } == 0xCBF4_3926)
  }
}
