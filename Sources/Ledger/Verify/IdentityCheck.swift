import Incentives

/// Looks for an identity that was recorded twice, and for facts that do not heed an early reversal.
///
/// Facts and idempotency keys are recognised by their identities; one that took effect twice paid
/// twice, and every other check would call both good. Costs what the engine's own index costs: about 25
/// bytes of memory a fact.
final class IdentityCheck {
  /// What is wrong first; nil while nothing is.
  private(set) var problem: String?
  private let store: Store
  private let program: ProgramNumber
  private var identities: Identities
  private var index = FactIndex()
  private var awaited: Set<IdentityHash> = []

  init(_ store: Store, _ program: ProgramNumber) {
    self.store = store
    self.program = program
    identities = Identities(program: program, secret: store.identitySecret)
  }

  /// Looks at a record, in the order of the log.
  func see(_ change: Change, at position: Position, in buffer: ChangeBuffer) throws {
    if case .named(let name) = change { identities.learn(name, in: buffer) }
    guard problem == nil, let identity = identities.identity(of: change, in: buffer) else { return }
    if let first = try recorded(identity) {
      problem = "record \(position.rawValue) has the identity of record \(first.rawValue)"
      return
    }
    switch change {
    case .reversalAwaited:
      if !awaited.insert(identity).inserted {
        problem = "record \(position.rawValue) awaits what is awaited already"
      }
    case .fact(let fact):
      if awaited.contains(identity) != (fact.status == .reversed) {
        problem = "fact \(position.rawValue) does not heed whether its reversal had come before"
      }
      index.insert(identity, number: position.rawValue)
    default: index.insert(identity, number: position.rawValue)
    }
  }

  /// The record that has an identity; confirmed, since the index keeps only a part of it.
  private func recorded(_ identity: IdentityHash) throws -> Position? {
    var candidate = index.firstCandidate(for: identity)
    while let found = candidate {
      let position = Position(rawValue: found.number)
      var buffer = ChangeBuffer()
      try store.journal.record(of: program, at: position, into: &buffer, keys: NoKeys())
      if identities.identity(of: buffer.changes[0], in: buffer) == identity { return position }
      candidate = index.nextCandidate(for: identity, after: found)
    }
    return nil
  }
}
