import API
import Ledger

/// Long work that a server does beside the engine, given to it when it is built.
///
/// Each runs on a thread of its own, one at a time, while the engine goes on. What they throw is told to
/// the caller as a refusal with its description as advice.
public struct ServerServices: Sendable {
  /// Checks a store while the engine goes on.
  public var verify: @Sendable (Store, VerifyStore.Question) throws -> [VerifyStore.Check]
  /// Writes a copy of a store into a new directory.
  public var backup: @Sendable (Store, String) throws -> BackUpStore.Outcome

  /// Joins the services.
  public init(
    verify: @escaping @Sendable (Store, VerifyStore.Question) throws -> [VerifyStore.Check],
    backup: @escaping @Sendable (Store, String) throws -> BackUpStore.Outcome
  ) {
    self.verify = verify
    self.backup = backup
  }
}
