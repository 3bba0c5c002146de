import Incentives
import Synchronization

extension Store {
  public func load() throws -> LoadedStore { try replay() }
  public func startFollower(stretchChanges: Int, lagMax: Int, far: @escaping @Sendable (Bool) -> Void) {}
  public func stopFollower() {}
  public func noteDurable(changes: Int, bytes: Int) {}
  public func catchUp(_ program: ProgramNumber, to position: Position) throws {
    while journal.head(of: program).position < position {}
  }
  public func log(of learner: LearnerNumber, in program: ProgramNumber) throws -> LearnerLog {
    var log = LearnerLog(learner: learner, positions: [], buffer: ChangeBuffer(), times: [])
    try journal.blocks(of: program, from: Position(rawValue: 1)) { block in
      var buffer = ChangeBuffer()
      try block.decode(into: &buffer, keys: vault.keyring(of: program))
      var position = block.header.first
      for change in buffer.changes {
        log.absorb(change, at: position, in: buffer, time: block.header.time)
        position = position.next
      }
      return true
    }
    return log
  }
  public func answer(_ question: ColdQuestion, of program: ProgramNumber) throws -> ColdAnswer {
    .closedPeriods([])
  }
}
