import Incentives

/// What a stretch changes in the rows of one open period.
final class PeriodDelta {
  /// A window that was added to, or set.
  struct WindowEvent: BitwiseCopyable {
    var learner: LearnerNumber
    var object: ObjectNumber
    var rule: RuleNumber
    var isSet: Bool
    /// What the window holds now where it is set; else one payment.
    var fold: WindowFold
  }

  let period: Period
  /// Whether the rows that the tables have are let go of first.
  let clears: Bool
  /// What stars of the period add up.
  var stars: [StarDelta]
  var learnerSums = SparseSums()
  var groupSums = SparseSums()
  private(set) var windowEvents: ContiguousArray<WindowEvent> = []
  private(set) var windowOrder = StableOrder([])

  init(_ period: Period, clears: Bool = false, stars: [StarScope] = []) {
    self.period = period
    self.clears = clears
    self.stars = stars.map(StarDelta.init)
  }

  /// Makes room for what stars add up from now on, keeping what is there.
  func fit(_ scopes: [StarScope]) {
    guard !scopes.isEmpty || !stars.isEmpty else { return }
    let standing = stars
    stars = scopes.map { scope in standing.first { $0.scope === scope } ?? StarDelta(scope) }
  }

  /// Adds points to a learner and a group.
  @inline(__always)
  func score(_ learner: LearnerNumber, _ group: GroupNumber, _ points: Int64) {
    learnerSums.add(points, to: learner.rawValue)
    if !group.isNone { groupSums.add(points, to: group.rawValue) }
  }

  /// Adds a payment to a window.
  func fold(
    worth: Int64, at instant: Instant, of learner: LearnerNumber, _ rule: RuleNumber,
    _ object: ObjectNumber
  ) {
    let payment = WindowFold(last: instant, sum: worth, largest: worth, count: 1)
    windowEvents.append(
      WindowEvent(learner: learner, object: object, rule: rule, isSet: false, fold: payment))
  }

  /// Sets what a window holds.
  func set(_ change: WindowChange) {
    windowEvents.append(
      WindowEvent(
        learner: change.learner, object: change.key.object, rule: change.key.rule, isSet: true,
        fold: change.fold))
  }

  /// Puts the windows into the order of their rows.
  func prepare() {
    windowOrder = StableOrder(
      ContiguousArray(
        windowEvents.lazy.map { event in
          UInt64(event.learner.rawValue / WindowBlock.span) << 32
            | UInt64(event.object.rawValue / WindowBlock.span)
        }))
  }
}

/// What a stretch changes in the rows of the lot of a term.
final class LotDelta {
  /// What learners have left.
  var left = SparseSums()
  /// What of it expired.
  var expired = SparseSums()
}
