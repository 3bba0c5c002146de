import JSONRPC
import Testing

@Suite("Fields read parameters by name and say exactly what is wrong")
struct FieldsTests {
  enum Mode: String, CaseIterable { case cohort, home }

  let parser: JSONParser

  init() throws { parser = try JSONParser() }

  func error<Value>(
    _ text: String, _ read: (inout Fields) throws(ParameterError) -> Value
  ) throws -> String {
    let value = try parser.parse(text)
    do throws(ParameterError) {
      _ = try value.fields(read)
      return "accepted"
    } catch {
      return "\(error.field): \(error.reason.rawValue)"
    }
  }

  @Test("what was asked for and is there comes out")
  func reading() throws {
    let text = """
      {"learner":"s-1","value":-7,"dry":true,"mode":"cohort","note":null,"tags":["a","b"],\
      "object":{"id":"quiz"},"facts":[{"id":"x"},{"id":"y"}],"meta":{"k":1},"raw":null}
      """
    var fields = try Fields(parser.parse(text))
    #expect(try fields.string("learner", max: 128) == "s-1")
    #expect(try fields.text("learner", max: 3) == "s-1")
    #expect(try fields.int("value", in: -7...7) == -7)
    #expect(try fields.bool("dry"))
    #expect(try fields.choice("mode") == Mode.cohort)
    #expect(try fields.optionalString("note", max: 1) == nil)
    #expect(try fields.optionalInt("absent") == nil)
    #expect(try fields.optionalBool("absent") == nil)
    #expect(try fields.optionalChoice("absent", of: Mode.self) == nil)
    #expect(try fields.optionalMap("absent", max: 1) == nil)
    #expect(try fields.strings("tags", max: 2, maxBytes: 1) == ["a", "b"])
    let id = try fields.object("object") { object throws(ParameterError) in
      try object.string("id", max: 9)
    }
    #expect(id == "quiz")
    let ids = try fields.items("facts", max: 2) { fact throws(ParameterError) in
      try fact.fields { fields throws(ParameterError) in try fields.string("id", max: 1) }
    }
    #expect(ids == ["x", "y"])
    #expect(try fields.optionalMap("meta", max: 1)?.count == 1)
    #expect(fields.rawValue("raw")?.isNull == true)
    try fields.finish()
  }

  @Test("absent parameters are an object without members")
  func absent() throws {
    var fields = try Fields(nil)
    #expect(try fields.optionalInt("limit") == nil)
    let missing = #expect(throws: ParameterError.self) { try fields.int("limit") }
    #expect(missing == ParameterError("limit", .missing, "Add the field."))
    try fields.finish()
  }

  @Test(
    "texts",
    arguments: [
      (#"{"t":"ab"}"#, "accepted"), (#"{"t":"abc"}"#, "t: too_long"), (#"{"t":""}"#, "t: empty"),
      (#"{"t":"积"}"#, "t: too_long"), (#"{"t":1}"#, "t: wrong_type"), ("{}", "t: missing"),
      (#"{"t":null}"#, "t: missing"), (#"{"t":"\u0000"}"#, "t: contains_nul"),
      (#"{"t":"ab","u":1}"#, "u: unknown_field"), (#"{"t":"a","t":"b"}"#, "t: duplicate_field"),
      (#"{"t":"a","\u0074":"b"}"#, "t: duplicate_field"), ("[]", ": wrong_type"),
    ])
  func texts(_ text: String, _ expected: String) throws {
    let outcome = try error(text) { (fields) throws(ParameterError) in
      try fields.string("t", max: 2)
    }
    #expect(outcome == expected)
  }

  @Test(
    "integers",
    arguments: [
      ("0", "accepted"), ("9", "accepted"), ("10", "n: out_of_range"), ("-1", "n: out_of_range"),
      ("-0", "n: not_an_integer"), ("1.0", "n: not_an_integer"), ("1e0", "n: not_an_integer"),
      ("9223372036854775808", "n: out_of_range"), ("99999999999999999999", "n: out_of_range"),
      ("1e999", "n: not_an_integer"), ("\"1\"", "n: wrong_type"), ("true", "n: wrong_type"),
      ("null", "n: missing"),
    ])
  func integers(_ number: String, _ expected: String) throws {
    let outcome = try error("{\"n\":\(number)}") { (fields) throws(ParameterError) in
      try fields.int("n", in: 0...9)
    }
    #expect(outcome == expected)
  }

  @Test(
    "errors inside arrays and objects name the whole way",
    arguments: [
      (#"{"facts":[{"id":"a"},{}]}"#, "facts[1].id: missing"),
      (#"{"facts":[{"id":"a","x":1}]}"#, "facts[0].x: unknown_field"),
      (#"{"facts":[{"id":"a"},7]}"#, "facts[1]: wrong_type"),
      (#"{"facts":[{"id":"a","object":{"kind":"b"}}]}"#, "facts[0].object.kind: invalid_value"),
      (#"{"facts":[{"id":"a","object":{"kind":1}}]}"#, "facts[0].object.kind: wrong_type"),
      (#"{"facts":[{"id":"a","object":[]}]}"#, "facts[0].object: wrong_type"),
      (#"{"facts":[1,2,3]}"#, "facts: too_many"), (#"{"facts":{}}"#, "facts: wrong_type"),
      (#"{"facts":[{"id":"a","object":{"kind":"home"}}]}"#, "accepted"),
    ])
  func paths(_ text: String, _ expected: String) throws {
    let outcome = try error(text) { (fields) throws(ParameterError) in
      try fields.items("facts", max: 2) { fact throws(ParameterError) in
        try fact.fields { fields throws(ParameterError) in
          _ = try fields.string("id", max: 9)
          _ = try fields.optionalObject("object") { object throws(ParameterError) in
            try object.choice("kind", of: Mode.self)
          }
        }
      }
    }
    #expect(outcome == expected)
  }

  @Test(
    "maps, strings in arrays and booleans",
    arguments: [
      (#"{"m":{"a":1,"b":2}}"#, "accepted"), (#"{"m":{"a":1,"b":2,"c":3}}"#, "m: too_many"),
      (#"{"m":{"a":1,"a":2}}"#, "m.a: duplicate_field"), (#"{"m":[]}"#, "m: wrong_type"),
      (#"{"m":{},"s":["a",""]}"#, "s[1]: empty"), (#"{"m":{},"b":0}"#, "b: wrong_type"),
    ])
  func containers(_ text: String, _ expected: String) throws {
    let outcome = try error(text) { (fields) throws(ParameterError) in
      _ = try fields.optionalMap("m", max: 2)
      _ = try fields.optionalBool("b")
      if fields.rawValue("s") != nil { _ = try fields.strings("s", max: 2, maxBytes: 2) }
    }
    #expect(outcome == expected)
  }

  @Test("an unknown name of any length is shown shortened")
  func longName() throws {
    let name = String(repeating: "积", count: 1000)
    let outcome = try error("{\"\(name)\":1}") { (_) throws(ParameterError) in }
    #expect(outcome.utf8.count < 160)
    #expect(outcome.hasSuffix("…: unknown_field"))
  }

  @Test("an error becomes a reply with its field, reason and advice")
  func reply() throws {
    let text = written { writer in
      writer.reply(
        to: .integer(5), error: ErrorObject(ParameterError("learner", .missing, "Add the field.")))
    }
    #expect(
      text == """
        {"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"Invalid params",\
        "data":{"reason":"missing","field":"learner","advice":"Add the field."}}}
        """)
  }
}
