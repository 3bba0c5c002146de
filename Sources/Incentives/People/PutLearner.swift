/// What a caller says of a learner: who it is, and what is true from a day to a day.
public struct LearnerRecord: Hashable, Sendable {
  /// The id the organisation uses.
  public var id: String
  /// The name people read; nil leaves it as it is.
  public var name: String?
  /// The alias boards show; nil leaves it as it is.
  public var alias: String?
  /// The number the organisation knows the learner by beside the id; nil leaves it, empty takes it away.
  public var rollNumber: String?
  /// The first local day the row holds; nil means since ever.
  public var from: LocalDay?
  /// The last local day the row holds; nil means without end.
  public var to: LocalDay?
  /// Whether the row puts the learner on the roster; a mere membership does not.
  public var isRoster: Bool
  /// The cohort; nil leaves it as it is.
  public var cohort: String?
  /// The tier; nil leaves it as it is.
  public var tier: String?
  /// The flags; nil leaves them as they are.
  public var flags: LearnerFlags?
  /// The group; nil leaves it as it is, an empty text means none.
  public var group: String?
  /// Whether the learner leads the group.
  public var leads: Bool
  /// Whether name and work may be published; nil leaves it as it is.
  public var publish: Bool?

  /// Says what is true of a learner.
  public init(
    id: String, name: String? = nil, alias: String? = nil, rollNumber: String? = nil,
    from: LocalDay? = nil, to: LocalDay? = nil, isRoster: Bool = true, cohort: String? = nil,
    tier: String? = nil,
    flags: LearnerFlags? = nil, group: String? = nil, leads: Bool = false,
    publish: Bool? = nil
  ) {
    self.id = id
    self.name = name
    self.alias = alias
    self.rollNumber = rollNumber
    self.from = from
    self.to = to
    self.isRoster = isRoster
    self.cohort = cohort
    self.tier = tier
    self.flags = flags
    self.group = group
    self.leads = leads
    self.publish = publish
  }

  /// Whether it says what the learner is called.
  var saysNames: Bool { name != nil || alias != nil || rollNumber != nil }

  /// Whether it says anything beside who the learner is.
  public var saysMoreThanNames: Bool {
    from != nil || to != nil || cohort != nil || tier != nil || flags != nil || group != nil
      || publish != nil
  }
}

extension Refusal {
  /// The refusal of a number that somebody else has.
  public static func numberTaken(_ text: String) -> Refusal {
    Refusal(
      .numberTaken, field: "number",
      "Another learner has the number \(text); learner.find tells who. Take it away there first.")
  }
}

extension ProgramState {
  /// Decides what is true of a learner, and what that changes for facts already recorded.
  ///
  /// Saying again what is known changes nothing. A row of the past re-decides the learner's facts and
  /// moves grants to the group of their day. Refuses `invalid_params` for days that can not be and for
  /// an end that would end nothing, `number_taken`, `amount_too_large`, `limit_reached`.
  public func decide(
    _ record: LearnerRecord, log: LearnerLog? = nil, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    try decide([record], log: log, into: &buffer)
  }

