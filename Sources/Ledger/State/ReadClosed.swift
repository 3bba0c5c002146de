import Incentives
import LMDB

/// The boards of closed periods.
extension StateReader {
  /// Rows copied out in one read transaction.
  private static var rowsMax: UInt32 { 256 }

  /// The periods that are closed and have a board, in the order they closed.
  public func closedPeriods(of program: ProgramNumber) throws -> [Period] {
    var found: [(position: Position, period: Period)] = []
    try read { transaction in
      let least = PeriodKey(program, Period(kind: .day, index: .min))
      let greatest = PeriodKey(program, Period(kind: .all, index: .max))
      try transaction.scan(StateSchema.closed, from: least, through: greatest) { key, row in
        found.append((row.position, key.period))
        return .next
      }
    }
    return found.sorted { $0.position < $1.position }.map(\.period)
  }

  /// How a period ended; nil where it is not closed.
  public func closing(of program: ProgramNumber, _ period: Period) throws -> PeriodClosing? {
    try read { try $0.get(StateSchema.closed, PeriodKey(program, period)) }
  }

  /// Part of the board of a closed period; nil where it is not closed.
  ///
  /// Everyone's board is read where it is asked about. A segment's is filtered from everyone's, whole.
  public func closedPart(
    of program: ProgramNumber, _ request: BoardRequest, _ part: ClosedPartRequest
  ) throws -> ClosedPart? {
    guard let closing = try closing(of: program, request.period) else { return nil }
    let population = closing.population(of: request.segment, ranksGroups: request.ranksGroups)
    let count = request.ranksGroups ? closing.groups : closing.learners
    let places =
      request.segment == .everyone
      ? everyone(of: program, request, count: count)
      : try segment(of: program, request, count: count)
    return try places.part(part, population: Int(population), cut: closing.cut)
  }

  private func everyone(
    of program: ProgramNumber, _ request: BoardRequest, count: UInt32
  ) -> ClosedPlaces<any Error> {
    let (period, ranksGroups) = (request.period, request.ranksGroups)
    return ClosedPlaces(
      count: Int(count),
      read: { range in
        let found = try standings(
          of: program, period, ranksGroups: ranksGroups, from: UInt32(range.lowerBound),
          count: UInt32(range.count))
        guard found.count == range.count else {
          throw LedgerError.corruptState(problem: "the board of \(period) ends early")
        }
        return ContiguousArray(found.lazy.map(\.standing))
      },
      find: { member in
        try standing(of: member, in: program, period, ranksGroups: ranksGroups).map {
          Int($0.place)
        }
      })
  }

  private func segment(
    of program: ProgramNumber, _ request: BoardRequest, count: UInt32
  ) throws -> ClosedPlaces<any Error> {
    var places: ContiguousArray<Standing> = []
    var next: UInt32 = 0
    while next < count {
      let page = try standings(
        of: program, request.period, ranksGroups: request.ranksGroups, from: next,
        count: Self.rowsMax * StandingsBlock.span)
      guard !page.isEmpty else { break }
      places.append(contentsOf: page.lazy.map(\.standing).filter(request.segment.holds))
      next += UInt32(page.count)
    }
    return ClosedPlaces(places)
  }

  /// Some places of a closed board with their ranks, from a place (counted from 0) on.
  ///
  /// Empty beyond the end, and where the period is not closed.
  public func standings(
    of program: ProgramNumber, _ period: Period, ranksGroups: Bool, from place: UInt32,
    count: UInt32
  ) throws -> ContiguousArray<RankedStanding> {
    var found: ContiguousArray<RankedStanding> = []
    let end = min(UInt64(place) + UInt64(count), UInt64(UInt32.max))
    guard UInt64(place) < end else { return found }
    let first = BoardKey(
      program, period, ranksGroups: ranksGroups, block: place / StandingsBlock.span)
    let last = BoardKey(
      program, period, ranksGroups: ranksGroups,
      block: UInt32((end - 1) / UInt64(StandingsBlock.span)))
    try read { transaction in
      guard try transaction.contains(StateSchema.closed, PeriodKey(program, period)) else { return }
      try transaction.scan(StateSchema.standings, from: first, through: last) { key, row in
        let start = key.block * StandingsBlock.span
        let ranks = row.ranks(first: start)
        for (index, standing) in row.places.enumerated() {
          let number = start + UInt32(index)
          guard number >= place, UInt64(number) < end else { continue }
          found.append(
            RankedStanding(place: number, rank: ranks[index], standing: standing))
        }
        return .next
      }
    }
    return found
  }

  /// The place of a learner or group on a closed board; nil for who is not on it.
  public func standing(
    of member: UInt32, in program: ProgramNumber, _ period: Period, ranksGroups: Bool
  ) throws -> RankedStanding? {
    let key = BoardKey(
      program, period, ranksGroups: ranksGroups, block: member / PlacesBlock.span)
    let place = try read {
      try $0.get(StateSchema.places, key)?.places[Int(member % PlacesBlock.span)]
    }
    guard let place else { return nil }
    return try standings(
      of: program, period, ranksGroups: ranksGroups, from: place, count: 1
    ).first
  }
}

/// A place of a closed board and its rank; equals share a rank: 1, 1, 3.
public struct RankedStanding: Hashable, Sendable {
  /// The place, from 0.
  public let place: UInt32
  /// The rank, from 1.
  public let rank: UInt32
  /// Who holds it, with what.
  public let standing: Standing
}
