import API
import Engine
import Incentives
import Ledger

/// Makes, lists and revokes API keys, in the vault's own table.
///
/// Runs where a survey of the programs runs, so that names of programs and their numbers agree.
struct KeyDesk: Sendable {
  let vault: Vault

  /// Makes a key; a retry with the same idempotency key finds it made.
  func create(_ call: CreateKey, _ survey: Survey) throws(Undecided) -> [UInt8] {
    guard let state = survey.programs.first(where: { $0.definition.id == call.program }) else {
      throw .refused(
        Refusal(
          .notFound, field: "program",
          "There is no program \(call.program); `laurel program apply FILE` makes one."))
    }
    let key = APIKey.random(id: id(for: call))
    let record = APIKeyRecord(
      name: call.name, principal: .none, program: state.number, roles: call.roles.rawValue,
      digest: key.digest, created: WallClock.now())
    do {
      if let standing = try vault.apiKey(key.id) {
        guard standing.name == record.name, standing.program == record.program,
          standing.roles == record.roles
        else {
          throw Refusal(
            .idempotencyKeyReused, field: "idempotencyKey",
            "This key was used for another API key; draw a new one for each click.")
        }
        return CreateKey.result(listing(key.id, standing, survey), key: nil)
      }
      try vault.createAPIKey(key.id, record)
      return CreateKey.result(listing(key.id, record, survey), key: key.text)
    } catch let refusal as Refusal {
      throw .refused(refusal)
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// All keys.
  func list(_ survey: Survey) throws(Undecided) -> [UInt8] {
    do {
      return ListKeys.result(try vault.apiKeys().map { listing($0.id, $0.record, survey) })
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// Ends a key.
  func revoke(_ call: RevokeKey) throws(Undecided) -> [UInt8] {
    do {
      guard let id = APIKeyID(call.id), let standing = try vault.apiKey(id) else {
        throw Refusal(
          .notFound, field: "id", "There is no such key; `laurel keys list` shows them.")
      }
      try vault.revokeAPIKey(id, at: WallClock.now())
      return call.result(changed: standing.revoked == nil)
    } catch let refusal as Refusal {
      throw .refused(refusal)
    } catch {
      throw Self.unavailable(error)
    }
  }

  private func id(for call: CreateKey) -> APIKeyID {
    var text = "api key\0" + call.idempotencyKey
    let digest = text.withUTF8 { vault.identitySecret.digest(UnsafeRawBufferPointer($0)) }
    return APIKeyID(high: digest.high, low: digest.low)
  }

  private func listing(_ id: APIKeyID, _ record: APIKeyRecord, _ survey: Survey) -> KeyListing {
    let program = survey.programs.first { $0.number == record.program }
    return KeyListing(
      id: id.description, name: record.name, program: program?.definition.id ?? "",
      roles: Roles(rawValue: record.roles), created: record.created, revoked: record.revoked)
  }

  private static func unavailable(_ error: any Error) -> Undecided {
    .refused(Refusal(.unavailable, "Keys can not be read or written now: \(error)."))
  }
}
