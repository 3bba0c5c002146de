import Incentives

/// Tells a change's rows: the follower's counterpart of `ProgramState.apply`, to which it must agree.
extension ProgramDelta {
  /// Gathers what the record at a position changes.
  func gather(
    _ change: Change, at position: Position, time: Instant, in buffer: ChangeBuffer,
    scratch: inout ByteWriter
  ) throws(LedgerError) {
    if StructureBlock.holds(change) {
      try keep(change, at: position, in: buffer, scratch: &scratch)
    }
    if program.learn(change, at: position, in: buffer) {
      forgetOpenSet()
      noteClosings(at: position)
    }
    if let identity = program.identities.identity(of: change, in: buffer) {
      known.append((position, identity))
    }
    switch change {
    case .fact(let fact):
      audit.count(fact.source, at: position, time)
      gather(fact, at: position, in: buffer)
    case .moved(let move): gather(move, at: position)
    case .window(let window): gather(window, at: position)
    case .context(let context):
      setStatus(
        context.status, previous: context.previous, of: context.fact, day: context.day,
        learner: context.learner, at: position)
    case .recognized(let change):
      learnerEvents.append(
        LearnerEvent(learner: change.learner, day: change.day, position: position))
    case .badgeDecided(let change):
      learnerEvents.append(
        LearnerEvent(learner: change.learner, day: change.day, position: position))
    case .reversed(let reversal):
      setStatus(
        .reversed, previous: reversal.previous, of: reversal.fact, day: reversal.day,
        learner: reversal.learner, at: position)
    case .granted(let grant): gather(grant, at: position)
    case .lot(let lot): gather(lot, at: position)
    case .learner(let learner):
      program.row.learnerCount = max(program.row.learnerCount, learner.learner.rawValue)
      touch(learner.learner, at: position)
    case .row(let row): touch(row.learner, at: position)
    case .merged(let merge): gather(merge, at: position)
    case .erased(let erasure): touch(erasure.learner, at: position)
    case .attendance(let row): log(row.learner, on: row.day, at: position)
    case .excused(let leave): log(leave.learner, on: leave.first, at: position)
    case .perfect(let perfect): log(perfect.learner, on: perfect.day, at: position)
    case .rowWithdrawn(let withdrawal): touch(withdrawal.learner, at: position)
    case .job(let job):
      program.note(job, at: position)
      if job.kind == .closePeriod, job.state == .running { _ = open(job.period, at: position) }
    case .closed(let change):
      closed.append(
        (change.period, PeriodClosing(change, at: position, time: time, in: buffer)))
      close(change.period)
    case .standings(let change):
      standings.append((change, ContiguousArray(buffer.standings[change.places.range])))
    case .keyUsed(let used):
      audit.note(used, at: position, time, since: blockFirst, in: buffer)
    case .reversalAwaited, .named, .learnerNamed, .group, .batch, .batchPart, .batchReversed,
      .batchTaken, .program, .advanced, .epoch, .staff, .staffCohort, .staffNamed, .rehearsal,
      .vacancy, .recompute, .termKept, .recomputed, .proposed, .session, .attendanceJudged,
      .starDecided, .awardGiven, .awardRevoked, .workNominated, .workDecided:
      break
    }
  }

  private func gather(_ fact: FactChange, at position: Position, in buffer: ChangeBuffer) {
    program.row.counters.factCount += 1
    program.row.counters.latestFact = max(
      program.row.counters.latestFact, fact.occurredAt.microseconds)
    if fact.isDateOnly { program.row.counters.note(dateOnly: fact.source) }
    let open = openSet(day: fact.day, term: fact.term, at: position)
    var total: Int64 = 0
    for index in fact.outcomes.range {
      let outcome = buffer.outcomes[index]
      total &+= outcome.points
      addToStars(outcome.points, of: outcome.rule, for: fact.learner, in: open)
      guard fact.status == .counted, fact.term != .outside else { continue }
      fold(outcome, fact, open)
    }
    var event = LearnerEvent(
      learner: fact.learner, day: fact.day, position: position,
      posting: Posting(points: total, debt: -fact.debtPaid), touchesDay: true, group: fact.group,
      openSet: openSetNumber)
    if fact.status == .pending {
      event.pending = 1
      program.row.counters.pendingCount += 1
      pending[position] = .some(PendingRow(learner: fact.learner, day: fact.day))
    }
    learnerEvents.append(event)
  }

