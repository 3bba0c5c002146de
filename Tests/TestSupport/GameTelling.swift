import Incentives

/// Tells in plain words what changes say; structural ones, which every test sees elsewhere, are left out.
extension Game {
  func tell(_ changes: Range<Int>) -> [String] { changes.compactMap { tell(at: $0) } }

  func tell(at index: Int) -> String? {
    switch log.buffer.changes[index] {
    case .fact(let fact): return tell(fact, at: GameLog.position(index))
    case .moved(let move): return tell(move)
    case .context(let context): return tell(context)
    case .recognized(let change): return tell(change)
    case .badgeDecided(let decided):
      let learner = state.learners.externalID(decided.learner)
      let id = state.rulesByNumber[decided.badge]?.id ?? "?"
      let reason = log.buffer.text.string(decided.reason)
      return decided.stage == 0
        ? "\(learner) was taken \(id): \(reason)"
        : "\(learner) was given \(id) \(decided.stage): \(reason)"
    case .reversed(let reversal):
      return "\(name(of: reversal.fact)) reversed (\(reversal.cause.word))"
    case .reversalAwaited(let reversal):
      let source = state.names.word(.source, UInt32(reversal.source.rawValue))
      return "\(source)/\(log.buffer.text.string(reversal.id)) reversal remembered"
    case .granted(let grant): return tell(grant)
    case .lot(let lot): return tell(lot)
    case .program(let program): return "version \(program.version)"
    case .advanced(let advance): return "clock \(local(advance.to))"
    case .closed(let closed):
      return
        "closed \(describe(closed.period)): \(closed.learners) learners, \(closed.groups) groups, "
        + "\(closed.points) points"
    case .row(let change): return tell(change.row, of: change.learner)
    case .batch(let batch): return "\(batch.batch) opened: \(batch.kind.word)"
    case .batchReversed(let reversal):
      return "\(reversal.batch) taken back: \(log.buffer.text.string(reversal.reason))"
    case .batchTaken(let taken): return tell(taken)
    case .merged(let merge): return tell(merge)
    case .erased(let erasure): return "#\(erasure.learner.rawValue) is nobody now"
    case .rowWithdrawn(let change):
      return "\(state.learners.externalID(change.learner)) row withdrawn"
    case .recompute(let change): return "judged anew, floor \(change.floor.word)"
    case .termKept(let kept): return "\(termID(kept.term)) stays as it was"
    case .proposed(let proposal):
      return "proposed by \(state.names.word(.principal, proposal.principal.rawValue))"
    case .session(let session): return tell(session)
    case .attendance(let row): return tell(row)
    case .excused(let leave): return tell(leave)
    case .perfect(let perfect): return tell(perfect)
    case .starDecided(let decision): return tell(decision)
    case .awardGiven(let given): return tell(given)
    case .awardRevoked(let revocation): return tell(revocation)
    case .workNominated(let nomination): return tell(nomination)
    case .workDecided(let decision): return tell(decision)
    case .window, .named, .learner, .learnerNamed, .group, .batchPart, .job, .standings,
      .keyUsed, .epoch, .staff, .staffCohort, .staffNamed, .rehearsal, .vacancy, .recomputed,
      .attendanceJudged:
      return nil
    }
  }

  private func tell(_ fact: FactChange, at position: Position) -> String {
    let outcomes = Array(log.buffer.outcomes[fact.outcomes.range])
    var words = "\(name(of: position)) \(word(fact.status))\(tell(outcomes))"
    if fact.debtPaid > 0 { words += "; \(fact.debtPaid) pay off debt" }
    return words
  }

  func tell(_ outcomes: [Outcome]) -> String {
    let parts = outcomes.map { outcome in
      let rule = state.rulesByNumber[outcome.rule]?.id ?? "?"
      let reason = outcome.reason == .paid ? "" : " \(outcome.reason.word)"
      return "\(rule) \(signed(outcome.points))\(reason)"
    }
    return parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
  }

  private func tell(_ taken: BatchTakenChange) -> String {
    "\(state.learners.externalID(taken.learner)): \(taken.facts) facts, \(taken.rows) rows, "
      + "\(taken.corrected) corrected since, \(signed(taken.posting.points))"
      + tell(settled: taken.posting)
  }

  private func tell(_ change: RecognitionChange) -> String {
    let learner = state.learners.externalID(change.learner)
    let id = state.rulesByNumber[change.recognition]?.id ?? "?"
    return change.stage == 0 ? "\(learner) lost \(id)" : "\(learner) has \(id) \(change.stage)"
  }

