import Testing

@testable import Incentives

@Suite("Instants are read from what sources send, and written in one form")
struct TimeInstantTextTests {
  @Test(
    "Spellings of an instant",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-09-01T08:00:00.000001Z", 1_788_249_600_000_001),
      ("2026-09-01T16:00:00.000001+08:00", 1_788_249_600_000_001),
      ("2026-09-01t16:00:00,000001+0800", 1_788_249_600_000_001),
      ("2026-09-01 16:00:00.000001999+08", 1_788_249_600_000_001),
      ("2026-08-31T22:30:00.5-09:30", 1_788_249_600_500_000),
      ("2026-09-01T08:00z", 1_788_249_600_000_000),
      ("2026-09-01T08:00:00-00:00", 1_788_249_600_000_000),
      ("1970-01-01T00:00:00+08:00", -28_800_000_000),
      ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
      ("2016-12-31T23:59:60Z", 1_483_228_799_999_999),
      ("2017-01-01T07:59:60.5+08:00", 1_483_228_799_999_999),
      ("2016-12-31T18:59:60-05:00", 1_483_228_799_999_999),
    ])
  func instants(text: String, microseconds: Int64) {
    #expect(parse(text) == .instant(Instant(microseconds: microseconds)))
  }

  @Test(
    "Without an offset it is a wall clock's reading",
    arguments: [
      ("2013-04-04T16:32", 1_365_093_120_000_000), ("1970-01-01 00:00:01.25", 1_250_000),
      ("2013-04-04T16:32:59.123456789", 1_365_093_179_123_456),
    ])
  func local(text: String, microseconds: Int64) {
    #expect(parse(text) == .local(microseconds: microseconds))
  }

  @Test(
    "Whatever is not a time is refused",
    arguments: [
      "", "2026-09-01", "2026-09-01T", "2026-09-01T08", "2026-09-01T08:", "2026-09-01T08:0",
      "2026-09-01T08:00:", "2026-09-01T08:00:0", "2026-09-01T08:00:00.", "2026-09-01T08:00:00.Z",
      "2026-09-01T08:00:00.1234567890Z", "2026-09-01T24:00:00Z", "2026-09-01T08:60:00Z",
      "2026-09-01T08:00:61Z", "2026-09-01T08:00:60Z", "2016-12-31T23:59:60", "2026-02-29T08:00:00Z",
      "2026-13-01T08:00:00Z", "2026-00-01T08:00:00Z", "2026-01-00T08:00:00Z",
      "1969-12-31T23:59:59Z",
      "2026-09-01T08:00:00+", "2026-09-01T08:00:00+8", "2026-09-01T08:00:00+080",
      "2026-09-01T08:00:00+08:0", "2026-09-01T08:00:00+08:60", "2026-09-01T08:00:00+24:00",
      "2026-09-01T08:00:00+08-00", "2026-09-01T08:00:00Zz", "2026-09-01T08:00:00 Z",
      "2026-09-01T08:00:00Z ", " 2026-09-01T08:00:00Z", "2026-09-01_08:00:00Z", "2026/09/01T08:00Z",
      "20260901T080000Z", "2026-W36-2T08:00:00Z", "+2026-09-01T08:00Z", "2026-09-01T08.00:00Z",
      "２０２６-09-01T08:00:00Z", "2026-09-01T08:00:00+08:00:00", "2O26-09-01T08:00:00Z",
    ])
  func refused(text: String) {
    #expect(parse(text) == nil)
  }

  @Test("A date alone is a day, and only then")
  func days() {
    #expect(parseDay("2026-09-01") == LocalDay(number: 20_697))
    for text in ["2026-09-01T", "2026-09", "2026-02-30", "1969-12-31", "2026-09-0x"] {
      #expect(parseDay(text) == nil, "\(text)")
    }
  }

  @Test(
    "Written in UTC, with six digits of fraction or none",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"),
      (-1, "1969-12-31T23:59:59.999999Z"), (1_788_249_600_100_000, "2026-09-01T08:00:00.100000Z"),
      (Int64.max, "+294247-01-10T04:00:54.775807Z"), (Int64.min, "-290308-12-21T19:59:05.224192Z"),
    ])
  func written(microseconds: Int64, text: String) {
    #expect(Instant(microseconds: microseconds).description == text)
  }

  @Test("What is written is read back, to the microsecond, with any offset")
  func roundTrip() {
    var numbers = SeededNumbers(seed: 9)
    for _ in 0..<20_000 {
      let instant = Instant(
        microseconds: .random(in: 86_400_000_000...253_402_214_400_000_000, using: &numbers))
      #expect(parse(instant.description) == .instant(instant))
      let offset = Int64.random(in: -1_439...1_439, using: &numbers)
      let shifted = instant.advanced(byMicroseconds: offset * 60_000_000)
      let hours = twoDigits(offset.magnitude / 60)
      let minutes = twoDigits(offset.magnitude % 60)
      let text = "\(shifted.description.dropLast())\(offset < 0 ? "-" : "+")\(hours):\(minutes)"
      #expect(parse(text) == .instant(instant))
    }
  }

  @Test("No damage to a text makes the reader fail or read beyond its end")
  func damaged() {
    var numbers = SeededNumbers(seed: 10)
    let original = Array("2026-09-01T16:00:00.123456+08:00".utf8)
    var refusals = 0
    for _ in 0..<50_000 {
      var text = Array(original.prefix(Int.random(in: 0...original.count, using: &numbers)))
      for _ in 0..<2 where !text.isEmpty {
        text[Int.random(in: 0..<text.count, using: &numbers)] = UInt8.random(
          in: 0...255, using: &numbers)
      }
      if text.withUnsafeBytes({ InstantText.parse($0) }) == nil { refusals += 1 }
    }
    #expect(refusals > 40_000)
  }

  private func parse(_ text: String) -> ParsedTime? {
    Array(text.utf8).withUnsafeBytes { InstantText.parse($0) }
  }

  private func parseDay(_ text: String) -> LocalDay? {
    Array(text.utf8).withUnsafeBytes { InstantText.parseDay($0) }
  }
}
