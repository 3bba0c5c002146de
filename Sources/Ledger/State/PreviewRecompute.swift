import Incentives

/// What a definition would move in the past (`program.apply` with `dryRun`): long reading, off the engine.
extension StateReader {
  /// Learners looked at in one pass over the log: bounds what a pass holds in memory.
  private static let learnersAPass = 50_000

  /// Applies a definition to a state of its own, made from the whole log as it ends now, and adds up
  /// what its job would post for each learner.
  ///
  /// Throws what cannot be read, and the refusal of a definition that does not fit the log any more.
  func recompute(
    _ application: ProgramApplication, of program: ProgramNumber
  ) throws -> RecomputePreview {
    let end = journal.head(of: program).position
    let state = ProgramState(number: program, hash: vault.identitySecret)
    var preview = RecomputePreview()
    preview.position = end
    try replay(program, to: end, into: state)
    var buffer = ChangeBuffer()
    try state.decide(application, wall: state.clock, into: &buffer)
    for change in buffer.changes { state.apply(change, in: buffer) }
    let keys = vault.keyring(of: program)
    var first = 1
    while first <= state.learners.count {
      let last = min(state.learners.count, first + Self.learnersAPass - 1)
      let logs = try journal.logs(
        of: first...last, in: program, through: end, as: state, keys: keys)
      for gathered in logs { try state.preview(gathered.log, into: &preview) }
      first = last + 1
    }
    return preview
  }

  /// Applies the records of a log up to one of them.
  private func replay(
    _ program: ProgramNumber, to end: Position, into state: ProgramState
  ) throws {
    var buffer = ChangeBuffer()
    let keys = vault.keyring(of: program)
    try journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end else { return false }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      LearnerWords.fill(&buffer)
      for change in buffer.changes { state.apply(change, in: buffer) }
      return true
    }
  }
}

/// A learner's log as it was gathered from blocks, and which of its facts kept their metadata sealed.
struct GatheredLog {
  var log: LearnerLog
  var sealed: Set<Position> = []
}

extension Journal {
  /// The logs of some learners up to a record, gathered in one pass over a program's blocks; `state` knows
  /// who was merged.
  func logs(
    of learners: ClosedRange<Int>, in program: ProgramNumber, through end: Position,
    as state: ProgramState, keys: some LearnerKeyring
  ) throws -> [GatheredLog] {
    var logs = learners.map {
      GatheredLog(
        log: LearnerLog(
          learner: LearnerNumber(rawValue: UInt32($0)),
          alsoKnown: state.learners.alsoKnown(LearnerNumber(rawValue: UInt32($0))),
          positions: [], buffer: ChangeBuffer(), times: []))
    }
    var buffer = ChangeBuffer()
    try blocks(of: program, from: Position(rawValue: 1)) { block in
      guard block.header.first <= end else { return false }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      var sealed = buffer.sealedFacts[...]
      for (index, change) in buffer.changes.enumerated() {
        let isSealed = sealed.first == UInt32(index)
        if isSealed { sealed.removeFirst() }
        // Records of one who was merged are the surviving learner's.
        let learner = state.learners.surviving(change.learner).index
        guard learners.contains(learner) else { continue }
        let position = block.header.first.advanced(by: index)
        let place = learner - learners.lowerBound
        logs[place].log.absorb(change, at: position, in: buffer, time: block.header.time)
        if isSealed { logs[place].sealed.insert(position) }
      }
      return true
    }
    return logs
  }
}
