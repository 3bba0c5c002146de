import Incentives
import LMDB

/// The secret under which a program's commands are digested, so that a retry is recognised.
///
/// A journaled digest must not let anybody who holds the journal try which command it was: `learner.put`
/// of whom? So it is made under a secret of the vault. A program that began here derives its own from the
/// store's; one that was imported brings it along, but only in an export with names: who may open the
/// names may recognise the commands, nobody else. Imported without names a program draws on this
/// store's secret, and keys used before are refused as used for another command.
extension Vault {
  /// A command's digest as it is journaled.
  public func fingerprint(_ command: Digest128, of program: ProgramNumber) -> Digest128 {
    let secret = commandSecret(of: program)
    return withUnsafeBytes(of: (command.high.littleEndian, command.low.littleEndian)) {
      KeyedHash(key: (secret.low, secret.high)).digest($0)
    }
  }

  /// The secret as an export with names carries it.
  func commandSecret(of program: ProgramNumber) -> StoreSecret {
    if let adopted = commandSecrets.withLock({ $0[program] }) { return adopted }
    var hasher = identitySecret.hasher()
    // A number alone; what else this secret hashes begins with a text or goes on behind the number.
    hasher.combine(program.rawValue)
    let derived = hasher.finalize()
    return StoreSecret(low: derived.low, high: derived.high)
  }

  /// Keeps the secret that an imported program brought.
  func adopt(commandSecret secret: StoreSecret, of program: ProgramNumber) throws {
    try exclusively {
      try commit { try $0.put(VaultSchema.commandSecrets, ProgramKey(program), secret) }
    }
    commandSecrets.withLock { $0[program] = secret }
  }

  /// The secrets that imported programs brought.
  static func commandSecrets(of live: Live) throws -> [ProgramNumber: StoreSecret] {
    var secrets: [ProgramNumber: StoreSecret] = [:]
    try live.environment.read { transaction in
      try transaction.scan(VaultSchema.commandSecrets) { key, secret in
        secrets[key.program] = secret
        return .next
      }
    }
    return secrets
  }
}
