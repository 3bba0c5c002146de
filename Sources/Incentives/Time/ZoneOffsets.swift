/// The offsets of one zone over time, and the days they make: a table, given as data.
///
/// The table is computed at the edge from the IANA database and journaled with the program, so that
/// the same journal gives the same days on every machine, whatever zone data it has installed.
///
/// **Days.** A program's day D begins when the wall clock first reaches D's date at the program's
/// day start, and ends where D + 1 begins. So days are half-open, contiguous and in order, and
/// every instant lies in exactly one, also where the clock misbehaves:
///
///     the clock jumps over the day start   the day begins after the jump  (São Paulo, 2018-11-04)
///     it jumps over a whole day            that day is empty              (Apia, 2011-12-30)
///     it goes back over the day start      the day has begun already, and what repeats the end
///                                          of the day before belongs to it (St John's, 2010)
///
/// The last case is why each segment remembers the highest reading of the wall clock before it: the
/// day is taken from the higher of that and the current reading, which never goes back.
///
/// Instants beyond ±2^61 microseconds (73,000 years) are treated as that limit; nothing traps.
public struct ZoneOffsets: Hashable, Sendable {
  /// From an instant on, this offset holds.
  @frozen
  public struct Transition: Hashable, Sendable {
    /// The first instant of the offset.
    public let instant: Instant
    /// Seconds to add to UTC; east of Greenwich is positive.
    public let offsetSeconds: Int32

    /// The offset that holds from the instant on.
    @inlinable
    public init(instant: Instant, offsetSeconds: Int32) {
      self.instant = instant
      self.offsetSeconds = offsetSeconds
    }
  }

  /// The time of one offset, from its start to the next segment's; all in microseconds.
  @usableFromInline
  struct Segment: Hashable, Sendable {
    @usableFromInline let start: Int64
    @usableFromInline let offset: Int64
    /// The highest reading of the wall clock before the start.
    @usableFromInline let peak: Int64
  }

  @usableFromInline let segments: [Segment]

  /// The table of these transitions; before the first one its offset holds too.
  ///
  /// Nil when there is none, when they do not ascend, or when an offset is a day or more.
  public init?(transitions: [Transition]) {
    guard let first = transitions.first else { return nil }
    var segments = [Segment(start: .min, offset: first.offsetMicroseconds, peak: .min)]
    var peak = Int64.min
    for (index, transition) in transitions.enumerated() {
      guard transition.offsetSeconds.magnitude < 86_400 else { return nil }
      guard index > 0 else { continue }
      let before = transitions[index - 1]
      guard before.instant < transition.instant, transition.instant.isWithinZoneLimit
      else { return nil }
      let start = transition.instant.microseconds
      peak = max(peak, start + before.offsetMicroseconds - 1)
      guard transition.offsetSeconds != before.offsetSeconds else { continue }
      segments.append(Segment(start: start, offset: transition.offsetMicroseconds, peak: peak))
    }
    self.segments = segments
  }

  /// A zone with one offset for ever.
  public init(fixedOffsetSeconds: Int32) {
    let offset = Int64(fixedOffsetSeconds) * Instant.microsecondsPerSecond
    segments = [Segment(start: .min, offset: offset, peak: .min)]
  }

  /// Coordinated Universal Time.
  public static let utc = ZoneOffsets(fixedOffsetSeconds: 0)

  /// The table as data, to be journaled: the first offset at `Instant.distantPast`, then each
  /// change.
  public var transitions: [Transition] {
    segments.map { segment in
      Transition(
        instant: Instant(microseconds: segment.start),
        offsetSeconds: Int32(segment.offset / Instant.microsecondsPerSecond))
    }
  }
}

extension ZoneOffsets {
  /// Seconds to add to UTC at an instant.
  @inlinable
  public func offset(at instant: Instant) -> Int32 {
    let segment = segments[segmentIndex(at: Self.clamped(instant.microseconds))]
    return Int32(segment.offset / Instant.microsecondsPerSecond)
  }

  /// The program's day that holds an instant; the day start is in minutes after midnight, 0…1439.
  @inlinable
  public func localDay(at instant: Instant, dayStartMinutes: Int) -> LocalDay {
    let time = Self.clamped(instant.microseconds)
    return day(of: time, in: segmentIndex(at: time), dayStartMinutes: dayStartMinutes)
  }

