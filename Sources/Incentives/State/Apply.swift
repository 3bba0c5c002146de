/// Applies changes to the living state. No rule is asked here: a change says what is.
extension ProgramState {
  /// Applies one change, the record after `position`.
  public func apply(_ change: Change, in buffer: ChangeBuffer) {
    position = position.next
    switch change {
    case .fact(let fact): apply(fact, in: buffer)
    case .moved(let move): apply(move)
    case .window(let change): apply(change)
    case .context(let context): apply(context)
    case .recognized(let recognized):
      learners.rows.update(recognized.learner.index) { $0.lastPosition = position }
    case .badgeDecided(let decided):
      learners.rows.update(decided.learner.index) { $0.lastPosition = position }
    case .reversed(let reversal): apply(reversal)
    case .granted(let grant): apply(grant)
    case .lot(let lot): apply(lot)
    case .named(let name):
      let number = buffer.text.withBytes(name.text) { names.add(name.kind, $0) }
      precondition(number == name.number, "names are numbered in the order of the log")
      if name.kind == .group { addGroup(name, in: buffer) }
      if name.kind == .staff { staff.append(StaffMember()) }
    case .learner(let learner): apply(learner, in: buffer)
    case .learnerNamed(let name): apply(name, in: buffer)
    case .erased(let erasure): apply(erasure)
    case .merged(let merge): apply(merge)
    case .row(let row): apply(row)
    case .rowWithdrawn(let withdrawal): apply(withdrawal)
    case .group(let group):
      groups[group.group.index].join(group.cohort, at: position)
      groups[group.group.index].title = buffer.text.string(group.title)
      groups[group.group.index].isDeclared = true
      dropGroupBoards()
    case .batch(let batch): apply(batch, in: buffer)
    case .batchPart(let part): apply(part)
    case .batchReversed(let reversal): apply(reversal, in: buffer)
    case .batchTaken(let taken): apply(taken)
    case .recompute(let recompute): apply(recompute)
    case .termKept(let kept): apply(kept)
    case .recomputed(let recomputed): apply(recomputed)
    case .proposed(let proposal): apply(proposal)
    case .session(let session): apply(session, in: buffer)
    case .attendance(let row): apply(row)
    case .excused(let leave): apply(leave)
    case .perfect(let perfect): apply(perfect)
    case .attendanceJudged(let judged): apply(judged)
    case .staff(let staff): apply(staff)
    case .staffCohort(let cohort): apply(cohort)
    case .staffNamed(let named):
      restore(staffName: buffer.text.string(named.name), of: named.staff)
    case .program(let program): apply(program, in: buffer)
    case .advanced(let advance): apply(advance)
    case .job(let job): apply(job)
    case .closed(let closed): close(closed.period)
    case .starDecided(let decision): apply(decision, in: buffer)
    case .awardGiven(let given): apply(given)
    case .awardRevoked(let revocation): awards.apply(revocation, at: position)
    case .workNominated(let nomination): awards.apply(nomination, at: position)
    case .workDecided(let decision): awards.apply(decision, at: position)
    case .rehearsal(let rehearsal):
      rehearsals.apply(rehearsal, id: buffer.text.string(rehearsal.id))
    case .reversalAwaited, .standings, .keyUsed, .epoch, .vacancy: break
    }
  }

  private func apply(_ fact: FactChange, in buffer: ChangeBuffer) {
    factCount += 1
    latestFact = max(latestFact, fact.occurredAt)
    let open = openPeriods(day: fact.day, term: fact.term)
    var total: Int64 = 0
    let set = rulebook.set(at: fact.occurredAt, in: fact.term)
    for outcome in buffer.outcomes[fact.outcomes.range] {
      total += outcome.points
      guard fact.status == .counted, fact.term != .outside else { continue }
      fold(outcome, fact, set: set, open: open)
    }
    learners.rows.update(fact.learner.index) { row in
      row.lastPosition = position
      row.firstDay = min(row.firstDay, fact.day)
      row.lastDay = max(row.lastDay, fact.day)
      if fact.status == .pending { row.pending += 1 }
      row.accounts.post(Posting(points: total, debt: -fact.debtPaid))
    }
    if fact.status == .pending { pendingCount += 1 }
    score(fact.learner, fact.group, total, in: open)
    if fact.isDateOnly { dateOnlySources.insert(fact.source) }
    if open.hasStars {
      for outcome in buffer.outcomes[fact.outcomes.range] {
        addToStars(outcome.points, of: outcome.rule, for: fact.learner, in: open)
      }
    }
    if let day = open.dayPeriod { putOnSheet(fact, of: day, set: set, in: buffer) }
  }

