/// An award 奖项 that a program declares; it keeps its number across versions.
@frozen public struct AwardNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// The decision on a star: one period, one segment, with its proof.
@frozen public struct DecisionNumber: DenseNumber, CustomStringConvertible {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The number a text such as `D-0012` names; nil where it names none.
  public init?(_ text: String) {
    guard let number = ShortID.number(of: text, behind: "D-") else { return nil }
    self.init(rawValue: number)
  }

  /// The id as people say and write it: `D-0012`.
  public var description: String { ShortID.text(rawValue, behind: "D-") }
}

/// An award that a learner was given.
@frozen public struct GivenNumber: DenseNumber, CustomStringConvertible {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The number a text such as `A-0012` names; nil where it names none.
  public init?(_ text: String) {
    guard let number = ShortID.number(of: text, behind: "A-") else { return nil }
    self.init(rawValue: number)
  }

  /// The id as people say and write it: `A-0012`.
  public var description: String { ShortID.text(rawValue, behind: "A-") }
}

/// A nomination for excellent work 优秀作业.
@frozen public struct NominationNumber: DenseNumber, CustomStringConvertible {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The number a text such as `N-0012` names; nil where it names none.
  public init?(_ text: String) {
    guard let number = ShortID.number(of: text, behind: "N-") else { return nil }
    self.init(rawValue: number)
  }

  /// The id as people say and write it: `N-0012`.
  public var description: String { ShortID.text(rawValue, behind: "N-") }
}

/// Ids of a letter and at least four digits.
enum ShortID {
  static func number(of text: String, behind prefix: String) -> UInt32? {
    guard text.hasPrefix(prefix), let number = UInt32(text.dropFirst(2)), number > 0,
      text.utf8.dropFirst(2).allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return nil }
    return number
  }

  static func text(_ number: UInt32, behind prefix: String) -> String {
    let digits = String(number)
    return prefix + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
