/// Bytes being written: one growing piece of memory that is used again and again.
///
/// Whoever writes first reserves; the small writes then only store. So a record costs one check of the
/// room, not one for each of its fields. Integers are LEB128 varints, signed ones zigzag first;
/// fixed-width ones are little-endian.
struct ByteWriter: ~Copyable {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var count = 0
  private var capacity: Int

  /// The most bytes a varint takes.
  static let varintBytesMax = 10

  init(capacity: Int = 64 * 1024) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  /// All bytes so far.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Makes room for so many bytes more.
  @inline(__always)
  mutating func reserve(_ additional: Int) {
    if capacity - count < additional { grow(by: additional) }
  }

  private mutating func grow(by additional: Int) {
    let room = max(capacity * 2, count + additional)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
    capacity = room
  }

  /// Forgets the bytes from a count on, keeping the room.
  mutating func truncate(to count: Int) {
    precondition(0...self.count ~= count)
    self.count = count
  }

  /// Goes back to the end after writing over earlier bytes.
  mutating func restore(to count: Int) {
    precondition(self.count...capacity ~= count)
    self.count = count
  }

  /// Leaves a gap of zeros to be filled in later.
  mutating func skip(_ bytes: Int) {
    reserve(bytes)
    (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    count += bytes
  }

  @inline(__always)
  mutating func write(_ byte: UInt8) {
    assert(count < capacity)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  @inline(__always)
  mutating func write<Value: FixedWidthInteger & BitwiseCopyable>(fixed value: Value) {
    assert(capacity - count >= MemoryLayout<Value>.size)
    base.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
    count &+= MemoryLayout<Value>.size
  }

  @inline(__always)
  mutating func write(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    write(UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always)
  mutating func write(varint value: UInt32) { write(varint: UInt64(value)) }

  @inline(__always)
  mutating func write(zigzag value: Int64) {
    write(varint: UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }

  @inline(__always)
  mutating func write(_ source: UnsafeRawBufferPointer) {
    assert(capacity - count >= source.count)
    guard let start = source.baseAddress else { return }
    (base + count).copyMemory(from: start, byteCount: source.count)
    count &+= source.count
  }

  /// Writes how many bytes follow, then the bytes; makes its own room.
  @inline(__always)
  mutating func write(text source: UnsafeRawBufferPointer) {
    reserve(source.count + Self.varintBytesMax)
    write(varint: UInt64(source.count))
    write(source)
  }

  /// Stores a fixed-width integer in bytes written before.
  mutating func patch<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count)
    base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
  }

  /// Moves the bytes from an offset on to make a gap before them; the gap's bytes are not defined.
  mutating func insertGap(_ bytes: Int, at offset: Int) {
    precondition(0...count ~= offset)
    reserve(bytes)
    let tail = base + offset
    (tail + bytes).copyMemory(from: tail, byteCount: count - offset)
    count += bytes
  }

  /// Stores a varint in a gap of just its length.
  mutating func patch(varint value: UInt64, at offset: Int) {
    var rest = value
    var place = offset
    while rest >= 0x80 {
      let byte = UInt8(truncatingIfNeeded: rest) | 0x80
      base.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
      rest >>= 7
      place += 1
    }
    base.storeBytes(of: UInt8(rest), toByteOffset: place, as: UInt8.self)
  }

  /// How many bytes a varint takes.
  static func length(ofVarint value: UInt64) -> Int {
    max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
  }
}
