import Foundation
import Incentives
import Testing

@testable import API

@Suite("A zone's table comes from the IANA files and reaches from 1970 to 2100")
struct ZoneTableTests {
  @Test(
    "Offsets as they were and as they will be",
    arguments: [
      ("Asia/Shanghai", "1970-01-01", 28_800), ("Asia/Shanghai", "1986-07-01", 32_400),
      ("Asia/Shanghai", "1991-09-14", 32_400), ("Asia/Shanghai", "1991-09-16", 28_800),
      ("Asia/Shanghai", "2100-07-01", 28_800), ("Europe/London", "1970-01-01", 3_600),
      ("Europe/London", "1971-11-01", 0), ("Europe/London", "2100-07-01", 3_600),
      ("Europe/London", "2100-12-01", 0), ("Europe/Dublin", "2090-01-15", 0),
      ("Europe/Dublin", "2090-07-15", 3_600), ("Australia/Lord_Howe", "2026-01-15", 39_600),
      ("Australia/Lord_Howe", "2026-07-15", 37_800), ("Asia/Kathmandu", "1985-06-01", 19_800),
      ("Asia/Kathmandu", "2026-06-01", 20_700), ("America/New_York", "2099-07-01", -14_400),
      ("Pacific/Apia", "2011-12-01", -36_000), ("Pacific/Apia", "2012-01-15", 50_400),
      ("America/Nuuk", "2080-07-01", -3_600), ("UTC", "2050-07-01", 0),
      ("Etc/GMT-8", "2050-07-01", 28_800),
    ])
  func offsets(name: String, date: String, seconds: Int32) throws {
    let zone = try ZoneTable.load(name)
    let day = try #require(LocalDay(date))
    let noon = Instant(seconds: Int64(day.number) * 86_400 + 43_200)
    #expect(zone.offset(at: noon) == seconds)
  }

  @Test(
    "Days of 23, 23½, 24, 24½, 25 and 0 hours",
    arguments: [
      ("Asia/Shanghai", "1986-05-04", 1_380), ("Asia/Shanghai", "1986-09-14", 1_500),
      ("Asia/Shanghai", "2026-03-29", 1_440), ("Europe/London", "2026-03-29", 1_380),
      ("Europe/London", "2026-10-25", 1_500), ("Europe/London", "2100-03-28", 1_380),
      ("America/Sao_Paulo", "2018-11-04", 1_380), ("America/Sao_Paulo", "2018-02-17", 1_500),
      ("America/Sao_Paulo", "2026-11-01", 1_440), ("Africa/Cairo", "2026-04-24", 1_380),
      ("Africa/Cairo", "2026-10-29", 1_500), ("Africa/Cairo", "2099-04-24", 1_380),
      ("Pacific/Apia", "2011-12-30", 0), ("Australia/Lord_Howe", "2026-04-05", 1_470),
      ("Australia/Lord_Howe", "2026-10-04", 1_410), ("Australia/Lord_Howe", "2090-10-01", 1_410),
    ])
  func dayLengths(name: String, date: String, minutes: Int64) throws {
    let zone = try ZoneTable.load(name)
    let day = try #require(LocalDay(date))
    let start = zone.firstInstant(of: day, dayStartMinutes: 0).microseconds
    let end = zone.firstInstant(of: day.next, dayStartMinutes: 0).microseconds
    #expect((end - start) / 60_000_000 == minutes)
  }

  @Test("Foundation, which has tables of its own, agrees on all zones but a few, 1970 to 2020")
  func everyZone() throws {
    let names = TimeZone.knownTimeZoneIdentifiers.filter { name in
      ZoneNames.isPlausible(name)
        && FileManager.default.fileExists(atPath: "\(ZoneTable.systemDirectory)/\(name)")
    }
    #expect(names.count > 300)
    let differing = try names.compactMap(difference)
    // The two may be of different years: 2026b tells a past of Santa Isabel that 2025b did not know.
    // A mistake in reading would show in every zone with summer time.
    #expect(differing.count <= 4, "\(differing)")
  }

  /// The first instant at which a zone's table and Foundation's differ; nil where they agree.
  private func difference(_ name: String) throws -> String? {
    let zone = try ZoneTable.load(name)
    let reference = try #require(TimeZone(identifier: name))
    // Every 11 days: what governments decide later may be known to one of the two only.
    for seconds in stride(from: Int64(40_000), to: 1_577_836_800, by: 11 * 86_400) {
      let expected = reference.secondsFromGMT(
        for: Date(timeIntervalSince1970: TimeInterval(seconds)))
      let found = zone.offset(at: Instant(seconds: seconds))
      if Int(found) != expected { return "\(name) at \(seconds): \(found), not \(expected)" }
    }
    return nil
  }

