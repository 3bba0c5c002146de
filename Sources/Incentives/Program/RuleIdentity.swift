/// What makes two rules the same rule: every part of the definition, in fixed words.
///
///     7:comment;9:commented;;;;;;points 3;cap points 9 day
///     4:quiz;6:quiz:*;4:quiz;1:A,1:B;4:gold;50;4:late,5:false;1 per 10;best object
///
/// id; verbs; kinds; cohorts; tiers; minimum value; equalities; payment; limiter. Words of a list stand
/// behind their length, ascending by bytes, so no word can pretend to be another list. The text is
/// journaled as the rule's name and finds its windows again for ever: it never changes.
extension Rule {
  /// A text that two rules share exactly when their definitions are equal.
  var canonicalText: String {
    let equalities = equals.sorted { Self.isBefore($0.key, $1.key) }.flatMap { [$0.key, $0.value] }
    return [
      Self.list([id]), Self.sorted(verbs), Self.sorted(kinds), Self.sorted(cohorts),
      Self.sorted(tiers), minimumValue.map(String.init) ?? "", Self.list(equalities),
      payment.canonicalText, limiter.canonicalText,
    ].joined(separator: ";")
  }

  private static func list(_ words: [String]) -> String {
    words.map { "\($0.utf8.count):\($0)" }.joined(separator: ",")
  }

  private static func sorted(_ words: [String]) -> String { list(words.sorted(by: isBefore)) }

  private static func isBefore(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}

extension Payment {
  fileprivate var canonicalText: String {
    switch self {
    case .points(let points): "points \(points)"
    case .perValue(let points, let each): "\(points) per \(each)"
    }
  }
}

extension Limiter {
  fileprivate var canonicalText: String {
    switch self {
    case .none: ""
    case .once(let window): "once \(window.rawValue)"
    case .best: "best object"
    case .capPoints(let points, let window): "cap points \(points) \(window.rawValue)"
    case .capTimes(let times, let window): "cap times \(times) \(window.rawValue)"
    }
  }
}
