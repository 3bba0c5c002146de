/// The difference between two judgements of a learner's facts, as changes.
extension ProgramState {
  /// Pays a fact that only the learner's whole log can place, and moves what its coming moves.
  func payFromHistory(
    _ fact: inout FactChange, matches: UInt64, log: LearnerLog?, _ buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var known = try facts(of: fact.learner, log: log)
    let rows = learners.contextRows(of: fact.learner)
    let before = judge(known.facts, rows: rows)
    let place = insert(fact, matches: matches, into: &known, buffer.text)
    let after = judge(known.facts, rows: rows)

    let start = buffer.outcomes.count
    buffer.outcomes.append(contentsOf: after.judgements[place].outcomes)
    fact.outcomes = Run(start: UInt32(start), count: UInt32(buffer.outcomes.count - start))
    known.facts.remove(at: place)
    var others = after.judgements
    others.remove(at: place)
    let moves = moves(known.facts, from: before.judgements, to: others, learner: fact.learner)
    try finish(&fact, moves: moves, &buffer)
    append(from: before.recognition, to: after.recognition, learner: fact.learner, to: &buffer)
  }

  /// Puts a new fact into its place among a learner's facts.
  func insert(
    _ fact: FactChange, matches: UInt64, into known: inout LearnerFacts, _ text: ByteArena
  ) -> Int {
    let place =
      known.facts.firstIndex { mate in
        known.text.withBytes(mate.id) { a in
          text.withBytes(fact.id) { b in
            comesBefore((fact.occurredAt, fact.source, b), (mate.occurredAt, mate.source, a))
          }
        }
      } ?? known.facts.count
    var new = HistoryFact(
      position: .none, occurredAt: fact.occurredAt, day: fact.day, source: fact.source,
      id: text.withBytes(fact.id) { known.text.append($0) }, object: fact.object,
      value: fact.value, matches: matches,
      ruleSet: rulebook.index(at: fact.occurredAt) ?? -1, status: fact.status)
    if rulebook.kept[fact.term] != nil {
      // The roster does not change here: it is judged in this term only.
      let set = rulebook.set(at: fact.occurredAt, in: fact.term)
      new.kept = [Rulebook.KeptVersion(term: fact.term, set: set, matches: matches)]
    }
    known.facts.insert(new, at: place)
    return place
  }

  /// The payments that two judgements of the same facts make differently.
  func moves(
    _ facts: [HistoryFact], from before: [Judgement], to after: [Judgement],
    learner: LearnerNumber
  ) -> [Move] {
    var moves: [Move] = []
    for (index, fact) in facts.enumerated() {
      let (old, new) = (before[index], after[index])
      func move(_ rule: RuleNumber, _ points: Int64, _ judgement: Judgement) {
        guard points != 0 else { return }
        moves.append(
          Move(
            fact: fact.position, learner: learner, rule: rule, day: fact.day,
            group: judgement.group, term: judgement.term, points: points))
      }
      let isSamePlace = old.group == new.group && old.term == new.term
      for outcome in old.outcomes {
        let now = new.outcomes.first { $0.rule == outcome.rule }?.points ?? 0
        if isSamePlace {
          move(outcome.rule, now - outcome.points, old)
        } else {
          move(outcome.rule, -outcome.points, old)
          move(outcome.rule, now, new)
        }
      }
      for outcome in new.outcomes where !old.outcomes.contains(where: { $0.rule == outcome.rule }) {
        move(outcome.rule, outcome.points, new)
      }
    }
    return moves
  }

  /// Appends the difference between two worlds of a learner: contexts, moves and windows.
  ///
  /// What is taken back though it was spent is written off, or becomes debt where `owes`. The whole
  /// difference settles at once, on its last move, because points that only move were never spent.
  /// `balance` is what the learner has after changes that came before in the buffer; `others` are moves
  /// of what is no fact; `new` are facts that come in the same breath, judged in `after` already. A
  /// recompute needs no room: an account could hold twice what it may. `floor` makes what gives back a
  /// loss, of so many points and the first day that loses some; it settles with the difference, as if
  /// neither had been.
  func append(
    _ facts: [HistoryFact], from before: Judged, to after: Judged, learner: LearnerNumber,
    cause: MoveCause, owes: Bool = false, balance: Purse? = nil, with others: [Move] = [],
    adding new: [(fact: FactChange, row: AttendanceChange)] = [],
    floor: ((Int64, LocalDay) -> GrantChange)? = nil, to buffer: inout ChangeBuffer
  ) throws(Undecided) {
    for (index, fact) in facts.enumerated() {
      let (old, new) = (before.judgements[index], after.judgements[index])
      guard new.status != .reversed else { continue }
      if old.status != new.status || old.group != new.group || old.term != new.term {
        buffer.changes.append(
          .context(
            FactContextChange(
              fact: fact.position, learner: learner, day: fact.day, previous: old.status,
              status: new.status, group: new.group, term: new.term)))
      }
    }
    let moves =
      others + moves(facts, from: before.judgements, to: after.judgements, learner: learner)
    let coming = new.map { move(of: $0.fact, buffer) }
    if cause != .recompute { _ = try netOfMoves(moves + coming, learner: learner) }
    if let day = (coming + moves).last?.day {
      var purse = balance ?? purse(of: learner)
      for move in moves + coming where !move.isSpent { purse.add(move.points, of: move.term) }
      let kept = moves.loss.flatMap { loss in floor.map { $0(loss.points, loss.day) } }
      if let kept { purse.add(kept.posting.points, of: kept.term) }
      let settled = purse.settle(owes: owes, on: day)
      appendNew(new, coming, paying: moves.isEmpty ? -settled.posting.debt : 0, to: &buffer)
      for move in moves.dropLast() {
        append(move, posting: Posting(points: move.points), cause: cause, to: &buffer)
      }
      if let last = moves.last {
        var posting = settled.posting
        posting.points = last.points
        append(last, posting: posting, cause: cause, to: &buffer)
      }
      if let kept { buffer.changes.append(.granted(kept)) }
      for lot in settled.lots { buffer.changes.append(.lot(lot)) }
    }
    appendWindows(from: before.windows, to: after.windows, learner: learner, to: &buffer)
    append(from: before.recognition, to: after.recognition, learner: learner, to: &buffer)
  }

