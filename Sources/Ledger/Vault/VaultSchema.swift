import Incentives
import LMDB

/// The tables of the vault's environment.
enum VaultSchema {
  static let format = EnvironmentFormat(kind: "laurel vault", version: 1)

  // Which key opens this learner's texts, and what does the organisation call the learner?
  static let learners = Table<PersonKey, LearnerSecret>(0, "learners")
  // What do people call this learner?
  static let names = Table<PersonKey, LearnerNames>(1, "names")
  // Which secret does this store use for this purpose?
  static let secrets = Table<UInt32, StoreSecret>(2, "secrets")
  // Whose API key begins with this id, and what may it do?
  static let apiKeys = Table<APIKeyID, APIKeyRecord>(3, "api-keys")

  // Under which secret were the commands of this imported program digested?
  static let commandSecrets = Table<ProgramKey, StoreSecret>(4, "command-secrets")
  // What is still to be done to this file before anybody may use it?
  static let duties = Table<UInt32, VaultDuty>(5, "duties")

  // What was refused, and what was done to the server's keys?
  static let notes = Table<AuditNoteKey, AuditNote>(6, "notes")

  static let tables: [any TableDeclaration] = [
    learners, names, secrets, apiKeys, commandSecrets, duties, notes,
  ]
}

/// A learner of a program.
struct PersonKey: DomainKey, Hashable {
  let program: ProgramNumber
  let learner: LearnerNumber

  init(_ program: ProgramNumber, _ learner: LearnerNumber) {
    self.program = program
    self.learner = learner
  }

  var stored: Key2<UInt32, UInt32> { Key2(program.rawValue, learner.rawValue) }

  init(stored: Key2<UInt32, UInt32>) {
    program = ProgramNumber(rawValue: stored.first)
    learner = LearnerNumber(rawValue: stored.second)
  }
}

/// A learner's key and external id; of an erased learner only that there was one.
struct LearnerSecret: ValueCodec, Hashable {
  static let typeID: UInt32 = 1
  static let formatVersion: UInt8 = 1

  /// Nil once the learner is erased.
  let key: LearnerKey?
  let externalID: [UInt8]

  static let erased = LearnerSecret(key: nil, externalID: [])

  init(key: LearnerKey?, externalID: [UInt8]) {
    self.key = key
    self.externalID = externalID
  }

  var byteCount: Int { key == nil ? 1 : 17 + externalID.count }

  func encode(into writer: inout ValueWriter) {
    writer.append(UInt8(key == nil ? 0 : 1))
    guard let key else { return }
    writer.append(key.low)
    writer.append(key.high)
    writer.append(externalID)
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    guard try reader.next(as: UInt8.self) == 1 else {
      self = .erased
      return
    }
    let low = try reader.next(as: UInt64.self)
    key = LearnerKey(low: low, high: try reader.next(as: UInt64.self))
    externalID = Array(try reader.nextBytes(reader.remaining))
  }
}

/// A learner's name, alias, and the number beside the id.
struct LearnerNames: ValueCodec, Hashable {
  static let typeID: UInt32 = 2
  static let formatVersion: UInt8 = 2
  /// Version 1 had no number.
  static let oldestVersion: UInt8 = 1

  let name: [UInt8]
  let alias: [UInt8]
  let rollNumber: [UInt8]

  init(name: [UInt8], alias: [UInt8], rollNumber: [UInt8] = []) {
    self.name = name
    self.alias = alias
    self.rollNumber = rollNumber
  }

  var byteCount: Int { 8 + name.count + alias.count + rollNumber.count }

  func encode(into writer: inout ValueWriter) {
    writer.append(UInt32(name.count))
    writer.append(name)
    writer.append(UInt32(alias.count))
    writer.append(alias)
    writer.append(rollNumber)
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    let nameBytes = Int(try reader.next(as: UInt32.self))
    name = Array(try reader.nextBytes(nameBytes))
    let aliasBytes = version == 1 ? reader.remaining : Int(try reader.next(as: UInt32.self))
    alias = Array(try reader.nextBytes(aliasBytes))
    rollNumber = Array(try reader.nextBytes(reader.remaining))
  }
}

/// 128 random bits that this store drew when it was created.
struct StoreSecret: ValueCodec, Hashable {
  static let typeID: UInt32 = 3
  static let formatVersion: UInt8 = 1

  /// The purpose: the keyed hash of identities.
  static let identity: UInt32 = 1

  let low: UInt64
  let high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  static func random() -> StoreSecret {
    var source = SystemRandomNumberGenerator()
    return StoreSecret(low: source.next(), high: source.next())
  }

  var byteCount: Int { 16 }

  func encode(into writer: inout ValueWriter) {
    writer.append(low)
    writer.append(high)
  }

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    low = try reader.next(as: UInt64.self)
    high = try reader.next(as: UInt64.self)
  }
}

/// Something that must be done to the file; that there is a row says it all.
struct VaultDuty: ValueCodec, Hashable {
  static let typeID: UInt32 = 5
  static let formatVersion: UInt8 = 1

  /// The duty: the file may hold what was erased, and is to be rewritten.
  static let rewriting: UInt32 = 1

  var byteCount: Int { 0 }

  init() {}

  func encode(into writer: inout ValueWriter) {}

  init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {}
}
