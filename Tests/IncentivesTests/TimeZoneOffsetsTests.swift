import Testing

@testable import Incentives

@Suite("A zone's table makes days that are contiguous and in order")
struct TimeZoneOffsetsTests {
  @Test("Days of 23 and 25 hours: London 2026")
  func london() throws {
    let zone = try zone([
      ("1996-10-27T01:00Z", 0), ("2026-03-29T01:00Z", 3_600), ("2026-10-25T01:00Z", 0),
    ])
    #expect(hours(of: "2026-03-28", in: zone) == 24)
    #expect(hours(of: "2026-03-29", in: zone) == 23)
    #expect(hours(of: "2026-10-25", in: zone) == 25)
    #expect(hours(of: "2026-10-25", in: zone, dayStart: 240) == 24)
    #expect(hours(of: "2026-10-24", in: zone, dayStart: 240) == 25)
    #expect(zone.offset(at: instant("2026-03-29T00:59:59.999999Z")) == 0)
    #expect(zone.offset(at: instant("2026-03-29T01:00Z")) == 3_600)
  }

  @Test("A clock that jumps over midnight: the day begins after it (São Paulo, 2018-11-04)")
  func gapAtDayStart() throws {
    let zone = try zone([("2018-02-18T02:00Z", -10_800), ("2018-11-04T03:00Z", -7_200)])
    #expect(start(of: "2018-11-04", in: zone) == "2018-11-04T03:00:00Z")
    #expect(hours(of: "2018-11-04", in: zone) == 23)
    #expect(day(at: "2018-11-04T02:59:59.999999Z", in: zone) == "2018-11-03")
    #expect(day(at: "2018-11-04T03:00Z", in: zone) == "2018-11-04")
  }

  @Test("A clock that goes back from midnight: the evening is longer (São Paulo, 2018-02-17)")
  func overlapBeforeDayStart() throws {
    let zone = try zone([("2017-10-15T03:00Z", -7_200), ("2018-02-18T02:00Z", -10_800)])
    #expect(hours(of: "2018-02-17", in: zone) == 25)
    #expect(start(of: "2018-02-18", in: zone) == "2018-02-18T03:00:00Z")
  }

  @Test("A clock that goes back over midnight: the day goes on (St John's, 2010-11-07)")
  func overlapAtDayStart() throws {
    // At 00:01 of the 7th it became 23:01 of the 6th again.
    let zone = try zone([("2010-03-14T03:31Z", -9_000), ("2010-11-07T02:31Z", -12_600)])
    #expect(start(of: "2010-11-07", in: zone) == "2010-11-07T02:30:00Z")
    #expect(day(at: "2010-11-07T02:30:59Z", in: zone) == "2010-11-07")
    #expect(day(at: "2010-11-07T02:31Z", in: zone) == "2010-11-07")
    #expect(day(at: "2010-11-07T03:29Z", in: zone) == "2010-11-07")
    #expect(hours(of: "2010-11-07", in: zone) == 25)
    #expect(hours(of: "2010-11-06", in: zone) == 24)
  }

  @Test("A day the zone left out is empty (Apia, 2011-12-30)")
  func skippedDay() throws {
    let zone = try zone([("2011-09-24T14:00Z", -36_000), ("2011-12-30T10:00Z", 50_400)])
    #expect(hours(of: "2011-12-30", in: zone) == 0)
    #expect(hours(of: "2011-12-29", in: zone) == 24)
    #expect(start(of: "2011-12-31", in: zone) == "2011-12-30T10:00:00Z")
    #expect(day(at: "2011-12-30T09:59:59Z", in: zone) == "2011-12-29")
    #expect(day(at: "2011-12-30T10:00Z", in: zone) == "2011-12-31")
  }

  @Test("A wall clock's reading: the earlier of two, and moved forward over a gap")
  func readings() throws {
    let zone = try zone([
      ("1996-10-27T01:00Z", 0), ("2026-03-29T01:00Z", 3_600), ("2026-10-25T01:00Z", 0),
    ])
    #expect(meaning(of: "2026-01-15T12:00", in: zone) == "2026-01-15T12:00:00Z")
    #expect(meaning(of: "2026-07-15T12:00", in: zone) == "2026-07-15T11:00:00Z")
    #expect(meaning(of: "2026-03-29T01:30", in: zone) == "2026-03-29T01:30:00Z")
    #expect(meaning(of: "2026-03-29T02:00", in: zone) == "2026-03-29T01:00:00Z")
    #expect(meaning(of: "2026-10-25T01:30", in: zone) == "2026-10-25T00:30:00Z")
    #expect(meaning(of: "2026-10-25T02:00", in: zone) == "2026-10-25T02:00:00Z")
    #expect(zone.localMicroseconds(at: Instant(seconds: 1_785_000_000)) == 1_785_003_600_000_000)
  }

  @Test("A table must have a first offset, ascend, and stay below a day")
  func validation() {
    let noon = Instant(seconds: 43_200)
    #expect(ZoneOffsets(transitions: []) == nil)
    let twice = ZoneOffsets.Transition(instant: noon, offsetSeconds: 0)
    #expect(ZoneOffsets(transitions: [twice, twice]) == nil)
    #expect(ZoneOffsets(transitions: [.init(instant: noon, offsetSeconds: 86_400)]) == nil)
    #expect(ZoneOffsets(transitions: [twice]) == .utc)
  }

