/// The bytes of a checked row: `[format version][payload][CRC-32, least significant byte first]`.
///
/// The checksum covers the table's name, the key, the version and the payload, so a row that was
/// moved to another key or another table is found as surely as one with a flipped bit.
@usableFromInline
enum RowFormat {
  /// What a row needs besides its payload.
  @inlinable static var overhead: Int { 5 }

  /// Writes version, payload and checksum into a row of exactly `overhead + byteCount` bytes.
  @inlinable
  static func encode<Value: ValueCodec>(
    _ value: Value, key: UnsafeRawBufferPointer, identity: UInt32,
    into row: UnsafeMutableRawBufferPointer
  ) {
    guard let base = row.baseAddress else { preconditionFailure("a row has at least 5 bytes") }
    let payloadBytes = row.count - overhead
    row[0] = Value.formatVersion
    var writer = ValueWriter(base: base + 1, capacity: payloadBytes)
    value.encode(into: &writer)
    precondition(writer.offset == payloadBytes, "a value encodes fewer bytes than its byteCount")
    let sum = checksum(key: key, body: base, count: payloadBytes + 1, identity: identity)
    base.storeBytes(of: sum.littleEndian, toByteOffset: payloadBytes + 1, as: UInt32.self)
  }

  /// Verifies the checksum and decodes the payload; `nil` when the row is not what was written.
  @inlinable
  static func decode<Value: ValueCodec>(
    _ row: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, identity: UInt32,
    as type: Value.Type
  ) -> Value? {
    guard let payload = payload(row, key: key, identity: identity) else { return nil }
    let version = row[0]
    guard version >= Value.oldestVersion, version <= Value.formatVersion else { return nil }
    var reader = ValueReader(payload)
    do {
      let value = try Value(from: &reader, version: version)
      return reader.remaining == 0 ? value : nil
    } catch {
      return nil
    }
  }

  /// The payload of a row whose checksum holds; `nil` when the row is not what was written.
  @inlinable
  static func payload(
    _ row: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, identity: UInt32
  ) -> UnsafeRawBufferPointer? {
    guard row.count >= overhead, let base = row.baseAddress else { return nil }
    let bodyBytes = row.count - 4
    let stored = base.loadUnaligned(fromByteOffset: bodyBytes, as: UInt32.self)
    let sum = checksum(key: key, body: base, count: bodyBytes, identity: identity)
    guard UInt32(littleEndian: stored) == sum else { return nil }
    return UnsafeRawBufferPointer(start: base + 1, count: bodyBytes - 1)
  }

  /// Whether a row is what was written, whatever its value means.
  static func isSound(
    _ row: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, identity: UInt32
  ) -> Bool {
    payload(row, key: key, identity: identity) != nil
  }

  @inlinable
  static func checksum(
    key: UnsafeRawBufferPointer, body: UnsafeRawPointer, count: Int, identity: UInt32
  ) -> UInt32 {
    let sum = Checksum.extend(identity, over: key)
    return Checksum.extend(sum, over: UnsafeRawBufferPointer(start: body, count: count))
  }
}
