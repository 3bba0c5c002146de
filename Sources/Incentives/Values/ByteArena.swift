/// A place in a `ByteArena`: where a text starts and how long it is.
@frozen public struct TextRef: Hashable, Sendable, BitwiseCopyable {
  /// Where the bytes start.
  public var offset: UInt32
  /// How many bytes there are.
  public var length: UInt32

  /// Names `length` bytes from `offset`.
  @inlinable public init(offset: UInt32, length: UInt32) {
    self.offset = offset
    self.length = length
  }

  /// The text of no bytes.
  public static let empty = TextRef(offset: 0, length: 0)

  /// Whether there are no bytes.
  @inlinable public var isEmpty: Bool { length == 0 }
}

/// Bytes that only grow, so that texts can be named by offset and length.
///
/// Values on the hot path hold a `TextRef` in place of a String: they stay trivially copyable, and a
/// batch of a thousand facts owns one buffer.
@frozen public struct ByteArena: Sendable {
  /// All bytes, in the order of their arrival.
  public var bytes: ContiguousArray<UInt8>

  /// Makes an empty arena.
  @inlinable public init() { bytes = [] }

  /// Up to how many bytes an arena takes another text: places are 32 bits, less room for the longest
  /// text of a request (1 MiB).
  public static var bytesMax: Int { Int(UInt32.max) - 1 << 20 }

  /// Whether an arena is so full that what needs another text in it is to be refused.
  @inlinable public var isFull: Bool { bytes.count > Self.bytesMax }

  /// Keeps a copy of bytes and names their place.
  @inlinable public mutating func append(_ source: UnsafeRawBufferPointer) -> TextRef {
    guard !source.isEmpty else { return .empty }
    let offset = UInt32(bytes.count)
    bytes.append(contentsOf: source)
    return TextRef(offset: offset, length: UInt32(source.count))
  }

  /// Keeps a copy of a text and names its place.
  public mutating func append(_ text: String) -> TextRef {
    var text = text
    return text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Lends the bytes of a text.
  @inlinable public func withBytes<R>(
    _ text: TextRef, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    try bytes.withUnsafeBytes {
      try body(
        UnsafeRawBufferPointer(rebasing: $0[Int(text.offset)..<Int(text.offset + text.length)]))
    }
  }

  /// The text as a String, malformed UTF-8 repaired; for cold paths.
  public func string(_ text: TextRef) -> String {
    withBytes(text) { String(decoding: $0, as: UTF8.self) }
  }

  /// Overwrites a text with zeros; its place stays.
  mutating func clear(_ text: TextRef) {
    for index in Int(text.offset)..<Int(text.offset + text.length) { bytes[index] = 0 }
  }

  /// Forgets all texts, keeping the room.
  @inlinable public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Orders byte strings as `memcmp` does, a prefix before what it begins.
@inlinable public func compareBytes(
  _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
) -> Int {
  let shared = min(left.count, right.count)
  var index = 0
  while index < shared {
    let (a, b) = (left[index], right[index])
    if a != b { return a < b ? -1 : 1 }
    index += 1
  }
  return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
}