  /// Adds a payment to the window in which its rule's limiter sees it.
  private func fold(
    _ outcome: Outcome, _ fact: FactChange, set: RuleSet?, open: RecentPeriods
  ) {
    guard let rule = set?.rules.first(where: { $0.number == outcome.rule }),
      let window = rule.limiter.window, let period = open.period(window.period)
    else { return }
    period.windows.update(
      fact.learner, outcome.rule, window.isPerObject ? fact.object : .none
    ) { $0.add(worth: outcome.worth, at: fact.occurredAt) }
  }

  func putOnSheet(
    _ fact: FactChange, of open: OpenPeriod, set: RuleSet?, in buffer: ChangeBuffer
  ) {
    buffer.text.withBytes(fact.metadata) { metadata in
      buffer.text.withBytes(fact.id) { id in
        let matches = set.map {
          self.matches(
            $0, verb: fact.verb, object: fact.object, value: fact.value, metadata: metadata)
        }
        let onSheet = DaySheets.Fact(
          position: position, occurredAt: fact.occurredAt, value: fact.value ?? 0,
          matches: matches ?? 0, object: fact.object, id: .empty, earlier: 0, source: fact.source,
          status: fact.status, hasValue: fact.value != nil)
        open.sheets.insert(onSheet, of: fact.learner, id: id) { mate, sheets in
          sheets.text.withBytes(mate.id) { mateID in
            comesBefore(
              (mate.occurredAt, mate.source, mateID), (fact.occurredAt, fact.source, id))
          }
        }
      }
    }
  }

  /// Adds points to the boards of the open periods of a day.
  func score(
    _ learner: LearnerNumber, _ group: GroupNumber, _ points: Int64, in open: RecentPeriods
  ) {
    guard points != 0 else { return }
    open.forEach { period in
      score(learner, points, in: period)
      guard !group.isNone else { return }
      let oldOfGroup = period.groupScores.update(group.index) { score in
        score += points
        return score - points
      }
      if !period.boards.isEmpty { rerank(group, from: oldOfGroup, by: points, in: period) }
    }
  }

  /// Adds points to a learner on the boards of a period.
  @inline(__always)
  func score(_ learner: LearnerNumber, _ points: Int64, in period: OpenPeriod) {
    let old = period.learnerScores.update(learner.index) { score in
      score += points
      return score - points
    }
    if !period.boards.isEmpty { rerank(learner, from: old, by: points, in: period) }
  }

  private func apply(_ move: MoveChange) {
    learners.rows.update(move.learner.index) { row in
      row.lastPosition = position
      row.accounts.post(move.posting)
    }
    let open = openPeriods(day: move.day, term: move.term)
    score(move.learner, move.group, move.posting.points, in: open)
    if open.hasStars { addToStars(move.posting.points, of: move.rule, for: move.learner, in: open) }
  }

  private func apply(_ change: WindowChange) {
    guard !isClosed(change.key.period) else { return }
    open(change.key.period).windows.update(
      change.learner, change.key.rule, change.key.object
    ) { $0 = change.fold }
  }

  private func apply(_ context: FactContextChange) {
    setStatus(
      context.status, previous: context.previous, of: context.fact, day: context.day,
      learner: context.learner)
  }

  private func apply(_ reversal: ReversalChange) {
    setStatus(
      .reversed, previous: reversal.previous, of: reversal.fact, day: reversal.day,
      learner: reversal.learner)
  }

  private func setStatus(
    _ status: FactStatus, previous: FactStatus, of fact: Position, day: LocalDay,
    learner: LearnerNumber
  ) {
    let change = (status == .pending ? 1 : 0) - (previous == .pending ? 1 : 0)
    pendingCount += change
    learners.rows.update(learner.index) { row in
      row.lastPosition = position
      row.pending = UInt32(Int(row.pending) + change)
    }
    periods[.day(day)]?.sheets.setStatus(status, of: fact, learner: learner)
  }

  private func apply(_ grant: GrantChange) {
    budgets.add(grant)
    learners.rows.update(grant.learner.index) { row in
      row.lastPosition = position
      row.firstDay = min(row.firstDay, grant.day)
      row.lastDay = max(row.lastDay, grant.day)
      row.accounts.post(grant)
      if grant.isOnBoards { row.grants += 1 }
    }
    guard grant.counts else { return }
    score(
      grant.learner, grant.group, grant.posting.points,
      in: openPeriods(day: grant.day, term: grant.term))
  }
}
