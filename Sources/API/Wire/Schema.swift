import JSONRPC

/// The shape of a value on the wire: what the OpenRPC document says, and how a command is made
/// canonical.
///
/// A schema describes; the methods' own `init(fields:)` decides. Tests hold the two together.
public indirect enum Schema: Sendable {
  /// A text of 1 to so many bytes.
  case text(bytesMax: Int)
  /// An instant, RFC 3339; without an offset it is in the program's zone.
  case instant
  /// A local day, `2026-09-01`.
  case day
  /// An instant or a local day.
  case moment
  /// A period: `2026-09-01`, `2026-W36`, `2026-09`, `term:ID` or `all`.
  case period
  /// A text of a shape, given as a regular expression.
  case shaped(String)
  /// An integer within bounds.
  case integer(ClosedRange<Int64>)
  /// True or false.
  case boolean
  /// One of some words.
  case word([String])
  /// A list.
  case list(Schema, max: Int)
  /// An object with these members and no others.
  case object([Property])
  /// An object with free keys.
  case map(Schema, max: Int)
  /// Any of some shapes.
  case either([Schema])
  /// What makes a grade of a badge true, which may hold others of its kind.
  case criterion

  /// An id: 1 to 128 bytes.
  public static let identifier = Schema.text(bytesMax: CallLimits.identifierBytesMax)
  /// A text for people.
  public static let prose = Schema.text(bytesMax: CallLimits.textBytesMax)
  /// A batch, such as B-0012.
  public static let batch = Schema.shaped(#"^B-\d{4,10}$"#)
  /// A SHA-256 as hexadecimal digits.
  public static let sha256 = Schema.shaped("^[0-9a-f]{64}$")
  /// Any count that is not negative.
  public static let count = Schema.integer(0 ... .max)
  /// Any integer.
  public static let number = Schema.integer(.min ... .max)
}

/// A member of an object on the wire.
public struct Property: Sendable {
  /// The name.
  public let name: String
  /// What may stand there.
  public let schema: Schema
  /// Whether it must be there.
  public let isRequired: Bool
  /// What its absence means, as JSON text; empty where absence is a meaning of its own.
  public let fallback: String
  /// What it says, in one line.
  public let summary: String

  /// A member that must be there.
  public static func required(_ name: String, _ schema: Schema, _ summary: String) -> Property {
    Property(name: name, schema: schema, isRequired: true, fallback: "", summary: summary)
  }

  /// A member that may be absent or null.
  public static func optional(
    _ name: String, _ schema: Schema, _ summary: String, default fallback: String = ""
  ) -> Property {
    Property(name: name, schema: schema, isRequired: false, fallback: fallback, summary: summary)
  }

  /// The same member where it need not be there.
  var ifThere: Property { .optional(name, schema, summary, default: fallback) }
}

extension JSONWriter {
  /// Writes a JSON Schema.
  mutating func schema(
    _ schema: Schema, described summary: String = "", default fallback: String = ""
  ) {
    object { writer in
      if !summary.isEmpty { writer.member("description", summary) }
      if !fallback.isEmpty {
        var fallback = fallback
        writer.key("default")
        fallback.withUTF8 { writer.raw(UnsafeRawBufferPointer($0)) }
      }
      writer.keywords(of: schema)
    }
  }

  private mutating func keywords(of schema: Schema) {
    switch schema {
    case .text(let bytesMax):
      member("type", "string")
      member("minLength", 1)
      member("maxLength", bytesMax)
    case .instant:
      member("type", "string")
      member("format", "date-time")
    case .day:
      member("type", "string")
      member("format", "date")
    case .moment: alternatives([.instant, .day])
    case .period:
      member("type", "string")
      member("pattern", #"^(all|term:.+|\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}|\d{4}-\d{2})$"#)
    case .shaped(let pattern):
      member("type", "string")
      member("pattern", pattern)
    case .integer(let range):
      member("type", "integer")
      if range.lowerBound != .min { member("minimum", range.lowerBound) }
      if range.upperBound != .max { member("maximum", range.upperBound) }
    case .boolean: member("type", "boolean")
    case .word(let words):
      member("type", "string")
      array("enum") { writer in for word in words { writer.string(word) } }
    case .list(let item, let max):
      member("type", "array")
      if max < .max { member("maxItems", max) }
      key("items")
      self.schema(item)
    case .object(let properties): members(properties)
    case .map(let value, let max):
      member("type", "object")
      member("maxProperties", max)
      key("additionalProperties")
      self.schema(value)
    case .either(let schemas): alternatives(schemas)
    case .criterion: member("$ref", "#/components/schemas/criterion")
    }
  }

  private mutating func alternatives(_ schemas: [Schema]) {
    array("anyOf") { writer in for schema in schemas { writer.schema(schema) } }
  }

  private mutating func members(_ properties: [Property]) {
    member("type", "object")
    object("properties") { writer in
      for property in properties {
        writer.key(property.name)
        writer.schema(property.schema, described: property.summary, default: property.fallback)
      }
    }
    let required = properties.filter(\.isRequired)
    if !required.isEmpty {
      array("required") { writer in for property in required { writer.string(property.name) } }
    }
    member("additionalProperties", false)
  }
}
