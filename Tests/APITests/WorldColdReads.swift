import Incentives

@testable import API

/// What a world answers from its log.
extension World {
  /// What a definition would move, found on a state of its own.
  func preview(_ application: ProgramApplication) -> RecomputePreview {
    let copy = ProgramState(number: state.number, hash: World.hash)
    for change in buffer.changes { copy.apply(change, in: buffer) }
    var scratch = ChangeBuffer()
    var preview = RecomputePreview()
    do throws(Undecided) {
      preview.position = copy.position
      try copy.decide(application, wall: wall, into: &scratch)
      for change in scratch.changes { copy.apply(change, in: scratch) }
      for number in 0..<UInt32(copy.learners.count) {
        try copy.preview(log(of: LearnerNumber(rawValue: number + 1)), into: &preview)
      }
    } catch {
      preconditionFailure("a definition that was decided is decided again: \(error)")
    }
    return preview
  }

  /// The record at a position.
  func record(at position: Position) -> KnownRecord {
    KnownRecord(
      position: position, change: buffer.changes[Int(position.rawValue) - 1], buffer: buffer)
  }
}