  /// The same day, found faster when the cursor last saw an instant nearby.
  @inlinable
  public func localDay(
    at instant: Instant, dayStartMinutes: Int, cursor: inout ZoneCursor
  ) -> LocalDay {
    let time = Self.clamped(instant.microseconds)
    let hint = cursor.segment
    if hint < segments.count, segments[hint].start <= time,
      hint + 1 == segments.count || time < segments[hint + 1].start
    {
      return day(of: time, in: hint, dayStartMinutes: dayStartMinutes)
    }
    cursor.segment = segmentIndex(at: time)
    return day(of: time, in: cursor.segment, dayStartMinutes: dayStartMinutes)
  }

  /// The first instant of a program's day, which is also the end of the day before.
  ///
  /// A day that the zone skipped begins and ends at the same instant.
  @inlinable
  public func firstInstant(of day: LocalDay, dayStartMinutes: Int) -> Instant {
    let reading = Self.reading(of: day, dayStartMinutes: dayStartMinutes)
    let segment = segments[segmentIndex(reaching: reading)]
    return Instant(microseconds: max(segment.start, reading - segment.offset))
  }

  /// The instant a wall clock of this zone means, given as microseconds since 1970-01-01T00:00.
  ///
  /// A reading that occurs twice means the earlier; one that the clock jumped over is moved forward
  /// by the length of the jump: where 02:00 becomes 03:00, 02:30 means 03:30.
  @inlinable
  public func instant(ofLocal microseconds: Int64) -> Instant {
    let reading = Self.clamped(microseconds)
    let index = segmentIndex(reaching: reading)
    let time = reading - segments[index].offset
    guard time < segments[index].start else { return Instant(microseconds: time) }
    return Instant(microseconds: reading - segments[index - 1].offset)
  }

  /// The wall clock at an instant, as microseconds since 1970-01-01T00:00 on that clock.
  @inlinable
  public func localMicroseconds(at instant: Instant) -> Int64 {
    let time = Self.clamped(instant.microseconds)
    return time + segments[segmentIndex(at: time)].offset
  }
}

extension ZoneOffsets {
  @inlinable
  func day(of time: Int64, in index: Int, dayStartMinutes: Int) -> LocalDay {
    let reading = max(time + segments[index].offset, segments[index].peak)
    let sinceStart = reading - Int64(dayStartMinutes) * Instant.microsecondsPerMinute
    return LocalDay(number: Int32(floorDivide(sinceStart, Instant.microsecondsPerDay)))
  }

  /// The wall clock at which a day begins, kept inside the limits of the table.
  @inlinable
  static func reading(of day: LocalDay, dayStartMinutes: Int) -> Int64 {
    let daysMax = limit / Instant.microsecondsPerDay
    let days = max(-daysMax, min(daysMax, Int64(day.number)))
    return days * Instant.microsecondsPerDay
      + Int64(dayStartMinutes) * Instant.microsecondsPerMinute
  }

  /// The last segment that starts at or before a time.
  @inlinable
  func segmentIndex(at time: Int64) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].start <= time { low = middle } else { high = middle }
    }
    return low
  }

  /// The first segment in which the wall clock shows a reading or more; peaks never descend.
  @inlinable
  func segmentIndex(reaching reading: Int64) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].peak < reading { low = middle } else { high = middle }
    }
    return low
  }

  @inlinable
  static var limit: Int64 { 1 << 61 }

  @inlinable
  static func clamped(_ microseconds: Int64) -> Int64 {
    max(-limit, min(limit, microseconds))
  }
}

extension ZoneOffsets.Transition {
  fileprivate var offsetMicroseconds: Int64 {
    Int64(offsetSeconds) * Instant.microsecondsPerSecond
  }
}

extension Instant {
  fileprivate var isWithinZoneLimit: Bool {
    -ZoneOffsets.limit...ZoneOffsets.limit ~= microseconds
  }
}

/// Where in a zone's table the last look-up ended: a hint that makes the next one nearby immediate.
///
/// Only a hint. One that comes from another zone, or from an older table, costs a search and
/// never a wrong day.
@frozen
public struct ZoneCursor: Hashable, Sendable {
  @usableFromInline var segment: Int

  /// A cursor that has seen nothing.
  @inlinable
  public init() {
    segment = 0
  }
}