  @Test("A zone with summer time has two changes in every year to 2100")
  func everyYear() throws {
    let instants = try ZoneTable.load("Europe/Berlin").transitions.dropFirst().map(\.instant)
    for year in 1981...2100 {
      let first = try #require(LocalDay(year: year, month: 1, day: 1))
      let last = try #require(LocalDay(year: year + 1, month: 1, day: 1))
      let span = Int64(first.number) * 86_400..<Int64(last.number) * 86_400
      #expect(instants.count { span.contains($0.microseconds / 1_000_000) } == 2, "\(year)")
    }
  }

  @Test(
    "A name that is none is refused, with the one that was meant",
    arguments: [
      ("Asia/Beijing", "Asia/Shanghai"), ("asia/shanghai", "Asia/Shanghai"),
      ("Shanghai", "Asia/Shanghai"), ("Asia/Shanghia", "Asia/Shanghai"),
      ("Europe/Londn", "Europe/London"), ("america/new york", "America/New_York"),
      ("GMT+8", "Asia/Shanghai"), ("Nowhere/At_All", nil), ("", nil), ("/etc/passwd", nil),
      ("../../../etc/passwd", nil), ("Europe", nil), ("zone.tab", nil), ("right/Asia/Tokyo", nil),
      ("localtime", nil), ("Asia//Shanghai", "Asia/Shanghai"), ("Asia/Shanghai\u{0}", nil),
    ] as [(String, String?)])
  func unknown(name: String, suggestion: String?) {
    let error = #expect(throws: ZoneTableError.self) { try ZoneTable.load(name) }
    guard case .unknownZone(name, let suggested) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
    if let suggestion { #expect(suggested == suggestion) }
    #expect(error?.description.contains(suggested ?? "IANA") == true)
  }

  @Test("Without zone files only UTC is known, and the message says what to install")
  func noFiles() throws {
    #expect(try ZoneTable.load("UTC", from: "/nonexistent") == .utc)
    let error = #expect(throws: ZoneTableError.noZoneData(directory: "/nonexistent")) {
      try ZoneTable.load("Asia/Shanghai", from: "/nonexistent")
    }
    #expect(error?.description.contains("tzdata") == true)
  }

  @Test("No damage to a file does more than refuse it")
  func damaged() throws {
    let path = "\(ZoneTable.systemDirectory)/Europe/London"
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    #expect(ZoneFile(bytes) != nil)
    for length in 0..<(bytes.count - 1) where length % 7 == 0 {
      #expect(ZoneFile(Array(bytes.prefix(length))) == nil)
    }
    for position in 0..<bytes.count where position < 100 || position % 11 == 0 {
      var damaged = bytes
      damaged[position] ^= 0xFF
      // Whatever can still be read makes a table or none; it does not trap.
      _ = ZoneFile(damaged).flatMap(ZoneTable.table)
    }
  }

  @Test(
    "Rules of POSIX are read, others refused",
    arguments: [
      ("CST-8", true), ("<+0545>-5:45", true), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true),
      ("EET-2EEST,M3.4.4/50,M10.4.4/50", true), ("XST3XDT2:30,J60/0,300/25:30:15", true),
      ("", false), ("CST", false), ("CS-8", false), ("CST-8X", false), ("GMT0BST", false),
      ("GMT0BST,M3.5.0", false),
      ("GMT0BST,M13.5.0,M10.5.0", false), ("GMT0BST,M3.6.0,M10.5.0", false),
      ("GMT0BST,J0,J300", false), ("GMT0BST,M3.5.0/168,M10.5.0", false), ("<+01-1", false),
      ("GMT0BST,M3.5.0,M10.5.0,", false),
    ])
  func rules(text: String, isRule: Bool) {
    #expect((ZoneRule(text) != nil) == isRule)
  }

  @Test("Days of the year with and without the 29th of February")
  func yearDays() {
    #expect(ZoneRule.DateRule.julian(60).day(in: 2024)?.description == "2024-03-01")
    #expect(ZoneRule.DateRule.julian(60).day(in: 2023)?.description == "2023-03-01")
    #expect(ZoneRule.DateRule.julian(59).day(in: 2024)?.description == "2024-02-28")
    #expect(ZoneRule.DateRule.ordinal(59).day(in: 2024)?.description == "2024-02-29")
    let lastSunday = ZoneRule.DateRule.weekday(month: 3, week: 5, weekday: 0)
    #expect(lastSunday.day(in: 2026)?.description == "2026-03-29")
    let secondSunday = ZoneRule.DateRule.weekday(month: 3, week: 2, weekday: 0)
    #expect(secondSunday.day(in: 2026)?.description == "2026-03-08")
  }
}
