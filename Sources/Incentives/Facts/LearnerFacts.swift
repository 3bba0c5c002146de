extension ProgramState {
  /// All facts of a learner in canonical order: from open sheets where they hold all, else from the
  /// learner's log.
  ///
  /// Asks for the log where a day of the learner has closed and none was given, and of a learner to
  /// whom a recompute has not come: who fetched it puts that right before anything else is decided.
  func facts(of learner: LearnerNumber, log: LearnerLog?) throws(Undecided) -> LearnerFacts {
    if awaitsRecompute(learner) { throw .needs(.histories([learner])) }
    if let log, log.learner == learner { return facts(from: log, by: rulebook) }
    let row = learners[learner]
    guard row.firstDay <= row.lastDay else { return LearnerFacts() }
    guard row.firstDay > closedThrough, !hasStaleSheets(learner) else {
      throw .needs(.histories([learner]))
    }
    return factsOnSheets(of: learner, from: row.firstDay, through: row.lastDay)
  }

  /// The facts of a learner on open days, in canonical order.
  func factsOnSheets(of learner: LearnerNumber, from first: LocalDay, through last: LocalDay)
    -> LearnerFacts
  {
    var found = LearnerFacts()
    for day in openDays(from: first, through: last) {
      guard let open = periods[.day(day)] else { continue }
      let start = found.facts.count
      var here = open.sheets.latest(of: learner)
      while let index = here {
        let fact = open.sheets[index]
        let id = open.sheets.text.withBytes(fact.id) { found.text.append($0) }
        found.facts.append(historyFact(fact, day: day, id: id))
        here = open.sheets.earlier(than: index)
      }
      found.facts[start...].reverse()
    }
    return found
  }

  /// The open days of a span that have facts, ascending.
  func openDays(from first: LocalDay, through last: LocalDay) -> [LocalDay] {
    // The span of a learner who did nothing yet is empty.
    guard first <= last else { return [] }
    if first.days(until: last) < periods.count {
      return (first.number...last.number).map(LocalDay.init(number:))
    }
    return periods.keys.filter { $0.kind == .day }.map { LocalDay(number: $0.index) }
      .filter { first <= $0 && $0 <= last }.sorted()
  }

  func historyFact(_ fact: DaySheets.Fact, day: LocalDay, id: TextRef) -> HistoryFact {
    HistoryFact(
      position: fact.position, occurredAt: fact.occurredAt, day: day, source: fact.source, id: id,
      object: fact.object, value: fact.hasValue ? fact.value : nil,
      matches: fact.matches, ruleSet: rulebook.index(at: fact.occurredAt) ?? -1,
      status: fact.status)
  }

  /// The facts in a learner's log, with what later records say of them and what a rulebook sees in them.
  func facts(from log: LearnerLog, by book: Rulebook) -> LearnerFacts {
    var found = LearnerFacts()
    var indexOf: [Position: Int] = [:]
    for (place, change) in log.buffer.changes.enumerated() {
      switch change {
      case .fact(let fact) where log.concerns(fact.learner):
        let id = log.buffer.text.withBytes(fact.id) { found.text.append($0) }
        indexOf[log.positions[place]] = found.facts.count
        found.facts.append(
          historyFact(
            fact, at: log.positions[place], id: id, in: log.buffer.text, by: book))
      case .reversed(let reversal):
        if let index = indexOf[reversal.fact] { found.facts[index].status = .reversed }
      case .context(let context):
        if let index = indexOf[context.fact] { found.facts[index].status = context.status }
      default: break
      }
    }
    let text = found.text
    found.facts.sort { left, right in
      text.withBytes(left.id) { a in
        text.withBytes(right.id) { b in
          comesBefore((left.occurredAt, left.source, a), (right.occurredAt, right.source, b))
        }
      }
    }
    return found
  }

  private func historyFact(
    _ fact: FactChange, at position: Position, id: TextRef, in text: ByteArena, by book: Rulebook
  ) -> HistoryFact {
    func matches(_ set: RuleSet) -> UInt64 {
      text.withBytes(fact.metadata) {
        self.matches(
          set, verb: fact.verb, object: fact.object, value: fact.value, metadata: $0)
      }
    }
    let set = book.index(at: fact.occurredAt)
    return HistoryFact(
      position: position, occurredAt: fact.occurredAt, day: fact.day, source: fact.source, id: id,
      object: fact.object, value: fact.value, matches: set.map { matches(book.sets[$0]) } ?? 0,
      ruleSet: set ?? -1, status: fact.status,
      kept: book.keptVersions(on: fact.day, at: fact.occurredAt, matching: matches))
  }

  /// The rules of a set that the content of a recorded fact matches.
  func matches(
    _ set: RuleSet, verb: VerbNumber, object: ObjectNumber, value: Int64?,
    metadata: UnsafeRawBufferPointer
  ) -> UInt64 {
    names.withWord(.object, object.rawValue) { word in
      set.matches(
        verb: verb, verbText: { names.word(.verb, verb.rawValue) }, kind: ObjectName.kind(of: word),
        value: value, metadata: metadata)
    }
  }
}

/// How an object is named in a program: its kind, a zero byte, its id.
public enum ObjectName {
  /// The kind; empty where none was given.
  public static func kind(of word: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let zero = word.firstIndex(of: 0) else {
      return UnsafeRawBufferPointer(rebasing: word[0..<0])
    }
    return UnsafeRawBufferPointer(rebasing: word[..<zero])
  }

  /// The id.
  public static func id(of word: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let zero = word.firstIndex(of: 0) else { return word }
    return UnsafeRawBufferPointer(rebasing: word[(zero + 1)...])
  }
}
