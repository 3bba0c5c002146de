import Incentives
import LMDB

/// How a period ended: who is counted on its boards, and when they became final.
public struct PeriodClosing: Hashable, Sendable {
  /// The record that closed it.
  public var position: Position
  /// The block time of that record.
  public var time: Instant
  /// How many learners scored.
  public var learners: UInt32
  /// How many groups scored.
  public var groups: UInt32
  /// The sum of the learners' scores.
  public var points: Int64
  /// The record at which the roster was cut.
  public var cut: Position
  /// How many learners or groups each segment held, zeros included.
  public var populations: [Population]

  init(_ change: ClosedChange, at position: Position, time: Instant, in buffer: ChangeBuffer) {
    self.position = position
    self.time = time
    learners = change.learners
    groups = change.groups
    points = change.points
    cut = change.cut
    populations = Array(buffer.populations[change.populations.range])
  }

  /// How many learners or groups a segment held; 0 for one that nobody was in.
  public func population(of segment: Segment, ranksGroups: Bool = false) -> UInt32 {
    populations.first { $0.segment == segment && $0.ranksGroups == ranksGroups }?.count ?? 0
  }
}

extension PeriodClosing: ValueCodec {
  /// The kind of value.
  public static let typeID: UInt32 = 10
  /// The version of its layout.
  public static let formatVersion: UInt8 = 1
  private static let populationBytes = 10

  /// What the fields take.
  public var byteCount: Int { 40 + populations.count * Self.populationBytes }

  /// Writes the fields in their order.
  public func encode(into writer: inout ValueWriter) {
    writer.append(position.rawValue)
    writer.append(time.microseconds)
    writer.append(learners)
    writer.append(groups)
    writer.append(points)
    writer.append(cut.rawValue)
    for population in populations {
      writer.append(population.ranksGroups ? UInt8(1) : 0)
      writer.append(population.segment.kind.rawValue)
      writer.append(population.segment.number)
      writer.append(population.count)
    }
  }

  /// Reads what `encode` wrote.
  public init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    position = Position(rawValue: try reader.next())
    time = Instant(microseconds: try reader.next())
    learners = try reader.next()
    groups = try reader.next()
    points = try reader.next()
    cut = Position(rawValue: try reader.next())
    populations = []
    populations.reserveCapacity(reader.remaining / Self.populationBytes)
    while reader.remaining > 0 {
      let ranksGroups = try reader.next(as: UInt8.self) != 0
      guard let kind = Segment.Kind(rawValue: try reader.next()) else { throw InvalidValue() }
      let segment = Segment(kind: kind, number: try reader.next())
      populations.append(
        Population(segment: segment, ranksGroups: ranksGroups, count: try reader.next()))
    }
  }
}

/// Which record first touched a period that was not let go of, and which closed it.
struct OpenPeriodRow: ValueCodec, Hashable {
  static let typeID: UInt32 = 8
  static let formatVersion: UInt8 = 2

  let first: Position
  /// None while it is open.
  let closedAt: Position

  init(first: Position, closedAt: Position = .none) {
    self.first = first
    self.closedAt = closedAt
  }

  var byteCount: Int { 16 }

  func encode(into writer: inout ValueWriter) {
    writer.append(first.rawValue)
    writer.append(closedAt.rawValue)
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    first = Position(rawValue: try reader.next())
    closedAt = Position(rawValue: try reader.next())
  }
}

/// Whose fact waits for the roster, and of which day it is.
struct PendingRow: ValueCodec, Hashable {
  static let typeID: UInt32 = 9
  static let formatVersion: UInt8 = 1

  let learner: LearnerNumber
  let day: LocalDay

  init(learner: LearnerNumber, day: LocalDay) {
    self.learner = learner
    self.day = day
  }

  var byteCount: Int { 8 }

  func encode(into writer: inout ValueWriter) {
    writer.append(learner.rawValue)
    writer.append(day.number)
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    learner = LearnerNumber(rawValue: try reader.next())
    day = LocalDay(number: try reader.next())
  }
}
