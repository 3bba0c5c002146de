import Incentives
import JSONRPC

/// Reads a points rule: what it matches, one payment, at most one limiter.
enum RuleFields {
  /// Reads the members of a rule.
  static func read(_ fields: inout Fields) throws(ParameterError) -> Rule {
    let id = try fields.identifier("id")
    return try match(&fields).rule(
      id, payment: try payment(&fields), limiter: try limiter(&fields))
  }

  /// Reads what a rule, a streak or a criterion looks at.
  static func match(_ fields: inout Fields) throws(ParameterError) -> FactMatch {
    FactMatch(
      verbs: try fields.strings("verbs", max: 100, maxBytes: CallLimits.identifierBytesMax),
      kinds: try fields.identifiers("kinds", max: 100),
      cohorts: try fields.identifiers("cohorts", max: 1_000),
      tiers: try fields.identifiers("tiers", max: 1_000),
      minimumValue: try fields.optionalInt("minimumValue"), equals: try equalities(&fields))
  }

  private static func equalities(
    _ fields: inout Fields
  ) throws(ParameterError) -> [String: String] {
    guard let map = try fields.optionalMap("where", max: CallLimits.metadataPairsMax) else {
      return [:]
    }
    var pairs: [MetadataPair] = []
    do throws(ParameterError) {
      try MetadataPair.read(map.value, into: &pairs)
    } catch {
      throw error.inside("where")
    }
    return pairs.reduce(into: [:]) { $0[$1.key.string] = $1.word }
  }

  private static func payment(_ fields: inout Fields) throws(ParameterError) -> Payment {
    let points = try fields.optionalInt("points")
    let perValue = try fields.optionalObject("perValue") {
      (fields: inout Fields) throws(ParameterError) in
      Payment.perValue(points: try fields.int("points"), each: try fields.int("each"))
    }
    switch (points, perValue) {
    case (let points?, nil): return .points(points)
    case (nil, let perValue?): return perValue
    case (nil, nil):
      throw ParameterError("points", .missing, "Add points, or perValue: {points, each}.")
    case (_?, _?):
      throw ParameterError("perValue", .invalidValue, "Send points or perValue, not both.")
    }
  }

  private static func limiter(_ fields: inout Fields) throws(ParameterError) -> Limiter {
    var limiters: [Limiter] = []
    if let window = try fields.optionalChoice("once", of: Window.self) {
      limiters.append(.once(window))
    }
    if let word = try fields.optionalText("best", max: CallLimits.identifierBytesMax) {
      guard word == "object" else {
        throw ParameterError("best", .invalidValue, "Send one of: object.")
      }
      limiters.append(.best)
    }
    if let cap = try fields.optionalObject("cap", read: cap) { limiters.append(cap) }
    guard limiters.count < 2 else {
      throw ParameterError("", .invalidValue, "Limit a rule by once, best or cap, not by several.")
    }
    return limiters.first ?? .none
  }

  private static func cap(_ fields: inout Fields) throws(ParameterError) -> Limiter {
    let window = try fields.choice("per", of: Window.self)
    switch (try fields.optionalInt("points"), try fields.optionalInt("times")) {
    case (let points?, nil): return .capPoints(points, window)
    case (nil, let times?): return .capTimes(times, window)
    case (nil, nil): throw ParameterError("points", .missing, "Add points or times.")
    case (_?, _?):
      throw ParameterError("times", .invalidValue, "Send points or times, not both.")
    }
  }
}
