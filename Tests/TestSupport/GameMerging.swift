import Incentives

/// Two accounts that turn out to be one person's.
extension Game {
  /// Makes two learners one.
  func merge(_ merge: LearnerMerge) throws(Refusal) -> Range<Int> {
    let logs = logs(for: merge)
    return try commit { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(merge, now: self.now, by: .none, logs: logs, into: &buffer)
    }
  }

  /// Tells what a merge would change.
  func rehearse(_ merge: LearnerMerge) throws(Refusal) -> [String] {
    let logs = logs(for: merge)
    return try rehearse { (buffer, _) throws(Undecided) in
      _ = try self.state.decide(merge, now: self.now, by: .none, logs: logs, into: &buffer)
    }
  }

  private func logs(for merge: LearnerMerge) -> [LearnerNumber: LearnerLog] {
    var logs: [LearnerNumber: LearnerLog] = [:]
    for id in [merge.from, merge.into] {
      guard let learner = state.learnerNumber(id) else { continue }
      logs[learner] = records(of: learner)
    }
    return logs
  }

  /// What a reader would fetch of a learner.
  func records(of learner: LearnerNumber) -> LearnerLog {
    log.records(of: learner, alsoKnown: state.learners.alsoKnown(learner))
  }

  /// The indices of the changes that concern a learner.
  func indices(of learner: LearnerNumber) -> [Int] {
    log.indices(of: [learner] + state.learners.alsoKnown(learner))
  }

  /// The id that a learner was recorded with, whoever it was merged into.
  func recordedID(_ learner: LearnerNumber) -> String {
    state.learners.isNameless(learner)
      ? "#\(learner.rawValue)" : state.learners.externalID(learner)
  }
}
