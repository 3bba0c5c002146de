/// The facts of attendance: those that fill rows, and those that rows of people record.
///
/// A person's row of somebody who was there is a fact like any other, of the source `attendance`:
///
///     id         the session, the learner's number, how often the row was said: S-0004/12/1
///     verb       `attended`, or the first verb the program declares for attendance
///     object     the session
///     value      the minutes, where they are known
///     metadata   late: true or false; leftEarly, madeUp: true where it is so
///
/// So points, history, explanations and undoing need no rules of their own.
extension ProgramState {
  /// Appends a fact, and behind it the row that it fills or that it was recorded for.
  func append(_ fact: FactChange, to buffer: inout ChangeBuffer) {
    buffer.changes.append(.fact(fact))
    if var row = scratch.row {
      row.followsFact = true
      buffer.changes.append(.attendance(row))
    } else if let row = filling(fact, buffer) {
      buffer.changes.append(.attendance(row))
    }
  }

  /// The row that a fact fills; nil where it fills none.
  private func filling(_ fact: FactChange, _ buffer: ChangeBuffer) -> AttendanceChange? {
    guard fact.status != .reversed, !fact.object.isNone,
      let set = rulebook.set(at: fact.occurredAt, in: fact.term), set.attendance != nil
    else { return nil }
    let isKnown = fact.verb.index <= names.count(.verb)
    guard
      set.fillsRows(
        isKnown ? fact.verb : .none, text: { word(.verb, fact.verb.rawValue, buffer) })
    else { return nil }
    let object = word(.object, fact.object.rawValue, buffer)
    guard object.utf8.starts(with: SessionTable.word("").utf8) else { return nil }
    let pairs = buffer.text.withBytes(fact.metadata) { Metadata.decode($0) }
    func holds(_ key: String) -> Bool { pairs.contains { $0.key == key && $0.value == "true" } }
    let status: AttendanceStatus =
      holds("late") ? .late : holds("leftEarly") ? .leftEarly : .present
    var minutes: Int32 = -1
    if let value = fact.value, value >= 0 { minutes = Int32(clamping: value) }
    return AttendanceChange(
      learner: fact.learner, session: fact.object, day: fact.day, status: status,
      minutes: minutes, origin: .fact, followsFact: true, at: fact.occurredAt)
  }

  /// A word that the state knows, or that the changes of the fact being decided name.
  private func word(_ kind: NameKind, _ number: UInt32, _ buffer: ChangeBuffer) -> String {
    if Int(number) <= names.count(kind) { return names.word(kind, number) }
    for case .named(let name) in buffer.changes.reversed()
    where name.kind == kind && name.number == number {
      return buffer.text.string(name.text)
    }
    return ""
  }

  /// The rows that go with a fact which is taken back.
  func withdrawals(
    of fact: Position, _ learner: LearnerNumber, by principal: PrincipalNumber
  ) -> AttendanceChange? {
    guard let entry = attendance.entry(of: learner, fact: fact) else { return nil }
    let day = sessions[entry.session]?.day ?? day(at: entry.at)
    return AttendanceChange(
      learner: learner, session: entry.session, day: day, status: .none, origin: entry.origin,
      fact: fact, revision: entry.revision, principal: principal, at: entry.at)
  }

