import Incentives

/// Looking for learners by a part of their id, number, name or alias.
extension StateReader {
  /// The first learners, by number, that a text occurs in; erased ones are found by nothing.
  ///
  /// Walks the vault in slices. After a crash it may find learners whose block was never durable; who
  /// asks knows how many there are.
  public func learners(
    of program: ProgramNumber, containing text: SearchText, limit: Int
  ) throws -> [LearnerNumber] {
    var found: [LearnerNumber] = []
    do {
      try vault.forEachLearner(of: program) { learner in
        guard !learner.isErased, learner.isFound(by: text) else { return }
        found.append(learner.learner)
        if found.count >= limit { throw Enough() }
      }
    } catch is Enough {
      // The rest need not be looked at.
    }
    return found
  }

  private struct Enough: Error {}
}

extension VaultLearner {
  fileprivate func isFound(by text: SearchText) -> Bool {
    [externalID, name, alias, rollNumber].contains { $0.withUnsafeBytes(text.occurs) }
  }
}
