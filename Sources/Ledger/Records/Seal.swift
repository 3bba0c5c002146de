import Crypto
import Foundation
import Incentives

/// A learner's key: 128 bits that open the learner's personal texts, and with which they are gone.
@frozen public struct LearnerKey: Hashable, Sendable, BitwiseCopyable {
  /// The first eight bytes, little-endian.
  public let low: UInt64
  /// The last eight bytes, little-endian.
  public let high: UInt64

  /// Joins two halves.
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Draws a key from the system's source of randomness.
  public static func random() -> LearnerKey {
    var source = SystemRandomNumberGenerator()
    return LearnerKey(low: source.next(), high: source.next())
  }

  fileprivate var symmetric: SymmetricKey {
    withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { SymmetricKey(data: $0) }
  }
}

/// Whoever knows learners' keys; nil means that the learner was erased.
public protocol LearnerKeyring {
  /// The key of a learner of the keyring's program.
  func key(of learner: LearnerNumber) throws(LedgerError) -> LearnerKey?
}

/// The keyring of nobody, for readers that need no names: sealed texts read as empty.
public struct NoKeys: LearnerKeyring, Sendable {
  /// Makes a keyring without keys.
  public init() {}

  /// None.
  public func key(of learner: LearnerNumber) -> LearnerKey? { nil }
}

/// The keys of some learners, held in memory: what a block needs to be encoded.
public struct LearnerKeys: LearnerKeyring, Sendable {
  private var keys: [LearnerNumber: LearnerKey] = [:]

  /// Makes a keyring without keys.
  public init() {}

  /// The key held for a learner.
  public func key(of learner: LearnerNumber) -> LearnerKey? { keys[learner] }

  /// Holds a learner's key.
  public mutating func set(_ key: LearnerKey, for learner: LearnerNumber) { keys[learner] = key }

  /// How many learners' keys it holds.
  public var count: Int { keys.count }
}

/// Which of a record's texts is sealed; part of the nonce and of what the tag vouches for.
enum SealedField: UInt8 {
  case externalID = 1
  case name = 2
  case alias = 3
  case metadata = 4
  case answer = 5
  case reason = 45
  case rollNumber = 81
  case note = 95
  case citation = 91
}

/// Seals personal texts with AES-128-GCM, so that destroying a learner's key erases them everywhere.
///
///     nonce            epoch (4 bytes) · position × 256 + field (8 bytes)
///     associated data  program (4) · position (8) · field (1)
///
/// A nonce never repeats for a key: a position is written once for each encoder, and each encoder
/// draws its epoch. A text that was moved to another place does not open there.
enum Seal {
  static let tagBytes = 16
  /// A nonce has 56 bits for the position.
  static let positionMax: UInt64 = 1 << 56 - 1

  static func seal(
    _ clear: UnsafeRawBufferPointer, _ field: SealedField, of learner: LearnerNumber,
    at place: RecordPlace, keys: LearnerKeys, into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.reserve(clear.count + tagBytes + ByteWriter.varintBytesMax)
    guard !clear.isEmpty else { return writer.write(0) }
    guard place.position.rawValue <= positionMax else {
      throw .positionTooGreat(program: place.program, position: place.position)
    }
    guard let key = keys.key(of: learner) else {
      throw .keyMissing(program: place.program, learner: learner)
    }
    do {
      let box = try AES.GCM.seal(
        clear, using: key.symmetric, nonce: AES.GCM.Nonce(data: nonce(place, field)),
        authenticating: context(place, field))
      writer.write(varint: UInt64(clear.count + tagBytes))
      box.ciphertext.withUnsafeBytes { writer.write($0) }
      box.tag.withUnsafeBytes { writer.write($0) }
    } catch {
      throw .sealBroken(program: place.program, position: place.position)
    }
  }

  /// Opens a sealed text into an arena; empty when the key is gone, an error when it does not fit.
  static func open(
    _ sealed: UnsafeRawBufferPointer, _ field: SealedField, of learner: LearnerNumber,
    at place: RecordPlace, keys: some LearnerKeyring, into text: inout ByteArena
  ) throws(LedgerError) -> TextRef {
    guard let clear = try opened(sealed, field, of: learner, at: place, keys: keys) else {
      return .empty
    }
    return clear.withUnsafeBytes { text.append($0) }
  }

  /// The bytes of a sealed text; nil for none and when the key is gone, an error when it does not fit.
  static func opened(
    _ sealed: UnsafeRawBufferPointer, _ field: SealedField, of learner: LearnerNumber,
    at place: RecordPlace, keys: some LearnerKeyring
  ) throws(LedgerError) -> Data? {
    guard !sealed.isEmpty else { return nil }
    guard sealed.count > tagBytes else {
      throw .corruptRecord(
        program: place.program, position: place.position, problem: "a sealed text is too short")
    }
    guard let key = try keys.key(of: learner) else { return nil }
    let tag = sealed.count - tagBytes
    do {
      let box = try AES.GCM.SealedBox(
        nonce: AES.GCM.Nonce(data: nonce(place, field)), ciphertext: sealed[..<tag],
        tag: sealed[tag...])
      return try AES.GCM.open(
        box, using: key.symmetric, authenticating: context(place, field))
    } catch {
      throw .sealBroken(program: place.program, position: place.position)
    }
  }

  private static func nonce(_ place: RecordPlace, _ field: SealedField) -> [UInt8] {
    let counter = place.position.rawValue << 8 | UInt64(field.rawValue)
    return bigEndianBytes(place.epoch) + bigEndianBytes(counter)
  }

  private static func context(_ place: RecordPlace, _ field: SealedField) -> [UInt8] {
    bigEndianBytes(place.program.rawValue) + bigEndianBytes(place.position.rawValue)
      + [field.rawValue]
  }

  private static func bigEndianBytes(_ value: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
