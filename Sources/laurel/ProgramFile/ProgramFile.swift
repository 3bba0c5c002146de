import Glibc
import Yams

/// A program as people write it, in YAML, turned into the definition that `program.apply` takes.
///
/// The file has the same fields as the definition and nothing else. A field nobody knows, a list
/// where a number belongs, a name given twice are errors with line and field; nothing is guessed and
/// nothing is sent. Quotes decide nothing but what a value's text is: `id: 2026` and `id: "2026"`
/// are the same. Where the server refuses a value, `line(of:)` finds it in the file again.
struct ProgramFile: Sendable {
  /// The definition.
  var definition: DefinitionTree
  private let lines: [String: Int]

  /// Reads a file's text; a part of a program file where another shape is given.
  init(yaml: String, as shape: DefinitionShape = .program) throws(ProgramFileError) {
    var conversion = Conversion()
    definition = try conversion.convert(try Self.compose(yaml), as: shape, at: "")
    lines = conversion.lines
  }

  /// Reads a file.
  init(path: String, as shape: DefinitionShape = .program) throws {
    try self.init(yaml: String(decoding: FileText.read(path), as: UTF8.self), as: shape)
  }

  /// The program's id as the file gives it; empty where it gives none.
  var id: String { definition["id"]?.text ?? "" }

  /// The line of a field the server names, such as `program.rules[2].points`; its closest parent's
  /// where the field itself is not in the file.
  func line(of field: String) -> Int? {
    var path = Substring(field)
    if path.hasPrefix("program.") { path = path.dropFirst("program.".count) }
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
      path = path[..<cut]
    }
    return nil
  }

  private static func compose(_ yaml: String) throws(ProgramFileError) -> Node {
    do {
      guard let node = try Yams.compose(yaml: yaml) else {
        throw ProgramFileError(line: 1, field: "", message: "the file is empty")
      }
      return node
    } catch let error as ProgramFileError {
      throw error
    } catch let error as YamlError {
      throw ProgramFileError(error)
    } catch {
      throw ProgramFileError(line: 1, field: "", message: "\(error)")
    }
  }
}

/// Why a program file cannot be read: the line, the field if there is one, and what is wrong.
struct ProgramFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  let line: Int
  /// The path of the field, such as `rules[2].cap.per`; empty where it is the file as a whole.
  let field: String
  /// What is wrong and what belongs there.
  let message: String

  var description: String { "line \(line): \(field.isEmpty ? "" : "\(field): ")\(message)" }
}

extension ProgramFileError {
  fileprivate init(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(line: mark.line, field: "", message: problem)
    case .duplicatedKeysInMapping(let names, let context):
      self.init(
        line: context.mark.line, field: "",
        message: "\(names.joined(separator: ", ")) stands twice in one place")
    case .reader(let problem, _, _, _):
      self.init(line: 1, field: "", message: "not UTF-8 text: \(problem)")
    default:
      self.init(line: 1, field: "", message: "\(error)")
    }
  }
}

/// One walk over a file: nodes in, tree out, with the line of every value by its path.
private struct Conversion {
  var lines: [String: Int] = [:]

  mutating func convert(
    _ node: Node, as shape: DefinitionShape, at path: String
  ) throws(ProgramFileError) -> DefinitionTree {
    lines[path] = node.mark?.line
    switch shape {
    case .text: return .text(try scalar(node, at: path, wanted: "a text"))
    case .word(let words):
      let word = try scalar(node, at: path, wanted: "one of \(words.joined(separator: ", "))")
      guard words.contains(word) else {
        throw failure(node, path, "“\(word)” is none of \(words.joined(separator: ", "))")
      }
      return .text(word)
    case .integer:
      let text = try scalar(node, at: path, wanted: "a whole number")
      guard let number = Int64(text) else {
        throw failure(node, path, "“\(text)” is no whole number")
      }
      return .integer(number)
    case .bool:
      let word = try scalar(node, at: path, wanted: "true or false")
      guard ["true", "false"].contains(word) else {
        throw failure(node, path, "“\(word)” is neither true nor false")
      }
      return .bool(word == "true")
    case .criterion: return try fields(node, DefinitionShape.criterionFields, at: path)
    case .wordOrFields(let words, let shapes):
      let isWord = if case .scalar = node { true } else { false }
      return try convert(node, as: isWord ? .word(words) : .fields(shapes), at: path)
    case .list(let shape): return try list(node, of: shape, at: path)
    case .fields(let shapes): return try fields(node, shapes, at: path)
    case .map: return try map(node, at: path)
    }
  }

  private mutating func list(
    _ node: Node, of shape: DefinitionShape, at path: String
  ) throws(ProgramFileError) -> DefinitionTree {
    guard case .sequence(let sequence) = node else {
      throw failure(node, path, "a list belongs here, as in [a, b]")
    }
    var items: [DefinitionTree] = []
    for (index, item) in sequence.enumerated() {
      items.append(try convert(item, as: shape, at: "\(path)[\(index)]"))
    }
    return .list(items)
  }

  private mutating func fields(
    _ node: Node, _ shapes: [String: DefinitionShape], at path: String
  ) throws(ProgramFileError) -> DefinitionTree {
    var members: [DefinitionTree.Member] = []
    for (name, value) in try pairs(node, at: path) {
      let inner = path.isEmpty ? name : "\(path).\(name)"
      guard let shape = shapes[name] else {
        let known = shapes.keys.sorted().joined(separator: ", ")
        throw failure(value, inner, "there is no such field; here stand \(known)")
      }
      members.append(.init(name: name, value: try convert(value, as: shape, at: inner)))
    }
    return .object(members)
  }

  private mutating func map(_ node: Node, at path: String) throws(ProgramFileError)
    -> DefinitionTree
  {
    var members: [DefinitionTree.Member] = []
    for (name, value) in try pairs(node, at: path) {
      let inner = "\(path).\(name)"
      lines[inner] = value.mark?.line
      let text = try scalar(value, at: inner, wanted: "a text, a whole number, true or false")
      members.append(.init(name: name, value: .text(text)))
    }
    return .object(members)
  }

  private func pairs(
    _ node: Node, at path: String
  ) throws(ProgramFileError) -> [(name: String, value: Node)] {
    guard case .mapping(let mapping) = node else {
      throw failure(node, path, "fields belong here, as in {name: value}")
    }
    var pairs: [(String, Node)] = []
    for (key, value) in mapping {
      pairs.append((try scalar(key, at: path, wanted: "a field's name"), value))
    }
    return pairs
  }

  private func scalar(
    _ node: Node, at path: String, wanted: String
  ) throws(ProgramFileError) -> String {
    guard case .scalar(let scalar) = node, node.tag != Tag(.null) else {
      throw failure(node, path, "\(wanted) belongs here")
    }
    return scalar.string
  }

  private func failure(_ node: Node, _ path: String, _ message: String) -> ProgramFileError {
    ProgramFileError(line: node.mark?.line ?? 1, field: path, message: message)
  }
}
