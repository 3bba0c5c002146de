/// What a reply must echo: the id of the request it answers, owned and free of the parser.
///
/// Integers, by far the most common, need no memory. Everything else is kept as the JSON that is
/// echoed: strings with their escapes, decimals and huge numbers exactly as they were sent. An
/// echo is never longer than the id was.
public enum RequestID: Hashable, Sendable {
  /// The id null: sent as such, or unknown because the request could not be read.
  case null

  /// An integer within `Int64`.
  case integer(Int64)

  /// A complete JSON value, echoed as it is.
  case verbatim([UInt8])

  /// The id of a request, or nil when the value is neither string, number nor null.
  public init?(_ value: JSONValue) {
    switch value.kind {
    case .null:
      self = .null
    case .number:
      if let integer = value.int64 {
        self = .integer(integer)
      } else if let digits = value.numberText {
        self = .verbatim(Array(digits.bytes))
      } else {
        return nil
      }
    case .string:
      var writer = JSONWriter(capacity: 64)
      writer.value(value)
      self = .verbatim(Array(writer.bytes))
    case .object, .array, .bool:
      return nil
    }
  }

  /// The id of a string; for clients that name their requests.
  public init(_ text: String) {
    var writer = JSONWriter(capacity: 64)
    writer.string(text)
    self = .verbatim(Array(writer.bytes))
  }
}

extension JSONWriter {
  /// Writes an id as it is echoed.
  @inlinable
  public mutating func id(_ id: RequestID) {
    switch id {
    case .null: null()
    case .integer(let value): int(value)
    case .verbatim(let json): json.withUnsafeBytes { raw($0) }
    }
  }
}
