/// The live boards of one period: everyone's at hand, those of segments by name.
///
/// A change of somebody's score concerns at most four of them, so it costs the same however many are
/// read. All rank the roster of one day; asking for another day's lets go of them.
struct LiveBoards {
  /// How many boards of segments are kept; beyond it the one read longest ago goes.
  static let segmentsMax = 64

  private var everyone: (learners: LiveBoard?, groups: LiveBoard?)
  private var learnersOf: [Segment: LiveBoard] = [:]
  private var groupsOf: [Segment: LiveBoard] = [:]
  private var rosterDay: LocalDay?
  private var reads: UInt64 = 0

  /// Whether there is none.
  var isEmpty: Bool {
    everyone.learners == nil && everyone.groups == nil && learnersOf.isEmpty && groupsOf.isEmpty
  }

  /// Bytes held.
  var bytes: Int {
    let everyone = [everyone.learners, everyone.groups].compactMap(\.self)
    return (everyone + learnersOf.values + groupsOf.values).reduce(0) { $0 + $1.bytes }
  }

  /// The board of a segment, made if it is not there.
  mutating func board(
    _ request: BoardRequest, rosterDay: LocalDay, make: () -> LiveBoard
  ) -> LiveBoard {
    if self.rosterDay != rosterDay { self = LiveBoards() }
    self.rosterDay = rosterDay
    let board = self[request] ?? make()
    reads += 1
    board.wasRead(at: reads)
    self[request] = board
    return board
  }

  private subscript(request: BoardRequest) -> LiveBoard? {
    get {
      switch (request.segment.kind, request.ranksGroups) {
      case (.everyone, false): everyone.learners
      case (.everyone, true): everyone.groups
      case (_, false): learnersOf[request.segment]
      case (_, true): groupsOf[request.segment]
      }
    }
    set {
      switch (request.segment.kind, request.ranksGroups) {
      case (.everyone, false): everyone.learners = newValue
      case (.everyone, true): everyone.groups = newValue
      case (_, false): Self.keep(newValue, for: request.segment, in: &learnersOf)
      case (_, true): Self.keep(newValue, for: request.segment, in: &groupsOf)
      }
    }
  }

  private static func keep(
    _ board: LiveBoard?, for segment: Segment, in boards: inout [Segment: LiveBoard]
  ) {
    boards[segment] = board
    guard boards.count > segmentsMax,
      let oldest = boards.min(by: { $0.value.lastRead < $1.value.lastRead })
    else { return }
    boards[oldest.key] = nil
  }

  /// Visits the boards that rank a learner, whose context of the roster's day is asked for if need be.
  mutating func forEach(ofLearner context: (LocalDay) -> Context, _ body: (LiveBoard) -> Void) {
    if let board = everyone.learners {
      body(board)
      if board.isCold { everyone.learners = nil }
    }
    guard !learnersOf.isEmpty, let rosterDay else { return }
    let context = context(rosterDay)
    for segment in context.segments { learnersOf[segment].map(body) }
  }

  /// Visits the boards that rank a group of a cohort.
  func forEach(ofGroupIn cohort: CohortNumber, _ body: (LiveBoard) -> Void) {
    everyone.groups.map(body)
    guard !groupsOf.isEmpty else { return }
    groupsOf[Segment(kind: .cohort, number: UInt32(cohort.rawValue))].map(body)
  }

  /// Forgets the boards of groups.
  mutating func dropGroups() {
    everyone.groups = nil
    groupsOf = [:]
  }
}

extension Context {
  /// The segments whose boards may rank a learner in this context, beside everyone's.
  fileprivate var segments: [Segment] {
    [
      Segment(kind: .cohort, number: UInt32(cohort.rawValue)),
      Segment(kind: .tier, number: UInt32(tier.rawValue)),
      Segment(kind: .group, number: group.rawValue),
    ]
  }
}