  @Test("A table written as data is the same table again")
  func asData() throws {
    let zone = try zone([("2011-09-24T14:00Z", -36_000), ("2011-12-30T10:00Z", 50_400)])
    #expect(ZoneOffsets(transitions: zone.transitions) == zone)
    #expect(ZoneOffsets(transitions: ZoneOffsets.utc.transitions) == .utc)
  }

  @Test("The ends of time do not trap")
  func extremes() {
    let zone = ZoneOffsets(fixedOffsetSeconds: 50_400)
    for time in [Instant.distantPast, .distantFuture] {
      let day = zone.localDay(at: time, dayStartMinutes: 1_439)
      let isBounded = zone.firstInstant(of: day, dayStartMinutes: 1_439).microseconds.magnitude
      #expect(isBounded <= 1 << 62)
      #expect(zone.offset(at: time) == 50_400)
    }
    let last = zone.firstInstant(of: LocalDay(number: .max), dayStartMinutes: 0)
    #expect(zone.firstInstant(of: LocalDay(number: .min), dayStartMinutes: 0) < last)
  }

  @Test(
    "Every instant lies in exactly one day, in wild zones too",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func everyInstant(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let zone = try wildZone(using: &numbers)
    let dayStart = [0, 0, 240, 1_439, 90][Int(seed % 5)]
    var times = zone.transitions.dropFirst().flatMap { transition in
      [-86_400_000_000, -3_600_000_000, -1, 0, 1, 3_600_000_000].map {
        transition.instant.microseconds + $0
      }
    }
    times += (0..<4_000).map { _ in Int64.random(in: 0...400 * 86_400_000_000, using: &numbers) }
    var previous = LocalDay(number: .min)
    var cursor = ZoneCursor()
    for time in times.sorted() {
      let instant = Instant(microseconds: time)
      let day = zone.localDay(at: instant, dayStartMinutes: dayStart)
      #expect(zone.firstInstant(of: day, dayStartMinutes: dayStart) <= instant)
      #expect(instant < zone.firstInstant(of: day.next, dayStartMinutes: dayStart))
      #expect(day >= previous)
      #expect(zone.localDay(at: instant, dayStartMinutes: dayStart, cursor: &cursor) == day)
      previous = day
    }
  }

  @Test("A cursor from another zone is no more than a wrong hint")
  func foreignCursor() throws {
    var numbers = SeededNumbers(seed: 77)
    let zone = try wildZone(using: &numbers)
    var cursor = ZoneCursor()
    let late = Instant(seconds: 390 * 86_400)
    _ = zone.localDay(at: late, dayStartMinutes: 0, cursor: &cursor)
    #expect(ZoneOffsets.utc.localDay(at: late, dayStartMinutes: 0, cursor: &cursor).number == 390)
  }
}

extension TimeZoneOffsetsTests {
  private func zone(_ entries: [(String, Int32)]) throws -> ZoneOffsets {
    let transitions = entries.map {
      ZoneOffsets.Transition(instant: instant($0.0), offsetSeconds: $0.1)
    }
    return try #require(ZoneOffsets(transitions: transitions))
  }

  /// Transitions from two hours to eight weeks apart, by up to 25 hours, forward and back.
  private func wildZone(using numbers: inout SeededNumbers) throws -> ZoneOffsets {
    var seconds: Int64 = 0
    let transitions = (0..<40).map { _ in
      seconds += .random(in: 7_200...4_838_400, using: &numbers) / 60 * 60
      return ZoneOffsets.Transition(
        instant: Instant(seconds: seconds),
        offsetSeconds: .random(in: -45_000...45_000, using: &numbers) / 900 * 900)
    }
    return try #require(ZoneOffsets(transitions: transitions))
  }

  private func instant(_ text: String) -> Instant {
    guard case .instant(let instant) = Array(text.utf8).withUnsafeBytes(InstantText.parse) else {
      Issue.record("not an instant: \(text)")
      return .distantPast
    }
    return instant
  }

  private func meaning(of text: String, in zone: ZoneOffsets) -> String? {
    guard case .local(let reading) = Array(text.utf8).withUnsafeBytes(InstantText.parse) else {
      return nil
    }
    return zone.instant(ofLocal: reading).description
  }

  private func day(at text: String, in zone: ZoneOffsets) -> String {
    zone.localDay(at: instant(text), dayStartMinutes: 0).description
  }

  private func start(of text: String, in zone: ZoneOffsets) -> String? {
    LocalDay(text).map { zone.firstInstant(of: $0, dayStartMinutes: 0).description }
  }

  private func hours(of text: String, in zone: ZoneOffsets, dayStart: Int = 0) -> Int64? {
    guard let day = LocalDay(text) else { return nil }
    let first = zone.firstInstant(of: day, dayStartMinutes: dayStart)
    let end = zone.firstInstant(of: day.next, dayStartMinutes: dayStart)
    return (end.microseconds - first.microseconds) / 3_600_000_000
  }
}
