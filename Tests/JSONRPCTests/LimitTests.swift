import JSONRPC
import Testing

@Suite("Every limit holds at its value and one above")
struct LimitTests {
  func nested(_ depth: Int, _ core: String) -> String {
    String(repeating: "[", count: depth) + core + String(repeating: "]", count: depth)
  }

  @Test(
    "32 levels are read and 33 refused, whatever is at the bottom", arguments: ["", "1", "1e999"])
  func depthOfArrays(_ core: String) throws {
    let parser = try JSONParser()
    _ = try parser.parse(nested(32, core))
    #expect(throws: JSONError.tooDeep) { try parser.parse(nested(33, core)) }
    _ = try parser.parse(nested(32, core))
    _ = try parser.parse("[1e999,\(nested(31, core)),\"[[[\"]")
    #expect(throws: JSONError.tooDeep) { try parser.parse("[1e999,\(nested(32, core))]") }
    #expect(throws: JSONError.tooDeep) { try parser.parse("[\(nested(32, core)),1e999]") }
  }

  @Test("objects count as levels as arrays do", arguments: ["{}", "[]", "{\"a\":1}"])
  func depthOfObjects(_ core: String) throws {
    let parser = try JSONParser()
    func text(_ depth: Int) -> String {
      String(repeating: "{\"[\":", count: depth - 1) + core
        + String(repeating: "}", count: depth - 1)
    }
    _ = try parser.parse(text(32))
    #expect(throws: JSONError.tooDeep) { try parser.parse(text(33)) }
  }

  @Test("a hundred thousand open brackets are refused and cost no stack")
  func abyss() throws {
    let parser = try JSONParser()
    #expect(throws: JSONError.self) { try parser.parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) {
      try parser.parse(String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test("a text of the greatest size is read and one byte more refused")
  func textSize() throws {
    let parser = try JSONParser(byteCountMax: 5000)
    let frame = "[" + String(repeating: " ", count: 4998) + "]"
    #expect(try parser.parse(frame).array?.isEmpty == true)
    #expect(throws: JSONError.tooLarge) { try parser.parse(frame + " ") }
    let full = try JSONParser()
    let quoted = "\"" + String(repeating: "x", count: Limits.frameByteCount - 2) + "\""
    #expect(try full.parse(quoted).text?.count == Limits.frameByteCount - 2)
    #expect(throws: JSONError.tooLarge) { try full.parse(quoted + " ") }
  }

  @Test("a batch of 1,000 is read and of 1,001 refused as a whole")
  func batchSize() throws {
    let parser = try JSONParser()
    func batch(_ count: Int) -> String {
      "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
    }
    guard case .batch(let batch1000) = parser.message(batch(1000)) else {
      Issue.record("1,000 were not read")
      return
    }
    #expect(batch1000.count == 1000)
    guard case .rejected(let error) = parser.message(batch(1001)) else {
      Issue.record("1,001 were read")
      return
    }
    #expect(error.code == .invalidRequest)
    #expect(error.reason == "batch_too_large")
  }

  @Test("64 fields are read and 65 refused")
  func fieldCount() throws {
    let parser = try JSONParser()
    func object(_ count: Int) -> String {
      "{" + (0..<count).map { "\"f\($0)\":\($0)" }.joined(separator: ",") + "}"
    }
    var fields = try Fields(parser.parse(object(64)))
    #expect(try fields.int("f63") == 63)
    #expect(try fields.int("f0") == 0)
    #expect(throws: ParameterError.self) { try fields.finish() }
    let error = #expect(throws: ParameterError.self) { try Fields(parser.parse(object(65))) }
    #expect(error?.reason == .tooMany)
  }
}
