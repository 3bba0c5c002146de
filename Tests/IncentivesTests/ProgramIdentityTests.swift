import Testing

@testable import Incentives

@Suite("What definitions are told apart by")
struct ProgramIdentityTests {
  @Test(
    "a rule's identity is spelled out, and never changes",
    arguments: [
      (
        Rule(
          id: "comment", verbs: ["commented"], payment: .points(3), limiter: .capPoints(9, .day)),
        "7:comment;9:commented;;;;;;points 3;cap points 9 day"
      ),
      (
        Rule(
          id: "quiz", verbs: ["quiz:*"], kinds: ["quiz"], cohorts: ["B", "A"], tiers: ["gold"],
          minimumValue: 50, equals: ["late": "false"], payment: .perValue(points: 1, each: 10),
          limiter: .best),
        "4:quiz;6:quiz:*;4:quiz;1:A,1:B;4:gold;50;4:late,5:false;1 per 10;best object"
      ),
      (
        Rule(id: "a", verbs: ["b", "a"], payment: .points(1), limiter: .once(.objectDay)),
        "1:a;1:a,1:b;;;;;;points 1;once object-day"
      ),
      (
        Rule(id: "a", verbs: ["a"], payment: .points(1), limiter: .capTimes(2, .ever)),
        "1:a;1:a;;;;;;points 1;cap times 2 ever"
      ),
      (Rule(id: "a", verbs: ["a"], payment: .points(1)), "1:a;1:a;;;;;;points 1;"),
    ])
  func golden(rule: Rule, text: String) {
    #expect(rule.canonicalText == text)
  }

  private func state(_ definition: ProgramDefinition) throws -> ProgramState {
    let state = ProgramState(number: ProgramNumber(rawValue: 1), hash: KeyedHash(key: (1, 2)))
    try apply(definition, to: state)
    return state
  }

  private func apply(_ definition: ProgramDefinition, to state: ProgramState) throws {
    var buffer = ChangeBuffer()
    try state.decide(
      ProgramApplication(definition: definition, zone: .utc), wall: Instant(seconds: 1_788_264_000),
      into: &buffer)
    for change in buffer.changes { state.apply(change, in: buffer) }
  }

  @Test("words are the same if their bytes are: é in one piece and in two are two cohorts")
  func bytes() throws {
    let composed = "caf\u{e9}"
    let decomposed = "cafe\u{301}"
    let definition = ProgramDefinition(
      id: "p", name: "", zone: "UTC",
      rules: [composed, decomposed].enumerated().map { place, word in
        Rule(
          id: "\(place)", verbs: [word], kinds: [word], cohorts: [word], equals: ["k": word],
          payment: .points(1))
      })
    let state = try state(definition)
    #expect(state.names.count(.cohort) == 2)
    let metadata = Metadata.encode([(key: "k", value: composed)])
    for (place, rule) in (state.ruleSets.last?.rules ?? []).enumerated() {
      #expect(rule.rule.accepts(verb: composed) == (place == 0))
      var kind = composed
      let accepts = kind.withUTF8 { kind in
        metadata.withUnsafeBytes {
          rule.accepts(kind: UnsafeRawBufferPointer(kind), value: nil, metadata: $0)
        }
      }
      #expect(accepts == (place == 0))
    }
  }

  @Test("a program that has used up the numbers of terms refuses another")
  func termNumbers() throws {
    func definition(_ id: String) -> ProgramDefinition {
      let day = LocalDay(number: 20_700)
      return ProgramDefinition(
        id: "p", name: "", zone: "UTC",
        terms: [ProgramDefinition.Term(id: id, first: day, last: day.advanced(by: 30))])
    }
    let state = try state(definition("first"))
    state.termIDs += (2..<ProgramState.termsMax).map { "old \($0)" }
    try apply(definition("last"), to: state)
    #expect(state.termIDs.count == 65_534)
    #expect(state.term(on: LocalDay(number: 20_701), cohort: .none).rawValue == 65_534)
    #expect(throws: Undecided.self) { try apply(definition("one too many"), to: state) }
    try apply(definition("first"), to: state)
    #expect(state.term(on: LocalDay(number: 20_701), cohort: .none).rawValue == 1)
  }

  @Test("an arena is full before a place in it would not fit 32 bits")
  func arena() {
    #expect(ByteArena.bytesMax + 1 << 20 <= Int(UInt32.max))
    #expect(!ByteArena().isFull)
  }
}
