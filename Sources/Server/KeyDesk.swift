import API
import Engine
import Incentives
import Ledger

/// Makes, lists and revokes API keys, in the vault's own table.
///
/// Reads and syncs the vault, which no event loop and no engine thread may wait for. Throws a `Refusal`
/// where the rules say no.
struct KeyDesk: Sendable {
  let vault: Vault
  let keysInUse: KeysInUse
  /// Who asks.
  let principal: String

  /// Makes a key; a retry with the same idempotency key finds it made.
  func create(_ call: CreateKey, in programs: ProgramNames) throws -> [UInt8] {
    guard let program = programs.number(of: call.program) else {
      throw Caller.noProgram(call.program)
    }
    let key = APIKey.random(id: id(for: call))
    if let standing = try vault.apiKey(key.id) {
      guard standing.name == call.name, standing.program == program,
        standing.roles == call.roles.rawValue, standing.holder == KeyHolder(call.holder)
      else {
        throw Refusal(
          .idempotencyKeyReused, field: "idempotencyKey",
          "This key was used for another API key; draw a new one for each click.")
      }
      return CreateKey.result(listing(key.id, standing, programs), key: nil)
    }
    let record = APIKeyRecord(
      name: call.name, holder: KeyHolder(call.holder), program: program,
      roles: call.roles.rawValue, digest: key.digest, created: WallClock.now())
    try vault.createAPIKey(key.id, record)
    note(CreateKey.card, key.id, record)
    return CreateKey.result(listing(key.id, record, programs), key: key.text)
  }

  /// Refuses a key whose holder can not act under that id: a person is known, a system is no person.
  static func check(_ call: CreateKey, _ survey: Survey) throws(Undecided) {
    guard let state = survey.programs.first(where: { $0.definition.id == call.program }) else {
      return
    }
    let isStaff = state.staffNumber(call.holder.id) != nil
    switch call.holder {
    case .staff(let id):
      guard !isStaff else { return }
      throw .refused(
        Refusal(
          .notFound, field: "staff",
          "There is no member of staff \(id); `laurel staff put` declares one."))
    case .system(let id, sources: _):
      guard isStaff else { return }
      throw .refused(
        Refusal(
          .invalid, field: "system",
          "\(id) is a member of staff; say staff, or choose another name for the system."))
    }
  }

  /// All keys; those that ended with a person's time are shown as revoked then.
  func list(in programs: ProgramNames, _ ends: EndedKeys) throws -> [UInt8] {
    ListKeys.result(
      try vault.apiKeys().map { id, record in
        var shown = listing(id, record, programs)
        shown.revoked = record.revoked ?? ends.end(of: record)
        return shown
      })
  }

  /// Ends a key; once this returns, no connection acts with it any more.
  func revoke(_ call: RevokeKey) throws -> [UInt8] {
    guard let id = APIKeyID(call.id), let standing = try vault.apiKey(id) else {
      throw Refusal(.notFound, field: "id", "There is no such key; `laurel keys list` shows them.")
    }
    try vault.revokeAPIKey(id, at: WallClock.now())
    keysInUse.revoked()
    if standing.revoked == nil { note(RevokeKey.card, id, standing) }
    return call.result(changed: standing.revoked == nil)
  }

  /// Notes for the audit what was done to a key.
  private func note(_ card: MethodCard, _ id: APIKeyID, _ record: APIKeyRecord) {
    vault.notes.did(
      AuditedNote(
        principal: principal, action: card.name, subject: "\(id) of \(record.principal)"),
      to: record.program, at: WallClock.now())
  }

  private func id(for call: CreateKey) -> APIKeyID {
    var text = "api key\0" + call.idempotencyKey
    let digest = text.withUTF8 { vault.identitySecret.digest(UnsafeRawBufferPointer($0)) }
    return APIKeyID(high: digest.high, low: digest.low)
  }

  private func listing(
    _ id: APIKeyID, _ record: APIKeyRecord, _ programs: ProgramNames
  ) -> KeyListing {
    KeyListing(
      id: id.description, name: record.name, holder: KeyListing.Holder(record),
      program: programs.id(of: record.program) ?? "",
      roles: Roles(rawValue: record.roles), created: record.created, revoked: record.revoked)
  }
}

extension KeyHolder {
  /// The holder that a call names.
  fileprivate init(_ holder: KeyListing.Holder) {
    switch holder {
    case .staff(let id): self = .staff(id)
    case .system(let id, let sources): self = .system(id, sources: sources)
    }
  }
}

extension KeyListing.Holder {
  /// The holder of a key that is kept.
  fileprivate init(_ record: APIKeyRecord) {
    switch record.holder {
    case .named: self = .system(record.name, sources: nil)
    case .staff(let id): self = .staff(id)
    case .system(let id, let sources): self = .system(id, sources: sources)
    }
  }
}