  private func fold(_ outcome: Outcome, _ fact: FactChange, _ open: OpenSet) {
    // The windows of days are not kept: a start finds them in the log.
    guard let window = program.window(of: outcome.rule), window.period != .day,
      let period = open.period(window.period)
    else { return }
    period.fold(
      worth: outcome.worth, at: fact.occurredAt, of: fact.learner, outcome.rule,
      window.isPerObject ? fact.object : .none)
  }

  private func gather(_ move: MoveChange, at position: Position) {
    let open = openSet(day: move.day, term: move.term, at: position)
    addToStars(move.posting.points, of: move.rule, for: move.learner, in: open)
    learnerEvents.append(
      LearnerEvent(
        learner: move.learner, day: move.day, position: position, posting: move.posting,
        group: move.group, openSet: openSetNumber))
  }

  private func gather(_ change: WindowChange, at position: Position) {
    guard !program.time.isClosed(change.key.period) else { return }
    let period = open(change.key.period, at: position)
    if change.key.period.kind != .day { period.set(change) }
  }

  private func gather(_ grant: GrantChange, at position: Position) {
    program.row.budgets.add(grant)
    var event = LearnerEvent(
      learner: grant.learner, day: grant.day, position: position, posting: grant.posting,
      account: grant.account, isGrant: grant.isOnBoards, touchesDay: true, group: grant.group)
    if grant.counts {
      _ = openSet(day: grant.day, term: grant.term, at: position)
      event.openSet = openSetNumber
    }
    learnerEvents.append(event)
    guard grant.adjusted != 0 else { return }
    learnerEvents.append(
      LearnerEvent(
        learner: grant.learner, day: grant.day, position: position,
        posting: Posting(points: grant.adjusted), account: .adjusted, isLogged: false))
  }

  private func gather(_ change: LotChange, at position: Position) {
    learnerEvents.append(
      LearnerEvent(
        learner: change.learner, day: change.day, position: position,
        posting: Posting(points: -change.expired), account: .expired, isLogged: change.isLogged))
    if change.points != 0 {
      lot(of: change.term).left.add(change.points, to: change.learner.rawValue)
    }
    if change.expired != 0 {
      lot(of: change.term).expired.add(change.expired, to: change.learner.rawValue)
    }
  }

  private func setStatus(
    _ status: FactStatus, previous: FactStatus, of fact: Position, day: LocalDay,
    learner: LearnerNumber, at position: Position
  ) {
    let change = (status == .pending ? 1 : 0) - (previous == .pending ? 1 : 0)
    program.row.counters.pendingCount += change
    learnerEvents.append(
      LearnerEvent(learner: learner, day: day, position: position, pending: Int8(change)))
    if change > 0 { pending[fact] = .some(PendingRow(learner: learner, day: day)) }
    if change < 0 { pending[fact] = .some(nil) }
  }

  /// Notes who takes over what whom has, and which boards are open; the rest is found when it is written.
  private func gather(_ merge: MergeChange, at position: Position) {
    touch(merge.from, at: position)
    learnerEvents.append(
      LearnerEvent(
        learner: merge.into, day: merge.decidedOn, position: position,
        posting: Posting(points: 0, debt: -merge.debtPaid)))
    let open = program.openPeriods.keys.filter { !program.time.isClosed($0) } + [.all]
    let scopes = program.time.starScopes.map(\.number)
    let stars = (open + program.keptPeriods).sorted().flatMap { period in
      scopes.map { (period, $0) }
    }
    handovers.append(
      Handover(from: merge.from, into: merge.into, periods: open.sorted(), stars: stars))
  }

  private func touch(_ learner: LearnerNumber, at position: Position) {
    learnerEvents.append(LearnerEvent(learner: learner, position: position, isLogged: false))
  }

  /// Notes that a record speaks of a learner's day, though no points move.
  private func log(_ learner: LearnerNumber, on day: LocalDay, at position: Position) {
    learnerEvents.append(LearnerEvent(learner: learner, day: day, position: position))
  }

  private func keep(
    _ change: Change, at position: Position, in buffer: ChangeBuffer, scratch: inout ByteWriter
  ) throws(LedgerError) {
    scratch.truncate(to: 0)
    try StructureBlock.write(change, at: position, of: program.number, in: buffer, into: &scratch)
    let first = StateSchema.key(
      of: position, span: StateSchema.structureSpan, in: program.number
    ).position
    if structure.last?.first != first { structure.append((first, [])) }
    structure[structure.count - 1].records.append(contentsOf: scratch.bytes)
  }
}
