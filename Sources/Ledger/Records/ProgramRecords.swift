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

enum KeyRecord {
  static func encode(
    _ used: KeyChange, from source: RecordSource, into writer: inout ByteWriter
  ) {
    writer.write(used.isRefusal ? 1 : 0)
    writer.write(varint: used.principal.rawValue)
    writer.write(hash: used.fingerprint)
    writer.write(text: source.text(used.key))
    writer.write(text: source.text(used.answer))
  }

  static func decode1(_ reader: inout ByteReader, into buffer: inout ChangeBuffer) -> Change {
    let isRefusal = reader.flag()
    let principal = reader.dense(PrincipalNumber.self)
    let fingerprint = reader.hash()
    let key = buffer.text.append(reader.text())
    return .keyUsed(
      KeyChange(
        identity: IdentityHash(high: 0, low: 0), principal: principal, key: key,
        fingerprint: fingerprint, answer: buffer.text.append(reader.text()),
        isRefusal: isRefusal))
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
