/// A growing buffer with one owner: bytes are appended, read as a whole, and the room reused.
///
/// Appending checks the room once per piece and allocates only to double it. It is not copyable,
/// so there is no reference to count and no storage to find shared; memory is freed with it.
public struct ByteSink: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var room: Int

  @usableFromInline var used = 0

  /// The number of bytes written.
  @inlinable
  public var count: Int { used }

  /// Creates an empty buffer with room for some bytes.
  public init(capacity: Int = 256) {
    room = max(capacity, 64)
    base = .allocate(capacity: room)
  }

  deinit { base.deallocate() }

  /// How many bytes fit before the buffer must grow.
  public var capacity: Int { room }

  /// The bytes written, valid until the next change.
  @inlinable
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: used) }

  /// Forgets the bytes and keeps the room.
  @inlinable
  public mutating func removeAll() {
    used = 0
  }

  /// Appends one byte.
  @inlinable
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    base[used] = byte
    used &+= 1
  }

  /// Appends bytes from elsewhere.
  @inlinable
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    UnsafeMutableRawPointer(base + used).copyMemory(from: source, byteCount: bytes.count)
    used &+= bytes.count
  }

  /// Appends the bytes of a literal.
  @inlinable
  public mutating func append(_ literal: StaticString) {
    append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Makes sure that `count` more bytes fit.
  @inlinable
  public mutating func reserve(_ count: Int) {
    if room &- used < count { grow(count) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ count: Int) {
    let wanted = max(room * 2, used + count)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: base, count: used)
    base.deallocate()
    base = larger
    room = wanted
  }
}
