import Incentives
import LMDB
import Testing

@testable import Ledger

@Suite("API keys")
struct VaultAPIKeyTests {
  private let directory: TestDirectory

  init() throws { directory = try TestDirectory() }

  private func open() throws -> Vault {
    try Vault.open(at: directory.file("vault"), options: EnvironmentOptions(mapBytes: 64 << 20))
  }

  private func record(_ key: APIKey, _ name: String) -> APIKeyRecord {
    APIKeyRecord(
      name: name, program: ProgramNumber(rawValue: 1),
      roles: 5, digest: key.digest, created: Instant(seconds: 1_000))
  }

  @Test("A key opens the door it was made for, until it is revoked, also after opening again")
  func lifecycle() throws {
    let key = APIKey.random()
    do {
      let vault = try open()
      try vault.createAPIKey(key.id, record(key, "Moodle 接口"))
      #expect(try vault.authenticate(key) == record(key, "Moodle 接口"))
      try vault.close()
    }
    let vault = try open()
    let presented = try #require(APIKey(key.text))
    #expect(try vault.authenticate(presented)?.roles == 5)
    try vault.revokeAPIKey(key.id, at: Instant(seconds: 2_000))
    try vault.revokeAPIKey(key.id, at: Instant(seconds: 3_000))
    #expect(try vault.authenticate(presented) == nil)
    #expect(try vault.apiKey(key.id)?.revoked == Instant(seconds: 2_000))
    try vault.close()
  }

  @Test("Another secret under the same id opens nothing")
  func wrongSecret() throws {
    let vault = try open()
    let key = APIKey.random()
    try vault.createAPIKey(key.id, record(key, "a"))
    let last = key.text.hasSuffix("0") ? "1" : "0"
    let forged = try #require(APIKey(String(key.text.dropLast()) + last))
    #expect(forged.id == key.id)
    #expect(try vault.authenticate(forged) == nil)
    #expect(try vault.authenticate(APIKey.random()) == nil)
    try vault.close()
  }

  @Test("Ids are unique, unknown ones are refused, the list holds revoked keys too")
  func list() throws {
    let vault = try open()
    let keys = (0..<20).map { _ in APIKey.random() }
    for (index, key) in keys.enumerated() {
      try vault.createAPIKey(key.id, record(key, "\(index)"))
    }
    #expect(throws: LedgerError.apiKeyExists(id: keys[0].id.description)) {
      try vault.createAPIKey(keys[0].id, record(keys[0], "again"))
    }
    let stranger = APIKey.random().id
    #expect(throws: LedgerError.noSuchAPIKey(id: stranger.description)) {
      try vault.revokeAPIKey(stranger, at: Instant(seconds: 1))
    }
    try vault.revokeAPIKey(keys[3].id, at: Instant(seconds: 1))
    let list = try vault.apiKeys()
    #expect(list.map(\.id) == keys.map(\.id).sorted())
    #expect(list.filter { $0.record.revoked != nil }.map(\.record.name) == ["3"])
    try vault.close()
  }

  @Test("A key says whose it is, and one from before keys did is its name's")
  func holders() throws {
    let holders: [KeyHolder] = [
      .named, .staff("T-007"), .system("moodle", sources: nil), .system("m", sources: []),
      .system("bridge", sources: ["lms", "论坛"]),
    ]
    let path = directory.file("vault")
    let old = APIKey.random()
    try writeOld(record(old, "old"), old.id, to: path)
    let vault = try open()
    #expect(try vault.authenticate(old) == record(old, "old"))
    for holder in holders {
      let key = APIKey.random()
      var record = record(key, "label")
      record.holder = holder
      try vault.createAPIKey(key.id, record)
      #expect(try vault.authenticate(key) == record)
    }
    try vault.close()
  }

  /// A vault as it was when keys were written in version 1.
  private func writeOld(_ record: APIKeyRecord, _ id: APIKeyID, to path: String) throws {
    let keys = Table<APIKeyID, OldKeyRecord>(3, "api-keys")
    let environment = try Environment.open(
      at: path, format: VaultSchema.format, tables: [VaultSchema.secrets, keys],
      options: EnvironmentOptions(mapBytes: 64 << 20))
    try environment.write { transaction in
      try transaction.put(VaultSchema.secrets, StoreSecret.identity, .random())
      try transaction.put(keys, id, OldKeyRecord(record: record))
    }
    try environment.close()
  }

  @Test("Only the form of a key is read as one")
  func forms() throws {
    let text = APIKey.random().text
    #expect(APIKey(text)?.text == text)
    for other in [
      "", "lk", "lk__", String(text.dropLast()), text + "0", "xx" + text.dropFirst(2),
      text.uppercased(), text.replacing("_", with: "-"), text + "_",
    ] {
      #expect(APIKey(other) == nil, "\(other)")
    }
  }
}

/// A key's row as version 1 wrote it: program, roles, created, revoked, digest, name.
private struct OldKeyRecord: ValueCodec {
  static let typeID: UInt32 = 4
  static let formatVersion: UInt8 = 1

  let record: APIKeyRecord

  var byteCount: Int { 56 + record.name.utf8.count }

  func encode(into writer: inout ValueWriter) {
    writer.append(record.program.rawValue)
    writer.append(record.roles)
    writer.append(record.created.microseconds)
    writer.append(Instant.distantFuture.microseconds)
    writer.append(record.digest.bytes)
    writer.append(Array(record.name.utf8))
  }

  init(record: APIKeyRecord) { self.record = record }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) { throw InvalidValue() }
}
