/// A parameter that cannot be read: which field, why in one stable word, and what to do.
///
/// It becomes the error −32602 of a reply. The field is a path such as `facts[3].learner`; code
/// deep inside names only its own field, and whoever called it puts the way there in front.
public struct ParameterError: Error, Equatable, Sendable {
  /// The stable words; clients may match on them.
  public enum Reason: String, CaseIterable, Sendable {
    case missing
    case wrongType = "wrong_type"
    case notInteger = "not_an_integer"
    case outOfRange = "out_of_range"
    case tooLong = "too_long"
    case tooMany = "too_many"
    case empty
    case containsNUL = "contains_nul"
    case unknownField = "unknown_field"
    case duplicateField = "duplicate_field"
    case invalidValue = "invalid_value"
  }

  /// The path of the field; empty for the parameters as a whole.
  public var field: String

  /// What kind of mistake it is.
  public var reason: Reason

  /// What to do about it, as one sentence.
  public var advice: String

  /// Names a field, a reason and what to do.
  public init(field: String, reason: Reason, advice: String) {
    self.field = field
    self.reason = reason
    self.advice = advice
  }

  /// Names a field by a literal.
  public init(_ field: StaticString, _ reason: Reason, _ advice: String) {
    self.init(field: field.description, reason: reason, advice: advice)
  }

  /// The same error seen from the object around: `object` + `id` is `object.id`.
  public func inside(_ outer: StaticString) -> ParameterError {
    prefixed(outer.description)
  }

  /// The same error seen from the array around: `facts`, 3 + `learner` is `facts[3].learner`.
  public func inside(_ outer: StaticString, _ index: Int) -> ParameterError {
    prefixed("\(outer)[\(index)]")
  }

  private func prefixed(_ outer: String) -> ParameterError {
    var copy = self
    switch field.first {
    case nil: copy.field = outer
    case "[": copy.field = outer + field
    default: copy.field = outer + "." + field
    }
    return copy
  }

  /// A field's name as sent, shortened so that an error never carries a whole frame back.
  static func shown(_ key: JSONText) -> String {
    let shownMax = 128
    guard key.count > shownMax else { return key.string }
    let head = UnsafeRawBufferPointer(rebasing: key.bytes.prefix(shownMax))
    return String(decoding: head, as: UTF8.self) + "…"
  }
}
