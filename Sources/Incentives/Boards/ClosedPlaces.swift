/// The places of a closed board by their index, best first, wherever they are kept: read as an open board
/// is read, and never as a whole.
///
/// A closed board lists only who scored. Ranks are found by bisection, so that neither the top nor one's
/// own place costs more on a long board than on a short one.
public struct ClosedPlaces<Failure: Error> {
  /// How many scored.
  public let count: Int
  private let read: (Range<Int>) throws(Failure) -> ContiguousArray<Standing>
  private let find: (UInt32) throws(Failure) -> Int?

  /// Places that closures read: some of them, and where a member stands.
  public init(
    count: Int, read: @escaping (Range<Int>) throws(Failure) -> ContiguousArray<Standing>,
    find: @escaping (UInt32) throws(Failure) -> Int?
  ) {
    self.count = count
    self.read = read
    self.find = find
  }

  /// Places in memory.
  public init(_ standings: ContiguousArray<Standing>) {
    self.init(
      count: standings.count, read: { range in ContiguousArray(standings[range]) },
      find: { member in standings.firstIndex { $0.member == member } })
  }

  /// The first places; `population` is how many were ranked in all, zeros included.
  public func top(_ wanted: Int, population: Int) throws(Failure) -> BoardPage {
    BoardPage(
      places: try places(0..<min(wanted, count)), count: max(population, count), own: nil,
      isFinal: true)
  }

  /// A member's place and its neighbours; for who scored nothing the last places, and nothing of its own.
  public func around(
    _ member: UInt32, neighbours: Int, population: Int
  ) throws(Failure) -> BoardPage {
    let population = max(population, count)
    guard let index = try find(member) else {
      let last = try places(max(0, count - neighbours)..<count)
      return BoardPage(places: last, count: population, own: nil, isFinal: true)
    }
    let first = max(0, index - neighbours)
    let shown = try places(first..<min(count, index + neighbours + 1))
    let place = shown[index - first]
    let better = place.rank > 1 ? try score(at: place.rank - 2) : nil
    let firstBelow = try bisect { $0 < place.score }
    let own = BoardPage.Own(
      place: place,
      percentile: RankIndex.percentile(below: population - firstBelow, of: population),
      toNext: better.map { $0 - place.score })
    return BoardPage(places: shown, count: population, own: own, isFinal: true)
  }

  /// The score of the last who scored; nil where nobody did.
  public func lowestScore() throws(Failure) -> Int64? { try count > 0 ? score(at: count - 1) : nil }

  private func places(_ range: Range<Int>) throws(Failure) -> [BoardPage.Place] {
    var places: [BoardPage.Place] = []
    for (index, standing) in zip(range, try read(range)) {
      let rank: Int
      if let last = places.last {
        rank = last.score == standing.score ? last.rank : index + 1
      } else {
        rank = try bisect { $0 <= standing.score } + 1
      }
      places.append(
        BoardPage.Place(rank: rank, member: standing.member, score: standing.score))
    }
    return places
  }

  private func score(at index: Int) throws(Failure) -> Int64 {
    try read(index..<index + 1)[0].score
  }

  /// The index of the first score that is low enough, which all after it are as well.
  private func bisect(_ isLowEnough: (Int64) -> Bool) throws(Failure) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if isLowEnough(try score(at: middle)) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Part of the board of a closed period: what was published, whatever came later.
public struct ClosedPart: Hashable, Sendable {
  /// The places asked for, and one's own if one scored.
  public var page: BoardPage
  /// How many scored; who was ranked without points shares the rank behind them.
  public var scored: Int
  /// The score of the last who scored; nil where nobody did.
  public var lowestScore: Int64?
  /// The record at which the roster was cut.
  public var cut: Position

  /// Joins the parts.
  public init(page: BoardPage, scored: Int, lowestScore: Int64?, cut: Position) {
    self.page = page
    self.scored = scored
    self.lowestScore = lowestScore
    self.cut = cut
  }
}

/// Which part of a closed board is asked for.
public enum ClosedPartRequest: Hashable, Sendable {
  /// The first places.
  case top(Int)
  /// A member's place and its neighbours.
  case around(UInt32, neighbours: Int)
}

extension ClosedPlaces {
  /// Reads a part.
  public func part(
    _ part: ClosedPartRequest, population: Int, cut: Position
  ) throws(Failure) -> ClosedPart {
    let page =
      switch part {
      case .top(let wanted): try top(wanted, population: population)
      case .around(let member, let neighbours):
        try around(member, neighbours: neighbours, population: population)
      }
    return ClosedPart(page: page, scored: count, lowestScore: try lowestScore(), cut: cut)
  }
}

extension Segment {
  /// Whether a standing belongs to it.
  public func holds(_ standing: Standing) -> Bool {
    switch kind {
    case .everyone: true
    case .cohort: UInt32(standing.cohort.rawValue) == number
    case .tier: UInt32(standing.tier.rawValue) == number
    case .group: standing.group.rawValue == number
    }
  }
}
