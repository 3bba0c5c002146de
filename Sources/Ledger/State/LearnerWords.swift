import Incentives

/// Who the learners of a program are, from the vault into the living state.
enum LearnerWords {
  /// Adds the learners 1 to `count`.
  static func restore(_ state: ProgramState, count: UInt32, vault: Vault) throws {
    guard count > 0 else { return }
    var next: UInt32 = 1
    try vault.forEachLearner(of: state.number) { learner in
      // The vault runs ahead of the journal: numbers beyond the count were never durable.
      guard learner.learner.rawValue <= count else { return }
      while next < learner.learner.rawValue { restorePlaceholder(&next, in: state) }
      guard !learner.externalID.isEmpty else { return restorePlaceholder(&next, in: state) }
      restore(learner, in: state)
      next += 1
    }
    while next <= count { restorePlaceholder(&next, in: state) }
  }

  private static func restore(_ learner: VaultLearner, in state: ProgramState) {
    learner.externalID.withUnsafeBytes { externalID in
      learner.name.withUnsafeBytes { name in
        learner.alias.withUnsafeBytes { alias in
          learner.rollNumber.withUnsafeBytes { rollNumber in
            state.restoreLearner(
              externalID: externalID, name: name, alias: alias, rollNumber: rollNumber)
          }
        }
      }
    }
  }

  private static func restorePlaceholder(_ next: inout UInt32, in state: ProgramState) {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    LearnerTable.placeholder(for: LearnerNumber(rawValue: next)).withUnsafeBytes {
      state.restoreLearner(externalID: $0, name: none, alias: none, rollNumber: none)
    }
    next += 1
  }

  /// Gives learners whose ids did not open in a decoded block ids that nobody can have.
  static func fill(_ buffer: inout ChangeBuffer) {
    for index in buffer.changes.indices {
      guard case .learner(var change) = buffer.changes[index], change.externalID.isEmpty else {
        continue
      }
      let id = LearnerTable.placeholder(for: change.learner)
      change.externalID = id.withUnsafeBytes { buffer.text.append($0) }
      buffer.changes[index] = .learner(change)
    }
  }
}