  /// Appends the difference between two walks: windows, and badges and quests that came, moved or went.
  func append(
    from before: RecognitionWalk, to after: RecognitionWalk, learner: LearnerNumber,
    to buffer: inout ChangeBuffer
  ) {
    guard !before.folds.isEmpty || !after.folds.isEmpty else { return }
    let numbers = Set(before.standings.keys).union(after.standings.keys).sorted()
    let kept = numbers.filter { number in
      rulebook.recognition(number)?.isSticky == true
        && allTime.windows.fold(learner, number, .none).largest
          > after.standings[number]?.stage ?? 0
    }
    appendWindows(
      from: before.folds, to: after.folds, except: kept, learner: learner, to: &buffer)
    for number in numbers
    where before.standings[number] != after.standings[number] && !kept.contains(number) {
      let standing = after.standings[number]
      buffer.changes.append(
        .recognized(
          RecognitionChange(
            learner: learner, recognition: number, stage: UInt16(standing?.stage ?? 0),
            fact: standing?.fact ?? .none, day: standing?.day ?? day(at: clock))))
    }
  }

  /// What a new fact pays, as a move from nowhere.
  private func move(of fact: FactChange, _ buffer: ChangeBuffer) -> Move {
    let points = buffer.outcomes[fact.outcomes.range].reduce(0) { $0 &+ $1.points }
    return Move(
      fact: .none, learner: fact.learner, rule: .none, day: fact.day, group: fact.group,
      term: fact.term, points: points)
  }

  /// Appends new facts with their rows; they pay off so much debt together.
  private func appendNew(
    _ new: [(fact: FactChange, row: AttendanceChange)], _ coming: [Move], paying debt: Int64,
    to buffer: inout ChangeBuffer
  ) {
    var debt = debt
    for (index, added) in new.enumerated() {
      var fact = added.fact
      fact.debtPaid = min(debt, coming[index].points)
      debt -= fact.debtPaid
      tellExpiry(of: fact, in: &buffer)
      scratch.row = added.row
      append(fact, to: &buffer)
    }
    scratch.row = nil
  }

  /// What moves add up to; refuses what the learner's account or a group could not hold.
  ///
  /// Only the difference needs room: what one fact loses makes room for what another gains.
  func netOfMoves(_ moves: [Move], learner: LearnerNumber) throws(Undecided) -> Int64 {
    var net: Int64 = 0
    var netOfGroups: [GroupNumber: Int64] = [:]
    // Losses first, which can not exceed what is there; so a sum only overflows if there is no room.
    for move in moves.filter({ $0.points < 0 }) + moves.filter({ $0.points > 0 }) {
      let (sum, overflow) = net.addingReportingOverflow(move.points)
      net = overflow ? .max : sum
      let ofGroup = netOfGroups[move.group, default: 0].addingReportingOverflow(move.points)
      netOfGroups[move.group] = ofGroup.overflow ? .max : ofGroup.partialValue
    }
    if net > 0 { try checkRoom(for: net, learner: learner, group: .none) }
    for (group, net) in netOfGroups where net > 0 && !group.isNone {
      try checkRoom(for: net, in: group)
    }
    return net
  }

  func appendWindows(
    from before: [WindowKey: WindowFold], to after: [WindowKey: WindowFold],
    except kept: [RuleNumber] = [], learner: LearnerNumber, to buffer: inout ChangeBuffer
  ) {
    let keys = Set(before.keys).union(after.keys).sorted { left, right in
      (left.rule, left.period, left.object) < (right.rule, right.period, right.object)
    }
    for key in keys
    where before[key] != after[key] && !isClosed(key.period) && !kept.contains(key.rule) {
      buffer.changes.append(
        .window(
          WindowChange(learner: learner, key: key, fold: after[key] ?? .empty)))
    }
  }
}
