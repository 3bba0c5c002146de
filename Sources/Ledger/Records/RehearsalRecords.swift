import Incentives

// The records of rehearsals: their stages in the server's log, the vacant places in their own.

enum RehearsalRecord {
  static func encode(
    _ rehearsal: RehearsalChange, at place: RecordPlace, from source: RecordSource,
    into writer: inout ByteWriter
  ) {
    writer.write(rehearsal.stage.rawValue)
    writer.write(varint: rehearsal.program.rawValue)
    writer.write(varint: rehearsal.source.rawValue)
    writer.write(varint: rehearsal.through.rawValue)
    writer.write(zigzag: place.span(to: rehearsal.clock))
    writer.write(hash: rehearsal.call)
    writer.write(text: source.text(rehearsal.id))
  }

  static func decode1(
    _ reader: inout ByteReader, at place: RecordPlace, into buffer: inout ChangeBuffer
  ) -> Change {
    let stage = reader.choice(RehearsalStage.self, or: .dropped)
    let program = reader.dense(ProgramNumber.self)
    let source = reader.dense(ProgramNumber.self)
    let through = reader.dense(Position.self)
    let clock = place.instant(after: reader.zigzag())
    let call = reader.hash()
    return .rehearsal(
      RehearsalChange(
        program: program, source: source, stage: stage, through: through, clock: clock, call: call,
        id: buffer.text.append(reader.text())))
  }
}

enum VacancyRecord {
  static func encode(_ vacancy: VacancyChange, into writer: inout ByteWriter) {
    writer.write(vacancy.original.rawValue)
  }

  static func decode1(_ reader: inout ByteReader) -> Change {
    .vacancy(VacancyChange(original: reader.choice(VacantOriginal.self, or: .usedKey)))
  }
}
