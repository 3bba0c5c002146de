import Crypto
import Incentives
import LMDB

/// The public part of an API key: 16 random bytes, by which it is found, listed and revoked.
public struct APIKeyID: Hashable, Comparable, Sendable, DomainKey {
  /// The first eight bytes.
  public let high: UInt64
  /// The last eight bytes.
  public let low: UInt64

  /// Joins two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The id that 32 hexadecimal digits stand for; nil for any other text.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, text.utf8.allSatisfy(\.isHexadecimal),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The stored form.
  public var stored: Key2<UInt64, UInt64> { Key2(high, low) }

  /// The id of a stored form.
  public init(stored: Key2<UInt64, UInt64>) { self.init(high: stored.first, low: stored.second) }

  /// Orders as the digits do.
  public static func < (left: APIKeyID, right: APIKeyID) -> Bool { left.stored < right.stored }
}

extension APIKeyID: CustomStringConvertible {
  /// The id as 32 hexadecimal digits.
  public var description: String { high.hexadecimal + low.hexadecimal }
}

/// What the server knows of an API key; never the key itself, only its SHA-256.
public struct APIKeyRecord: Hashable, Sendable {
  /// What people call it.
  public var name: String
  /// Whose it is.
  public var holder: KeyHolder
  /// The program it is for; the server's own for all.
  public var program: ProgramNumber
  /// What it may do, as bits whose meaning is the server's.
  public var roles: UInt32
  /// The SHA-256 of the whole key.
  public var digest: BlockHash
  /// When it was created.
  public var created: Instant
  /// When it was revoked; nil while it is good.
  public var revoked: Instant?

  /// Joins the parts.
  public init(
    name: String, holder: KeyHolder = .named, program: ProgramNumber, roles: UInt32,
    digest: BlockHash, created: Instant,
    revoked: Instant? = nil
  ) {
    self.name = name
    self.holder = holder
    self.program = program
    self.roles = roles
    self.digest = digest
    self.created = created
    self.revoked = revoked
  }
}

/// An API key in full, as its owner gets it once: `lk_`, the id, `_`, 64 digits of secret.
public struct APIKey: Hashable, Sendable {
  /// The public part.
  public let id: APIKeyID
  /// The whole key, to be shown once and kept by its owner.
  public let text: String

  /// Draws a key from the system's source of randomness.
  public static func random() -> APIKey {
    var source = SystemRandomNumberGenerator()
    return random(id: APIKeyID(high: source.next(), low: source.next()))
  }

  /// Draws the secret of a key whose public part is known.
  public static func random(id: APIKeyID) -> APIKey {
    var source = SystemRandomNumberGenerator()
    let secret = (0..<4).map { _ in source.next().hexadecimal }.joined()
    return APIKey(id: id, text: "lk_\(id)_\(secret)")
  }

  private init(id: APIKeyID, text: String) {
    self.id = id
    self.text = text
  }

  /// Reads what a caller presents; nil when it has not the form of a key.
  public init?(_ text: String) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "lk", let id = APIKeyID(parts[1]),
      parts[2].utf8.count == 64, parts[2].utf8.allSatisfy(\.isHexadecimal)
    else { return nil }
    self.init(id: id, text: text)
  }

  /// The SHA-256 of the whole key.
  public var digest: BlockHash {
    SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { BlockHash(reading: $0, at: 0) }
  }
}

extension APIKeyRecord: ValueCodec {
  /// The kind of row.
  public static let typeID: UInt32 = 4
  /// The version that is written.
  public static let formatVersion: UInt8 = 2
  /// Version 1 had no holder.
  public static let oldestVersion: UInt8 = 1

  /// The length of the row.
  public var byteCount: Int { 57 + name.utf8.count + words.reduce(0) { $0 + 4 + $1.utf8.count } }

  /// Writes the row.
  public func encode(into writer: inout ValueWriter) {
    writer.append(program.rawValue)
    writer.append(roles)
    writer.append(created.microseconds)
    // A revocation at the end of time stands for none.
    writer.append((revoked ?? .distantFuture).microseconds)
    writer.append(digest.bytes)
    // The kind of holder, with the number of words before the name, which is what is left.
    writer.append(kind)
    for word in words {
      writer.append(UInt32(word.utf8.count))
      writer.append(Array(word.utf8))
    }
    writer.append(Array(name.utf8))
  }

  /// Reads a row.
  public init(from reader: inout ValueReader, version: UInt8) throws(InvalidValue) {
    let program = ProgramNumber(rawValue: try reader.next(as: UInt32.self))
    let roles = try reader.next(as: UInt32.self)
    let created = Instant(microseconds: try reader.next(as: Int64.self))
    let revoked = Instant(microseconds: try reader.next(as: Int64.self))
    let digest = BlockHash(reading: try reader.nextBytes(BlockHash.byteCount), at: 0)
    let holder: KeyHolder = version == 1 ? .named : try Self.holder(&reader)
    let name = try reader.nextBytes(reader.remaining)
    self.init(
      name: String(decoding: name, as: UTF8.self), holder: holder, program: program, roles: roles,
      digest: digest, created: created, revoked: revoked == .distantFuture ? nil : revoked)
  }
}

extension APIKeyRecord {
  /// 0 a name, 1 staff, 2 a system that speaks for any source, 3 + n one that speaks for n sources.
  private var kind: UInt8 {
    switch holder {
    case .named: 0
    case .staff: 1
    case .system(_, sources: nil): 2
    case .system(_, sources: let sources?): 3 + UInt8(sources.count)
    }
  }

  private var words: [String] {
    switch holder {
    case .named: []
    case .staff(let id): [id]
    case .system(let id, let sources): [id] + (sources ?? [])
    }
  }

  private static func holder(_ reader: inout ValueReader) throws(InvalidValue) -> KeyHolder {
    let kind = try reader.next(as: UInt8.self)
    if kind == 0 { return .named }
    let id = try word(&reader)
    if kind == 1 { return .staff(id) }
    if kind == 2 { return .system(id, sources: nil) }
    var sources: [String] = []
    for _ in 3..<Int(kind) { sources.append(try word(&reader)) }
    return .system(id, sources: sources)
  }

  private static func word(_ reader: inout ValueReader) throws(InvalidValue) -> String {
    let count = Int(try reader.next(as: UInt32.self))
    return String(decoding: try reader.nextBytes(count), as: UTF8.self)
  }
}

extension UInt64 {
  /// Sixteen hexadecimal digits.
  fileprivate var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
  }
}
