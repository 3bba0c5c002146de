import Crypto

/// The SHA-256 of a block, which names the block and everything before it in its program's log.
@frozen public struct BlockHash: Hashable, Sendable, BitwiseCopyable {
  /// The 32 bytes as four words in the order of the bytes.
  @usableFromInline let words: (UInt64, UInt64, UInt64, UInt64)

  @usableFromInline
  init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// What the first block of a program names as the one before it.
  public static let none = BlockHash(words: (0, 0, 0, 0))

  /// How many bytes a hash has.
  public static let byteCount = 32

  /// Reads 32 bytes; the caller has checked that they are there.
  init(reading bytes: UnsafeRawBufferPointer, at offset: Int) {
    precondition(offset >= 0 && offset + Self.byteCount <= bytes.count)
    words = bytes.loadUnaligned(
      fromByteOffset: offset, as: (UInt64, UInt64, UInt64, UInt64).self)
  }

  /// The hash that 64 hexadecimal digits stand for; nil for any other text.
  public init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    let bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    self = bytes.withUnsafeBytes { BlockHash(reading: $0, at: 0) }
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  /// Whether two hashes are the same bytes.
  @inlinable
  public static func == (left: BlockHash, right: BlockHash) -> Bool {
    left.words.0 == right.words.0 && left.words.1 == right.words.1
      && left.words.2 == right.words.2 && left.words.3 == right.words.3
  }

  /// Mixes the bytes into a hasher.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}

extension BlockHash: CustomStringConvertible {
  /// The hash as 64 hexadecimal digits.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension BlockHash {
  /// The hash over parts, each preceded by its length, after a word that says what they are.
  static func over(_ parts: UnsafeRawBufferPointer...) -> BlockHash {
    var hasher = SHA256()
    "laurel block".utf8.withContiguousStorageIfAvailable {
      hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
    }
    for part in parts {
      withUnsafeBytes(of: UInt64(part.count).littleEndian) { hasher.update(bufferPointer: $0) }
      hasher.update(bufferPointer: part)
    }
    return hasher.finalize().withUnsafeBytes { BlockHash(reading: $0, at: 0) }
  }
}
