import Foundation
import JSONRPC

/// As much of JSON Schema (draft 7) as the OpenRPC meta-schema uses: enough to find a member that is
/// missing, misspelt or of another type.
///
/// References that leave the document are taken as fulfilled.
struct MetaSchema {
  /// The schema.
  let root: JSONValue

  /// What is wrong with a value; nothing where it is valid.
  func problems(of value: JSONValue) -> [String] { problems(value, root, at: "") }

  private func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
    guard let rules = schema.object else { return [] }
    if let reference = rules.first(where: { $0.key == "$ref" })?.value.text?.string {
      guard let target = find(reference) else { return [] }
      return problems(value, target, at: path)
    }
    var found: [String] = []
    for (key, rule) in rules {
      switch key {
      case "type":
        if let type = rule.text?.string, !isOf(type, value) { found.append("\(path): not \(type)") }
      case "required":
        for name in items(rule) where member(value, name.text) == nil {
          found.append("\(path): lacks \(name.text?.string ?? "")")
        }
      case "items":
        for (index, item) in items(value).enumerated() {
          found += problems(item, rule, at: "\(path)[\(index)]")
        }
      case "oneOf":
        let fitting = items(rule).filter {
          problems(value, $0, at: path).isEmpty
        }
        if fitting.count != 1 { found.append("\(path): fits \(fitting.count) of oneOf") }
      case "enum" where path != ".openrpc":
        let words = items(rule).map { $0.text?.string }
        if !words.contains(value.text?.string) { found.append("\(path): none of \(words)") }
      default: break
      }
    }
    return found + memberProblems(value, rules, at: path)
  }

  private func memberProblems(_ value: JSONValue, _ rules: JSONObject, at path: String) -> [String]
  {
    guard let members = value.object else { return [] }
    let properties = rules.first { $0.key == "properties" }?.value
    let patterns = rules.first { $0.key == "patternProperties" }?.value.object
    let isClosed = rules.first { $0.key == "additionalProperties" }?.value.bool == false
    var found: [String] = []
    for (key, member) in members {
      let inner = "\(path).\(key.string)"
      if let schema = properties.flatMap({ self.member($0, key) }) {
        found += problems(member, schema, at: inner)
      } else if let pattern = patterns?.first(where: { matches(key.string, $0.key.string) }) {
        found += problems(member, pattern.value, at: inner)
      } else if isClosed {
        found.append("\(inner): not allowed")
      }
    }
    return found
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    text.range(of: pattern, options: .regularExpression) != nil
  }

  private func member(_ value: JSONValue, _ name: JSONText?) -> JSONValue? {
    guard let name else { return nil }
    return value.object?.first { $0.key == name }?.value
  }

  private func find(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(root) { value, part in
      value?.object?.first { $0.key.string == part }?.value
    }
  }

  private func items(_ value: JSONValue) -> [JSONValue] {
    value.array.map { Array($0) } ?? []
  }

  private func isOf(_ type: String, _ value: JSONValue) -> Bool {
    switch (type, value.kind) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("number", .number), ("null", .null):
      true
    case ("integer", .number): value.int64 != nil
    default: false
    }
  }
}
