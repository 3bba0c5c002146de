extension InstantText {
  /// Room enough for the text of any instant.
  public static let bytesMax = 32

  /// Writes an instant as `2026-09-01T08:00:00.000001Z` and returns how many bytes that took.
  ///
  /// Always in UTC; six digits of fraction, or none when it is zero. A year outside 0…9999 carries
  /// its sign and six digits (ISO 8601, expanded). The buffer holds at least `bytesMax` bytes.
  public static func write(_ instant: Instant, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    precondition(buffer.count >= bytesMax, "an instant needs \(bytesMax) bytes of room")
    let day = floorDivide(instant.microseconds, Instant.microsecondsPerDay)
    // Never below zero, also where day × 24 h itself would be below the smallest Int64.
    let ofDay = Int(
      truncatingIfNeeded: instant.microseconds &- day &* Instant.microsecondsPerDay)
    let date = CivilDate(LocalDay(number: Int32(day)))
    let second = ofDay / 1_000_000
    let fraction = ofDay % 1_000_000
    var output = DigitWriter(buffer: buffer)
    output.writeYear(Int(date.year))
    output.write("-", Int(date.month), digits: 2)
    output.write("-", Int(date.day), digits: 2)
    output.write("T", second / 3_600, digits: 2)
    output.write(":", second / 60 % 60, digits: 2)
    output.write(":", second % 60, digits: 2)
    if fraction != 0 { output.write(".", fraction, digits: 6) }
    output.write("Z")
    return output.count
  }
}

extension Instant: CustomStringConvertible {
  /// The instant as `2026-09-01T08:00:00.000001Z`.
  public var description: String {
    withUnsafeTemporaryAllocation(byteCount: InstantText.bytesMax, alignment: 1) { buffer in
      let count = InstantText.write(self, into: buffer)
      return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
  }
}

/// Writes ASCII digits into a buffer that is known to be long enough.
private struct DigitWriter {
  let buffer: UnsafeMutableRawBufferPointer
  var count = 0

  init(buffer: UnsafeMutableRawBufferPointer) {
    self.buffer = buffer
  }

  mutating func write(_ character: Unicode.Scalar) {
    buffer[count] = UInt8(ascii: character)
    count += 1
  }

  mutating func write(_ separator: Unicode.Scalar, _ value: Int, digits: Int) {
    write(separator)
    write(value, digits: digits)
  }

  mutating func write(_ value: Int, digits: Int) {
    var rest = value
    for position in stride(from: count + digits - 1, through: count, by: -1) {
      buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
  }

  mutating func writeYear(_ year: Int) {
    if 0...9999 ~= year {
      write(year, digits: 4)
    } else {
      write(year < 0 ? "-" : "+", abs(year), digits: 6)
    }
  }
}
