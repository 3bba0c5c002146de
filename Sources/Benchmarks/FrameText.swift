/// The bytes of frames, one after the other, in memory that never moves once they are sent.
struct FrameText: ~Copyable {
  private(set) var bytes: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(capacity: Int) { bytes = .allocate(byteCount: max(64, capacity), alignment: 64) }

  deinit { bytes.deallocate() }

  mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(twoDigits number: Int) {
    if number < 10 { append("0" as StaticString) }
    append(number)
  }

  mutating func append(_ number: Int) {
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var (rest, start) = (number, 20)
      repeat {
        start -= 1
        digits[start] = UInt8(48 + rest % 10)
        rest /= 10
      } while rest > 0
      append(UnsafeRawBufferPointer(rebasing: digits[start...]))
    }
  }

  private mutating func append(_ new: UnsafeRawBufferPointer) {
    if count + new.count > bytes.count { grow(for: new.count) }
    UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyMemory(from: new)
    count += new.count
  }

  private mutating func grow(for more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes.count * 2, count + more), alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    bytes.deallocate()
    bytes = larger
  }
}
