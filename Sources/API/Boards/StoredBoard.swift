import Incentives

/// Reads a closed board: places of a segment, ranks and percentiles, as an open board gives them.
///
/// A closed board lists only who scored; the segment's roster at the time says how many there were.
struct StoredBoard {
  private let standings: [Standing]
  /// How many were ranked in all, zeros included.
  let count: Int

  /// The part of a closed board that a request means; nil stands for a period without a board.
  init(_ board: ClosedBoard?, _ request: BoardRequest) {
    let all = board?.standings ?? []
    let segment = request.segment
    standings = all.filter { standing in
      switch segment.kind {
      case .everyone: true
      case .cohort: UInt32(standing.cohort.rawValue) == segment.number
      case .tier: UInt32(standing.tier.rawValue) == segment.number
      case .group: standing.group.rawValue == segment.number
      }
    }
    let population = Int(board?.populations[segment] ?? 0)
    count = request.ranksGroups ? standings.count : max(population, standings.count)
  }

  /// The first places.
  func top(_ wanted: Int) -> BoardPage {
    BoardPage(
      places: places(0..<min(wanted, standings.count)), count: count, own: nil, isFinal: true)
  }

  /// A member's place and its neighbours; nil where it scored nothing.
  func around(_ member: UInt32, neighbours: Int) -> BoardPage? {
    guard let index = standings.firstIndex(where: { $0.member == member }) else { return nil }
    let first = max(0, index - neighbours)
    let shown = places(first..<min(standings.count, index + neighbours + 1))
    let score = standings[index].score
    let above = standings[..<index].lastIndex { $0.score > score }
    let notBelow = standings.firstIndex { $0.score < score } ?? standings.count
    let own = BoardPage.Own(
      place: shown[index - first],
      percentile: RankIndex.percentile(below: count - notBelow, of: count),
      toNext: above.map { standings[$0].score - score })
    return BoardPage(places: shown, count: count, own: own, isFinal: true)
  }

  private func places(_ range: Range<Int>) -> [BoardPage.Place] {
    guard let first = range.first else { return [] }
    let score = standings[first].score
    var rank = 1 + (standings.firstIndex { $0.score == score } ?? first)
    var places: [BoardPage.Place] = []
    for index in range {
      let standing = standings[index]
      if let last = places.last, last.score != standing.score { rank = index + 1 }
      places.append(
        BoardPage.Place(rank: rank, member: standing.member, score: standing.score))
    }
    return places
  }
}
