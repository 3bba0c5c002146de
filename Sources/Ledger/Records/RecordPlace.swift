import Incentives

/// Where a record stands: what its fields are measured against and what its seals are bound to.
///
/// Most facts are reported soon after they happened, so their time is written as the distance to the
/// block's; most records that name another record name one nearby.
struct RecordPlace {
  let program: ProgramNumber
  /// Part of every nonce: drawn anew by each encoder, so that a position written a second time
  /// (after a crash, or a restore) does not meet the nonce of the first.
  let epoch: UInt32
  /// The block's time.
  let time: Instant
  /// The record's own position.
  var position: Position

  /// The distance of another record, positive for one before this.
  func distance(to other: Position) -> Int64 {
    Int64(bitPattern: position.rawValue &- other.rawValue)
  }

  /// The record at a distance.
  func record(at distance: Int64) -> Position {
    Position(rawValue: position.rawValue &- UInt64(bitPattern: distance))
  }

  /// The distance of an instant from the block's time.
  func span(to instant: Instant) -> Int64 { instant.microseconds &- time.microseconds }

  /// The instant at a distance from the block's time.
  func instant(after span: Int64) -> Instant {
    Instant(microseconds: time.microseconds &+ span)
  }
}

extension Instant {
  /// The day of UTC that holds the instant: near the local day wherever the program is.
  var utcDay: LocalDay {
    let day = microseconds / Instant.microsecondsPerDay
    return LocalDay(number: Int32(day - (microseconds % Instant.microsecondsPerDay < 0 ? 1 : 0)))
  }

  /// The whole seconds, rounded down.
  var seconds: Int64 {
    microseconds / Instant.microsecondsPerSecond
      - (microseconds % Instant.microsecondsPerSecond < 0 ? 1 : 0)
  }
}

extension ByteWriter {
  @inline(__always)
  mutating func write(day: LocalDay, near other: LocalDay) {
    write(zigzag: Int64(day.number) - Int64(other.number))
  }

  /// A term: the endless one, the most frequent, takes one byte.
  @inline(__always)
  mutating func write(term: TermNumber) { write(varint: UInt64(term.rawValue &+ 1)) }

  mutating func write(period: Period) {
    write(period.kind.rawValue)
    write(zigzag: Int64(period.index))
  }

  mutating func write(posting: Posting) {
    write(zigzag: posting.points)
    write(zigzag: posting.debt)
    write(zigzag: posting.writtenOff)
  }

  mutating func write(hash: IdentityHash) {
    write(fixed: hash.high)
    write(fixed: hash.low)
  }
}

extension ByteReader {
  @inline(__always)
  mutating func day(near other: LocalDay) -> LocalDay {
    let (sum, overflow) = zigzag().addingReportingOverflow(Int64(other.number))
    guard !overflow, let number = Int32(exactly: sum) else {
      fail("a day is out of range")
      return other
    }
    return LocalDay(number: number)
  }

  @inline(__always)
  mutating func term() -> TermNumber { TermNumber(rawValue: number(UInt16.self) &- 1) }

  mutating func period() -> Period {
    let kind = choice(PeriodKind.self, or: .all)
    guard let index = Int32(exactly: zigzag()) else {
      fail("a period is out of range")
      return .all
    }
    return Period(kind: kind, index: index)
  }

  mutating func posting() -> Posting {
    let points = zigzag()
    let debt = zigzag()
    return Posting(points: points, debt: debt, writtenOff: zigzag())
  }

  mutating func hash() -> IdentityHash {
    let high = fixed(UInt64.self)
    return IdentityHash(high: high, low: fixed(UInt64.self))
  }

  /// A dense number.
  @inline(__always)
  mutating func dense<Number: DenseNumber>(_: Number.Type) -> Number {
    Number(rawValue: number(Number.RawValue.self))
  }
}
