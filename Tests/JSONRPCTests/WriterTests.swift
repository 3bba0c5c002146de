import JSONRPC
import Testing

@Suite("The writer writes valid JSON that reads back as it was meant")
struct WriterTests {
  @Test("commas stand between values and nowhere else")
  func commas() {
    let text = written { writer in
      writer.object { writer in
        writer.member("a", 1)
        writer.array("b") { writer in
          writer.null()
          writer.bool(true)
          writer.array { _ in }
          writer.object { _ in }
          writer.raw("[7]")
        }
        writer.object("c") { $0.member("d", false) }
        writer.member("e", UInt64.max)
        writer.member("f", "积\"")
        writer.key("g\n")
        writer.int(Int8(-1))
      }
    }
    #expect(
      text
        == #"{"a":1,"b":[null,true,[],{},[7]],"c":{"d":false},"e":18446744073709551615,"f":"积\"","g\n":-1}"#
    )
  }

  @Test("one buffer holds one text after the other")
  func lines() {
    let text = written { writer in
      writer.int(1)
      writer.endLine()
      writer.object { _ in }
      writer.endLine()
    }
    #expect(text == "1\n{}\n")
    var writer = JSONWriter()
    writer.int(1)
    writer.removeAll()
    writer.int(2)
    #expect(writer.string == "2")
  }

  @Test("integers are written exactly")
  func integers() {
    var values: [Int64] = [0, 1, -1, 9, 10, 11, 99, 100, 12_345_678, .max, .min, .min + 1]
    var power: Int64 = 1
    while power < Int64.max / 10 {
      power *= 10
      values += [power - 1, power, power + 1, -power]
    }
    for value in values {
      #expect(written { $0.int(value) } == "\(value)")
    }
    #expect(written { $0.int(UInt64.max) } == "\(UInt64.max)")
  }

  @Test("every character that must be escaped is, at every place of a word")
  func escapes() throws {
    let parser = try JSONParser()
    let special =
      (0..<0x20).map { UInt8($0) } + [0x22, 0x5C, 0x7F, 0x2F, 0x20, 0x21, 0x23, 0x5B, 0x5D]
    for byte in special {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: 0x61, count: 17)
        bytes[place] = byte
        let meant = String(decoding: bytes, as: UTF8.self)
        let text = written { $0.string(meant) }
        #expect(try parser.parse(text).text?.string == meant)
      }
    }
    #expect(
      written { $0.string("\u{1}\u{1F}\u{8}\u{C}\n\r\t\"\\/\u{7F}积") }
        == "\"\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u{7F}积\"")
  }

  @Test("random values survive writing and reading", arguments: [1, 2, 3, 4] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    let parser = try JSONParser()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let meant = Self.randomTree(depth: 5, &random)
      var writer = JSONWriter()
      meant.write(to: &writer)
      let value = try writer.bytes.isEmpty ? parser.parse("") : parser.parse(writer.bytes)
      #expect(Tree(value) == meant, "seed \(seed)")
      var copy = JSONWriter()
      copy.value(value)
      #expect(copy.string == writer.string, "seed \(seed)")
    }
  }

  static func randomTree(depth: Int, _ random: inout SeededGenerator) -> Tree {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 8), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2:
      return .number(
        "\(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))")
    case 3:
      return .number(
        ["-0", "1.50", "1e999", "-2E-7", "98765432109876543210987"]
          .randomElement(using: &random) ?? "0")
    case 4: return .string(randomString(&random))
    case 5, 6:
      return .array(
        (0..<Int.random(in: 0..<6, using: &random)).map { _ in
          randomTree(depth: depth - 1, &random)
        })
    default:
      var members: [String: Tree] = [:]
      for _ in 0..<Int.random(in: 0..<6, using: &random) {
        members[randomString(&random)] = randomTree(depth: depth - 1, &random)
      }
      return .object(members)
    }
  }

  static func randomString(_ random: inout SeededGenerator) -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "b", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "积", "分", "\u{2028}",
      "\u{D7FF}", "\u{E000}", "\u{FFFF}", "😀", "\u{10FFFF}", "-", "0",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<20, using: &random) {
      text.append(alphabet.randomElement(using: &random) ?? "a")
    }
    return String(text)
  }
}
