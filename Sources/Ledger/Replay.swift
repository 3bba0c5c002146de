import Incentives

/// A store's living state, on its way to the engine thread.
public struct LoadedStore: ~Copyable {
  /// The programs, by number.
  public let programs: [ProgramState]
  private var index: FactIndex?

  /// Joins the parts.
  public init(programs: [ProgramState], index: consuming FactIndex) {
    self.programs = programs
    self.index = consume index
  }

  /// Hands over the index of known identities; once.
  public mutating func takeIndex() -> FactIndex {
    guard let index = index.take() else { preconditionFailure("the index is taken once") }
    return index
  }
}

extension Store {
  /// Builds the living state from the journal alone: the long way, and the one that needs nothing else.
  public func replay() throws -> LoadedStore {
    var programs: [ProgramState] = []
    var index = FactIndex()
    for number in journal.programs() where number != .server {
      let state = ProgramState(number: number, hash: identitySecret)
      try follow(state, &index)
      programs.append(state)
    }
    return LoadedStore(programs: programs, index: index)
  }

  /// Applies the records of a program's log that come after a state.
  public func follow(_ state: ProgramState, _ index: inout FactIndex) throws {
    let keys = vault.keyring(of: state.number)
    var buffer = ChangeBuffer()
    var known: [(Digest128, UInt64)] = []
    try journal.blocks(of: state.number, from: state.position.next) { block in
      buffer.removeAll()
      try block.decode(into: &buffer, keys: keys)
      let skip = Int(state.position.next.rawValue - block.header.first.rawValue)
      for change in buffer.changes[skip...] {
        state.apply(change, in: buffer)
        if let identity = identity(of: change, in: state, buffer) {
          known.append((identity, state.position.rawValue))
        }
      }
      return true
    }
    for (identity, number) in known { index.insert(identity, number: number) }
  }
}