  private func tell(_ move: MoveChange) -> String {
    let group = move.group.isNone ? "" : " of \(groupID(move.group))"
    guard !move.rule.isNone else {
      return "grant\(group): \(signed(move.posting.points)) \(move.cause.word)"
    }
    let rule = state.rulesByNumber[move.rule]?.id ?? "?"
    return "\(name(of: move.fact))\(group): \(rule) \(signed(move.posting.points)) "
      + "\(move.cause.word)\(tell(settled: move.posting))"
  }

  private func tell(_ grant: GrantChange) -> String {
    let what =
      switch grant.kind {
      case .grant: grant.counts ? "" : " bonus"
      case .perfect: grant.counts ? " counting" : " bonus"
      case .adjustment, .opening, .floor, .award: " \(grant.account.word) by \(grant.kind.word)"
      }
    let beside = grant.adjusted == 0 ? "" : ", \(signed(grant.adjusted)) adjusted"
    let reason = grant.reason.isEmpty ? "" : " \(log.buffer.text.string(grant.reason))"
    let back = grant.undoes.isNone ? "" : " taken back"
    return "\(state.learners.externalID(grant.learner)) \(signed(grant.posting.points))\(reason)"
      + "\(what)\(beside)\(back)\(tell(settled: grant.posting))"
  }

  /// What a lot gains by being earned is not told: the record before it says that.
  private func tell(_ lot: LotChange) -> String? {
    let learner = state.learners.externalID(lot.learner)
    let term = termID(lot.term)
    switch lot.cause {
    case .expiry: return "\(learner): \(lot.expired) of \(term) expired"
    case .spend: return "\(learner): \(-lot.points) out of \(term)"
    case .payment where lot.expired > 0:
      return "\(learner): \(lot.expired) for \(term) came too late to spend and expired"
    case .payment where lot.expired < 0:
      return "\(learner): \(-lot.expired) of it had expired in \(term)"
    case .payment: return nil
    }
  }

  private func tell(_ merge: MergeChange) -> String {
    let (old, survivor) = (
      state.learners.externalID(merge.from), state.learners.externalID(merge.into)
    )
    let settled = tell(settled: Posting(points: 0, debt: -merge.debtPaid))
    return "\(old) is \(survivor) from now on\(settled)"
  }

  private func tell(_ context: FactContextChange) -> String {
    let group = context.group.isNone ? "no group" : groupID(context.group)
    return
      "\(name(of: context.fact)) now \(word(context.status)), \(group), \(termID(context.term))"
  }

  private func tell(_ row: ContextRow, of learner: LearnerNumber) -> String {
    var words = state.learners.externalID(learner)
    if row.last < row.first { return words + "'s group since \(row.first) no longer holds" }
    if row.speaksOf.contains(.roster) { words += " on the roster" }
    if row.speaksOf.contains(.group) {
      words += row.group.isNone ? " in no group" : " in \(groupID(row.group))"
    }
    if row.first.number > .min { words += " from \(row.first)" }
    if row.last.number < .max { words += " to \(row.last)" }
    return words
  }

  private func tell(settled posting: Posting) -> String {
    var words = ""
    if posting.debt > 0 { words += "; \(posting.debt) become debt" }
    if posting.debt < 0 { words += "; \(-posting.debt) pay off debt" }
    if posting.writtenOff > 0 { words += "; \(posting.writtenOff) written off" }
    if posting.writtenOff < 0 { words += "; \(-posting.writtenOff) not written off" }
    return words
  }

  func signed(_ points: Int64) -> String { points < 0 ? "−\(points.magnitude)" : "+\(points)" }

  func word(_ status: FactStatus) -> String {
    switch status {
    case .counted: return "counted"
    case .pending: return "pending"
    case .reversed: return "reversed"
    }
  }

  func groupID(_ group: GroupNumber) -> String { state.names.word(.group, group.rawValue) }

  func termID(_ term: TermNumber) -> String {
    switch term {
    case .outside: return "outside all terms"
    case .endless: return "the endless term"
    default: return "term \(state.termIDs[term.index - 1])"
    }
  }

  func describe(_ period: Period) -> String {
    guard period.kind == .term else { return "\(period)" }
    return termID(TermNumber(rawValue: UInt16(period.index)))
  }

  /// An instant on the program's wall clock, to the minute.
  func local(_ instant: Instant) -> String {
    let reading = Instant(microseconds: state.zone.localMicroseconds(at: instant))
    return String(reading.description.prefix(16))
  }
}
