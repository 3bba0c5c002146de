// The plain forms in which time is written inside a journaled definition. They are part of the
// journal's format: a form may be added, none may change.

extension LocalDay: Codable {
  /// Reads a day from `"2026-09-01"`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let day = LocalDay(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a day of the form 2026-09-01: \(text)")
    }
    self = day
  }

  /// Writes the day as `"2026-09-01"`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Weekday: Codable {
  /// Reads a weekday from its English name in lower case.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let weekday = Weekday(name: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not a weekday in lower case: \(text)")
    }
    self = weekday
  }

  /// Writes the weekday's English name in lower case.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
