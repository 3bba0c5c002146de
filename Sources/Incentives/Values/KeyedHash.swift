/// A keyed hash of bytes: SipHash-2-4 after Aumasson and Bernstein, with 64 or 128 bits of output.
///
/// Facts are recognised by the digest of their identity. Identities are chosen by strangers, so the
/// hash takes a secret of the store: without it nobody can aim two identities at one digest, nor
/// crowd one place of the fact index. It is no signature and is never shown to a client.
///
/// `hash64` and `digest` hash one run of bytes exactly as the reference code does; `KeyedHasher`
/// hashes several parts so that where one part ends and the next begins is part of the message.
@frozen
public struct KeyedHash: Sendable {
  @usableFromInline let key: (UInt64, UInt64)

  /// A hash under a secret of 16 bytes, read as two little-endian words.
  @inlinable
  public init(key: (UInt64, UInt64)) {
    self.key = key
  }

  /// The 64-bit SipHash-2-4 of the bytes.
  @inlinable
  public func hash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = SipState(key: key, wide: false)
    state.absorbMessage(bytes)
    return state.squeeze(mark: 0xff)
  }

  /// The 128-bit SipHash-2-4 of the bytes.
  @inlinable
  public func digest(_ bytes: UnsafeRawBufferPointer) -> Digest128 {
    var state = SipState(key: key, wide: true)
    state.absorbMessage(bytes)
    return state.squeezeWide()
  }

  /// A hasher under the same secret for a message of several parts.
  @inlinable
  public func hasher() -> KeyedHasher {
    KeyedHasher(key: key)
  }
}

extension KeyedHash: CustomStringConvertible {
  /// Says nothing of the secret, which must not get into a log.
  public var description: String { "KeyedHash" }
}

/// 128 bits of a keyed hash; the reference code writes `low` first, each word little-endian.
@frozen
public struct Digest128: Hashable, Sendable, BitwiseCopyable {
  /// The second word of the output.
  public let high: UInt64
  /// The first word of the output.
  public let low: UInt64

  /// A digest of the two given words.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}

/// Hashes a message of several parts, each framed, into one `Digest128`.
///
/// The message is the parts in order, in whole little-endian words, hashed as by `KeyedHash.digest`:
///
///     number   value << 32
///     bytes    first four bytes << 32 | length << 1 | 1, then the other bytes
///
/// where bytes that do not fill a word are followed by zeros. A reader could parse that back, so two
/// different sequences of parts are never the same message.
@frozen
public struct KeyedHasher: Sendable {
  @usableFromInline var state: SipState
  @usableFromInline var wordCount: UInt64 = 0

  /// A hasher of no parts yet.
  @inlinable
  public init(key: (UInt64, UInt64)) {
    state = SipState(key: key, wide: true)
  }

  /// Adds a number as the next part.
  @inlinable
  public mutating func combine(_ value: UInt32) {
    absorb(UInt64(value) &<< 32)
  }

  /// Adds a run of bytes as the next part; it may be empty and must be shorter than 2 GiB.
  @inlinable
  @inline(__always)
  public mutating func combine(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count < 1 << 31, "a part is shorter than 2 GiB")
    let frame = UInt64(bytes.count) &<< 1 | 1
    guard bytes.count > 4 else {
      absorb(SipState.tail(of: bytes, count: bytes.count) &<< 32 | frame)
      return
    }
    let first = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
    absorb(UInt64(first) &<< 32 | frame)
    let rest = UnsafeRawBufferPointer(rebasing: bytes[4...])
    let tailCount = state.absorbWords(rest)
    wordCount &+= UInt64(rest.count &>> 3)
    if tailCount > 0 { absorb(SipState.tail(of: rest, count: tailCount)) }
  }

  /// The digest of the parts so far; more parts may follow.
  @inlinable
  public func finalize() -> Digest128 {
    var last = state
    // The reference ends a message with its length modulo 256 in the top byte of the last word.
    last.absorb((wordCount &* 8) &<< 56)
    return last.squeezeWide()
  }

  @inlinable
  @inline(__always)
  mutating func absorb(_ word: UInt64) {
    state.absorb(word)
    wordCount &+= 1
  }
}

/// The four words of SipHash: two rounds for each word absorbed, four for each squeezed.
@frozen
@usableFromInline
struct SipState: Sendable {
  @usableFromInline var v0: UInt64
  @usableFromInline var v1: UInt64
  @usableFromInline var v2: UInt64
  @usableFromInline var v3: UInt64

  @inlinable
  init(key: (UInt64, UInt64), wide: Bool) {
    v0 = key.0 ^ 0x736f_6d65_7073_6575
    v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ (wide ? 0xee : 0)
    v2 = key.0 ^ 0x6c79_6765_6e65_7261
    v3 = key.1 ^ 0x7465_6462_7974_6573
  }

  @inlinable
  @inline(__always)
  mutating func round() {
    v0 &+= v1
    v1 = v0 ^ Self.rotated(v1, by: 13)
    v0 = Self.rotated(v0, by: 32)
    v2 &+= v3
    v3 = v2 ^ Self.rotated(v3, by: 16)
    v0 &+= v3
    v3 = v0 ^ Self.rotated(v3, by: 21)
    v2 &+= v1
    v1 = v2 ^ Self.rotated(v1, by: 17)
    v2 = Self.rotated(v2, by: 32)
  }

  @inlinable
  @inline(__always)
  static func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }

  @inlinable
  @inline(__always)
  mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  /// Absorbs the whole words of the bytes and returns how many bytes, fewer than 8, are left.
  @inlinable
  @inline(__always)
  mutating func absorbWords(_ bytes: UnsafeRawBufferPointer) -> Int {
    let wholeCount = bytes.count & ~7
    var offset = 0
    while offset < wholeCount {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      absorb(UInt64(littleEndian: word))
      offset &+= 8
    }
    return bytes.count & 7
  }

  @inlinable
  mutating func absorbMessage(_ bytes: UnsafeRawBufferPointer) {
    let tailCount = absorbWords(bytes)
    let tail = Self.tail(of: bytes, count: tailCount)
    absorb(UInt64(truncatingIfNeeded: bytes.count) &<< 56 | tail)
  }

  /// The last `count` bytes, fewer than 8, as a little-endian word.
  @inlinable
  @inline(__always)
  static func tail(of bytes: UnsafeRawBufferPointer, count: Int) -> UInt64 {
    guard count > 0 else { return 0 }
    if bytes.count >= 8 {
      // One load that reaches back into bytes already absorbed, which are then shifted out.
      let word = bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
      return UInt64(littleEndian: word) &>> UInt64(truncatingIfNeeded: 64 &- count &* 8)
    }
    var word: UInt64 = 0
    for offset in (0..<count).reversed() { word = word &<< 8 | UInt64(bytes[offset]) }
    return word
  }

  @inlinable
  mutating func squeeze(mark: UInt64) -> UInt64 {
    v2 ^= mark
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inlinable
  mutating func squeezeWide() -> Digest128 {
    let low = squeeze(mark: 0xee)
    v1 ^= 0xdd
    for _ in 0..<4 { round() }
    return Digest128(high: v0 ^ v1 ^ v2 ^ v3, low: low)
  }
}
