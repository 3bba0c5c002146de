/// The rank index of one open board, made when it is first read and kept up to date by every write.
///
/// Most boards of a program are never looked at; keeping each of them in order would cost every fact a
/// dozen tree updates. So an index exists only while it is read: the first read builds it, writes keep
/// it exact, and everyone's is dropped when it was not read for many writes.
final class LiveBoard {
  /// Whom the board ranks.
  let segment: Segment
  /// Whether it ranks groups.
  let ranksGroups: Bool
  /// The day whose roster is the population.
  let rosterDay: LocalDay
  private unowned let period: OpenPeriod
  private(set) var index: RankIndex
  private var writesUnread = 0
  /// When it was read last, in reads of its period's boards.
  private(set) var lastRead: UInt64 = 0

  init(
    _ period: OpenPeriod, segment: Segment, ranksGroups: Bool, rosterDay: LocalDay,
    in state: ProgramState
  ) {
    self.segment = segment
    self.ranksGroups = ranksGroups
    self.rosterDay = rosterDay
    self.period = period
    var entries: [RankEntry] = []
    if ranksGroups {
      for number in 1..<UInt32(max(1, state.groups.count))
      where state.isRanked(GroupNumber(rawValue: number), in: segment) {
        entries.append(RankEntry(score: period.groupScores[Int(number)], member: number))
      }
      state.groupOrder.reorder()
      index = RankIndex(entries, tie: state.groupOrder)
    } else {
      for learner in Self.candidates(for: segment, in: state) {
        let context = state.learners.context(of: learner, on: rosterDay)
        guard context.isRanked(in: segment) else { continue }
        let score = period.learnerScores[learner.index]
        entries.append(RankEntry(score: score, member: learner.rawValue))
      }
      state.learners.order.reorder()
      index = RankIndex(entries, tie: state.learners.order)
    }
  }

  /// The learners whom a segment may rank: for a group those that ever were in it, else all.
  private static func candidates(for segment: Segment, in state: ProgramState)
    -> [LearnerNumber]
  {
    if segment.kind == .group {
      return state.learners.everIn(GroupNumber(rawValue: segment.number))
    }
    return (1..<UInt32(state.learners.count + 1)).map(LearnerNumber.init(rawValue:))
  }

  /// Bytes held.
  var bytes: Int { index.memoryBytes }

  /// Whether so many writes came since the last read that keeping the order no longer pays.
  var isCold: Bool { writesUnread > 65_536 + index.count }

  /// Notes that the board was read.
  func wasRead(at tick: UInt64) {
    writesUnread = 0
    lastRead = tick
  }

  /// Moves a learner whose score changed.
  func rerank(_ learner: LearnerNumber, from old: Int64, by points: Int64, in state: ProgramState) {
    writesUnread += 1
    index.update(
      learner.rawValue, from: old, to: old + points, tie: state.learners.order)
  }

  /// Moves a group whose score changed.
  func rerank(_ group: GroupNumber, from old: Int64, by points: Int64, in state: ProgramState) {
    writesUnread += 1
    index.update(group.rawValue, from: old, to: old + points, tie: state.groupOrder)
  }

  /// Takes a learner out before its context changes.
  func unseat(_ learner: LearnerNumber, in state: ProgramState) {
    index.remove(
      learner.rawValue, score: period.learnerScores[learner.index], tie: state.learners.order)
  }

  /// Puts a learner in, if its context says so.
  func seat(_ learner: LearnerNumber, in state: ProgramState) {
    guard state.learners.context(of: learner, on: rosterDay).isRanked(in: segment) else { return }
    index.insert(
      learner.rawValue, score: period.learnerScores[learner.index], tie: state.learners.order)
  }
}

extension Context {
  /// Whether a board of a segment ranks a learner in this context.
  func isRanked(in segment: Segment) -> Bool {
    guard isOnRoster, flags.isDisjoint(with: .offBoards) else { return false }
    switch segment.kind {
    case .everyone: return true
    case .cohort: return UInt32(cohort.rawValue) == segment.number
    case .tier: return UInt32(tier.rawValue) == segment.number
    case .group: return group.rawValue == segment.number
    }
  }
}

extension ProgramState {
  /// Whether a board of a segment ranks a group.
  func isRanked(_ group: GroupNumber, in segment: Segment) -> Bool {
    switch segment.kind {
    case .everyone: return true
    case .cohort: return UInt32(groups[group.index].cohort.rawValue) == segment.number
    case .tier, .group: return false
    }
  }

  /// Moves a learner on the live boards of a period.
  func rerank(_ learner: LearnerNumber, from old: Int64, by points: Int64, in period: OpenPeriod) {
    period.boards.forEach(ofLearner: { learners.context(of: learner, on: $0) }) {
      $0.rerank(learner, from: old, by: points, in: self)
    }
  }

  /// Moves a group on the live boards of a period.
  func rerank(_ group: GroupNumber, from old: Int64, by points: Int64, in period: OpenPeriod) {
    period.boards.forEach(ofGroupIn: groups[group.index].cohort) {
      $0.rerank(group, from: old, by: points, in: self)
    }
  }

  /// Applies a change of a learner's context, taking the learner out of all live boards meanwhile.
  func reseat(_ learner: LearnerNumber, around change: () -> Void) {
    let live = periods.values.filter { !$0.boards.isEmpty }
    for period in live {
      period.boards.forEach(ofLearner: { learners.context(of: learner, on: $0) }) {
        $0.unseat(learner, in: self)
      }
    }
    change()
    for period in live {
      period.boards.forEach(ofLearner: { learners.context(of: learner, on: $0) }) {
        $0.seat(learner, in: self)
      }
    }
  }

  /// Forgets the groups' boards: a group came or changed its cohort.
  func dropGroupBoards() {
    for period in periods.values where !period.boards.isEmpty { period.boards.dropGroups() }
  }
}
