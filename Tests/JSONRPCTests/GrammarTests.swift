import Foundation
import JSONRPC
import Testing

@Suite("JSON's grammar is accepted as a whole, and nothing else")
struct GrammarTests {
  let parser: JSONParser

  init() throws { parser = try JSONParser() }

  static let valid: [String] = [
    "[]", "{}", "0", "-0", "1", "-1", "10", "1.0", "-0.0", "0.5", "1e2", "1E2", "1e+2", "1E-2",
    "1e400", "-1e400", "1e-400", "123456789012345678901234567890", "-9223372036854775808",
    "-9223372036854775809", "18446744073709551615", "18446744073709551616",
    "[100000000000000000000000000000e99999, 1, -1e9999]",
    "\"\"", "\" \"", "\"a\"", "\"积分\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\"",
    "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\uDBFF\\uDFFF\"", "\"\u{7F}\"", "\"\u{2028}\"",
    "\"1e400\"", "[\"-0\", \"1e5e5\"]", "true", "false", "null", " [] ", "\t{\n}\r\n",
    "[1,2,3]", "[[],{}]", "{\"a\":1}", "{\"a\":1,\"a\":2}", "{\"\":0}", "{\"a\":{\"b\":[null]}}",
    "[1e400,[2],\"\\\"1e400\"]",
  ]

  static let invalid: [String] = [
    "", " ", "[", "]", "{", "}", "[1", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1]]", "[1][2]",
    "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{,}", "[:]", "{]", "[}", "01", "-01", "00", "-", "+1", ".5", "1.", "1.e2", "1e", "1e+",
    "1e5e5",
    "1.2.3", "0x10", "1_000", "--1", "-a", "1a", "1e400x", "[1e400", "1e400e5", "NaN", "Infinity",
    "-Infinity", "nul", "nulll", "True", "tru", "falsey", "\"", "\"a", "\"\\\"", "\"\\x41\"",
    "\"\\u00\"", "\"\\u00g0\"", "\"\\\"\"\"", "'a'", "\"a\nb\"", "\"a\tb\"", "/*x*/[]", "[]//x",
    "[1e999,01]", "1 2",
  ]

  @Test("accepts", arguments: valid)
  func accepts(_ text: String) throws {
    _ = try parser.parse(text)
  }

  @Test("refuses", arguments: invalid)
  func refuses(_ text: String) {
    #expect(throws: JSONError.self) { try parser.parse(text) }
  }

  static let invalidBytes: [[UInt8]] = [
    [0x22, 0xC0, 0x80, 0x22],  // overlong NUL
    [0x22, 0xE0, 0x80, 0xAF, 0x22],  // overlong solidus
    [0x22, 0xFF, 0x22],
    [0x22, 0xE5, 0x22],  // cut off
    [0x22, 0x80, 0x22],  // begins in the middle
    [0x22, 0xED, 0xA0, 0x80, 0x22],  // a surrogate in UTF-8
    [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],  // above U+10FFFF
    [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],  // byte order mark
    [0x22, 0x00, 0x22],  // a bare NUL
    [0x31, 0x00],
    [0x00],
    [0x5B, 0x00, 0x5D],
    [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00],  // UTF-16
    [0x5B, 0x0C, 0x5D],  // form feed is no white space
    [0x5B, 0xC2, 0xA0, 0x5D],  // nor is U+00A0
  ]

  @Test("refuses bytes that are no UTF-8 or no JSON", arguments: invalidBytes)
  func refusesBytes(_ bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try parser.parse(bytes: bytes) }
  }

  @Test(
    "refuses escapes of lone surrogates",
    arguments: [
      #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800a""#, #""\ude00\ud83d""#,
      #""\ud800\ud800\udc00""#, #"{"\udfaa":0}"#,
    ])
  func refusesLoneSurrogates(_ text: String) {
    #expect(throws: JSONError.string) { try parser.parse(text) }
  }

  @Test(
    "JSONTestSuite: every y accepted, every n refused, no i crashes",
    .enabled(if: !Fixtures.grammarFiles.isEmpty), arguments: Fixtures.grammarFiles)
  func suite(_ file: URL) throws {
    let bytes = Array(try Data(contentsOf: file))
    let isAccepted = (try? parser.parse(bytes: bytes)) != nil
    switch file.lastPathComponent.first {
    case "y": #expect(isAccepted)
    case "n": #expect(!isAccepted)
    default: break
    }
  }

  @Test("a text that fails leaves the parser ready for the next")
  func recovers() throws {
    #expect(throws: JSONError.number) { try parser.parse("[01]") }
    #expect(throws: JSONError.number) { try parser.parse("[1e400,01]") }
    #expect(try Tree(parser.parse("[1]")) == .array([.number("1")]))
  }
}
