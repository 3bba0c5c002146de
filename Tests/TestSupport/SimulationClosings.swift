import Incentives

/// What must hold of boards that were closed.
extension Simulation {
  /// Boards that were closed since say what the scores were at the moment of closing, of the people
  /// known when the job began.
  func checkClosed() {
    for (period, scores) in cut where game.closed[period] == nil && !game.state.hasWork {
      if scores.withoutZeros != PeriodScores() { fail("\(period) was not closed") }
    }
    let ended = game.closed.filter { final[$0.key] == nil && $0.value.endings > 0 }
    for (period, boards) in ended.sorted(by: { $0.value.cut < $1.value.cut }) {
      final[period] = boards
      guard boards.endings == 1 else { return fail("\(period) closed \(boards.endings) times") }
      let known = knownAtCut[period] ?? model
      let scores = cut[period] ?? PeriodScores()
      for segment in segments() {
        check(boards, of: period, segment.0, segment.1, against: known, scores)
      }
      checkStars(of: period, boards, known: known)
      if boards.points != boards.learners.reduce(0, { $0 + $1.score }) {
        fail("points of \(period)")
      }
    }
  }

  private func segments() -> [(Segment, NaiveModel.Population)] {
    let kinds: [(Segment.Kind, NameKind, [String], (String) -> NaiveModel.Population)] = [
      (.cohort, .cohort, world.cohorts, { .cohort($0) }),
      (.tier, .tier, world.tiers, { .tier($0) }),
      (.group, .group, world.groups, { .group($0) }),
    ]
    return [(.everyone, .everyone)]
      + kinds.flatMap { kind, name, words, population in
        words.compactMap { word in
          game.state.names.number(name, word).map {
            (Segment(kind: kind, number: $0), population(word))
          }
        }
      }
  }

  /// A segment's closed boards: the places, and how many there were in all.
  private func check(
    _ boards: ClosedBoards, of period: Period, _ segment: Segment,
    _ population: NaiveModel.Population, against known: NaiveModel, _ scores: PeriodScores
  ) {
    let day = known.time.lastDay(of: period) ?? known.time.day(at: now)
    var expected = [known.board(of: scores.learners, in: population, on: day)]
    switch population {
    case .everyone: expected.append(known.groupBoard(of: scores.groups, cohort: nil))
    case .cohort(let cohort): expected.append(known.groupBoard(of: scores.groups, cohort: cohort))
    case .tier, .group: break
    }
    for (lines, ranksGroups) in zip(expected, [false, true]) {
      let request = BoardRequest(period: period, ranksGroups: ranksGroups, segment: segment)
      let found = game.closedTop(request, asRecorded: true) ?? []
      if found != lines.filter({ $0.score > 0 }) {
        fail("closed \(request): \(found), should be \(lines)")
      }
      let counted = boards.populations.first {
        $0.segment == segment && $0.ranksGroups == ranksGroups
      }
      if Int(counted?.count ?? 0) != lines.count { fail("population of closed \(request)") }
      for line in lines where line.score == 0 {
        checkZero(line.member, request, cut: boards.cut)
      }
    }
  }

  /// Who was ranked without points is still known to have been.
  private func checkZero(_ member: String, _ request: BoardRequest, cut: Position) {
    let number =
      request.ranksGroups
      ? game.state.names.number(.group, member)
      : (1...UInt32(game.state.learners.count)).first {
        game.recordedID(LearnerNumber(rawValue: $0)) == member
      }
    guard let number, game.state.wasRanked(number, request, asOf: cut) else {
      return fail("\(member) was on \(request) without points")
    }
  }
}
