/// What somebody looks for in names: a part of them, whatever the case of ASCII letters.
public struct SearchText: Hashable, Sendable {
  private let wanted: [UInt8]

  /// Looks for a text.
  public init(_ text: String) { wanted = text.utf8.map(Self.folded) }

  /// Whether it is a part of a text.
  public func occurs(in text: UnsafeRawBufferPointer) -> Bool {
    guard text.count >= wanted.count else { return false }
    return (0...(text.count - wanted.count)).contains { start in
      wanted.indices.allSatisfy { Self.folded(text[start + $0]) == wanted[$0] }
    }
  }

  /// Whether it is a part of a text.
  public func occurs(in text: String) -> Bool {
    var text = text
    return text.withUTF8 { occurs(in: UnsafeRawBufferPointer($0)) }
  }

  /// The byte in lower case, if it is an ASCII letter.
  private static func folded(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
