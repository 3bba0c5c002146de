import Incentives
import LMDB

// The server's own table of API keys. It outlives programs and is never part of a chain: a revoked key
// stays listed, so that an audit can name who acted.

extension Vault {
  /// Keeps a new key's record; throws `.apiKeyExists`.
  public func createAPIKey(_ id: APIKeyID, _ record: APIKeyRecord) throws {
    let isNew = try exclusively {
      try commit { try $0.insert(VaultSchema.apiKeys, id, record) }
    }
    guard isNew else { throw LedgerError.apiKeyExists(id: id.description) }
  }

  /// Revokes a key, for good; of two revocations the first counts.
  ///
  /// Throws `.noSuchAPIKey`.
  public func revokeAPIKey(_ id: APIKeyID, at instant: Instant) throws {
    try exclusively {
      try commit { transaction in
        guard var record = try transaction.get(VaultSchema.apiKeys, id) else {
          throw LedgerError.noSuchAPIKey(id: id.description)
        }
        guard record.revoked == nil else { return }
        record.revoked = instant
        try transaction.put(VaultSchema.apiKeys, id, record)
      }
    }
  }

  /// The record of a key, revoked or not; nil when there is none.
  public func apiKey(_ id: APIKeyID) throws -> APIKeyRecord? {
    try read { try $0.get(VaultSchema.apiKeys, id) }
  }

  /// The record of the key that a caller presents, if it is that key and it is not revoked.
  public func authenticate(_ presented: APIKey) throws -> APIKeyRecord? {
    guard let record = try apiKey(presented.id), record.revoked == nil,
      record.digest == presented.digest
    else { return nil }
    return record
  }

  /// All keys by id, revoked ones included.
  public func apiKeys() throws -> [(id: APIKeyID, record: APIKeyRecord)] {
    try read { transaction in
      var keys: [(id: APIKeyID, record: APIKeyRecord)] = []
      try transaction.scan(VaultSchema.apiKeys) { id, record in
        keys.append((id, record))
        return .next
      }
      return keys
    }
  }
}
