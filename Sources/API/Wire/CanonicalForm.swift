import Incentives
import JSONRPC

/// The fingerprint of a command: 128 bits that two calls share exactly when they ask for the same
/// (rules.md §1).
///
/// Covers the method and its parameters in canonical form: members in bytewise order, strings without
/// escapes, instants as microseconds, absent and null alike, and a value that says what its absence
/// means left out. The idempotency key itself is not part of it.
///
/// The same command has the same digest on every server, since a program may move to another. It is no
/// secret then, and must not be kept as it is: whoever has it can try which command it was. The engine
/// digests it again under a secret of the program before it is journaled. Nor does it withstand somebody
/// who wants two commands of their own to collide: they would deceive nobody but themselves.
public enum CanonicalForm {
  /// A hash under a key that everybody may know.
  private static let hash = KeyedHash(key: (0x6c61_7572_656c_2063, 0x6f6d_6d61_6e64_2031))

  /// The member that is not part of what is asked.
  static let keyName: StaticString = "idempotencyKey"

  /// The fingerprint of parameters that the method has accepted.
  public static func fingerprint(
    of params: JSONValue?, method: MethodCard
  ) -> Digest128 {
    var writer = JSONWriter(capacity: 1_024)
    writer.beginArray()
    writer.string(method.name)
    if let params { writer.canonical(params, .object(method.params)) }
    writer.endArray()
    return hash.digest(writer.bytes)
  }
}

extension JSONWriter {
  fileprivate mutating func canonical(_ value: JSONValue, _ schema: Schema?) {
    switch value.kind {
    case .object: canonicalMembers(value, schema)
    case .array:
      beginArray()
      if let items = value.array {
        for item in items { canonical(item, schema?.item(for: item)) }
      }
      endArray()
    case .string:
      guard let text = value.text else { return }
      if schema?.holdsInstants == true, let time = InstantText.parse(text.bytes) {
        canonical(time)
      } else {
        string(text)
      }
    case .number, .bool, .null: self.value(value)
    }
  }

  /// Two spellings of one instant become one text, which no accepted text is.
  private mutating func canonical(_ time: ParsedTime) {
    switch time {
    case .instant(let instant): string("@\(instant.microseconds)")
    case .local(let microseconds): string("local @\(microseconds)")
    }
  }

  private mutating func canonicalMembers(_ value: JSONValue, _ schema: Schema?) {
    guard let object = value.object else { return }
    let properties = schema?.properties(for: value)
    let members = object.filter { key, value in
      !value.isNull && !(key == CanonicalForm.keyName)
    }
    beginObject()
    for (key, value) in members.sorted(by: { compareBytes($0.key.bytes, $1.key.bytes) < 0 }) {
      let property = properties?.first { $0.name == key.string }
      if let property, value.says(property.fallback) { continue }
      self.key(key)
      canonical(value, property?.schema)
    }
    endObject()
  }
}

extension JSONValue {
  /// Whether this is the value of a JSON text without white space.
  fileprivate func says(_ text: String) -> Bool {
    guard !text.isEmpty else { return false }
    var writer = JSONWriter(capacity: 64)
    writer.value(self)
    return writer.string == text
  }
}

extension Schema {
  fileprivate var holdsInstants: Bool {
    switch self {
    case .instant, .moment: true
    default: false
    }
  }

  /// What the items of a list look like.
  fileprivate func item(for value: JSONValue) -> Schema? {
    switch self {
    case .list(let item, _): item
    case .either(let schemas): schemas.lazy.compactMap { $0.item(for: value) }.first
    default: nil
    }
  }

  /// The members of an object.
  fileprivate func properties(for value: JSONValue) -> [Property]? {
    switch self {
    case .object(let properties): properties
    case .either(let schemas): schemas.lazy.compactMap { $0.properties(for: value) }.first
    case .criterion: Schema.criterionMembers
    default: nil
    }
  }
}
