import JSONRPC

/// A program definition between the file and the wire: what the YAML says, in the order it says it.
indirect enum DefinitionTree: Hashable, Sendable {
  case text(String)
  case integer(Int64)
  case bool(Bool)
  case list([DefinitionTree])
  case object([Member])

  /// One named value of an object.
  struct Member: Hashable, Sendable {
    let name: String
    var value: DefinitionTree
  }

  /// The value of a member; nil where there is none, or where this is no object.
  subscript(name: String) -> DefinitionTree? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.name == name }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// The text of a scalar of that kind.
  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The items of a list; none where this is no list.
  var items: [DefinitionTree] {
    guard case .list(let items) = self else { return [] }
    return items
  }
}

extension JSONWriter {
  /// Writes a definition as `program.apply` takes it.
  mutating func definition(_ tree: DefinitionTree) {
    switch tree {
    case .text(let text): string(text)
    case .integer(let number): int(number)
    case .bool(let value): bool(value)
    case .list(let items):
      beginArray()
      for item in items { definition(item) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.name)
        definition(member.value)
      }
      endObject()
    }
  }
}
