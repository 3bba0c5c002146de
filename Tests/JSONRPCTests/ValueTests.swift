import Testing

@testable import JSONRPC

@Suite("Values are read exactly or not at all")
struct ValueTests {
  let parser: JSONParser

  init() throws { parser = try JSONParser() }

  @Test(
    "an integer literal within Int64 is exact",
    arguments: [0, 1, -1, 42, 9_007_199_254_740_993, Int64.max, Int64.min])
  func exactIntegers(_ value: Int64) throws {
    #expect(try parser.parse("\(value)").int64 == value)
  }

  @Test(
    "what is no integer literal, or does not fit, is no int64",
    arguments: [
      "-0", "1.0", "1e2", "-0.0", "0e0", "9223372036854775808", "-9223372036854775809",
      "18446744073709551616", "1e400", "\"1\"", "true", "null", "[]",
    ])
  func notIntegers(_ text: String) throws {
    #expect(try parser.parse(text).int64 == nil)
  }

  @Test("minus zero is told from zero wherever it stands, and dates are no minus zero")
  func minusZero() throws {
    let text = #"{"a":0,"b":-0,"c":"x:-0,","d":"2026-09-01","e":[-0 ,0,-0.5,-07e1]}"#
      .replacing("-07e1", with: "-0e1")
    let object = try #require(try parser.parse(text).object)
    #expect(object["a"]?.int64 == 0)
    #expect(object["b"]?.int64 == nil)
    #expect(object["e"]?.array?.map(\.int64) == [nil, 0, nil, nil])
    let harmless = try #require(try parser.parse(#"{"d":"2026-09-01 -0","a":0}"#).object)
    #expect(harmless["a"]?.int64 == 0)
  }

  @Test("what only looks like minus zero does not make the text be walked")
  func noMinusZero() throws {
    for text in [#"{"id":"page-0","a":0}"#, #"{"d":"-0x","e":"x -0.","a":0}"#] {
      let value = try parser.parse(text)
      #expect(value.object?["a"]?.int64 == 0)
      #expect(!value.document.pointee.numbers_located, "\(text)")
    }
    let zero = try #require(try parser.parse(#"{"id":"page-0","a":-0}"#).object)
    #expect(zero["a"]?.int64 == nil)
  }

  @Test("a number's characters come back as they were sent")
  func numberTexts() throws {
    let digits = [
      "1", "-0", "0.10", "1E+2", "1e400", "123456789012345678901234567890", "-1e-999", "7", "0",
    ]
    let text = "{\"-5\":\"6\\\"7\",\"n\":[" + digits.joined(separator: " , ") + "]}"
    let items = try #require(try parser.parse(text).object?["n"]?.array)
    #expect(items.map { $0.numberText?.string } == digits)
    #expect(items.map(\.int64) == [1, nil, nil, nil, nil, nil, nil, 7, 0])
  }

  @Test("strings come with their escapes resolved, NUL included")
  func texts() throws {
    let text = try #require(try parser.parse(#""a\u0000\n积\ud83d\ude00\/""#).text)
    #expect(text.string == "a\u{0}\n积😀/")
    #expect(text.containsNUL)
    let plain = try #require(try parser.parse("\"lms\"").text)
    #expect(!plain.containsNUL)
    #expect(plain == "lms")
    #expect(!(plain == "lmt") && !(plain == "lm") && !(plain == "lmss"))
    let empty = try #require(try parser.parse("\"\"").text)
    #expect(empty == "" && empty.isEmpty)
  }

  @Test("arrays and objects are walked in order, whatever lies between")
  func walking() throws {
    let text = #"{"a":[1,[2,{"x":[]}],"s"],"b":{"c":{}},"d":1.5,"e":null,"f":true}"#
    let value = try parser.parse(text)
    let object = try #require(value.object)
    #expect(object.map { $0.key.string } == ["a", "b", "d", "e", "f"])
    #expect(object.count == 5)
    #expect(object["a"]?.array?.count == 3)
    #expect(object["a"]?.array?.first?.int64 == 1)
    #expect(object["e"]?.isNull == true)
    #expect(object["f"]?.bool == true)
    #expect(object["z"] == nil)
    #expect(try parser.parse("[]").array?.first == nil)
    #expect(try parser.parse("{}").object?.isEmpty == true)
    #expect(try parser.parse("[]").object == nil)
  }

  @Test("a key sent twice is found, in small objects and in large ones")
  func duplicates() throws {
    for count in [0, 1, 2, 16, 17, 64, 5000] {
      var keys = (0..<count).map { "\"k\($0)\":0" }
      #expect(try parser.parse("{\(keys.joined(separator: ","))}").object?.firstDuplicate == nil)
      guard count > 0 else { continue }
      keys.append("\"\\u006b\(count / 2)\":1")
      let object = try parser.parse("{\(keys.joined(separator: ","))}").object
      #expect(object?.firstDuplicate?.string == "k\(count / 2)")
    }
  }
}
