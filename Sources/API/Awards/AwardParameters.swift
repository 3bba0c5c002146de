import Incentives
import JSONRPC

extension Fields {
  /// An award that was given, which may be absent.
  mutating func optionalAwardID(_ name: StaticString) throws(ParameterError) -> GivenNumber? {
    guard let text = try optionalIdentifier(name) else { return nil }
    guard let number = GivenNumber(text) else {
      throw ParameterError(name, .invalidValue, "Send an award that was given, such as A-0012.")
    }
    return number
  }

  /// An award that was given.
  mutating func awardID(_ name: StaticString) throws(ParameterError) -> GivenNumber {
    guard let number = try optionalAwardID(name) else {
      throw ParameterError(name, .missing, "Add the field.")
    }
    return number
  }

  /// A decision on a star.
  mutating func decisionID(_ name: StaticString) throws(ParameterError) -> DecisionNumber {
    guard let number = DecisionNumber(try identifier(name)) else {
      throw ParameterError(name, .invalidValue, "Send a decision such as D-0012.")
    }
    return number
  }

  /// A nomination.
  mutating func nominationID(_ name: StaticString) throws(ParameterError) -> NominationNumber {
    guard let number = NominationNumber(try identifier(name)) else {
      throw ParameterError(name, .invalidValue, "Send a nomination such as N-0012.")
    }
    return number
  }
}

/// A period in the words of the wire: a term by its id.
enum PeriodWord: Sendable {
  case fixed(Period)
  case term(id: String)

  /// Reads the parameter `period`; nil where it is absent.
  init?(_ fields: inout Fields) throws(ParameterError) {
    guard let text = try fields.optionalText("period", max: CallLimits.identifierBytesMax + 5)
    else { return nil }
    let word = text.string
    if word.hasPrefix("term:"), word.utf8.count > 5 {
      self = .term(id: String(word.dropFirst(5)))
    } else if let period = Period(word) {
      self = .fixed(period)
    } else {
      throw ParameterError(
        "period", .invalidValue, "Send 2026-09-01, 2026-W36, 2026-09 or term:ID.")
    }
  }

  /// The period in the numbers of a program; refuses a term that is not declared.
  func period(in state: ProgramState) throws(Undecided) -> Period {
    switch self {
    case .fixed(let period): return period
    case .term(let id):
      guard let index = state.termIDs.firstIndex(of: id) else {
        throw .refused(
          Refusal(.notFound, field: "period", "The program declares no term \(id)."))
      }
      return .term(Int32(index) + 1)
    }
  }
}

extension Schema {
  /// An award that was given, such as A-0012.
  static let awardID = Schema.shaped(#"^A-\d{4,10}$"#)
  /// A decision on a star, such as D-0012.
  static let decisionID = Schema.shaped(#"^D-\d{4,10}$"#)
  /// A nomination, such as N-0012.
  static let nominationID = Schema.shaped(#"^N-\d{4,10}$"#)
}
