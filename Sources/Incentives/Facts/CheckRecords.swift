extension ProgramState {
  /// What is wrong with where a record was put, seen before it is applied; nil where all is right.
  ///
  /// Looks at facts and grants: their day, and the group, term and status of that day as the roster then
  /// said. Later changes of the roster are the matter of `checkRules`.
  public func misplacement(of change: Change) -> Misplacement? {
    switch change {
    case .fact(let fact):
      guard fact.day == day(at: fact.occurredAt) else { return .day }
      let context = learners.context(of: fact.learner, on: fact.day)
      guard fact.group == context.scoringGroup else { return .group }
      guard fact.term == term(on: fact.day, cohort: context.cohort) else { return .term }
      guard fact.status != .reversed else { return nil }
      return (fact.status == .counted) == context.isOnRoster ? nil : .status
    case .granted(let grant):
      let context = learners.context(of: grant.learner, on: grant.day)
      guard grant.group == context.scoringGroup(of: grant.kind) else { return .group }
      guard grant.term == term(on: grant.day, cohort: context.cohort) else { return .term }
      // What counts nowhere may be put right for who has left, and anything be taken back.
      let isForAnybody =
        !grant.undoes.isNone || grant.kind == .award || grant.kind == .adjustment && !grant.counts
      return context.isOnRoster || isForAnybody ? nil : .status
    default: return nil
    }
  }
}

/// What can be wrong with where a record was put.
public enum Misplacement: String, Hashable, Sendable {
  /// Another local day than its instant's.
  case day
  /// Another group than the learner's of that day.
  case group
  /// Another term than that of the learner's cohort.
  case term
  /// It counts though the learner was not on the roster, or waits though the learner was.
  case status
}
