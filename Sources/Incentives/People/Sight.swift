/// What a caller may see of a program's people: everybody, or who belongs to some cohorts.
///
/// What is not seen does not exist for the caller: it is refused in the words for what is not there.
public enum Sight: Hashable, Sendable {
  /// Everybody.
  case everything
  /// The learners and groups of these cohorts.
  case cohorts([CohortNumber])

  /// Whether there may be somebody who is not seen.
  public var isLimited: Bool { self != .everything }

  /// Whether a cohort is seen.
  public func sees(_ cohort: CohortNumber) -> Bool {
    switch self {
    case .everything: true
    case .cohorts(let seen): seen.contains(cohort)
    }
  }
}

extension ProgramState {
  /// Whether a learner is seen: whoever is in a seen cohort on the day.
  public func sees(_ learner: LearnerNumber, with sight: Sight, on day: LocalDay) -> Bool {
    guard sight.isLimited else { return true }
    return sight.sees(learners.context(of: learners.surviving(learner), on: day).cohort)
  }

  /// Whether a learner was nobody else's on some days: in no cohort, and in no group of a cohort, that
  /// is not seen.
  public func sees(
    _ learner: LearnerNumber, with sight: Sight, from first: LocalDay, through last: LocalDay
  ) -> Bool {
    guard sight.isLimited else { return true }
    let rows = learners.contextRows(of: learner)
    let turns = rows.rows.flatMap { [$0.first, $0.last < last ? $0.last.next : first] }
    return ([first] + turns.filter { first < $0 && $0 <= last }).allSatisfy { day in
      let context = rows.context(on: day)
      let cohort = context.group.index < groups.count ? groups[context.group.index].cohort : .none
      return (context.cohort.isNone || sight.sees(context.cohort))
        && (cohort.isNone || sight.sees(cohort))
    }
  }

  /// Whether a group is seen: one that belongs to a seen cohort.
  public func sees(_ group: GroupNumber, with sight: Sight) -> Bool {
    guard sight.isLimited else { return true }
    return group.index < groups.count && sight.sees(groups[group.index].cohort)
  }
}
