import Incentives
import Ledger
import Testing

@Suite("Records of the journal")
struct RecordCodecTests {
  @Test("Every kind of change reads back as it was written", arguments: 1...25)
  func roundTrip(seed: Int) throws {
    var samples = RecordSamples(seed: UInt64(seed))
    for _ in 0..<5 { samples.appendEveryKind() }
    let block = try sampleBlock(samples.buffer)
    expectEqual(try decoded(block, keys: sampleKeys()), samples.buffer, "seed \(seed)")
  }

  @Test("A fact with three outcomes takes no more than 60 bytes")
  func factIsSmall() throws {
    var buffer = ChangeBuffer()
    let id = buffer.text.append("moodle-attempt-42137")
    for (rule, points) in [(1, 10), (2, 0), (7, 250)] {
      buffer.outcomes.append(
        Outcome(
          rule: RuleNumber(rawValue: UInt16(rule)), reason: .paid, worth: 250, points: Int64(points)
        ))
    }
    let time = Instant(seconds: 1_787_999_000)
    buffer.changes.append(
      .fact(
        FactChange(
          identity: IdentityHash(high: 1, low: 2), learner: LearnerNumber(rawValue: 900_000),
          source: SourceNumber(rawValue: 1), id: id, verb: VerbNumber(rawValue: 9),
          object: ObjectNumber(rawValue: 40_000), occurredAt: time,
          day: LocalDay(number: 20_694), isDateOnly: false, status: .counted, value: 87,
          metadata: .empty, group: GroupNumber(rawValue: 100_000), term: .endless,
          outcomes: Run(start: 0, count: 3), debtPaid: 0)))
    let block = try sampleBlock(buffer)
    #expect(recordBytes(of: block).count <= 60)
  }

  @Test("An identity hash is not in the journal")
  func identityIsNotWritten() throws {
    var buffer = ChangeBuffer()
    let key = buffer.text.append("k")
    let identity = IdentityHash(high: 0x1122_3344_5566_7788, low: 0x99aa_bbcc_ddee_ff00)
    buffer.changes.append(
      .keyUsed(
        KeyChange(
          identity: identity, principal: .none, key: key,
          fingerprint: IdentityHash(high: 1, low: 2), answer: .empty, isRefusal: false)))
    let block = try sampleBlock(buffer)
    guard case .keyUsed(let read) = try decoded(block, keys: NoKeys()).changes[0] else {
      Issue.record("another change")
      return
    }
    #expect(read.identity == IdentityHash(high: 0, low: 0))
    #expect(read.fingerprint == IdentityHash(high: 1, low: 2))
  }

  @Test("A kind or a version from the future is refused, not skipped")
  func unknownIsRefused() throws {
    let position = sampleHead.position.next
    for (kind, version) in [(UInt8(200), UInt8(1)), (1, 2), (0, 1), (18, 0)] {
      let bytes = try forgedBlock(body: [kind, version] + littleEndian(UInt64(5)))
      #expect(
        throws: LedgerError.unknownRecord(
          program: sampleProgram, position: position, kind: kind, version: version)
      ) { try decoded(bytes, keys: NoKeys()) }
    }
    // The same bytes with a kind that is known do read, so the refusal is about the kind.
    let bytes = try forgedBlock(body: [18, 1] + littleEndian(UInt64(5)))
    #expect(try decoded(bytes, keys: NoKeys()).changes.count == 1)
  }

  @Test("Bodies of random bytes with right checksums never crash", arguments: 1...19)
  func fuzzRandom(kind: Int) throws {
    var samples = RecordSamples(seed: UInt64(kind) + 1_000)
    var readable = 0
    for _ in 0..<800 {
      let body = (0..<samples.below(48)).map { _ in
        // Small bytes make plausible fields more often.
        UInt8(truncatingIfNeeded: samples.flag() ? samples.below(4) : samples.bits())
      }
      let bytes = try forgedBlock(body: [UInt8(kind), 1] + body)
      if (try? decoded(bytes, keys: sampleKeys())) != nil { readable += 1 }
    }
    #expect(readable < 800)
  }

  @Test("Real records with bytes changed and checksums put right never crash", arguments: 1...8)
  func fuzzMutated(seed: Int) throws {
    var samples = RecordSamples(seed: UInt64(seed) + 2_000)
    samples.appendEveryKind()
    for index in samples.buffer.changes.indices {
      let record = recordBytes(of: try sampleBlock(samples.buffer, index..<index + 1))
      let lengthBytes = record.prefix { $0 >= 0x80 }.count + 1
      let body = Array(record.dropFirst(lengthBytes).dropLast(4))
      // The unchanged body reads, so the forging itself is right.
      _ = try decoded(try forgedBlock(body: body), keys: sampleKeys())
      for _ in 0..<25 {
        var mutant = body
        for _ in 0...samples.below(3) {
          let place = 2 + Int(samples.below(UInt64(max(1, mutant.count - 2))))
          guard place < mutant.count else { continue }
          switch samples.below(3) {
          case 0: mutant[place] ^= 1 << UInt8(samples.below(8))
          case 1: mutant.remove(at: place)
          default: mutant.insert(UInt8(truncatingIfNeeded: samples.bits()), at: place)
          }
        }
        let bytes = try forgedBlock(body: mutant)
        do {
          _ = try decoded(bytes, keys: sampleKeys())
        } catch is LedgerError {}
      }
    }
  }
}