  /// Decides several records of one learner at once: the sums are those of deciding them one by one.
  public func decide(
    _ records: [LearnerRecord], log: LearnerLog? = nil, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard let id = records.first?.id else { return }
    precondition(records.allSatisfy { $0.id == id }, "the records are of one learner")
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    let known = learnerNumber(id)
    let learner = known ?? LearnerNumber(rawValue: UInt32(learners.count + 1))
    let mark = buffer.mark
    do throws(Undecided) {
      if known == nil || records.contains(where: \.saysNames) {
        try checkRoomForLearner()
      }
      if known == nil {
        buffer.changes.append(
          .learner(LearnerChange(learner: learner, externalID: buffer.text.append(id))))
      }
      var names = (name: "", alias: "", rollNumber: "")
      if let known {
        names = (learners.name(known), learners.alias(known), learners.rollNumber(known))
      }
      var rows = known.map { learners.contextRows(of: $0) } ?? ContextRows()
      var new: [ContextRow] = []
      for record in records {
        try check(record, in: known == nil ? nil : rows)
        try append(names: &names, of: record, learner: learner, to: &buffer)
        let row = try contextRow(record, into: &buffer)
        guard !row.speaksOf.isEmpty, !rows.alreadySay(row) else { continue }
        rows.add(row)
        new.append(row)
      }
      if !new.isEmpty { try append(new, of: learner, cause: .roster, log: log, into: &buffer) }
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  /// Refuses days that can not be.
  private func check(_ record: LearnerRecord, in rows: ContextRows?) throws(Undecided) {
    if let from = record.from, let to = record.to, to < from {
      throw .refused(Refusal(.invalid, field: "to", "The last day lies before the first."))
    }
    if let rows { try checkEnd(record, in: rows) }
  }

  /// Appends new rows of a learner, and what they change for facts and grants already there.
  ///
  /// The facts are judged once, before all rows and after all of them.
  func append(
    _ new: [ContextRow], of learner: LearnerNumber, cause: MoveCause, log: LearnerLog?,
    into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let standing = learners.contextRows(of: learner)
    var rows = standing
    for row in new {
      buffer.changes.append(.row(ContextRowChange(learner: learner, row: row)))
      rows.add(row)
    }
    let lastDay = learners[learner].lastDay
    guard new.contains(where: { $0.first <= lastDay }) else { return }
    let facts = try facts(of: learner, log: log).facts
    let before = judge(facts, rows: standing)
    // Only the log knows for which days grants are.
    if log?.learner != learner, learners[learner].grants > 0 {
      throw .needs(.histories([learner]))
    }
    let grants = log?.learner == learner ? log.map { grantMoves(in: $0, to: rows) } : nil
    try append(
      facts, from: before, to: judge(facts, rows: rows), learner: learner, cause: cause,
      with: grants ?? [], to: &buffer)
  }

  /// Refuses the end of a stay whose beginning is missing: since ever, it would not end what began later.
  private func checkEnd(_ record: LearnerRecord, in rows: ContextRows) throws(Undecided) {
    guard record.isRoster, record.from == nil, let to = record.to else { return }
    let standing = rows.rows.last {
      $0.speaksOf.contains(.roster) && $0.first.number > .min && $0.first <= to && to < $0.last
    }
    guard let standing else { return }
    throw .refused(
      Refusal(
        .invalid, field: "from",
        "The learner is on the roster since \(standing.first); send that as `from` to end it."))
  }

  /// The number of a learner's external id; nil where it is not known.
  public func learnerNumber(_ externalID: String) -> LearnerNumber? {
    var id = externalID
    return id.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return learners.number(of: raw, hash: hash.hash64(raw))
    }
  }

  /// The learner who has a number beside the id; nil where nobody has.
  public func holder(ofRollNumber text: String) -> LearnerNumber? {
    guard !text.isEmpty else { return nil }
    var text = text
    return text.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return learners.holder(ofRollNumber: raw, hash: hash.hash64(raw))
    }
  }

  /// Appends what a record calls a learner, if that is new.
  private func append(
    names: inout (name: String, alias: String, rollNumber: String), of record: LearnerRecord,
    learner: LearnerNumber, to buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let said = (
      name: record.name ?? names.name, alias: record.alias ?? names.alias,
      rollNumber: record.rollNumber ?? names.rollNumber
    )
    guard said != names else { return }
    if let holder = holder(ofRollNumber: said.rollNumber), holder != learner {
      throw .refused(.numberTaken(said.rollNumber))
    }
    names = said
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(
          learner: learner, name: buffer.text.append(said.name),
          alias: buffer.text.append(said.alias),
          rollNumber: buffer.text.append(said.rollNumber))))
  }

  private func contextRow(_ record: LearnerRecord, into buffer: inout ChangeBuffer)
    throws(Undecided) -> ContextRow
  {
    var row = ContextRow(
      first: record.from ?? LocalDay(number: .min), last: record.to ?? LocalDay(number: .max),
      speaksOf: record.isRoster ? .roster : [])
    if let cohort = record.cohort {
      row.speaksOf.insert(.cohort)
      row.cohort = CohortNumber(
        rawValue: UInt16(
          try numberNaming(.cohort, cohort, max: Int(UInt16.max), into: &buffer)))
    }
    if let tier = record.tier {
      row.speaksOf.insert(.tier)
      row.tier = TierNumber(
        rawValue: UInt16(try numberNaming(.tier, tier, max: Int(UInt16.max), into: &buffer)))
    }
    if let flags = record.flags {
      row.speaksOf.insert(.flags)
      row.flags = flags.intersection(.offBoards)
    }
    if let group = record.group {
      row.speaksOf.insert(.group)
      if !group.isEmpty {
        row.group = GroupNumber(
          rawValue: try numberNaming(.group, group, max: Int(Int32.max), into: &buffer))
      }
      if record.leads { row.flags.insert(.leader) }
    }
    if let publish = record.publish {
      row.speaksOf.insert(.publish)
      if publish { row.flags.insert(.publish) }
    }
    return row
  }
}
