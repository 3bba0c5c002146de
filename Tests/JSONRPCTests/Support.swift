import Foundation
import JSONRPC

/// A value as the tests think of it, to compare what was read with what was meant.
indirect enum Tree: Hashable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([Tree])
  case object([String: Tree])

  init(_ value: JSONValue) {
    switch value.kind {
    case .null: self = .null
    case .bool: self = .bool(value.bool == true)
    case .number: self = .number(value.numberText?.string ?? "")
    case .string: self = .string(value.text?.string ?? "")
    case .array: self = .array(value.array.map { $0.map(Tree.init) } ?? [])
    case .object:
      var members: [String: Tree] = [:]
      if let object = value.object {
        for (key, member) in object { members[key.string] = Tree(member) }
      }
      self = .object(members)
    }
  }

  subscript(_ key: String) -> Tree? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .number(let digits):
      digits.utf8CString.withUnsafeBytes { bytes in
        writer.raw(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
      }
    case .string(let text): writer.string(text)
    case .array(let items): writer.array { writer in for item in items { item.write(to: &writer) } }
    case .object(let members):
      writer.object { writer in
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
          writer.key(key)
          member.write(to: &writer)
        }
      }
    }
  }
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension JSONParser {
  func parse(bytes: [UInt8]) throws -> JSONValue {
    try bytes.withUnsafeBytes { try parse($0) }
  }

  func message(_ text: String) -> Message {
    Array(text.utf8).withUnsafeBytes { Message($0, parser: self) }
  }
}

func written(_ write: (inout JSONWriter) -> Void) -> String {
  var writer = JSONWriter()
  write(&writer)
  return writer.string
}

/// The files third parties wrote, beside the package; absent in a plain checkout.
enum Fixtures {
  static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/fixtures")

  static let grammarFiles: [URL] = {
    let suite = folder.appending(path: "jsontestsuite")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: suite.path)) ?? []
    return names.sorted().filter { $0.dropFirst().first == "_" }.map { suite.appending(path: $0) }
  }()

  static let examples = folder.appending(path: "jsonrpc/spec-section7-examples.json")

  static var hasExamples: Bool { FileManager.default.fileExists(atPath: examples.path) }
}
