/// A dense number that `decide` gave to something named in a program.
///
/// Numbers start at 1 and are never reused; 0 means *none*. They are journaled with the change that
/// creates the row, so every replay of the log hands out the same ones. Each kind of thing has its own
/// type: a learner's number can not be passed where a group's is wanted.
public protocol DenseNumber: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable
where RawValue: FixedWidthInteger & UnsignedInteger & Sendable {
  init(rawValue: RawValue)
}

extension DenseNumber {
  /// The number of nothing.
  @inlinable public static var none: Self { Self(rawValue: 0) }

  /// Whether this names nothing.
  @inlinable public var isNone: Bool { rawValue == 0 }

  /// The row of this number in an array that starts at 0 with *none*.
  @inlinable public var index: Int { Int(rawValue) }

  /// Orders by creation.
  @inlinable public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// A program 项目 on this server; 0 is the server itself.
@frozen public struct ProgramNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The program of the server's own matters.
  public static let server = ProgramNumber(rawValue: 0)
}

/// A learner 学员 of a program.
@frozen public struct LearnerNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A group 小组 of a program.
@frozen public struct GroupNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A cohort 班级 of a program.
@frozen public struct CohortNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A learner's tier, a declared class of learners that rules and boards can name.
@frozen public struct TierNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A system that reports facts.
@frozen public struct SourceNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// What was done: `submitted:quiz`.
@frozen public struct VerbNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// What it was done to: a quiz, a thread, a session; its kind is part of its name.
@frozen public struct ObjectNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// One definition of a rule; a changed definition is another number with windows of its own.
@frozen public struct RuleNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A perfect attendance that some version of the program declares; it keeps its number for ever.
@frozen public struct PerfectNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Who did it: a person or an integration; survives key rotation.
@frozen public struct PrincipalNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A method that was called, such as points.grant.
@frozen public struct ActionNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// A member of staff, a person who acts in a program.
@frozen public struct StaffNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A term of a program; `endless` where none is declared, `outside` where the day lies in none.
@frozen public struct TermNumber: DenseNumber {
  /// The raw number.
  public var rawValue: UInt16
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// No term covers the day.
  public static let outside = TermNumber(rawValue: 0)
  /// The one term of a program that declares none.
  public static let endless = TermNumber(rawValue: UInt16.max)
}

/// The place of a record in its program's log, counted from 1.
@frozen public struct Position: DenseNumber {
  /// The raw count of records up to and including this one.
  public var rawValue: UInt64
  /// Wraps a raw count.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The record after this one.
  @inlinable public var next: Position { Position(rawValue: rawValue + 1) }
  /// The record `count` places further.
  @inlinable public func advanced(by count: Int) -> Position {
    Position(rawValue: rawValue + UInt64(count))
  }
}

/// A batch 批次 of a program: what one import, delivery or run of the command line made.
@frozen public struct BatchNumber: DenseNumber, CustomStringConvertible {
  /// The raw number.
  public var rawValue: UInt32
  /// Wraps a raw number.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The number a text such as `B-0012` names; nil where it names none.
  public init?(_ text: String) {
    guard text.hasPrefix("B-"), let number = UInt32(text.dropFirst(2)), number > 0,
      text.utf8.dropFirst(2).allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return nil }
    self.init(rawValue: number)
  }

  /// The id as people say and write it: `B-0012`.
  public var description: String {
    let digits = String(rawValue)
    return "B-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
