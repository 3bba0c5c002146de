import CJSON

/// Why a text is not JSON, or not JSON within the limits.
///
/// All of JSON's grammar is accepted: numbers of any size, NUL in strings, equal keys. Refused
/// beyond the grammar are invalid UTF-8, escapes of lone surrogates and a byte order mark. Over
/// JSON-RPC each of these is a parse error (−32700).
@frozen
public enum JSONError: String, Error, Equatable, Sendable {
  case empty
  case tooLarge = "too_large"
  case tooDeep = "too_deep"
  case structure
  case string
  case number
  case literal
  case encoding
  case outOfMemory = "out_of_memory"

  /// What to do about it, as one sentence.
  public var advice: String {
    switch self {
    case .empty: "Send one JSON value."
    case .tooLarge: "Send fewer items at a time."
    case .tooDeep: "Nest arrays and objects at most \(Limits.depth) deep."
    case .structure: "Check commas, colons, brackets and what follows the value."
    case .string: "Close strings, escape control characters and pair surrogates."
    case .number: "Write numbers as JSON does: no leading zero, plus sign or bare point."
    case .literal: "The only words are true, false and null."
    case .encoding: "Send UTF-8."
    case .outOfMemory: "Retry later."
    }
  }

  init?(_ status: cjson_status) {
    switch status {
    case CJSON_OK: return nil
    case CJSON_EMPTY: self = .empty
    case CJSON_TOO_LARGE: self = .tooLarge
    case CJSON_TOO_DEEP: self = .tooDeep
    case CJSON_STRING: self = .string
    case CJSON_NUMBER: self = .number
    case CJSON_LITERAL: self = .literal
    case CJSON_UTF8: self = .encoding
    case CJSON_OUT_OF_MEMORY: self = .outOfMemory
    default: self = .structure
    }
  }
}
