import Ledger
import Synchronization

/// What all event loops share of the API keys in use: the calls of each in flight, and whether any was
/// revoked since a connection last looked.
final class KeysInUse: Sendable {
  private let revocationCount = Atomic<UInt64>(0)
  // Grows with the keys that were ever presented, which the owner made.
  private let uses = Mutex<[APIKeyID: KeyUse]>([:])

  /// How often keys were revoked; while it stands still, every key is as good as it was.
  var revocations: UInt64 { revocationCount.load(ordering: .acquiring) }

  /// Notes that a revocation is durable.
  func revoked() { revocationCount.add(1, ordering: .releasing) }

  /// The use of a key, one for all its connections.
  func use(of key: APIKeyID) -> KeyUse {
    uses.withLock { uses in
      if let known = uses[key] { return known }
      let use = KeyUse(key)
      uses[key] = use
      return use
    }
  }
}

/// The calls of one API key that are in flight, over all connections that presented it.
final class KeyUse: Sendable {
  /// The public part of the key.
  let key: APIKeyID
  private let inFlight = Atomic(0)

  init(_ key: APIKeyID) { self.key = key }

  /// Takes a place for a call; false where there is none left.
  func takePlace(of max: Int) -> Bool {
    guard inFlight.add(1, ordering: .relaxed).oldValue < max else {
      leavePlace()
      return false
    }
    return true
  }

  /// Gives a place back.
  func leavePlace() { inFlight.subtract(1, ordering: .relaxed) }
}
