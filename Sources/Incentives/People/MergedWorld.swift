/// Two learners before they are one, and the one after: their facts judged apart, and as one set.
struct MergedWorld {
  /// Whose account is given up.
  let old: LearnerNumber
  /// Who has all of it afterwards.
  let survivor: LearnerNumber
  /// The records of both in the order of the log.
  let log: LearnerLog
  /// The facts of both in canonical order.
  let facts: [HistoryFact]
  /// How many of them are the old account's.
  let oldFactCount: Int
  /// What each fact pays where the two are two; with the windows of the survivor.
  let before: ProgramState.Judged
  /// The windows of the old account.
  let oldWindows: [WindowKey: WindowFold]
  /// What the facts pay as one set.
  let after: ProgramState.Judged
  /// What was said of the old account alone, and holds for the survivor from now on.
  let newRows: [ContextRow]
  /// What is true of the survivor then.
  let rows: ContextRows
  private let oldRecords: Set<Position>

  /// Judges both.
  init(
    of oldLog: LearnerLog, and survivorLog: LearnerLog, in state: ProgramState
  ) throws(Undecided) {
    (old, survivor) = (oldLog.learner, survivorLog.learner)
    log = survivorLog.joined(with: oldLog)
    oldRecords = Set(oldLog.positions)
    let (oldRows, standing) = (
      state.learners.contextRows(of: old), state.learners.contextRows(of: survivor)
    )
    newRows = standing.rows(lackingOf: oldRows)
    var rows = standing
    for row in newRows { rows.add(row) }
    self.rows = rows

    let (oldFacts, factsOfSurvivor) = (
      try state.facts(of: old, log: oldLog).facts,
      try state.facts(of: survivor, log: survivorLog).facts
    )
    let (ofOld, ofSurvivor) = (
      state.judge(oldFacts, rows: oldRows), state.judge(factsOfSurvivor, rows: standing)
    )
    var judgements: [Position: ProgramState.Judgement] = [:]
    for (fact, judgement) in zip(oldFacts, ofOld.judgements) {
      judgements[fact.position] = judgement
    }
    for (fact, judgement) in zip(factsOfSurvivor, ofSurvivor.judgements) {
      judgements[fact.position] = judgement
    }
    facts = try state.facts(of: survivor, log: log).facts
    oldFactCount = oldFacts.count
    before = ProgramState.Judged(
      judgements: facts.compactMap { judgements[$0.position] }, windows: ofSurvivor.windows,
      recognition: ofSurvivor.recognition)
    oldWindows = ofOld.windows.merging(ofOld.recognition.folds) { $1 }
    after = state.judge(facts, rows: rows)
  }

  /// Whether a record was the old account's.
  func isOld(_ record: Position) -> Bool { oldRecords.contains(record) }
}

extension LearnerLog {
  /// The records of this learner and of another, as one log in its order.
  func joined(with other: LearnerLog) -> LearnerLog {
    var whole = LearnerLog(
      learner: learner, alsoKnown: alsoKnown + other.alsoKnown + [other.learner], positions: [],
      buffer: ChangeBuffer(), times: [])
    var (left, right) = (0, 0)
    while left < positions.count || right < other.positions.count {
      let takesLeft =
        right == other.positions.count
        || left < positions.count && positions[left] < other.positions[right]
      let (log, place) = takesLeft ? (self, left) : (other, right)
      whole.absorb(
        log.buffer.changes[place], at: log.positions[place], in: log.buffer, time: log.times[place])
      if takesLeft { left += 1 } else { right += 1 }
    }
    return whole
  }
}

extension ContextRows {
  /// Rows that say what other rows say, on the days on which these say nothing of the matter.
  ///
  ///     these      A ──────┤        ├──── B
  ///     others     ├─────────── C ─────────────▶
  ///     rows               ├── C ──┤
  func rows(lackingOf others: ContextRows) -> [ContextRow] {
    var new: [ContextRow] = []
    for matter in ContextRow.Attributes.each {
      for row in others.parts(of: matter, beside: self) {
        let twin = new.firstIndex { $0.first == row.first && $0.last == row.last }
        if let twin { new[twin].say(row) } else { new.append(row) }
      }
    }
    return new.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
  }

  /// What these rows say of a matter on the days on which others are silent, in as few rows as can be.
  private func parts(
    of matter: ContextRow.Attributes, beside others: ContextRows
  ) -> [ContextRow] {
    let days = Set(ends(of: matter) + others.ends(of: matter)).sorted()
    var parts: [ContextRow] = []
    var before: ContextRow?
    for (index, day) in days.enumerated() {
      let isSaid = others.row(sayingOf: matter, on: day) != nil
      let standing = isSaid ? nil : row(sayingOf: matter, on: day)
      defer { before = standing }
      guard let standing else { continue }
      let last = index + 1 < days.count ? days[index + 1].previous : LocalDay(number: .max)
      if standing == before {
        parts[parts.count - 1].last = last
      } else {
        parts.append(standing.only(matter, from: day, to: last))
      }
    }
    return parts
  }

  /// The days on which what is said of a matter may change.
  private func ends(of matter: ContextRow.Attributes) -> [LocalDay] {
    rows.filter { $0.speaksOf.contains(matter) && $0.first <= $0.last }.flatMap { row in
      row.last.number < .max ? [row.first, row.last.next] : [row.first]
    }
  }

  /// The row that says a matter on a day; nil where none does.
  private func row(sayingOf matter: ContextRow.Attributes, on day: LocalDay) -> ContextRow? {
    rows.filter { $0.speaksOf.contains(matter) && $0.first <= day && day <= $0.last }
      .max { $0.first < $1.first }
  }
}

extension ContextRow.Attributes {
  /// Each matter by itself.
  static let each: [ContextRow.Attributes] = [.roster, .cohort, .tier, .flags, .group]
}

extension ContextRow {
  /// What the row says of one matter, on some days.
  fileprivate func only(
    _ matter: Attributes, from first: LocalDay, to last: LocalDay
  ) -> ContextRow {
    var row = ContextRow(first: first, last: last, speaksOf: [])
    row.speaksOf = matter
    switch matter {
    case .cohort: row.cohort = cohort
    case .tier: row.tier = tier
    case .flags: row.flags = flags.intersection(.offBoards)
    case .group: (row.group, row.flags) = (group, flags.intersection(.leader))
    default: break
    }
    return row
  }

  /// Says what another row of the same days says of another matter.
  fileprivate mutating func say(_ other: ContextRow) {
    speaksOf.formUnion(other.speaksOf)
    flags.formUnion(other.flags)
    if other.speaksOf.contains(.cohort) { cohort = other.cohort }
    if other.speaksOf.contains(.tier) { tier = other.tier }
    if other.speaksOf.contains(.group) { group = other.group }
  }
}
