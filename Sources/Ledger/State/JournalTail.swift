import Incentives

/// What a start reads from the journal itself: the open days of each program, and all that came after
/// the tables.
enum JournalTail {
  /// Fills the sheets and windows of the days that are open, which the tables do not hold.
  static func restoreOpenDays(
    of state: ProgramState, through row: ProgramRow, journal: Journal, vault: Vault
  ) throws {
    let first = state.periods.values.lazy
      .filter { $0.period.kind == .day && !state.isClosed($0.period) }
      .map(\.firstPosition).min()
    guard let first else { return }
    let keys = vault.keyring(of: state.number)
    var buffer = ChangeBuffer()
    try journal.blocks(of: state.number, from: first) { block in
      guard block.header.first <= row.head.position else { return false }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      var position = block.header.first
      for change in buffer.changes {
        if position >= first { state.restoreOpenDay(change, at: position, in: buffer) }
        position = position.next
      }
      return true
    }
  }

  /// Applies every record that the states lack; answers how many there were.
  static func apply(to loaded: LoadedState, journal: Journal, vault: Vault) throws -> Int {
    var states: [ProgramNumber: ProgramState] = [:]
    for state in loaded.programs { states[state.number] = state }
    var sum = 0
    for (number, head) in journal.allHeads() {
      let state = states[number] ?? ProgramState(number: number, hash: vault.identitySecret)
      states[number] = state
      guard state.position < head.position else { continue }
      sum += try apply(to: state, journal, vault) { loaded.insert($0, at: $1) }
    }
    loaded.programs = states.values.sorted { $0.number < $1.number }
    return sum
  }

  /// Applies every record that a state lacks, and tells the identities they brought.
  @discardableResult
  static func apply(
    to state: ProgramState, _ journal: Journal, _ vault: Vault,
    known: (IdentityHash, Position) throws -> Void
  ) throws -> Int {
    let keys = vault.keyring(of: state.number)
    var identities = Identities(of: state)
    var buffer = ChangeBuffer()
    var sum = 0
    try journal.blocks(of: state.number, from: state.position.next) { block in
      guard block.header.first == state.position.next else {
        throw LedgerError.wrongPosition(
          program: state.number, expected: state.position.next, found: block.header.first)
      }
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      LearnerWords.fill(&buffer)
      for change in buffer.changes {
        state.apply(change, in: buffer)
        if case .named(let name) = change { identities.learn(name, in: buffer) }
        if let identity = identities.identity(of: change, in: buffer) {
          try known(identity, state.position)
        }
      }
      sum += buffer.changes.count
      return true
    }
    return sum
  }
}
