import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("facts.record is read straight into values, and what is malformed is named")
struct FactReaderTests {
  let parser: JSONParser
  let hash = World.hash

  init() throws { parser = try JSONParser() }

  func read(_ params: String) throws -> FactsRequest {
    var reader = FactReader(hash: hash)
    return try reader.read(parser.parse(params))
  }

  /// What is said of a fact whose members are given.
  func error(_ members: String) -> String {
    let base = #""source":"lms","id":"1","learner":"s-1","verb":"viewed","#
    return errorOfCall(
      #"{"program":"p","facts":[{\#(base)"occurredOn":"2026-09-01"},{\#(members)}]}"#)
  }

  func errorOfCall(_ params: String) -> String {
    do {
      _ = try read(params)
      return "accepted"
    } catch let error as ParameterError {
      return "\(error.field): \(error.reason.rawValue)"
    } catch {
      return "\(error)"
    }
  }

  @Test("a random call comes out as the facts that were written")
  func randomCalls() throws {
    var generator = SplitMix(seed: 7)
    for _ in 0..<200 {
      let facts = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
        WrittenFact.random(using: &generator)
      }
      let request = try read(WrittenFact.call(facts, using: &generator))
      #expect(request.program == "p")
      #expect(request.batch.facts.count == facts.count)
      for (fact, written) in zip(request.batch.facts, facts) {
        written.expectEqual(fact, in: request.batch.text, hash)
      }
    }
  }

  @Test("words that are missing, empty, long, of another type or with NUL are named")
  func words() {
    let rest = #""learner":"s","verb":"v","occurredOn":"2026-09-01""#
    #expect(error(#""id":"2",\#(rest)"#) == "facts[1].source: missing")
    #expect(error(#""source":"l",\#(rest)"#) == "facts[1].id: missing")
    #expect(error(#""source":null,"id":"2",\#(rest)"#) == "facts[1].source: missing")
    #expect(error(#""source":"","id":"2",\#(rest)"#) == "facts[1].source: empty")
    #expect(error(#""source":7,"id":"2",\#(rest)"#) == "facts[1].source: wrong_type")
    #expect(error(#""source":"a\u0000","id":"2",\#(rest)"#) == "facts[1].source: contains_nul")
    let (fits, long) = (String(repeating: "x", count: 128), String(repeating: "x", count: 129))
    #expect(error(#""source":"l","id":"\#(fits)",\#(rest)"#) == "accepted")
    #expect(error(#""source":"l","id":"\#(long)",\#(rest)"#) == "facts[1].id: too_long")
  }

  @Test("a fact needs exactly one of occurredAt and occurredOn, well-formed")
  func times() {
    let base = #""source":"l","id":"2","learner":"s","verb":"v""#
    #expect(error(base) == "facts[1].occurredAt: missing")
    #expect(
      error(#"\#(base),"occurredAt":"2026-09-01T08:00:00Z","occurredOn":"2026-09-01""#)
        == "facts[1].occurredOn: invalid_value")
    #expect(
      error(#"\#(base),"occurredAt":"2026-02-30T08:00:00Z""#)
        == "facts[1].occurredAt: invalid_value")
    #expect(error(#"\#(base),"occurredAt":1756684800"#) == "facts[1].occurredAt: wrong_type")
    #expect(error(#"\#(base),"occurredOn":"2026-9-1""#) == "facts[1].occurredOn: invalid_value")
    #expect(error(#"\#(base),"occurredAt":"2026-09-01 08:00""#) == "accepted")
  }

  @Test("values are whole numbers; what is too large for a rule is the engine's to refuse")
  func values() {
    let base = #""source":"l","id":"2","learner":"s","verb":"v","occurredOn":"2026-09-01""#
    for bad in ["1.0", "1e2", "-0"] {
      #expect(error(#"\#(base),"value":\#(bad)"#) == "facts[1].value: not_an_integer")
    }
    #expect(error(#"\#(base),"value":"7""#) == "facts[1].value: wrong_type")
    #expect(error(#"\#(base),"value":9223372036854775808"#) == "facts[1].value: out_of_range")
    #expect(error(#"\#(base),"value":9223372036854775807"#) == "accepted")
  }

