/// Which board is asked for.
public struct BoardRequest: Hashable, Sendable {
  /// The period.
  public var period: Period
  /// Whether groups are ranked; else learners.
  public var ranksGroups: Bool
  /// Whom it ranks.
  public var segment: Segment

  /// Names a board.
  public init(period: Period, ranksGroups: Bool = false, segment: Segment = .everyone) {
    self.period = period
    self.ranksGroups = ranksGroups
    self.segment = segment
  }
}

/// Part of a board, exact at one position.
public struct BoardPage: Hashable, Sendable {
  /// One place.
  public struct Place: Hashable, Sendable {
    /// The rank; equals share it: 1, 1, 3.
    public var rank: Int
    /// The number of the learner or group.
    public var member: UInt32
    /// The points of the period.
    public var score: Int64

    /// Joins the parts.
    public init(rank: Int, member: UInt32, score: Int64) {
      self.rank = rank
      self.member = member
      self.score = score
    }
  }

  /// The places asked for, best first.
  public var places: [Place]
  /// How many are ranked in all, zeros included.
  public var count: Int
  /// The member asked about; nil for the top of a board.
  public var own: Own?
  /// Whether the period is closed and the board final.
  public var isFinal: Bool

  /// Joins the parts.
  public init(places: [Place], count: Int, own: Own?, isFinal: Bool) {
    self.places = places
    self.count = count
    self.own = own
    self.isFinal = isFinal
  }

  /// What a board says about the member asked about.
  public struct Own: Hashable, Sendable {
    /// Its place.
    public var place: Place
    /// ⌊100 × members strictly below ÷ (n − 1)⌋; alone 100.
    public var percentile: Int
    /// Points to the next better score; nil at the top.
    public var toNext: Int64?

    /// Joins the parts.
    public init(place: Place, percentile: Int, toNext: Int64?) {
      self.place = place
      self.percentile = percentile
      self.toNext = toNext
    }
  }
}

extension ProgramState {
  /// The most places one answer holds.
  public static let placesMax = 1_000

  /// The first places of an open board.
  public func top(_ request: BoardRequest, count: Int, now: Instant) -> BoardPage {
    let index = board(request, in: shown(request.period), now: now).index
    return BoardPage(
      places: places(index.entries(from: 0, count: count), in: index), count: index.count,
      own: nil, isFinal: false)
  }

  /// A member's place on an open board and its neighbours; nil where the board does not rank it.
  public func around(_ member: UInt32, _ request: BoardRequest, neighbours: Int, now: Instant)
    -> BoardPage?
  {
    let open = shown(request.period)
    let index = board(request, in: open, now: now).index
    let score =
      request.ranksGroups ? open.groupScores[Int(member)] : open.learnerScores[Int(member)]
    let position =
      request.ranksGroups
      ? index.position(of: member, score: score, tie: groupOrder)
      : index.position(of: member, score: score, tie: learners.order)
    guard let position else { return nil }
    let rank = index.rank(of: score)
    let better = rank > 1 ? index.entry(at: rank - 2)?.score : nil
    let own = BoardPage.Own(
      place: BoardPage.Place(rank: rank, member: member, score: score),
      percentile: index.percentile(of: score), toNext: better.map { $0 - score })
    let first = max(0, position - neighbours)
    let entries = index.entries(from: first, count: position + neighbours + 1 - first)
    return BoardPage(
      places: places(entries, in: index), count: index.count, own: own, isFinal: false)
  }

  private func places(_ entries: [RankEntry], in index: RankIndex) -> [BoardPage.Place] {
    var last: BoardPage.Place?
    return entries.map { entry in
      let rank = last?.score == entry.score ? last?.rank : nil
      let place = BoardPage.Place(
        rank: rank ?? index.rank(of: entry.score), member: entry.member, score: entry.score)
      last = place
      return place
    }
  }

  /// The period a board shows; looking at one that closed does not make it resident again.
  private func shown(_ period: Period) -> OpenPeriod {
    if let resident = periods[period] { return resident }
    return isClosed(period) ? OpenPeriod(period, firstPosition: .none) : open(period)
  }

  /// The index of an open board, made if it is not there.
  private func board(_ request: BoardRequest, in open: OpenPeriod, now: Instant) -> LiveBoard {
    let day = rosterDay(of: request.period, now: now)
    return open.boards.board(request, rosterDay: day) {
      LiveBoard(
        open, segment: request.segment, ranksGroups: request.ranksGroups, rosterDay: day, in: self)
    }
  }

  /// The day whose roster a board ranks: today, kept inside the period.
  func rosterDay(of period: Period, now: Instant) -> LocalDay {
    let today = day(at: definition.clock == .manual ? clock : now)
    let span =
      period.kind == .term
      ? span(of: TermNumber(rawValue: UInt16(period.index))).map { ($0.first, $0.last) } : nil
    let first = span?.0 ?? period.first ?? today
    let last = span?.1 ?? period.last ?? today
    return min(max(today, first), last)
  }
}
