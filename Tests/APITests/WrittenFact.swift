import Incentives
import JSONRPC
import Testing

@testable import API

/// A fact as a client writes it, to compare with what the reader makes of it.
struct WrittenFact {
  enum Value {
    case text(String)
    case bool(Bool)
    case integer(Int64)

    var word: String {
      switch self {
      case .text(let text): text
      case .bool(let bool): "\(bool)"
      case .integer(let integer): "\(integer)"
      }
    }
  }

  var source: String
  var id: String
  var learner: String
  var verb: String
  var object: (id: String, kind: String?)?
  var time: (text: String, time: FactTime)
  var value: Int64?
  var metadata: [(key: String, value: Value)]

  private static let letters = ["a", "B", "7", "-", " ", "\"", "\\", "\n", "é", "王", "😀", "/"]

  private static func word(using generator: inout SplitMix) -> String {
    (0..<Int.random(in: 1...9, using: &generator)).map { _ in
      letters.randomElement(using: &generator) ?? "x"
    }.joined()
  }

  static func random(using generator: inout SplitMix) -> WrittenFact {
    let micros = Int64.random(in: 0...2_000_000_000_000_000, using: &generator)
    let instant = Instant(microseconds: micros)
    let day = LocalDay(number: Int32.random(in: 0...40_000, using: &generator))
    let time: (String, FactTime) =
      switch Int.random(in: 0...2, using: &generator) {
      case 0: (instant.description, .instant(instant))
      case 1: (String(instant.description.dropLast()), .local(micros))
      default: (day.description, .day(day))
      }
    let names = Set(
      (0..<Int.random(in: 0...16, using: &generator)).map { _ in
        word(using: &generator)
      })
    return WrittenFact(
      source: ["lms", "portal"].randomElement(using: &generator) ?? "lms",
      id: word(using: &generator), learner: word(using: &generator),
      verb: ["viewed", "commented"].randomElement(using: &generator) ?? "viewed",
      object: Bool.random(using: &generator)
        ? (word(using: &generator), Bool.random(using: &generator) ? "quiz" : nil) : nil,
      time: time,
      value: Bool.random(using: &generator)
        ? Int64.random(in: .min ... .max, using: &generator) : nil,
      metadata: names.sorted().map { key in
        switch Int.random(in: 0...2, using: &generator) {
        case 0: (key, .text(word(using: &generator)))
        case 1: (key, .bool(Bool.random(using: &generator)))
        default: (key, .integer(Int64.random(in: .min ... .max, using: &generator)))
        }
      })
  }

  /// A whole call, its members in any order.
  static func call(_ facts: [WrittenFact], using generator: inout SplitMix) -> String {
    var list = JSONWriter()
    list.array { writer in
      for fact in facts { fact.write(to: &writer, using: &generator) }
    }
    let members = [#""program":"p""#, #""facts":\#(list.string)"#].shuffled(using: &generator)
    return "{\(members.joined(separator: ","))}"
  }

  private func write(to writer: inout JSONWriter, using generator: inout SplitMix) {
    let members = (0..<8).shuffled(using: &generator)
    writer.beginObject()
    for member in members { write(member, to: &writer) }
    writer.endObject()
  }

  private func write(_ member: Int, to writer: inout JSONWriter) {
    switch member {
    case 0: writer.member("source", source)
    case 1: writer.member("id", id)
    case 2: writer.member("learner", learner)
    case 3: writer.member("verb", verb)
    case 4:
      guard let object else { return }
      guard let kind = object.kind else { return writer.member("object", object.id) }
      writer.object("object") { writer in
        writer.member("kind", kind)
        writer.member("id", object.id)
      }
    case 5:
      if case .day = time.time {
        writer.member("occurredOn", time.text)
      } else {
        writer.member("occurredAt", time.text)
      }
    case 6:
      if let value { writer.member("value", value) }
    default:
      writer.object("metadata") { writer in
        for (key, value) in metadata.reversed() {
          writer.key(key)
          switch value {
          case .text(let text): writer.string(text)
          case .bool(let bool): writer.bool(bool)
          case .integer(let integer): writer.int(integer)
          }
        }
      }
    }
  }

  /// Expects that the fact was read as it was written.
  func expectEqual(_ fact: FactInput, in text: ByteArena, _ hash: KeyedHash) {
    func hashed(_ word: String) -> UInt64 {
      var word = word
      return word.withUTF8 { hash.hash64(UnsafeRawBufferPointer($0)) }
    }
    #expect(text.string(fact.source) == source)
    #expect(text.string(fact.id) == id)
    #expect(text.string(fact.learner) == learner)
    #expect(text.string(fact.verb) == verb)
    let word = object.map { "\($0.kind ?? "")\0\($0.id)" } ?? ""
    #expect(text.string(fact.object) == word)
    #expect(fact.sourceHash == hashed(source))
    #expect(fact.learnerHash == hashed(learner))
    #expect(fact.verbHash == hashed(verb))
    if object != nil { #expect(fact.objectHash == hashed(word)) }
    #expect(fact.time == time.time)
    #expect(fact.value == value)
    let pairs = metadata.map { (key: $0.key, value: $0.value.word) }
    #expect(text.withBytes(fact.metadata) { Array($0) } == Metadata.encode(pairs))
    var (source, id) = (source, id)
    let identity = source.withUTF8 { source in
      id.withUTF8 {
        FactIdentity.hash(
          secret: hash, source: UnsafeRawBufferPointer(source), id: UnsafeRawBufferPointer($0))
      }
    }
    #expect(fact.identity == identity)
  }
}