  @Test("objects are an id, or an id with a kind")
  func objects() throws {
    let base = #""source":"l","id":"2","learner":"s","verb":"v","occurredOn":"2026-09-01""#
    #expect(error(#"\#(base),"object":7"#) == "facts[1].object: wrong_type")
    #expect(error(#"\#(base),"object":{"kind":"quiz"}"#) == "facts[1].object.id: missing")
    #expect(error(#"\#(base),"object":{"id":"q","x":1}"#) == "facts[1].object.x: unknown_field")
    let request = try read(
      #"{"program":"p","facts":[{\#(base),"object":"q"},{\#(base),"object":{"id":"q"}},"#
        + #"{\#(base),"object":{"id":"q","kind":"quiz"}}]}"#)
    let objects = request.batch.facts.map { request.batch.text.string($0.object) }
    #expect(objects == ["\0q", "\0q", "quiz\0q"])
    #expect(request.batch.facts[0].objectHash == request.batch.facts[1].objectHash)
  }

  @Test("metadata has at most 16 pairs of strings, booleans and integers")
  func metadata() throws {
    let base = #""source":"l","id":"2","learner":"s","verb":"v","occurredOn":"2026-09-01""#
    func pairs(_ count: Int) -> String {
      (0..<count).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    }
    #expect(error(#"\#(base),"metadata":{\#(pairs(16))}"#) == "accepted")
    #expect(error(#"\#(base),"metadata":{\#(pairs(17))}"#) == "facts[1].metadata: too_many")
    #expect(error(#"\#(base),"metadata":[]"#) == "facts[1].metadata: wrong_type")
    #expect(error(#"\#(base),"metadata":{"a":1.5}"#) == "facts[1].metadata.a: wrong_type")
    #expect(error(#"\#(base),"metadata":{"a":{}}"#) == "facts[1].metadata.a: wrong_type")
    #expect(
      error(#"\#(base),"metadata":{"a":1,"a":2}"#) == "facts[1].metadata.a: duplicate_field")
    let (fits, long) = (
      String(repeating: "x", count: 1_024), String(repeating: "x", count: 1_025)
    )
    #expect(error(#"\#(base),"metadata":{"\#(fits)":"\#(fits)"}"#) == "accepted")
    #expect(error(#"\#(base),"metadata":{"a":"\#(long)"}"#) == "facts[1].metadata.a: too_long")
    let one = try read(
      #"{"program":"p","facts":[{\#(base),"metadata":{"b":true,"a":-9223372036854775808,"c":""}}]}"#
    )
    let written = Metadata.encode([("c", ""), ("a", "-9223372036854775808"), ("b", "true")])
    let text = one.batch.text.withBytes(one.batch.facts[0].metadata) { Array($0) }
    #expect(text == written)
  }

  @Test("unknown and doubled members are refused")
  func members() {
    let base = #""source":"l","id":"2","learner":"s","verb":"v","occurredOn":"2026-09-01""#
    #expect(error(#"\#(base),"points":3"#) == "facts[1].points: unknown_field")
    #expect(error(#"\#(base),"verb":"v""#) == "facts[1].verb: duplicate_field")
    #expect(errorOfCall(#"{"program":"p","facts":[7]}"#) == "facts[0]: wrong_type")
    #expect(errorOfCall(#"{"program":"p","facts":[]}"#) == "facts: empty")
    #expect(errorOfCall(#"{"program":"p"}"#) == "facts: missing")
    #expect(errorOfCall(#"{"facts":[{\#(base)}]}"#) == "program: missing")
    #expect(errorOfCall(#"{"program":"p","facts":[{\#(base)}],"x":1}"#) == "x: unknown_field")
    #expect(
      errorOfCall(#"{"program":"p","atomic":1,"facts":[{\#(base)}]}"#) == "atomic: wrong_type")
    #expect(errorOfCall("[1]") == ": wrong_type")
  }

  @Test("a call has at most 1,000 facts")
  func count() {
    let fact = #"{"source":"l","id":"2","learner":"s","verb":"v","occurredOn":"2026-09-01"}"#
    func call(_ count: Int) -> String {
      #"{"program":"p","facts":[\#(repeatElement(fact, count: count).joined(separator: ","))]}"#
    }
    #expect(errorOfCall(call(1_000)) == "accepted")
    #expect(errorOfCall(call(1_001)) == "facts: too_many")
  }

  @Test("what the hot path keeps is trivially copyable")
  func isTrivial() {
    #expect(_isPOD(FactInput.self))
    #expect(_isPOD(FactMembers.self))
  }
}

/// A small generator of random numbers with a seed.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
