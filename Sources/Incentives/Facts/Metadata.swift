/// A fact's metadata as one byte string: pairs of key and value, ascending by key, each text behind
/// its length in two bytes, big-endian.
///
/// Two facts have equal metadata exactly when these bytes are equal, whatever the key order and white
/// space of the request was. Values are texts; the edge turns `true` and `3` into theirs.
public enum Metadata {
  /// The most pairs a fact may carry.
  public static let pairsMax = 16
  /// The longest key or value, in bytes.
  public static let textBytesMax = 1_024

  /// The byte string of pairs in any order; a key that occurs twice is the caller's to refuse.
  public static func encode(_ pairs: [(key: String, value: String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for pair in pairs.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      for text in [pair.key, pair.value] {
        let count = UInt16(text.utf8.count)
        bytes += [UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
        bytes += text.utf8
      }
    }
    return bytes
  }

  /// The pairs of a byte string, ascending by key; what does not parse ends the list.
  public static func decode(_ bytes: UnsafeRawBufferPointer) -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    var offset = 0
    while let key = text(in: bytes, at: &offset), let value = text(in: bytes, at: &offset) {
      pairs.append((key, value))
    }
    return pairs
  }

  /// The value of a key; nil where there is none.
  public static func value(of key: String, in bytes: UnsafeRawBufferPointer) -> String? {
    decode(bytes).first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  private static func text(in bytes: UnsafeRawBufferPointer, at offset: inout Int) -> String? {
    guard offset + 2 <= bytes.count else { return nil }
    let count = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    guard offset + 2 + count <= bytes.count else { return nil }
    let slice = UnsafeRawBufferPointer(rebasing: bytes[(offset + 2)..<(offset + 2 + count)])
    offset += 2 + count
    return String(decoding: slice, as: UTF8.self)
  }
}