  /// The fact of a person's row; nil where the learner was not there.
  private func fact(
    of row: AttendanceChange, in session: SessionRow, _ buffer: inout ChangeBuffer
  ) throws(Undecided) -> FactChange? {
    guard row.status.isAttended else { return nil }
    let source = try numberNaming(
      .source, Self.attendanceSource, max: Int(UInt16.max), into: &buffer)
    let verb = try numberNaming(
      .verb, definition.attendanceVerb, max: Int(UInt32.max), into: &buffer)
    var pairs = [(key: "late", value: "\(row.status == .late)")]
    if row.status == .leftEarly { pairs.append((key: "leftEarly", value: "true")) }
    if row.status == .madeUp { pairs.append((key: "madeUp", value: "true")) }
    let metadata = Metadata.encode(pairs).withUnsafeBytes { buffer.text.append($0) }
    let id = "\(sessionID(session.object))/\(row.learner.rawValue)/\(row.revision)"
    var (sourceWord, idWord) = (Self.attendanceSource, id)
    let identity = sourceWord.withUTF8 { source in
      idWord.withUTF8 { id in
        FactIdentity.hash(
          secret: hash, program: number, source: UnsafeRawBufferPointer(source),
          id: UnsafeRawBufferPointer(id))
      }
    }
    return FactChange(
      identity: identity, learner: row.learner, source: SourceNumber(rawValue: UInt16(source)),
      id: buffer.text.append(id), verb: VerbNumber(rawValue: verb), object: session.object,
      occurredAt: session.startsAt, day: session.day, isDateOnly: session.isDateOnly,
      status: .counted, value: row.minutes < 0 ? nil : Int64(row.minutes), metadata: metadata,
      group: .none, term: .outside, outcomes: .empty, debtPaid: 0)
  }

  /// The rules of a set that the fact of a row matches.
  private func matches(_ fact: FactChange, _ set: RuleSet, _ buffer: ChangeBuffer) -> UInt64 {
    let verb = definition.attendanceVerb
    let isKnown = fact.verb.index <= names.count(.verb)
    return names.withWord(.object, fact.object.rawValue) { object in
      buffer.text.withBytes(fact.metadata) { metadata in
        set.matches(
          verb: isKnown ? fact.verb : .none, verbText: { verb }, kind: ObjectName.kind(of: object),
          value: fact.value, metadata: metadata)
      }
    }
  }

  /// Appends a row, with its fact where it has one.
  func record(
    _ row: AttendanceChange, in session: SessionRow, log: LearnerLog?,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard var fact = try fact(of: row, in: session, &buffer) else {
      buffer.changes.append(.attendance(row))
      return
    }
    let matches = ruleSet(of: fact.learner, on: fact.day, at: fact.occurredAt).map {
      self.matches(fact, $0, buffer)
    }
    scratch.row = row
    defer { scratch.row = nil }
    try place(&fact, log: log, into: &buffer) { _ in matches ?? 0 }
  }

  /// Appends a row in the place of one that has a fact, and what exchanging their facts moves.
  func exchange(
    _ standing: AttendanceTable.Entry, for row: AttendanceChange, in session: SessionRow,
    log: LearnerLog?, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var known = try facts(of: row.learner, log: log)
    guard let index = known.index(of: standing.fact) else {
      throw .needs(.histories([row.learner]))
    }
    let rows = learners.contextRows(of: row.learner)
    let before = judge(known.facts, rows: rows)
    known.facts[index].status = .reversed
    buffer.changes.append(
      .reversed(
        ReversalChange(
          fact: standing.fact, learner: row.learner, day: known.facts[index].day,
          previous: before.judgements[index].status, cause: .mistake, principal: row.principal)))
    var adding = Adding()
    if try !prepare(row, in: session, to: &adding, &buffer) {
      buffer.changes.append(.attendance(row))
    }
    try append(known, from: before, adding: adding, rows: rows, learner: row.learner, to: &buffer)
  }

  /// Makes a row's fact ready to be added to what a learner has; answers whether it has one.
  func prepare(
    _ row: AttendanceChange, in session: SessionRow, to adding: inout Adding,
    _ buffer: inout ChangeBuffer
  ) throws(Undecided) -> Bool {
    guard let fact = try fact(of: row, in: session, &buffer) else { return false }
    let matches = ruleSet(of: fact.learner, on: fact.day, at: fact.occurredAt).map {
      self.matches(fact, $0, buffer)
    }
    adding.facts.append((fact, matches ?? 0, row))
    return true
  }
}
