/// What a caller says of a learner: who it is, and what is true from a day to a day.
public struct LearnerRecord: Hashable, Sendable {
  /// The id the organisation uses.
  public var id: String
  /// The name people read; nil leaves it as it is.
  public var name: String?
  /// The alias boards show; nil leaves it as it is.
  public var alias: String?
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

  /// Says what is true of a learner.
  public init(
    id: String, name: String? = nil, alias: String? = nil, from: LocalDay? = nil,
    to: LocalDay? = nil, isRoster: Bool = true, cohort: String? = nil, tier: String? = nil,
    flags: LearnerFlags? = nil, group: String? = nil, leads: Bool = false
  ) {
    self.id = id
    self.name = name
    self.alias = alias
    self.from = from
    self.to = to
    self.isRoster = isRoster
    self.cohort = cohort
    self.tier = tier
    self.flags = flags
    self.group = group
    self.leads = leads
  }
}

extension ProgramState {
  /// Decides what is true of a learner, and what that changes for facts already recorded.
  ///
  /// Saying again what is known changes nothing. A row of the past re-decides the learner's facts.
  public func decide(
    _ record: LearnerRecord, log: LearnerLog? = nil, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    if let from = record.from, let to = record.to, to < from {
      throw .refused(Refusal(.invalid, field: "to", "The last day lies before the first."))
    }
    let known = learnerNumber(record.id)
    let learner = known ?? LearnerNumber(rawValue: UInt32(learners.count + 1))
    let mark = buffer.mark
    if known == nil {
      buffer.changes.append(
        .learner(LearnerChange(learner: learner, externalID: buffer.text.append(record.id))))
    }
    appendName(record, learner: learner, to: &buffer)
    do {
      let row = try contextRow(record, into: &buffer)
      var rows = learners.contextRows(of: learner)
      guard !row.speaksOf.isEmpty, !rows.alreadySay(row) else { return }
      buffer.changes.append(.row(ContextRowChange(learner: learner, row: row)))
      guard row.first <= learners[learner].lastDay else { return }
      let facts = try facts(of: learner, log: log).facts
      let before = judge(facts, rows: rows)
      rows.add(row)
      let after = judge(facts, rows: rows)
      try append(facts, from: before, to: after, learner: learner, cause: .roster, to: &buffer)
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  /// The number of a learner's external id; nil where it is not known.
  public func learnerNumber(_ externalID: String) -> LearnerNumber? {
    var id = externalID
    return id.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      return learners.number(of: raw, hash: hash.hash64(raw))
    }
  }

  private func appendName(
    _ record: LearnerRecord, learner: LearnerNumber, to buffer: inout ChangeBuffer
  ) {
    let isKnown = learner.index <= learners.count
    let name = record.name ?? (isKnown ? learners.name(learner) : "")
    let alias = record.alias ?? (isKnown ? learners.alias(learner) : "")
    let standing = isKnown ? (learners.name(learner), learners.alias(learner)) : ("", "")
    guard (name, alias) != standing else { return }
    buffer.changes.append(
      .learnerNamed(
        LearnerNameChange(
          learner: learner, name: buffer.text.append(name), alias: buffer.text.append(alias))))
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
    return row
  }
}
