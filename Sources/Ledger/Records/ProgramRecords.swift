import Foundation
import Incentives

// The records of a program's own matters: its definition, its time, used keys, the epoch.

/// A definition is kept whole, as JSON with sorted keys, beside the zone's offsets that held when it
/// was applied: so that the journal can be read without the zone data of that year.
enum ProgramRecord {
  static func encode(
    _ program: ProgramChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    let index = Int(program.definition)
    precondition(
      source.definitions.indices.contains(index) && source.zones.indices.contains(index),
      "a change names a definition outside its buffer")
    let json: Data
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      json = try encoder.encode(source.definitions[index])
    } catch {
      throw .unwritableDefinition(
        program: place.program, position: place.position, problem: "\(error)")
    }
    let transitions = source.zones[index].transitions
    writer.reserve(64 + transitions.count * 2 * ByteWriter.varintBytesMax)
    writer.write(varint: program.version)
    writer.write(zigzag: place.span(to: program.effectiveFrom))
    writer.write(varint: UInt64(transitions.count))
    var before: Int64 = 0
    for (index, transition) in transitions.enumerated() {
      writer.write(zigzag: Int64(transition.offsetSeconds))
      guard index > 0 else { continue }
      writer.write(zigzag: transition.instant.microseconds &- before)
      before = transition.instant.microseconds
    }
    json.withUnsafeBytes { writer.write(text: $0) }
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let version = reader.number(UInt32.self)
    let effectiveFrom = place.instant(after: reader.zigzag())
    let zone = zone(&reader)
    let json = Data(reader.text())
    let index = UInt32(buffer.definitions.count)
    // Without the words of the decoder: the bytes passed their checksum, so this build can not read
    // what another wrote, and the remedy is that build.
    let definition = try? JSONDecoder().decode(ProgramDefinition.self, from: json)
    if let definition, let zone {
      buffer.definitions.append(definition)
      buffer.zones.append(zone)
    } else {
      reader.fail("a definition can not be read")
    }
    return .program(
      ProgramChange(version: version, effectiveFrom: effectiveFrom, definition: index))
  }

  private static func zone(_ reader: inout ByteReader) -> ZoneOffsets? {
    let count = reader.count(of: 1)
    var transitions: [ZoneOffsets.Transition] = []
    var before: Int64 = 0
    for index in 0..<count {
      guard let offset = Int32(exactly: reader.zigzag()) else { return nil }
      if index > 0 { before &+= reader.zigzag() }
      let instant = index == 0 ? Instant.distantPast : Instant(microseconds: before)
      transitions.append(ZoneOffsets.Transition(instant: instant, offsetSeconds: offset))
    }
    return ZoneOffsets(transitions: transitions)
  }
}

enum AdvanceRecord {
  static func encode(_ change: AdvanceChange, at place: RecordPlace, into writer: inout ByteWriter)
  {
    writer.write(zigzag: place.span(to: change.to))
  }

  static func decode1(_ reader: inout ByteReader, at place: RecordPlace) -> Change {
    .advanced(AdvanceChange(to: place.instant(after: reader.zigzag())))
  }
}

/// A used key, and what it was answered.
///
/// An answer that names a learner is sealed, and with it the fingerprint: whoever holds a digest of a
/// command can try which learner it was about.
///
///     flags byte   0 refusal · 1 sealed
///     always       principal, method, how many records the command made
///     in clear     fingerprint (16 bytes), key, answer
///     sealed       learner, key, sealed (fingerprint and answer) as length and bytes
///
/// Version 1 had neither method nor count.
enum KeyRecord {
  private static let refusal: UInt8 = 1 << 0
  private static let sealed: UInt8 = 1 << 1
  private static let fingerprintBytes = 16

  static func encode(
    _ used: KeyChange, at place: RecordPlace, from source: RecordSource, keys: LearnerKeys,
    into writer: inout ByteWriter
  ) throws(LedgerError) {
    writer.write((used.isRefusal ? refusal : 0) | (used.learner.isNone ? 0 : sealed))
    writer.write(varint: used.principal.rawValue)
    writer.write(varint: UInt32(used.action.rawValue))
    writer.write(varint: used.records)
    guard !used.learner.isNone else {
      writer.write(hash: used.fingerprint)
      writer.write(text: source.text(used.key))
      return writer.write(text: source.text(used.answer))
    }
    writer.write(varint: used.learner.rawValue)
    writer.write(text: source.text(used.key))
    var clear = ByteWriter(capacity: fingerprintBytes + Int(used.answer.length))
    clear.write(hash: used.fingerprint)
    clear.write(source.text(used.answer))
    try Seal.seal(clear.bytes, .answer, of: used.learner, at: place, keys: keys, into: &writer)
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    try decode(&reader, namesMethod: false, at: place, keys: keys, into: &buffer)
  }

  static func decode2(
    _ reader: inout ByteReader, at place: RecordPlace, keys: some LearnerKeyring,
    into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    try decode(&reader, namesMethod: true, at: place, keys: keys, into: &buffer)
  }

  private static func decode(
    _ reader: inout ByteReader, namesMethod: Bool, at place: RecordPlace,
    keys: some LearnerKeyring, into buffer: inout ChangeBuffer
  ) throws(LedgerError) -> Change {
    let flags = reader.byte()
    if flags & ~(refusal | sealed) != 0 { reader.fail("an unknown choice") }
    var used = KeyChange(
      identity: IdentityHash(high: 0, low: 0), principal: reader.dense(PrincipalNumber.self),
      key: .empty, fingerprint: IdentityHash(high: 0, low: 0), answer: .empty,
      isRefusal: flags & refusal != 0)
    if namesMethod {
      used.action = reader.dense(ActionNumber.self)
      used.records = reader.number(UInt32.self)
    }
    if flags & sealed == 0 {
      used.fingerprint = reader.hash()
      used.key = buffer.text.append(reader.text())
      used.answer = buffer.text.append(reader.text())
      return .keyUsed(used)
    }
    used.learner = reader.dense(LearnerNumber.self)
    used.key = buffer.text.append(reader.text())
    guard
      let clear = try Seal.opened(
        reader.text(), .answer, of: used.learner, at: place, keys: keys)
    else { return .keyUsed(used) }
    clear.withUnsafeBytes { bytes in
      var opened = ByteReader(bytes)
      used.fingerprint = opened.hash()
      if opened.problem != nil { reader.fail("a sealed answer is too short") }
      used.answer = buffer.text.append(
        UnsafeRawBufferPointer(rebasing: bytes[opened.offset...]))
    }
    return .keyUsed(used)
  }
}

enum EpochRecord {
  static func encode(_ change: EpochChange, into writer: inout ByteWriter) {
    writer.write(fixed: change.epoch)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    .epoch(EpochChange(epoch: reader.fixed(UInt64.self)))
  }
}
