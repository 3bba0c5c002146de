/// Decides one fact: what it is, whom it concerns, what its rules pay (rules.md §1–§3).
///
/// A fact that comes in canonical order is paid from the folds of its windows, in constant time. One
/// that comes out of order on an open day is decided against the day's sheet; one of a closed day, or
/// of a window that reaches into closed days, against the learner's log. All give what `judge` gives.
extension ProgramState {
  /// The most facts that may wait for the roster.
  public static let pendingMax = 100_000
  /// How far ahead of the wall clock a fact may lie.
  public static let futureMax: Int64 = 5 * Instant.microsecondsPerMinute

  /// Decides a fact whose identity is new, and appends its changes.
  ///
  /// `wasReversed` tells that its reversal came first. Refusals come in this order:
  /// `amount_too_large` for its value, `fact_in_future`, `limit_reached`, `busy`, `amount_too_large`
  /// for what it would pay.
  public func decide(
    _ input: FactInput, in text: ByteArena, wall: Instant, wasReversed: Bool = false,
    log: LearnerLog? = nil, into buffer: inout ChangeBuffer
  ) throws(Undecided) {
    try check(input, wall: wall)
    try checkRecomputed(input, in: text)
    let occurredAt = instant(of: input.time)
    let mark = buffer.mark
    do {
      var fact = try name(input, in: text, occurredAt: occurredAt, into: &buffer)
      fact.status = wasReversed ? .reversed : .counted
      if fact.isDateOnly {
        let cohort = learners.context(of: fact.learner, on: fact.day).cohort
        try checkNeedsNoTime(
          input, in: text, at: occurredAt, term: term(on: fact.day, cohort: cohort))
      }
      try place(&fact, log: log, into: &buffer) { matches(of: input, text, $0) }
    } catch {
      buffer.roll(back: mark)
      throw error
    }
  }

  /// Refuses what can be refused without looking at the learner.
  public func check(_ input: FactInput, wall: Instant) throws(Undecided) {
    if let value = input.value, value.magnitude > FactInput.valueMax.magnitude {
      throw .refused(
        Refusal(
          .amountTooLarge, field: "value",
          "The value is beyond ±\(FactInput.valueMax); send it in a larger unit."))
    }
    guard version > 0 else {
      throw .refused(
        Refusal(.notFound, field: "program", "Apply a program definition first (program.apply)."))
    }
    if instant(of: input.time) > wall.advanced(byMicroseconds: Self.futureMax) {
      throw .refused(
        Refusal(
          .factInFuture, field: "occurredAt",
          "The fact lies more than 5 minutes ahead of the server's clock; check the source's clock."
        ))
    }
  }

  /// Asks for the log of a learner to whom a running recompute has not come.
  private func checkRecomputed(_ input: FactInput, in text: ByteArena) throws(Undecided) {
    guard recomputing != nil else { return }
    let learner = text.withBytes(input.learner) {
      learners.number(of: $0, hash: input.learnerHash)
    }
    guard let learner, awaitsRecompute(learner) else { return }
    throw .needs(.histories([learner]))
  }

  /// The instant a source means.
  public func instant(of time: FactTime) -> Instant {
    switch time {
    case .instant(let instant): return instant
    case .local(let microseconds): return zone.instant(ofLocal: microseconds)
    case .day(let day): return firstInstant(of: day)
    }
  }

  /// Looks up the words of a fact, giving numbers to new ones.
  private func name(
    _ input: FactInput, in text: ByteArena, occurredAt: Instant, into buffer: inout ChangeBuffer
  ) throws(Undecided) -> FactChange {
    var isDateOnly = false
    if case .day = input.time { isDateOnly = true }
    let source = try number(.source, input.source, input.sourceHash, text, &buffer)
    let verb = try number(.verb, input.verb, input.verbHash, text, &buffer)
    let object =
      input.object.isEmpty
      ? 0 : try number(.object, input.object, input.objectHash, text, &buffer)
    let learner = text.withBytes(input.learner) {
      learners.number(of: $0, hash: input.learnerHash)
    }
    let newLearner =
      learner == nil
      ? LearnerNumber(rawValue: UInt32(learners.count + 1)) : .none
    if !newLearner.isNone {
      try checkRoomForLearner()
      let externalID = text.withBytes(input.learner) { buffer.text.append($0) }
      buffer.changes.append(
        .learner(LearnerChange(learner: newLearner, externalID: externalID)))
    }
    return FactChange(
      identity: input.identity, learner: learner ?? newLearner,
      source: SourceNumber(rawValue: UInt16(source)),
      id: text.withBytes(input.id) { buffer.text.append($0) },
      verb: VerbNumber(rawValue: verb), object: ObjectNumber(rawValue: object),
      occurredAt: occurredAt, day: day(at: occurredAt), isDateOnly: isDateOnly,
      status: .counted, value: input.value,
      metadata: text.withBytes(input.metadata) { buffer.text.append($0) }, group: .none,
      term: .outside, outcomes: .empty, debtPaid: 0)
  }

