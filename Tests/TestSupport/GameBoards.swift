import Incentives

/// One line of a board in words, whatever it was read from.
struct BoardLine: Hashable, CustomStringConvertible {
  var rank: Int
  var member: String
  var score: Int64
  var description: String { "\(rank) \(member) \(score)" }
}

/// What a game's boards say, by name.
extension Game {
  func top(_ request: BoardRequest, count: Int = ProgramState.placesMax) -> [BoardLine] {
    state.top(request, count: count, now: now).places.map { line($0, request) }
  }

  func line(_ place: BoardPage.Place, _ request: BoardRequest) -> BoardLine {
    BoardLine(
      rank: place.rank, member: memberID(place.member, isGroup: request.ranksGroups),
      score: place.score)
  }

  func memberID(_ member: UInt32, isGroup: Bool) -> String {
    isGroup
      ? groupID(GroupNumber(rawValue: member))
      : state.learners.shownID(LearnerNumber(rawValue: member))
  }

  /// The lines of a board that was closed; learners without points are not written.
  ///
  /// They bear the ids of today, or those they had when they were written.
  func closedTop(_ request: BoardRequest, asRecorded: Bool = false) -> [BoardLine]? {
    guard let boards = closed[request.period] else { return nil }
    var lines: [BoardLine] = []
    for standing in request.ranksGroups ? boards.groups : boards.learners
    where standing.lies(in: request.segment) {
      let rank = lines.last?.score == standing.score ? lines.last?.rank : nil
      lines.append(
        BoardLine(
          rank: rank ?? lines.count + 1,
          member: asRecorded && !request.ranksGroups
            ? recordedID(LearnerNumber(rawValue: standing.member))
            : memberID(standing.member, isGroup: request.ranksGroups), score: standing.score))
    }
    return lines
  }
}

extension Standing {
  func lies(in segment: Segment) -> Bool {
    switch segment.kind {
    case .everyone: return true
    case .cohort: return UInt32(cohort.rawValue) == segment.number
    case .tier: return UInt32(tier.rawValue) == segment.number
    case .group: return group.rawValue == segment.number
    }
  }
}
