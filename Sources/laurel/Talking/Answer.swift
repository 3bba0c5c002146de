import JSONRPC

/// A server's answer, or a part of it, that owns what it reads from.
///
/// `JSONValue` is a cursor into a parser's memory; this keeps the parser alive, so that commands can
/// walk an answer without thinking of it. Made for tables, not for hot paths.
struct Answer {
  private let parser: JSONParser
  /// The place in the answer.
  let value: JSONValue

  /// Reads a whole JSON text.
  init(_ json: [UInt8]) throws(JSONError) {
    let parser = try JSONParser(byteCountMax: max(json.count, 1_024))
    let parsed = json.withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try parser.parse(bytes) }
    }
    value = try parsed.get()
    self.parser = parser
  }

  private init(_ value: JSONValue, of parser: JSONParser) {
    self.parser = parser
    self.value = value
  }

  /// A member of an object; nil where there is none.
  subscript(name: StaticString) -> Answer? {
    value.object?[name].map { Answer($0, of: parser) }
  }

  /// The items of an array; none where this is no array.
  var items: [Answer] { value.array.map { $0.map { Answer($0, of: parser) } } ?? [] }

  /// The members of an object; none where this is no object.
  var members: [(name: String, value: Answer)] {
    value.object.map { $0.map { ($0.key.string, Answer($0.value, of: parser)) } } ?? []
  }

  /// A string's text.
  var text: String? { value.text?.string }
  /// A whole number.
  var int: Int64? { value.int64 }
  /// True or false.
  var bool: Bool? { value.bool }

  /// A member's text; empty where there is none.
  func text(_ name: StaticString) -> String { self[name]?.text ?? "" }
  /// A member's whole number; 0 where there is none.
  func int(_ name: StaticString) -> Int64 { self[name]?.int ?? 0 }
  /// Whether a member is there and true.
  func flag(_ name: StaticString) -> Bool { self[name]?.bool ?? false }
  /// The items of a member that is an array.
  func items(_ name: StaticString) -> [Answer] { self[name]?.items ?? [] }

  /// What a single value is, as people read it.
  var shown: String {
    switch value.kind {
    case .string: text ?? ""
    case .number: value.numberText?.string ?? ""
    case .bool: value.bool == true ? "true" : "false"
    case .null: ""
    case .array: items.map(\.shown).joined(separator: ", ")
    case .object: members.map { "\($0.name)=\($0.value.shown)" }.joined(separator: " ")
    }
  }

  /// This part as JSON.
  var json: String {
    var writer = JSONWriter()
    writer.value(value)
    return writer.string
  }
}