  private func number(
    _ kind: NameKind, _ word: TextRef, _ hash: UInt64, _ text: ByteArena,
    _ buffer: inout ChangeBuffer
  ) throws(Undecided) -> UInt32 {
    if let known = text.withBytes(word, { names.number(kind, $0, hash: hash) }) { return known }
    let number = UInt32(names.count(kind) + 1)
    try checkRoomForName(of: kind)
    if kind == .source {
      guard number <= UInt32(UInt16.max) else {
        throw .refused(
          Refusal(.limitReached, field: "source", "A program has at most 65,535 sources."))
      }
      text.withBytes(word) { scratch.newSource = ContiguousArray($0) }
    }
    buffer.changes.append(
      .named(
        NameChange(
          kind: kind, number: number, text: text.withBytes(word) { buffer.text.append($0) })))
    return number
  }

  /// Refuses a new word of a kind whose texts are used up: ids that are drawn anew for every fact.
  func checkRoomForName(of kind: NameKind) throws(Undecided) {
    guard names[kind].isFull else { return }
    throw .refused(
      Refusal(.limitReached, field: "\(kind)", "The names of this kind take 4 GiB; no more fit."))
  }

  /// Refuses a new learner, or a name, where their texts are used up.
  func checkRoomForLearner() throws(Undecided) {
    guard learners.isFull else { return }
    throw .refused(
      Refusal(.limitReached, field: "learner", "The learners' names take 4 GiB; no more fit."))
  }

  /// Refuses a fact of an open day whose ids are used up.
  private func checkRoomOnSheet(of fact: FactChange) throws(Undecided) {
    guard openPeriods(day: fact.day, term: fact.term).dayPeriod?.sheets.text.isFull == true else {
      return
    }
    throw .refused(
      Refusal(
        .limitReached, field: "id", "The facts of \(fact.day) take 4 GiB; no more fit in a day."))
  }

  /// Finds what a named fact counts for, pays it and appends it.
  ///
  /// `matches` tells the rules of a set that its own content matches.
  func place(
    _ fact: inout FactChange, log: LearnerLog?, into buffer: inout ChangeBuffer,
    matches: (RuleSet) -> UInt64
  ) throws(Undecided) {
    let context = learners.context(of: fact.learner, on: fact.day)
    fact.group = context.scoringGroup
    fact.term = term(on: fact.day, cohort: context.cohort)
    try checkRoomOnSheet(of: fact)
    guard context.isOnRoster else {
      if fact.status == .counted {
        guard pendingCount < Self.pendingMax else {
          throw .refused(
            Refusal(
              .busy, field: "learner",
              "\(Self.pendingMax) facts wait for the roster; import it, then send this again."))
        }
        fact.status = .pending
      }
      append(fact, to: &buffer)
      return
    }
    guard let set = rulebook.set(at: fact.occurredAt, in: fact.term) else {
      append(fact, to: &buffer)
      return
    }
    scratch.begin()
    try pay(&fact, matches: matches(set), set: set, context: context, log: log, &buffer)
  }

  /// The rules and signals of a set that a fact's own content matches.
  func matches(of input: FactInput, _ text: ByteArena, _ set: RuleSet) -> UInt64 {
    // A new verb or object has its number only once the changes are applied: match by its text.
    let verb = text.withBytes(input.verb) { names.number(.verb, $0, hash: input.verbHash) }
    return text.withBytes(input.object) { object in
      text.withBytes(input.metadata) { metadata in
        set.matches(
          verb: VerbNumber(rawValue: verb ?? 0), verbText: { text.string(input.verb) },
          kind: ObjectName.kind(of: object), value: input.value, metadata: metadata)
      }
    }
  }

  /// Pays a fact and moves what its coming moves.
  private func pay(
    _ fact: inout FactChange, matches: UInt64, set: RuleSet, context: Context, log: LearnerLog?,
    _ buffer: inout ChangeBuffer
  ) throws(Undecided) {
    let start = buffer.outcomes.count
    let order = orderOnSheet(fact, buffer.text)
    var rest = matches & set.ruleBits
    while rest != 0 {
      let rule = set.rules[rest.trailingZeroBitCount]
      rest &= rest &- 1
      guard rule.accepts(context) else { continue }
      guard
        let outcome = outcomeInOrder(fact, rule: rule, order: order)
          ?? outcomeOnSheet(fact, rule: rule, order: order, buffer.text)
      else {
        buffer.outcomes.removeSubrange(start...)
        try payFromHistory(&fact, matches: matches, log: log, &buffer)
        return
      }
      buffer.outcomes.append(outcome)
    }
    var walk = RecognitionWalk()
    let signals = fact.status == .counted ? set.signals(in: matches) : 0
    if signals != 0 {
      guard
        let paid = recognizeInOrder(
          fact, signals: signals, set: set, context: context, order: order, walk: &walk)
      else {
        buffer.outcomes.removeSubrange(start...)
        try payFromHistory(&fact, matches: matches, log: log, &buffer)
        return
      }
      buffer.outcomes.append(contentsOf: paid)
    }
    fact.outcomes = Run(start: UInt32(start), count: UInt32(buffer.outcomes.count - start))
    try finish(&fact, moves: scratch.moves, &buffer)
    append(from: RecognitionWalk(), to: walk, learner: fact.learner, to: &buffer)
  }

