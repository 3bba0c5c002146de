import Incentives
import LMDB

// Whole programs in the vault: copies that come, and copies that go.

extension Vault {
  /// Rows that are removed in one transaction.
  private static let forgottenRowsMax = 10_000

  /// Notes that learners of a program that is being copied have no key in the original any more.
  ///
  /// Nothing sealed for them opens in the copy either: their texts are sealed under keys that nobody
  /// keeps.
  func noteErased(_ learners: [LearnerNumber], of program: ProgramNumber) throws {
    guard !learners.isEmpty else { return }
    try exclusively {
      try commit { transaction in
        for learner in learners {
          try transaction.put(VaultSchema.learners, PersonKey(program, learner), .erased)
        }
      }
    }
  }

  /// Destroys everything that identifies people of a program, then rewrites the vault without it.
  ///
  /// Its API keys are revoked. Interrupted, it is called again; once it returns nothing sealed for the
  /// program opens any more.
  func forget(_ program: ProgramNumber, at instant: Instant) throws {
    for (id, record) in try apiKeys() where record.program == program {
      try revokeAPIKey(id, at: instant)
    }
    let low = PersonKey(program, .none)
    let high = PersonKey(program, LearnerNumber(rawValue: .max))
    try exclusively {
      var removed = Self.forgottenRowsMax
      while removed == Self.forgottenRowsMax {
        removed = try commit { transaction in
          _ = try transaction.deleteRange(
            VaultSchema.names, from: low, through: high, limit: Self.forgottenRowsMax)
          try transaction.put(VaultSchema.duties, VaultDuty.rewriting, VaultDuty())
          return try transaction.deleteRange(
            VaultSchema.learners, from: low, through: high, limit: Self.forgottenRowsMax)
        }
      }
      try compact()
    }
  }
}
