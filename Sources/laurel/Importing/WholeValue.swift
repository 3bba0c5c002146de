/// Turns a decimal as sources write it into the whole number that facts carry, by flooring it.
///
/// Exact, digit by digit, without a binary fraction in between: `79.9999999999999999` is 79, `-0.5`
/// is −1. Not accepted: exponents, thousands separators, a comma for the point.
enum WholeValue {
  /// Why a text is no value.
  enum Problem: Error, Hashable, Sendable {
    case notANumber
    case tooLarge
  }

  /// The largest whole number that is not above the text's.
  static func floor(_ text: String) throws(Problem) -> Int64 {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole.utf8.allSatisfy(isDigit) else { throw .notANumber }
    let fraction = parts.count > 1 ? parts[1] : ""
    guard fraction.utf8.allSatisfy(isDigit), whole.utf8.count + fraction.utf8.count > 0 else {
      throw .notANumber
    }
    guard let magnitude = Int64(whole.isEmpty ? "0" : whole), magnitude < Int64.max else {
      throw .tooLarge
    }
    guard isNegative else { return magnitude }
    let hasRest = fraction.utf8.contains { $0 != UInt8(ascii: "0") }
    return -magnitude - (hasRest ? 1 : 0)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