  /// Settles what a fact and the moves it causes come to, and appends both.
  ///
  /// Only what all of it adds up to needs room and pays debt: points that move were there before. A day
  /// that joins two runs can also cost: what was spent of that is written off, on the last move. What is
  /// paid for a lot that has expired says so, and pays off no debt.
  func finish(
    _ fact: inout FactChange, moves: some BidirectionalCollection<Move>,
    _ buffer: inout ChangeBuffer
  ) throws(Undecided) {
    var total: Int64 = 0
    for outcome in buffer.outcomes[fact.outcomes.range] {
      let (sum, overflow) = total.addingReportingOverflow(outcome.points)
      total = overflow ? .max : sum
    }
    var net = total
    if !moves.isEmpty {
      let own = Move(
        fact: .none, learner: fact.learner, rule: .none, day: fact.day, group: fact.group,
        term: fact.term, points: total)
      net = try netOfMoves(Array(moves) + [own], learner: fact.learner)
    } else if total > 0 {
      try checkRoom(for: total, learner: fact.learner, group: fact.group)
    }
    var settled = Purse.Settlement()
    if lots.isEmpty {
      if net != 0 { settled.posting = learners[fact.learner].accounts.posting(of: net) }
    } else {
      settled = settle(fact, total, moves, &buffer)
    }
    fact.debtPaid = min(-settled.posting.debt, total)
    append(fact, to: &buffer)
    for move in moves.dropLast() {
      append(move, posting: Posting(points: move.points), cause: .earlierFact, to: &buffer)
    }
    if let last = moves.last {
      let posting = Posting(
        points: last.points, debt: settled.posting.debt + fact.debtPaid,
        writtenOff: settled.posting.writtenOff)
      append(last, posting: posting, cause: .earlierFact, to: &buffer)
    }
    for lot in settled.lots { buffer.changes.append(.lot(lot)) }
  }

  /// Settles a fact with its moves where points may belong to a lot; what is paid for one that has
  /// expired is told to be.
  private func settle(
    _ fact: FactChange, _ total: Int64, _ moves: some Collection<Move>,
    _ buffer: inout ChangeBuffer
  ) -> Purse.Settlement {
    tellExpiry(of: fact, in: &buffer)
    guard total != 0 || !moves.isEmpty else { return Purse.Settlement() }
    var purse = purse(of: fact.learner)
    purse.add(total, of: fact.term)
    for move in moves { purse.add(move.points, of: move.term) }
    return purse.settle(on: fact.day)
  }

  /// Tells of what is paid for a lot that has expired that it is.
  func tellExpiry(of fact: FactChange, in buffer: inout ChangeBuffer) {
    guard isExpired(fact.term) else { return }
    for index in fact.outcomes.range where buffer.outcomes[index].reason == .paid {
      buffer.outcomes[index].reason = .lotExpired
    }
  }

  /// Refuses points that an account or a board could not hold.
  func checkRoom(for points: Int64, learner: LearnerNumber, group: GroupNumber) throws(Undecided) {
    let fullest = max(
      learners[learner].accounts.earned, allTime.learnerScores[learner.index])
    try checkRoom(for: points, beside: fullest)
    try checkRoom(for: points, in: group)
  }

  /// Refuses points that a group could not hold.
  public func checkRoom(for points: Int64, in group: GroupNumber) throws(Undecided) {
    try checkRoom(for: points, beside: group.isNone ? 0 : allTime.groupScores[group.index])
  }

  private func checkRoom(for points: Int64, beside fullest: Int64) throws(Undecided) {
    guard points > Accounts.amountMax - fullest else { return }
    throw .refused(
      Refusal(
        .amountTooLarge, field: "value",
        "The points would exceed what an account can hold; lower the value or the rule's points."))
  }

  func append(
    _ move: Move, posting: Posting, cause: MoveCause, to buffer: inout ChangeBuffer
  ) {
    buffer.changes.append(
      .moved(
        MoveChange(
          fact: move.fact, learner: move.learner, rule: move.rule, day: move.day,
          group: move.group, term: move.term, posting: posting,
          cause: cause)))
  }
}
