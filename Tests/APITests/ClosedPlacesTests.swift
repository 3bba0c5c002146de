import Incentives
import Testing

@testable import API

@Suite("A closed board reads like an open one")
struct ClosedPlacesTests {
  @Test("ranks, neighbours and percentiles of random boards equal those counted by hand")
  func random() {
    var generator = SplitMix(seed: 11)
    for _ in 0..<200 {
      let count = Int.random(in: 0...40, using: &generator)
      let scores = (0..<count).map { _ in Int64.random(in: 1...9, using: &generator) }
        .sorted(by: >)
      let standings = scores.enumerated().map { index, score in
        Standing(
          member: UInt32(index + 1), score: score,
          cohort: CohortNumber(rawValue: UInt16.random(in: 1...2, using: &generator)),
          tier: .none, group: .none)
      }
      let segment = Segment(kind: .cohort, number: 1)
      let idle = Int.random(in: 0...5, using: &generator)
      let mine = standings.filter(segment.holds)
      let neighbours = Int.random(in: 0...3, using: &generator)
      check(ClosedPlaces(ContiguousArray(mine)), against: mine, idle: idle, neighbours: neighbours)
    }
  }

  private func check(
    _ board: ClosedPlaces<Never>, against mine: [Standing], idle: Int, neighbours: Int
  ) {
    func rank(_ standing: Standing) -> Int { 1 + mine.count { $0.score > standing.score } }
    let places = mine.map {
      BoardPage.Place(rank: rank($0), member: $0.member, score: $0.score)
    }
    let population = mine.count + idle
    func page(_ member: UInt32, wasRanked: Bool) -> BoardPage? {
      board.part(
        .around(member, neighbours: neighbours), population: population, cut: .none
      ).page(of: member, wasRanked: wasRanked)
    }
    #expect(board.top(1_000, population: population).count == population)
    #expect(board.top(1_000, population: population).places == places)
    #expect(board.top(3, population: population).places == Array(places.prefix(3)))
    for (index, standing) in mine.enumerated() {
      let page = page(standing.member, wasRanked: true)
      let first = max(0, index - neighbours)
      let last = min(mine.count - 1, index + neighbours)
      #expect(page?.places == Array(places[first...last]))
      let below = mine.count { $0.score < standing.score } + idle
      #expect(page?.own?.place == places[index])
      #expect(
        page?.own?.percentile == RankIndex.percentile(below: below, of: mine.count + idle))
      let better = mine.last { $0.score > standing.score }?.score
      #expect(page?.own?.toNext == better.map { $0 - standing.score })
      #expect(page?.isFinal == true)
    }
    #expect(page(99, wasRanked: false) == nil)
    guard idle > 0 else { return }
    let own = page(99, wasRanked: true)?.own
    #expect(own?.place == BoardPage.Place(rank: mine.count + 1, member: 99, score: 0))
    #expect(own?.percentile == RankIndex.percentile(below: 0, of: population))
    #expect(own?.toNext == mine.last?.score)
  }
}
