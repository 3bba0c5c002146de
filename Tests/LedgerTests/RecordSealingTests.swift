import Incentives
import Ledger
import Testing

@Suite("Sealed texts")
struct RecordSealingTests {
  /// A learner with an external id, a name without an alias, and a fact with metadata.
  private func people() -> ChangeBuffer {
    var buffer = ChangeBuffer()
    let learner = LearnerNumber(rawValue: 5)
    let externalID = buffer.text.append("staff-0042")
    buffer.changes.append(.learner(LearnerChange(learner: learner, externalID: externalID)))
    let name = buffer.text.append("王小明")
    buffer.changes.append(
      .learnerNamed(LearnerNameChange(learner: learner, name: name, alias: .empty)))
    let id = buffer.text.append("fact-1")
    let metadata = buffer.text.append(#"{"phone":"555-0100"}"#)
    buffer.changes.append(.fact(fact(of: learner, id: id, metadata: metadata)))
    return buffer
  }

  private func fact(of learner: LearnerNumber, id: TextRef, metadata: TextRef) -> FactChange {
    FactChange(
      identity: IdentityHash(high: 0, low: 0), learner: learner, source: SourceNumber(rawValue: 1),
      id: id, verb: VerbNumber(rawValue: 1), object: .none, occurredAt: sampleTime,
      day: LocalDay(number: 20_694), isDateOnly: false, status: .counted, value: nil,
      metadata: metadata, group: .none, term: .endless, outcomes: .empty, debtPaid: 0)
  }

  @Test("No personal text stands in a block")
  func nothingIsReadable() throws {
    let block = try sampleBlock(people())
    let text = String(decoding: block.bytes, as: UTF8.self)
    for secret in ["staff-0042", "王小明", "555-0100"] { #expect(!text.contains(secret)) }
    #expect(text.contains("fact-1"))
  }

  @Test("With the key every text opens; without it every text is empty and the rest stays")
  func openAndErased() throws {
    let block = try sampleBlock(people())
    expectEqual(try decoded(block, keys: sampleKeys()), people(), "with keys")
    let erased = try decoded(block, keys: NoKeys())
    #expect(erased.text.bytes.elementsEqual("fact-1".utf8))
    #expect(erased.changes.count == 3)
    guard case .fact(let fact) = erased.changes[2] else {
      Issue.record("another change")
      return
    }
    #expect(fact.metadata.isEmpty)
    #expect(fact.learner == LearnerNumber(rawValue: 5))
  }

  @Test("An answer that names a learner is sealed with its fingerprint; others stand in clear")
  func answers() throws {
    var buffer = ChangeBuffer()
    var used = KeyChange(
      identity: IdentityHash(high: 0, low: 0), principal: PrincipalNumber(rawValue: 4),
      key: buffer.text.append("click-1"), fingerprint: IdentityHash(high: 0x4142, low: 0x4344),
      learner: LearnerNumber(rawValue: 5), answer: buffer.text.append(#"{"learner":"staff-0042"}"#),
      isRefusal: false)
    buffer.changes.append(.keyUsed(used))
    let block = try sampleBlock(buffer)
    let text = String(decoding: block.bytes, as: UTF8.self)
    #expect(text.contains("click-1") && !text.contains("staff-0042") && !text.contains("DC"))
    expectEqual(try decoded(block, keys: sampleKeys()), buffer, "with keys")
    let erased = try decoded(block, keys: NoKeys())
    guard case .keyUsed(let sealed) = erased.changes[0] else {
      Issue.record("another change")
      return
    }
    #expect(sealed.isSealed && sealed.fingerprint == IdentityHash(high: 0, low: 0))
    #expect(erased.text.string(sealed.key) == "click-1")
    used.learner = .none
    buffer.changes[0] = .keyUsed(used)
    let clear = try sampleBlock(buffer)
    expectEqual(try decoded(clear, keys: NoKeys()), buffer, "in clear")
  }

  @Test("Another key does not open a text, and says so")
  func wrongKey() throws {
    let block = try sampleBlock(people())
    var keys = LearnerKeys()
    keys.set(LearnerKey(low: 1, high: 2), for: LearnerNumber(rawValue: 5))
    let position = block.header.first
    #expect(throws: LedgerError.sealBroken(program: sampleProgram, position: position)) {
      try decoded(block, keys: keys)
    }
  }

  @Test("A sealed text without a prepared key is refused; facts without metadata need none")
  func missingKey() throws {
    var encoder = BlockEncoder()
    let buffer = people()
    let learner = LearnerNumber(rawValue: 5)
    #expect(throws: LedgerError.keyMissing(program: sampleProgram, learner: learner)) {
      try encoder.encode(buffer, 0..<1, of: sampleProgram, after: .none, time: sampleTime)
    }
    var plain = ChangeBuffer()
    let id = plain.text.append("fact-2")
    plain.changes.append(.fact(fact(of: learner, id: id, metadata: .empty)))
    let block = try encoder.encode(plain, 0..<1, of: sampleProgram, after: .none, time: sampleTime)
    expectEqual(try decoded(block, keys: NoKeys()), plain, "plain")
  }

  @Test("The same text sealed again by another encoder looks different")
  func nonceIsNotUsedAgain() throws {
    var first = BlockEncoder(epoch: 1)
    var second = BlockEncoder(epoch: 2)
    let buffer = people()
    let keys = sampleKeys()
    let one = try first.encode(
      buffer, 0..<1, of: sampleProgram, after: .none, time: sampleTime, keys: keys)
    let other = try second.encode(
      buffer, 0..<1, of: sampleProgram, after: .none, time: sampleTime, keys: keys)
    #expect(!recordBytes(of: one).elementsEqual(recordBytes(of: other)))
    #expect(try decoded(one, keys: keys).text.bytes == decoded(other, keys: keys).text.bytes)
  }

  @Test("Two texts of one record never share a nonce")
  func fieldsDiffer() throws {
    var buffer = ChangeBuffer()
    let name = buffer.text.append("same text")
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(learner: LearnerNumber(rawValue: 5), name: name, alias: name)))
    let record = Array(recordBytes(of: try sampleBlock(buffer)))
    // length, kind, version, learner, then twice: length 25, 9 bytes of text, 16 of tag.
    let sealedName = record[5..<14]
    let sealedAlias = record[31..<40]
    #expect(record[4] == 25 && record[30] == 25)
    #expect(!sealedName.elementsEqual(sealedAlias))
  }
}
