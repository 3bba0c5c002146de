/// Who competes for one star: a segment's entries, and their places once they are ranked.
struct StarContest {
  /// How far it is.
  enum Stage: Hashable {
    /// Learners enter.
    case entering
    /// Those who may come first by what is resident are looked for, from an entry on.
    case thinning(Int)
    /// Those who may come first are to be ranked by their logs.
    case front
    /// The others are held against them, from an entry on.
    case challenging(Int)
    /// The places are known.
    case ranked
  }

  let star: CompiledStar
  let segment: Segment
  var stage = Stage.entering
  /// Who may come among the first three, and some who no longer may; by number.
  private(set) var entries: ContiguousArray<StarCandidate> = []
  /// Who was excluded, best first.
  private(set) var excluded: [StarCandidate] = []
  /// The places, best first.
  var places: [StarCandidate] = []
  private var best: [Int64] = []
  private var front: [StarCandidate] = []
  private var pruneAt = 256

  /// How many come first in a proof at least: staff choose among them.
  static let provedPlaces = 3
  private static let excludedMax = 10

  init(star: CompiledStar, segment: Segment) {
    self.star = star
    self.segment = segment
  }

  /// What an entry needs at least.
  var floor: Int64 { best.count < Self.provedPlaces ? 0 : best[Self.provedPlaces - 1] }

  /// The highest score of an entry; nil where nobody entered.
  var highest: Int64? { best.first }

  /// How many share the highest score.
  var tied: Int { entries.count { $0.score == highest } }

  /// Notes that a learner is excluded.
  mutating func exclude(_ candidate: StarCandidate, _ order: StarOrder) {
    excluded.insert(
      candidate, at: excluded.partitioningIndex { order.precedes(candidate, $0) })
    if excluded.count > Self.excludedMax { excluded.removeLast() }
  }

  /// Lets a learner enter.
  mutating func enter(_ candidate: StarCandidate) {
    guard candidate.score >= floor else { return }
    entries.append(candidate)
    best.insert(candidate.score, at: best.partitioningIndex { $0 < candidate.score })
    if best.count > Self.provedPlaces { best.removeLast() }
    guard entries.count > pruneAt else { return }
    let floor = floor
    entries.removeAll { $0.score < floor }
    pruneAt = max(256, entries.count * 2)
  }

  /// Begins to rank; nobody enters any more.
  mutating func begin() {
    guard stage == .entering else { return }
    let floor = floor
    entries.removeAll { $0.score < floor }
    stage = .thinning(0)
  }

  /// Keeps an entry where it may come before those that are kept.
  mutating func keepInFront(_ hopeful: StarCandidate, _ order: StarOrder, max: Int) {
    if front.count == max, let last = front.last, !order.precedes(hopeful, last) { return }
    front.insert(hopeful, at: front.partitioningIndex { order.precedes(hopeful, $0) })
    if front.count > max { front.removeLast() }
  }

  /// Whether all entries are in front.
  var isFrontAll: Bool { front.count == entries.count }

  /// Those in front whose log decides their place: who shares all that comes before with another.
  func askedInFront(places: Int) -> [StarCandidate] {
    guard star.terms.ties != .shared else { return [] }
    var asked: [StarCandidate] = []
    var start = 0
    while start < min(front.count, places) {
      let end = front[start...].firstIndex { !isTied($0, with: front[start]) } ?? front.count
      if end - start > 1 || (end == front.count && !isFrontAll) { asked += front[start..<end] }
      start = end
    }
    return asked
  }

  private func isTied(_ left: StarCandidate, with right: StarCandidate) -> Bool {
    left.score == right.score && (star.terms.ties != .fewestStars || left.stars == right.stars)
  }

  /// Makes those in front the places, with what their logs say.
  mutating func settleFront(_ answer: (StarCandidate) -> StarCandidate) {
    places = front.map(answer)
  }

  /// Puts the places in order and keeps the first ones.
  mutating func sortPlaces(_ order: StarOrder, max: Int) {
    places.sort(by: order.precedes)
    if places.count > max { places.removeLast(places.count - max) }
  }

  /// Whether an entry that is not in front may come among the first three.
  func isChallenged(by hopeful: StarCandidate, _ order: StarOrder) -> Bool {
    guard star.terms.ties != .shared, !front.contains(where: { $0.learner == hopeful.learner })
    else { return false }
    guard places.count >= Self.provedPlaces else { return true }
    return order.precedes(hopeful, places[Self.provedPlaces - 1])
  }
}
